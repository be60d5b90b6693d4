"""Settings hold for one query, what SET and USE change holds for the session."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from clickhouse_driver.errors import ServerException

if TYPE_CHECKING:
    from clickhouse_driver import Client

    from tests.local.clickhouse.conftest import RunningServer

DOZEN = {
    "join_use_nulls": 1,
    "aggregate_functions_null_for_empty": 1,
    "prefer_column_name_to_alias": 1,
    "cast_keep_nullable": 1,
    "union_default_mode": "DISTINCT",
    "except_default_mode": "DISTINCT",
    "insert_null_as_default": 0,
    "session_timezone": "UTC",
    "mutations_sync": 1,
    "max_threads": 2,
    "max_memory_usage": 2_000_000_000,
    "max_block_size": 10_000,
}


def setting(client: Client, name: str, settings: dict[str, Any] | None = None) -> Any:
    """A setting as a query sees it."""
    return client.execute(f"SELECT getSetting('{name}')", settings=settings)[0][0]


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("join_use_nulls", 1, True),
        ("max_memory_usage", 123_456_789, 123_456_789),
        ("session_timezone", "Asia/Tokyo", "Asia/Tokyo"),
        ("union_default_mode", "DISTINCT", "DISTINCT"),
        ("readonly", 1, 1),
        ("readonly", 2, 2),
    ],
)
def test_a_setting_holds_for_its_query_only(
    client: Client, name: str, value: object, seen: object
) -> None:
    before = setting(client, name)
    assert setting(client, name, {name: value}) == seen
    assert setting(client, name) == before
    assert setting(client, "max_threads", {"max_threads": 1}) == 1


def test_a_session_setting_comes_back_after_a_query_with_another(client: Client) -> None:
    client.execute("SET max_threads = 3, join_use_nulls = 1")
    assert setting(client, "max_threads", {"max_threads": 1, "readonly": 1}) == 1
    assert setting(client, "join_use_nulls", {"readonly": 1}) is True
    assert setting(client, "max_threads", {"max_threads": 1}) == 1
    assert (setting(client, "max_threads"), setting(client, "join_use_nulls")) == (3, True)
    client.execute("SET join_use_nulls = DEFAULT", settings={"join_use_nulls": 1})
    assert setting(client, "join_use_nulls") is False


def test_a_query_with_readonly_may_not_write(client: Client) -> None:
    with pytest.raises(ServerException) as caught:
        client.execute("CREATE TABLE t (n Int8) ENGINE = Memory", settings={"readonly": 1})
    assert caught.value.code == 164
    client.execute("CREATE TABLE t (n Int8) ENGINE = Memory")


def test_an_unknown_setting_is_refused_and_changes_nothing(client: Client) -> None:
    with pytest.raises(ServerException) as caught:
        setting(client, "max_threads", {"max_threads": 1, "no_such_setting": 1})
    assert caught.value.code == 115
    assert setting(client, "max_threads") != 1


def test_the_session_time_zone_reaches_the_client(client: Client) -> None:
    sql = "SELECT toDateTime('2024-01-01 10:00:00')"
    [(moment,)] = client.execute(sql, settings={"session_timezone": "Asia/Tokyo"})
    assert moment.hour == 10


def test_temporary_tables_live_as_long_as_the_connection(server: RunningServer) -> None:
    with server.client() as client:
        client.execute("CREATE TEMPORARY TABLE mine (n Int8)")
        client.execute("INSERT INTO mine VALUES", [(1,), (2,)])
        assert client.execute("SELECT sum(n) FROM mine", settings=DOZEN) == [(3,)]
        with server.client() as other, pytest.raises(ServerException):
            other.execute("SELECT * FROM mine")
        client.disconnect()
        with pytest.raises(ServerException):
            client.execute("SELECT * FROM mine")


def test_use(client: Client) -> None:
    assert client.execute("SELECT currentDatabase()") == [("shop",)]
    client.execute("USE system")
    assert client.execute("SELECT currentDatabase()", settings={"readonly": 2}) == [("system",)]


def test_a_dozen_settings_cost_next_to_nothing(server: RunningServer) -> None:
    with server.client(settings=DOZEN) as client:
        client.execute("SELECT 1")
        start = time.perf_counter()
        for _ in range(100):
            client.execute("SELECT 1")
        assert (time.perf_counter() - start) / 100 < 0.02
