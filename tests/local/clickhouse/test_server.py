"""The server as a process: passwords, signals, one folder, and what survives."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import requests
from clickhouse_driver.errors import ServerException

from tests.local.clickhouse.conftest import PROJECT, RunningServer, command, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with a password."""
    with serving(tmp_path_factory.mktemp("guarded"), PASSWORD) as running:
        yield running


def test_the_right_password_lets_in(guarded: RunningServer) -> None:
    with guarded.client() as client:
        assert client.execute("SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    ("user", "password"), [("default", "wrong"), ("eve", PASSWORD), ("default", "")]
)
def test_anything_else_does_not(guarded: RunningServer, user: str, password: str) -> None:
    with (
        guarded.client(user=user, password=password) as client,
        pytest.raises(ServerException, match="Authentication failed") as caught,
    ):
        client.execute("SELECT 1")
    assert caught.value.code == 516


def test_passwords_over_http(guarded: RunningServer) -> None:
    url, sql = f"http://127.0.0.1:{guarded.http_port}/", {"query": "SELECT 1"}
    key = {"X-ClickHouse-User": "default", "X-ClickHouse-Key": PASSWORD}
    in_url = {**sql, "user": "default", "password": PASSWORD}
    assert requests.get(url, params=sql, auth=("default", PASSWORD), timeout=5).text == "1\n"
    assert requests.get(url, params=sql, headers=key, timeout=5).text == "1\n"
    assert requests.get(url, params=in_url, timeout=5).text == "1\n"
    for answer in (
        requests.get(url, params=sql, timeout=5),
        requests.get(url, params=sql, auth=("default", "wrong"), timeout=5),
        requests.get(url, params={**in_url, "password": "wrong"}, timeout=5),
    ):
        assert answer.status_code == 403
        assert answer.headers["X-ClickHouse-Exception-Code"] == "516"


def test_an_unknown_database_is_refused_at_hello(server: RunningServer) -> None:
    with server.client(database="nowhere") as client, pytest.raises(ServerException) as caught:
        client.execute("SELECT 1")
    assert caught.value.code == 81


def test_a_second_server_on_the_same_folder_gives_up_at_once(tmp_path: Path) -> None:
    with serving(tmp_path / "data"):
        second = subprocess.run(
            command(tmp_path / "data"), capture_output=True, text=True, cwd=PROJECT, timeout=20
        )
    assert second.returncode == 1
    assert "is in use" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    acknowledged = []
    with serving(tmp_path / "data") as running, running.client() as client:
        client.execute("CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n")
        threading.Timer(0.7, running.process.send_signal, [signal.SIGKILL]).start()
        with suppress(Exception):
            while True:
                client.execute("INSERT INTO t VALUES", [(len(acknowledged),)])
                acknowledged.append(len(acknowledged))
        assert running.process.wait(5) == -signal.SIGKILL
    with serving(tmp_path / "data") as running, running.client() as client:
        found = [n for (n,) in client.execute("SELECT n FROM t ORDER BY n")]
    assert len(acknowledged) > 5
    assert found[: len(acknowledged)] == acknowledged
    assert len(found) - len(acknowledged) <= 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_the_middle_of_a_query(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path / "data") as running, running.client() as client:

        def count_for_hours() -> None:
            with suppress(Exception):
                client.execute("SELECT sum(cityHash64(number)) FROM numbers(1e15)")

        query = threading.Thread(target=count_for_hours, daemon=True)
        query.start()
        time.sleep(0.5)
        begin = time.monotonic()
        running.process.send_signal(number)
        assert running.process.wait(5) == 0
        assert time.monotonic() - begin < 3
        query.join(5)
