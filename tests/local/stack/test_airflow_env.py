"""What Airflow's processes are told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local.stack.airflow_env import airflow_environment
from local.stack.settings import load_local_settings
from local.state import State

if TYPE_CHECKING:
    from pathlib import Path

METADATA = "postgresql://me:p%40ss@127.0.0.1:5433/airflow"
WAREHOUSE = "postgresql://me:p%40ss@db.example/flowmart?sslmode=require"


def build(
    tmp_path: Path, environment: dict[str, str], warehouse: str = WAREHOUSE
) -> dict[str, str]:
    settings = load_local_settings(tmp_path, environment)
    return airflow_environment(settings, State(tmp_path / "state"), 8090, METADATA, warehouse)


def test_users_tune_but_do_not_redirect(tmp_path: Path) -> None:
    given = {"AIRFLOW__CORE__PARALLELISM": "9", "AIRFLOW_HOME": "/somewhere/else"}
    built = build(tmp_path, given)
    assert built["AIRFLOW__CORE__PARALLELISM"] == "9"
    assert built["AIRFLOW_HOME"] == str(tmp_path / "state" / "airflow")


def test_the_execution_api_is_on_the_page_s_port(tmp_path: Path) -> None:
    url = build(tmp_path, {})["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    assert url == "http://localhost:8090/execution/"


def test_a_dsn_becomes_a_connection_with_its_odd_characters(tmp_path: Path) -> None:
    connection = json.loads(build(tmp_path, {})["AIRFLOW_CONN_FLOWMART_WAREHOUSE"])
    assert connection == {
        "conn_type": "postgres",
        "host": "db.example",
        "port": None,
        "login": "me",
        "password": "p@ss",
        "schema": "flowmart",
        "extra": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("dsn", "fields"),
    [
        (
            "clickhouse://me:p%40ss@127.0.0.1:9001/?compression=lz4&max_memory_usage=1000",
            {
                "host": "127.0.0.1",
                "port": 9001,
                "login": "me",
                "password": "p@ss",
                "schema": "",
                "extra": {"compression": "lz4", "max_memory_usage": "1000"},
            },
        ),
        (
            "clickhouses://ch.example/metrics?cluster=one",
            {
                "host": "ch.example",
                "port": None,
                "login": "",
                "password": "",
                "schema": "metrics",
                "extra": {"secure": "true", "cluster": "one"},
            },
        ),
    ],
)
def test_so_does_one_of_clickhouse(tmp_path: Path, dsn: str, fields: dict[str, object]) -> None:
    built = build(tmp_path, {}, dsn)
    connection = json.loads(built["AIRFLOW_CONN_FLOWMART_WAREHOUSE"])
    assert connection == {"conn_type": "clickhouse", **fields}


def test_the_metadata_database_is_named_for_sqlalchemy(tmp_path: Path) -> None:
    url = build(tmp_path, {})["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert url == "postgresql+psycopg2://me:p%40ss@127.0.0.1:5433/airflow"


@pytest.mark.parametrize(
    "name", ["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED", "GX_ANALYTICS_ENABLED"]
)
def test_nothing_phones_home(tmp_path: Path, name: str) -> None:
    assert build(tmp_path, {})[name] == "False"


def test_modules_are_compiled(tmp_path: Path) -> None:
    assert "PYTHONDONTWRITEBYTECODE" not in build(tmp_path, {"PYTHONDONTWRITEBYTECODE": "1"})


def test_secrets_are_made_once_and_are_private(tmp_path: Path) -> None:
    first, second = build(tmp_path, {}), build(tmp_path, {})
    assert first == second
    state = State(tmp_path / "state")
    assert state.password == State(tmp_path / "state").password
    private = [*state.folder.glob("*.secret"), state.passwords_file]
    assert len(private) == 4
    assert all(path.stat().st_mode & 0o077 == 0 for path in private)
