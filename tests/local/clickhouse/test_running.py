"""Queries that somebody wants to end, and clients that are gone."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from clickhouse_driver.errors import ServerException

from tests.local.clickhouse.conftest import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from clickhouse_driver import Client

    from tests.local.clickhouse.conftest import RunningServer

# Counts for hours.
ENDLESS = "SELECT sum(cityHash64(number)) FROM numbers(1e15) SETTINGS max_threads = 1"
READER = """
import sys
from clickhouse_driver import Client
client = Client("127.0.0.1", int(sys.argv[1]))
print("begins", flush=True)
client.execute(sys.argv[2])
"""


class Background(threading.Thread):
    """A query in a thread of its own."""

    def __init__(self, query: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._query = query
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._query()
        except BaseException as error:
            self.error = error


def wait_for(client: Client, count: int) -> None:
    """Wait until so many endless queries are under way."""
    sql = (
        "SELECT count() FROM system.processes WHERE query LIKE '%1e15%' AND query NOT LIKE '%LIKE%'"
    )
    deadline = time.monotonic() + 10
    while client.execute(sql) != [(count,)]:
        assert time.monotonic() < deadline, f"never {count} queries"
        time.sleep(0.02)


def test_a_query_is_cancelled_while_the_engine_works(server: RunningServer) -> None:
    with server.client() as client, server.client() as watcher:
        client.execute_with_progress(ENDLESS)
        wait_for(watcher, 1)
        client.cancel()
        wait_for(watcher, 0)
        assert client.execute("SELECT 1") == [(1,)]


def test_a_query_is_cancelled_while_rows_come(server: RunningServer) -> None:
    with server.client() as client:
        rows = client.execute_iter("SELECT number FROM numbers(1e12)")
        assert next(rows) == (0,)
        client.cancel()
        assert client.execute("SELECT 1") == [(1,)]


def test_a_query_is_killed_by_the_id_that_its_client_gave_it(server: RunningServer) -> None:
    with server.client() as client, server.client() as other:
        query = Background(lambda: client.execute(ENDLESS, query_id="the long one"))
        wait_for(other, 1)
        [(status, *_)] = other.execute("KILL QUERY WHERE query_id = 'the long one' ASYNC")
        assert status == "waiting"
        query.join(5)
        assert isinstance(query.error, ServerException)
        assert query.error.code == 394
        assert other.execute("KILL QUERY WHERE query_id = 'the long one'") == []


def test_one_id_is_for_one_query_at_a_time(server: RunningServer) -> None:
    with server.client() as client, server.client() as other:
        query = Background(lambda: client.execute(ENDLESS, query_id="once"))
        wait_for(other, 1)
        with pytest.raises(ServerException) as caught:
            other.execute("SELECT 1", query_id="once")
        assert caught.value.code == 216
        other.execute("KILL QUERY WHERE query_id = 'once' SYNC")
        query.join(5)
        assert other.execute("SELECT 1", query_id="once") == [(1,)]
        assert other.execute("SELECT 2", query_id="once") == [(2,)]


@pytest.mark.parametrize(
    "sql", [ENDLESS, f"CREATE TABLE x ENGINE = Memory AS {ENDLESS}"], ids=["select", "create"]
)
def test_the_query_of_a_killed_client_ends(server: RunningServer, sql: str) -> None:
    with server.client() as watcher:
        arguments = [sys.executable, "-c", READER, str(server.port), sql]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=PROJECT) as process:
            wait_for(watcher, 1)
            process.kill()
        wait_for(watcher, 0)


def test_a_client_killed_while_it_reads(server: RunningServer) -> None:
    arguments = [
        sys.executable,
        "-c",
        READER,
        str(server.port),
        "SELECT number + 1e15 FROM numbers(1e12)",
    ]
    with server.client() as watcher:
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=PROJECT) as process:
            wait_for(watcher, 1)
            time.sleep(0.3)
            process.kill()
        wait_for(watcher, 0)


def test_many_connections_at_once(server: RunningServer) -> None:
    """Each with inserts, errors and results of its own, and none sees another's."""
    with server.client() as client:
        client.execute("CREATE TABLE many (n UInt32) ENGINE = MergeTree ORDER BY n")

    def work(number: int) -> None:
        with server.client(settings={"max_threads": 1}) as mine:
            for turn in range(5):
                mine.execute("INSERT INTO many VALUES", [(number * 100 + turn,)])
                with pytest.raises(ServerException):
                    mine.execute("SELECT throwIf(1)")
                assert mine.execute(f"SELECT {number}") == [(number,)]

    threads = [Background(lambda number=number: work(number)) for number in range(20)]
    for thread in threads:
        thread.join(30)
    assert [thread.error for thread in threads] == [None] * 20
    with server.client() as client:
        assert client.execute("SELECT count(), uniqExact(n) FROM many") == [(100, 100)]
