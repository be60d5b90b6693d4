"""Airflow connections of type ``clickhouse`` against a server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flowmart.hooks.clickhouse import ClickHouseHook
from flowmart.hooks.warehouse import WarehouseHook
from tests.warehouses import connection

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = "s3cret-wörd/@:"


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ClickHouseHook]:
    """Makes the connection ``flowmart_warehouse`` from its text, and a hook for it."""

    def connect(text: str) -> ClickHouseHook:
        monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", text)
        return ClickHouseHook()

    return connect


@pytest.fixture
def hook(clickhouse_dsn: str, connect: Callable[[str], ClickHouseHook]) -> ClickHouseHook:
    """A hook over a server that is up."""
    return connect(connection(clickhouse_dsn))


def test_sql_operators_read_rows(hook: ClickHouseHook) -> None:
    assert hook.get_first("select 7, 'seven'") == (7, "seven")
    assert hook.get_records("select number from numbers(3)") == [(0,), (1,), (2,)]


def test_parameters_go_in_quoted(hook: ClickHouseHook) -> None:
    odd = "o'neil\\"
    assert hook.get_first("select %(odd)s", {"odd": odd}) == (odd,)


def test_statements_take_effect(hook: ClickHouseHook) -> None:
    hook.run(
        ["create database if not exists acme_mart", "create view acme_mart.v as select 1 as n"]
    )
    assert hook.get_first("select n from acme_mart.v") == (1,)
    hook.run("drop database acme_mart")


def test_queries_mean_what_they_mean_in_flowmart(hook: ClickHouseHook) -> None:
    """Such as: the sum of nothing is null, and days are days in UTC."""
    assert hook.get_first("select sum(number) from numbers(0)") == (None,)
    assert hook.get_first("select timezone()") == ("UTC",)


def test_a_good_connection_passes_airflows_test(hook: ClickHouseHook) -> None:
    assert hook.test_connection() == (True, "Connection successfully tested")


@pytest.mark.parametrize("port", [None, 1])
def test_a_bad_one_does_not_and_keeps_its_password(
    clickhouse_dsn: str, connect: Callable[[str], ClickHouseHook], port: int | None
) -> None:
    fields = json.loads(connection(clickhouse_dsn)) | {"password": PASSWORD}
    hook = connect(json.dumps(fields | ({"port": port} if port else {})))
    is_good, message = hook.test_connection()
    assert not is_good
    assert message
    with pytest.raises(Exception, match=r"Authentication failed|refused") as caught:
        hook.get_first("select 1")
    for text in (message, str(caught.value), repr(caught.value), repr(WarehouseHook().engine)):
        assert "s3cret" not in text
