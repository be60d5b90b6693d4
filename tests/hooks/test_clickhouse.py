"""Airflow connections of type ``clickhouse``, against a server and as connection strings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from airflow.sdk import Connection

from flowmart.hooks.clickhouse import ClickHouseHook, clickhouse_dsn
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


def dsn(**fields: Any) -> str:
    """The connection string of an Airflow connection."""
    return clickhouse_dsn(Connection("some", "clickhouse", "ch.example", **fields))


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


def test_the_warehouse_hook_opens_the_same_server(hook: ClickHouseHook) -> None:
    engine = WarehouseHook().engine
    assert engine.name == "clickhouse"
    assert engine.query("select 7 as n") == [{"n": 7}]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "clickhouse://ch.example/"),
        ({"port": 9000, "schema": "metrics"}, "clickhouse://ch.example:9000/metrics"),
        ({"login": "me"}, "clickhouse://me:@ch.example/"),
        ({"password": "x"}, "clickhouse://default:x@ch.example/"),
        ({"login": "a@b", "password": "p/:@"}, "clickhouse://a%40b:p%2F%3A%40@ch.example/"),
    ],
)
def test_a_connection_as_a_connection_string(fields: dict[str, Any], expected: str) -> None:
    assert dsn(**fields) == expected


def test_extras_end_in_the_connection_string() -> None:
    """TLS, compression, other hosts and the server's settings; clusters are for the engine."""
    extras = {
        "secure": True,
        "verify": False,
        "ca_certs": "/etc/ssl/own ca.pem",
        "compression": "zstd",
        "alt_hosts": "b.example:9440,c.example",
        "max_memory_usage": 10_000_000_000,
        "cluster": "main",
    }
    query = parse_qs(urlsplit(dsn(extra=json.dumps(extras))).query)
    assert query == {name: [str(value)] for name, value in extras.items()}


def test_the_driver_understands_them(
    connect: Callable[[str], ClickHouseHook], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(
        "clickhouse_driver.client.Connection", lambda host, *a, **k: given.update(host=host, **k)
    )
    extra = {
        "secure": True,
        "verify": False,
        "compression": "lz4",
        "max_threads": 2,
        "cluster": "c",
    }
    fields = {"conn_type": "clickhouse", "host": "ch.example", "password": PASSWORD, "extra": extra}
    client = connect(json.dumps(fields)).get_conn().cursor()._client
    expected = {"host": "ch.example", "secure_socket": True, "verify": False, "compression": "lz4"}
    assert {name: given[name] for name in expected} == expected
    assert given["password"] == PASSWORD
    assert client.settings["max_threads"] == "2"
    assert "cluster" not in client.settings


def test_sqlalchemy_speaks_the_native_protocol_too(
    connect: Callable[[str], ClickHouseHook],
) -> None:
    hook = connect(json.dumps({"conn_type": "clickhouse", "host": "ch.example", "port": 9000}))
    assert hook.get_uri().startswith("clickhouse+native://ch.example:9000/default?")
