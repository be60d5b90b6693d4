"""Connections that want more than their share: answers never read, requests without end."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from local.ports import HOST
from tests.collector.running import analytics, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.collector.running import RunningCollector

METRICS = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"


def everything(connection: socket.socket) -> bytes:
    """What comes until the other end closes the connection."""
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return received


def send_without_reading(collector: RunningCollector, seconds: float) -> socket.socket:
    """A connection with more answers than the system keeps for its client."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.connect((HOST, collector.port))
    connection.settimeout(1)
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            # Slowly enough that few wait, as long as their answers can be written.
            connection.sendall(METRICS * 2)
            time.sleep(0.01)
    except OSError:
        pass
    return connection


@pytest.fixture(scope="module")
def collector(starting: Callable[..., RunningCollector]) -> RunningCollector:
    return starting(answer_seconds=1)


def test_requests_that_are_sent_ahead_are_few(collector: RunningCollector) -> None:
    with collector.raw(METRICS * 9) as connection:
        received = b""
        while received.count(b"HTTP/1.1 200") < 9:
            received += connection.recv(65536)
    with collector.raw(METRICS * 3000) as connection:
        received = everything(connection)
    assert received.count(b"HTTP/1.1 ") <= 10
    assert b"503 Service Unavailable\r\nRetry-After: 5\r\n" in received
    assert collector.metric("refused_total", reason="pipelined") == 1


def test_who_does_not_read_its_answers_is_cut(collector: RunningCollector) -> None:
    deadline = time.monotonic() + 120
    while collector.metric("refused_total", reason="unread") == 0:
        assert time.monotonic() < deadline
        # On a busy machine too many requests may wait first, which ends the connection as well.
        with send_without_reading(collector, seconds=20):
            time.sleep(3)


def test_a_slow_reader_gets_everything(collector: RunningCollector) -> None:
    # For longer than the time of one answer, but each in its time.
    with collector.raw() as connection:
        for _ in range(6):
            connection.sendall(METRICS)
            time.sleep(0.3)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_stop_ends_in_its_time_whatever_clients_and_store_do(
    starting: Callable[..., RunningCollector],
) -> None:
    # A database that takes connections and says nothing.
    with socket.create_server((HOST, 0)) as database:
        store = f"postgresql://{HOST}:{database.getsockname()[1]}/telemetry"
        collector = starting(store, stop_seconds=3, answer_seconds=600)
        body = analytics()
        head = f"POST / HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        with send_without_reading(collector, seconds=3), collector.raw(head + body):
            began = time.monotonic()
            collector.stop()
            assert time.monotonic() - began < 6


def test_one_client_does_not_get_all_connections(
    starting: Callable[..., RunningCollector],
) -> None:
    collector = starting(client_connections=3)
    held = [collector.raw() for _ in range(3)]
    with collector.raw() as connection:
        assert b"503 Service Unavailable\r\nRetry-After: 5\r\n" in connection.recv(100)
    # Another address of the loopback network is another client.
    with socket.create_connection((HOST, collector.port), 60, ("127.0.0.2", 0)) as other:
        other.sendall(METRICS)
        assert b"HTTP/1.1 200" in other.recv(100)
    held.pop().close()
    time.sleep(0.2)
    assert collector.metric("refused_total", reason="client") == 1
    for connection in held:
        connection.close()


def test_an_idle_connection_makes_room_for_a_new_one(
    starting: Callable[..., RunningCollector],
) -> None:
    collector = starting(connections=2)
    kept = [collector.connect(), collector.connect()]
    for connection in kept:
        connection.request("GET", "/health")
        assert answer(connection.getresponse()).status == 200
    first, second = (connection.sock for connection in kept)
    assert collector.post(analytics()).status == 200
    assert first.recv(1) == b""
    second.sendall(METRICS)
    assert second.recv(12) == b"HTTP/1.1 200"
    for connection in kept:
        connection.close()


@pytest.mark.parametrize("asked", [("GET", "/health"), ("GET", "/metrics"), ("PUT", "/none")])
def test_requests_that_are_no_reports_are_bounded_too(
    starting: Callable[..., RunningCollector], asked: tuple[str, str]
) -> None:
    # The bucket of the request that waited for the start is its peer's.
    collector = starting(client_rate=0.01, client_burst=3, proxies=1)
    client = {"X-Forwarded-For": "192.0.2.1"}
    answers = [collector.request(*asked, headers=client) for _ in range(5)]
    assert [one.status == 429 for one in answers] == [False, False, False, True, True]
    assert collector.post(analytics(), x_forwarded_for="192.0.2.1").status == 200
