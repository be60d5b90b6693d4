"""The connection ``flowmart_warehouse``: its type selects the engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.engine import make_url

from flowmart.core.errors import ConfigError
from flowmart.engines.roles import LOADER, PUBLISHER, READER
from flowmart.hooks.warehouse import WarehouseHook
from flowmart.settings import load_settings
from tests.warehouses import connection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployment with a prefix."""
    config = tmp_path / "flowmart.yaml"
    config.write_text("instances: {phabricator: {start: 2026-11-01}}\nschema_prefix: t_\n")
    monkeypatch.setenv("FLOWMART_CONFIG", str(config))
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


def connect(monkeypatch: pytest.MonkeyPatch, conn_id: str = "warehouse", **fields: Any) -> None:
    """Define a connection."""
    monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(fields))


def test_an_engine_answers_with_the_schemas_of_the_deployment(
    warehouse_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", connection(warehouse_dsn))
    engine = WarehouseHook().engine
    assert engine.query("select 1 as one") == [{"one": 1}]
    assert (engine.schemas.raw, engine.schemas.mart) == ("t_raw", "t_mart")


@pytest.mark.parametrize(
    ("conn_type", "engine"),
    [("postgres", "postgres"), ("postgresql", "postgres"), ("clickhouse", "clickhouse")],
)
def test_the_type_selects_the_engine(
    monkeypatch: pytest.MonkeyPatch, conn_type: str, engine: str
) -> None:
    connect(monkeypatch, conn_type=conn_type, host="db.example.org", port=123, schema="lake")
    found = WarehouseHook("warehouse").engine
    assert found.name == engine
    assert found.where == "db.example.org:123/lake"


@pytest.mark.parametrize("conn_type", ["postgres", "clickhouse"])
def test_passwords_may_hold_any_character_and_are_not_shown(
    monkeypatch: pytest.MonkeyPatch, conn_type: str
) -> None:
    odd = "p@ss:w/o?r#d%20+ é"
    connect(monkeypatch, conn_type=conn_type, host="db", login="me", password=odd)
    engine = WarehouseHook("warehouse").engine
    assert make_url(engine.sqlalchemy_url()).password == odd
    assert engine.where.startswith("db:")
    assert "p@s" not in f"{engine!r} {engine.where}"


def test_another_type_is_refused_with_those_that_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, conn_type="mysql", host="db")
    message = r"'mysql' cannot be the warehouse.*postgres or clickhouse"
    with pytest.raises(ConfigError, match=message):
        _ = WarehouseHook("warehouse").engine


def test_a_missing_connection_says_how_to_add_it() -> None:
    with pytest.raises(ConfigError, match=r"'nowhere'.*AIRFLOW_CONN_NOWHERE"):
        _ = WarehouseHook("nowhere").engine


def test_a_clickhouse_connection_without_a_host_is_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect(monkeypatch, conn_type="clickhouse", password="s3cret-s3cret")
    with pytest.raises(ConfigError, match=r"no host.*connection warehouse") as caught:
        _ = WarehouseHook("warehouse").engine
    assert "s3cret" not in str(caught.value)


def test_a_publisher_without_a_loader_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL it would not see the stage tables that the default connection makes."""
    monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_PUBLISHER", "postgres://publisher@db/flowmart")
    for role in (LOADER, PUBLISHER):
        with pytest.raises(ConfigError, match="no loader's") as caught:
            WarehouseHook.with_role(role)
        assert caught.value.where == "connection flowmart_loader"
    assert WarehouseHook.with_role(READER).warehouse_conn_id == "flowmart_warehouse"
    monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_LOADER", "postgres://loader@db/flowmart")
    assert WarehouseHook.with_role(PUBLISHER).warehouse_conn_id == "flowmart_publisher"
