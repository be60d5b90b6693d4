"""Rows on their way in: in every spelling of INSERT, and when something breaks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from clickhouse_driver.errors import ServerException

from tests.local.clickhouse.conftest import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clickhouse_driver import Client

    from tests.local.clickhouse.conftest import RunningServer

WRITER = """
import sys, itertools
from clickhouse_driver import Client
port, first, rows = (int(a) for a in sys.argv[1:])
client = Client("127.0.0.1", port, database="shop", settings={"insert_block_size": 5000})
numbers = range(first, first + rows) if rows else itertools.count()
def source():
    for n in numbers:
        if n == 20000:
            print("under way", flush=True)
        yield (n, "x" * 50)
client.execute("INSERT INTO t VALUES", source())
mine = "SELECT count() FROM t WHERE n >= %d AND n < %d" % (first, first + rows)
assert client.execute(mine) == [(rows,)]
"""


@pytest.fixture(autouse=True)
def _table(client: Client) -> None:
    client.execute("CREATE TABLE t (n Int64, s String) ENGINE = MergeTree ORDER BY n")


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES",
        "-- rows\n/* and more */ insert into shop.t (n, s) values",
        "insert into t (`n`, `s`) settings max_insert_block_size = 1000 values",
        "insert into t format Native",
        "INSERT INTO `shop`.`t` (* EXCEPT(nothing)) VALUES",
        "INSERT INTO TABLE t VALUES;",
    ],
)
def test_every_spelling_takes_rows(client: Client, sql: str) -> None:
    # The driver tells by its own rule what an insert is, and it knows no comments before it.
    client.process_insert_query(sql, [(1, "a"), (2, "b")])
    assert client.execute("SELECT * FROM t ORDER BY n") == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    "sql",
    [
        "insert into t values (1, 'a')",
        "INSERT INTO t (s, n) SELECT 'a', 1",
        "insert into t with x as (select 1 as n) select n, 'a' from x",
        'INSERT INTO t FORMAT JSONEachRow {"n": 1, "s": "a"}',
    ],
)
def test_every_spelling_brings_rows(client: Client, sql: str) -> None:
    client.execute(sql)
    assert client.execute("SELECT * FROM t") == [(1, "a")]


def test_a_generator_streams_in(client: Client) -> None:
    rows = ((n, str(n)) for n in range(50_000))
    count = client.execute("INSERT INTO t VALUES", rows, settings={"insert_block_size": 7_000})
    assert count == 50_000
    assert client.last_query.progress.written_rows == 50_000
    assert client.execute("SELECT count(), sum(n) FROM t") == [(50_000, sum(range(50_000)))]


def test_no_rows_are_no_error(client: Client) -> None:
    assert client.execute("INSERT INTO t VALUES", []) == 0
    assert client.execute("SELECT count() FROM t") == [(0,)]


def test_computed_columns_are_not_asked_for(client: Client) -> None:
    client.execute(
        "CREATE TABLE c (n Int8, m Int8 MATERIALIZED n + 1, a Int8 ALIAS n + 2, e Int8 EPHEMERAL 5,"
        " d Int16 DEFAULT e * 2) ENGINE = Memory"
    )
    client.execute("INSERT INTO c VALUES", [(1, 7)])
    client.execute("INSERT INTO c (n, e) VALUES", [(2, 8)])
    assert client.execute("SELECT n, m, a, d FROM c ORDER BY n") == [(1, 2, 3, 7), (2, 3, 4, 16)]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("INSERT INTO nowhere VALUES", 60),
        ("INSERT INTO t (n, unknown) VALUES", 16),
        ("INSERT INTO t SETTINGS nonsense = 1 VALUES", 115),
    ],
)
def test_a_wrong_insert_is_refused_before_any_row(client: Client, sql: str, code: int) -> None:
    with pytest.raises(ServerException) as caught:
        client.execute(sql, [(1, "a")])
    assert caught.value.code == code
    assert client.execute("SELECT count() FROM t") == [(0,)]


def test_a_row_that_breaks_a_rule_is_refused(client: Client) -> None:
    client.execute(
        "CREATE TABLE r (n Int64, CONSTRAINT small CHECK n < 10) ENGINE = MergeTree ORDER BY n"
    )
    with pytest.raises(ServerException) as caught:
        client.execute("INSERT INTO r VALUES", [(1,), (99,)])
    assert caught.value.code == 469
    assert client.execute("INSERT INTO r VALUES", [(2,)]) == 1
    assert client.execute("SELECT n FROM r") == [(2,)]


def test_a_null_where_none_may_be(client: Client) -> None:
    with pytest.raises(ServerException) as caught:
        client.execute("INSERT INTO t SELECT NULL, 'a'", settings={"insert_null_as_default": 0})
    assert caught.value.code in (70, 349)


def test_the_memory_limit_holds_in_an_insert(client: Client) -> None:
    with pytest.raises(ServerException) as caught:
        client.execute(
            "INSERT INTO t VALUES",
            ((n, "x" * 1000) for n in range(30_000)),
            settings={"max_memory_usage": 5_000_000},
        )
    assert caught.value.code == 241
    assert client.execute("SELECT 1") == [(1,)]


def test_a_generator_that_fails_leaves_nothing_hanging(client: Client) -> None:
    def rows() -> Iterator[tuple[int, str]]:
        yield 1, "a"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        client.execute("INSERT INTO t VALUES", rows())
    assert client.execute("SELECT count() FROM t") == [(0,)]
    client.execute("DROP TABLE t SYNC")


def test_several_processes_at_once(client: Client, server: RunningServer) -> None:
    def start(number: int) -> subprocess.Popen[bytes]:
        arguments = [str(server.port), str(number * 100_000), "30000"]
        return subprocess.Popen([sys.executable, "-c", WRITER, *arguments], cwd=PROJECT)

    processes = [start(number) for number in range(1, 5)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert client.execute("SELECT count(), uniqExact(n) FROM t") == [(120_000, 120_000)]


def test_a_client_killed_in_the_middle_of_its_insert(client: Client, server: RunningServer) -> None:
    arguments = [sys.executable, "-c", WRITER, str(server.port), "0", "0"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=PROJECT) as process:
        assert process.stdout
        process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    running = "SELECT count() FROM system.processes WHERE query ILIKE 'insert into t%'"
    deadline = time.monotonic() + 5
    while client.execute(running) != [(0,)]:
        assert time.monotonic() < deadline, "the insert is still under way"
        time.sleep(0.05)
    client.execute("INSERT INTO t VALUES", [(-1, "after")])
    assert client.execute("SELECT s FROM t WHERE n = -1") == [("after",)]
    client.execute("DROP TABLE t SYNC")
