"""What may be written into a connection of type ``clickhouse``, and what operators do with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk import Connection
from clickhouse_driver.util.helpers import parse_url

from flowmart.core.errors import ConfigError
from flowmart.engines.clickhouse_client import Dsn
from flowmart.hooks.clickhouse import ClickHouseHook, clickhouse_dsn
from tests.warehouses import connection as connection_text

ODD = "p@ss:w/o?r#d%20+ é"
SECRET = "s3cret-s3cret"


@pytest.fixture
def hook(clickhouse_dsn: str, monkeypatch: pytest.MonkeyPatch) -> ClickHouseHook:
    """A hook over a server without any tables."""
    monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", connection_text(clickhouse_dsn))
    return ClickHouseHook()


def connection(**fields: Any) -> Connection:
    """A connection to a host that nobody asks, unless it says otherwise."""
    extra = json.dumps(fields.pop("extra", {}))
    given = {"conn_type": "clickhouse", "host": "ch.example.org"} | fields
    return Connection(conn_id="ch", extra=extra, **given)


def read_by_driver(**fields: Any) -> tuple[str, dict[str, Any]]:
    """Host and arguments that the driver takes from the address of a connection."""
    host, arguments = parse_url(Dsn(clickhouse_dsn(connection(**fields))).url())
    return host, arguments


def test_a_host_is_enough() -> None:
    assert read_by_driver() == ("ch.example.org", {"database": "default"})


def test_all_fields_reach_the_driver() -> None:
    assert read_by_driver(port=9001, login="flow", password="mart", schema="lake") == (
        "ch.example.org",
        {"port": 9001, "user": "flow", "password": "mart", "database": "lake"},
    )


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_an_ipv6_address_is_a_host(host: str) -> None:
    assert read_by_driver(host=host, port=9001)[0] == "::1"


@pytest.mark.parametrize(("field", "argument"), [("login", "user"), ("password", "password")])
def test_user_and_password_may_hold_any_character(field: str, argument: str) -> None:
    assert read_by_driver(**{"login": "me", field: ODD})[1][argument] == ODD


def test_extras_are_parameters_of_the_driver_and_settings_of_the_server() -> None:
    extra = {
        "secure": True,
        "verify": False,
        "ca_certs": "/etc/ssl/our ca.pem",
        "compression": "lz4",
        "alt_hosts": "b:9440,c:9440",
        "send_receive_timeout": 60,
        "client_name": None,
        "cluster": "main",
        "max_threads": 2,
        "async_insert": True,
    }
    assert read_by_driver(extra=extra)[1] == {
        "database": "default",
        "secure": True,
        "verify": False,
        "ca_certs": "/etc/ssl/our ca.pem",
        "compression": "lz4",
        "alt_hosts": "b:9440,c:9440",
        "send_receive_timeout": 60.0,
        "settings": {"max_threads": "2", "async_insert": "1"},
    }


def test_a_connection_without_a_host_says_so() -> None:
    with pytest.raises(ConfigError, match=r"no host.*connection ch.*next step") as caught:
        clickhouse_dsn(connection(host=None, password=SECRET))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"extra": {"secure": "perhaps"}}, "'perhaps'"),
        ({"extra": {"connect_timeout": "soon"}}, "'soon'"),
        ({"extra": {"ssl_version": "latest"}}, "'latest'"),
        ({"extra": {"tcp_keepalive": "1,2"}}, "extras cannot be read"),
        ({"host": "ch.example.org:9440", "port": 9000}, "9440:9000"),
    ],
)
def test_what_the_driver_cannot_read_is_told_before_it_connects(
    fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        clickhouse_dsn(connection(password=SECRET, **fields))
    assert "connection ch" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_the_missing_side_of_a_join_is_null(hook: ClickHouseHook) -> None:
    """As in Flowmart's own models."""
    sql = "select b.x from (select 1 as x) as a left join (select 2 as x) as b on a.x = b.x"
    assert hook.get_first(sql) == (None,)


def test_rows_are_inserted_with_their_types(hook: ClickHouseHook) -> None:
    hook.run("create database if not exists t_raw")
    hook.run("create table t_raw.fruits (id Int64, name Nullable(String)) order by id")
    hook.insert_rows("t_raw.fruits", [(1, "apple"), (2, None)], target_fields=["id", "name"])
    assert hook.get_records("select * from t_raw.fruits order by id") == [(1, "apple"), (2, None)]


def test_an_operators_database_is_the_one_in_use(hook: ClickHouseHook) -> None:
    in_system = ClickHouseHook(clickhouse_conn_id=hook.get_conn_id(), schema="system")
    assert in_system.get_first("select currentDatabase()") == ("system",)
    hook.schema = "system"  # as SQLExecuteQueryOperator(database=…) does
    assert hook.get_first("select currentDatabase()") == ("system",)


def test_operators_may_pass_on_the_extras(hook: ClickHouseHook) -> None:
    """SQLExecuteQueryOperator gives its hook every extra of the connection by name."""
    named = ClickHouseHook(clickhouse_conn_id=hook.get_conn_id(), secure=True, max_threads=2)
    assert named.get_first("select 1") == (1,)


def test_sqlalchemy_finds_tables_over_the_native_protocol(hook: ClickHouseHook) -> None:
    assert hook.get_table_schema("one", "system") == [{"name": "dummy", "type": "UInt8"}]
    with hook.get_sqlalchemy_engine().connect() as opened:
        assert opened.exec_driver_sql("select 1").scalar() == 1
