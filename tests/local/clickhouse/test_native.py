"""Statements and results over the native protocol, with an unmodified clickhouse_driver."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from clickhouse_driver import Client, dbapi
from clickhouse_driver.errors import ServerException
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from tests.local.clickhouse.conftest import RunningServer

UTC = dt.UTC
MOMENT = dt.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
VALUES = {
    "Nullable(String)": ["текст", None, ""],
    "Nullable(Int64)": [-(2**63), None, 2**63 - 1],
    "Nullable(Float64)": [0.1, None, -1e300],
    "Nullable(Bool)": [True, None, False],
    "Nullable(DateTime64(6, 'UTC'))": [MOMENT, None, MOMENT.replace(year=1972)],
    "Nullable(Date)": [dt.date(2024, 2, 29), None, dt.date(1970, 1, 1)],
    "Nullable(Date32)": [dt.date(1900, 1, 1), None, dt.date(2299, 12, 31)],
    "LowCardinality(String)": ["a", "b", "a"],
    "LowCardinality(Nullable(String))": ["a", None, "a"],
    "Array(Nullable(Int32))": [[1, None], [], [3]],
    "Array(LowCardinality(String))": [["a", "b"], [], ["a"]],
    "Map(String, Array(UInt8))": [{"a": [1, 2]}, {}, {"b": []}],
    "Tuple(String, Int8)": [("a", 1), ("", 0), ("c", -3)],
    "Decimal(18, 3)": [Decimal("1.500"), Decimal(0), Decimal("-2.125")],
    "FixedString(2)": ["ab", "cd", "ef"],
    "Enum8('a' = 1, 'b' = 2)": ["a", "b", "a"],
}


@pytest.mark.parametrize("type_name", VALUES)
def test_values_of_every_type_come_back_as_they_went(client: Client, type_name: str) -> None:
    client.execute(f"CREATE TABLE v (n UInt8, v {type_name}) ENGINE = MergeTree ORDER BY n")
    client.execute("INSERT INTO v VALUES", list(enumerate(VALUES[type_name])))
    rows, columns = client.execute("SELECT v FROM v ORDER BY n", with_column_types=True)
    assert [value for (value,) in rows] == VALUES[type_name]
    assert columns == [("v", type_name)]


def test_json_columns_are_read(client: Client) -> None:
    sql = """SELECT '{"a": {"b": [1, 2]}}'::JSON AS j"""
    assert client.execute(sql) == [({"a": {"b": [1, 2]}},)]


def test_a_result_without_rows_still_has_columns(client: Client) -> None:
    answer = client.execute("SELECT 1 AS a, now('UTC') AS b WHERE 0", with_column_types=True)
    assert answer == ([], [("a", "UInt8"), ("b", "DateTime('UTC')")])


def test_time_zones_of_datetime_columns_are_kept(client: Client) -> None:
    sql = "SELECT toDateTime('2024-01-01 10:00:00', 'Asia/Tokyo') AS t, [t] AS list"
    [(moment, _)], columns = client.execute(sql, with_column_types=True)
    assert columns[0] == ("t", "DateTime('Asia/Tokyo')")
    assert moment.astimezone(UTC).hour == 1


def test_a_result_streams(client: Client) -> None:
    """The first rows are here while the engine would count for hours."""
    rows = client.execute_iter("SELECT number FROM numbers(1000000000000)", chunk_size=10)
    assert next(rows)[:2] == [(0,), (1,)]
    client.disconnect()
    assert client.execute("SELECT 1") == [(1,)]


def test_columnar_and_types_and_progress(client: Client) -> None:
    assert client.execute("SELECT number FROM numbers(3)", columnar=True) == [(0, 1, 2)]
    assert client.last_query.progress.rows == 3
    assert client.last_query.profile_info.rows == 3


def test_texts_of_several_megabytes(client: Client) -> None:
    payloads = [json.dumps({"n": n, "text": "ж" * 1_500_000}) for n in range(3)]
    client.execute("CREATE TABLE big (n Int8, p String) ENGINE = MergeTree ORDER BY n")
    client.execute("INSERT INTO big VALUES", list(enumerate(payloads)))
    assert [p for (p,) in client.execute("SELECT p FROM big ORDER BY n")] == payloads


def test_parameters_on_either_side(client: Client, server: RunningServer) -> None:
    nasty = "it's a \\ and\na line\tand ж"
    assert client.execute("SELECT %(x)s", {"x": nasty}) == [(nasty,)]
    with server.client(settings={"server_side_params": True}) as other:
        assert other.execute("SELECT {x:String}, {n:Int8}", {"x": nasty, "n": 3}) == [(nasty, 3)]


def test_external_tables(client: Client) -> None:
    table = {"name": "ids", "structure": [("id", "Int32")], "data": [{"id": 1}, {"id": 5}]}
    assert client.execute("SELECT sum(id) FROM ids", external_tables=[table]) == [(6,)]
    with pytest.raises(ServerException):
        client.execute("SELECT sum(id) FROM ids")


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT * FROM nowhere", 60),
        ("SELEC 1", 62),
        ("SELECT 1; SELECT 2", 62),
        ("SELECT nothing", 47),
        ("SELECT throwIf(number = 5) FROM numbers(10) SETTINGS max_block_size = 1", 395),
        ("CREATE TABLE t (a Int8) ENGINE = NoSuch", 56),
        ("SELECT 1::Variant(Int8, String)", 48),
        ("SELECT sum(number) FROM numbers(1) GROUP BY zzz", 47),
        ("SELECT groupArray(number) FROM numbers(1e8) SETTINGS max_memory_usage = 10000000", 241),
    ],
)
def test_an_error_has_its_code_and_the_connection_lives(
    client: Client, sql: str, code: int
) -> None:
    with pytest.raises(ServerException) as caught:
        client.execute(sql)
    assert caught.value.code == code
    assert client.execute("SELECT 'x'") == [("x",)]


def test_one_connection_goes_on_after_errors(client: Client) -> None:
    """The driver hangs up after an error; other clients do not, so its lower half is used here."""
    connection = client.connection
    connection.force_connect()
    for _ in range(3):
        connection.send_query("SELECT number, throwIf(number = 5) FROM numbers(10)")
        connection.send_external_tables([])
        with pytest.raises(ServerException):
            client.receive_result()
        connection.is_query_executing = False
        connection.send_query("INSERT INTO nowhere VALUES")
        connection.send_external_tables([])
        assert connection.receive_packet().exception.code == 60
        assert connection.ping()


def test_definitions(client: Client) -> None:
    client.execute("CREATE TABLE a (n Int8) ENGINE = MergeTree ORDER BY n")
    client.execute("INSERT INTO a VALUES", [(1,)])
    client.execute("CREATE TABLE b CLONE AS a")
    client.execute("INSERT INTO b VALUES (2)")
    client.execute("EXCHANGE TABLES a AND b")
    client.execute("CREATE VIEW both AS SELECT n FROM a UNION ALL SELECT n FROM b")
    assert client.execute("SELECT n FROM both ORDER BY n") == [(1,), (1,), (2,)]
    client.execute("ALTER TABLE a ADD COLUMN t String DEFAULT 'x'")
    client.execute("DELETE FROM a WHERE n = 1")
    assert client.execute("SELECT * FROM a") == [(2, "x")]
    assert client.execute("SHOW TABLES") == [("a",), ("b",), ("both",)]
    assert client.execute("DESCRIBE TABLE b")[0][:2] == ("n", "Int8")
    client.execute("SYSTEM FLUSH LOGS")


def test_dbapi_and_sqlalchemy(client: Client, server: RunningServer) -> None:
    client.execute("CREATE TABLE t (n Int8, s String) ENGINE = Memory")
    with dbapi.connect(f"clickhouse://127.0.0.1:{server.port}/shop") as connection:
        cursor = connection.cursor()
        cursor.executemany("INSERT INTO t (n, s) VALUES", [(1, "a"), (2, "b")])
        cursor.execute("SELECT s FROM t WHERE n = %(n)s", {"n": 2})
        assert cursor.fetchall() == [("b",)]
    engine = create_engine(f"clickhouse+native://127.0.0.1:{server.port}/shop")
    with engine.connect() as connection:
        assert (
            connection.execute(text("SELECT count() FROM t WHERE n > :n"), {"n": 1}).scalar() == 1
        )
    engine.dispose()


def test_a_damaged_frame_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    if not client.connection.compression:
        pytest.skip("only compressed frames have checksums")
    stream = "clickhouse_driver.streams.compressed.CompressedBlockOutputStream"
    monkeypatch.setattr(f"{stream}.get_compressed_hash", lambda _self, _data: 12345)
    with pytest.raises(ServerException) as caught:
        client.execute("SELECT 1")
    assert caught.value.code == 40
