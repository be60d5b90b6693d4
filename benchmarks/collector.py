"""``make benchmark-collector``: how many reports the collector takes, and what that costs."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import psutil
import uvloop

from collector.compile import PRODUCTS
from collector.products import load_products
from local import PROJECT
from local.ports import HOST, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WARM_SECONDS = 2
_START_SECONDS = 60
_WRITES = 300
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_ECHO = ["-m", "uvicorn", "benchmarks.collector:echo", "--no-access-log", "--log-level", "warning"]
_MEMORY = Path("/dev/shm")


async def echo(scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
    """The least that an application can do: take the body and send it back."""
    if scope["type"] != "http":
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    length = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": body})


@dataclass
class Measured:
    """
    What a server did under load.

    :param waits: seconds from each request to its answer.
    :param seconds: how long it was measured.
    :param processor_seconds: what the server used of the processor meanwhile.
    :param mib: its memory afterwards (RSS).
    """

    waits: list[float] = field(default_factory=list)
    seconds: float = 0
    processor_seconds: float = 0
    mib: float = 0

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.waits) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        return sorted(self.waits)[int(share * len(self.waits))] * 1000


class _Client(asyncio.Protocol):
    """A connection that sends the next report as soon as the last one is answered."""

    def __init__(self, measured: Measured, template: bytes, place: int) -> None:
        self._measured = measured
        self._template = template
        self._place = place
        self._received = b""
        self._sent_at = 0.0
        self.lost: str = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is none by class.
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, _, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not length or len(body) < int(length[1]):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self.lost = head.decode()
            self._transport.close()
            return
        self._measured.waits.append(time.perf_counter() - self._sent_at)
        self._received = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = self.lost or "the connection is closed"

    def _send(self) -> None:
        # Each report is another system's.
        system = str(uuid.uuid4()).encode()
        self._sent_at = time.perf_counter()
        self._transport.write(
            self._template[: self._place] + system + self._template[self._place + 36 :]
        )


async def _load(port: int, connections: int, seconds: float, process: psutil.Process) -> Measured:
    measured = Measured()
    template, place = _request()
    loop = asyncio.get_running_loop()
    clients = [_Client(measured, template, place) for _ in range(connections)]
    opened = [await loop.create_connection(lambda c=c: c, HOST, port) for c in clients]  # type: ignore[misc]
    await asyncio.sleep(_WARM_SECONDS)
    measured.waits.clear()
    before, began = process.cpu_times(), time.perf_counter()
    await asyncio.sleep(seconds)
    after = process.cpu_times()
    measured.seconds = time.perf_counter() - began
    measured.processor_seconds = after.user + after.system - before.user - before.system
    measured.mib = process.memory_info().rss / 2**20
    for client in clients:
        assert not client.lost, client.lost
    for transport, _ in opened:
        transport.close()
    return measured


def _request() -> tuple[bytes, int]:
    """A request with a report of usual size, and where in it the system's id stands."""
    message: Any = load_products(PRODUCTS)["pulp"].message()
    message.system_id = str(uuid.UUID(int=0))
    message.online_workers.processes, message.online_workers.hosts = 8, 2
    message.online_content_apps.processes, message.online_content_apps.hosts = 4, 2
    for name in ("core", "rpm", "container", "file", "ansible", "deb", "python", "certguard"):
        message.components.add(name=name, version="3.49.1")
    message.postgresql_version = 150004
    message.rbac_stats.users, message.rbac_stats.groups = 12, 3
    body = message.SerializeToString()
    head = f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    request = head + body
    return request, request.index(message.system_id.encode())


@contextmanager
def _serving(arguments: Sequence[str], **variables: str) -> Iterator[tuple[int, psutil.Process]]:
    """A server of its own, which takes any number of requests."""
    port = free_port()
    environment = os.environ | {"FLOWMART_COLLECTOR_PORT": str(port)} | variables
    words = [word.replace("PORT", str(port)) for word in arguments]
    process = subprocess.Popen([sys.executable, *words], cwd=PROJECT, env=environment)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _listens(process):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _listens(process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the server does not start"
    connections = psutil.Process(process.pid).net_connections()
    return any(connection.status == psutil.CONN_LISTEN for connection in connections)


def main(words: Sequence[str] | None = None) -> None:
    """Measure a bare server and the collector, one after the other, and print both."""
    options = _options(words)
    servers: dict[str, tuple[list[str], Path | None]] = {
        "bare uvicorn, echo": ([*_ECHO, "--port", "PORT"], None),
        "collector": (["-m", "collector"], options.folder),
    }
    if _MEMORY.is_dir():
        servers["collector, folder in memory"] = (["-m", "collector"], _MEMORY)
    print(f"A write of 8 KiB with fsync in {options.folder}: {_disk(options.folder)}")
    print("| server | requests/s | ratio | p50 ms | p99 ms | processor | ms each | RSS MiB |")
    bare = 0.0
    for name, (arguments, folder) in servers.items():
        with tempfile.TemporaryDirectory(dir=folder) as store:
            variables = {"FLOWMART_COLLECTOR_STORE": store, "FLOWMART_COLLECTOR_CLIENT_RATE": "0"}
            with _serving(arguments, **variables) as (port, process):
                found = uvloop.run(_load(port, options.connections, options.seconds, process))
        bare = bare or found.rate
        print(
            f"| {name} | {found.rate:,.0f} | {found.rate / bare:.2f} "
            f"| {found.percentile(0.5):.1f} | {found.percentile(0.99):.1f} "
            f"| {found.processor_seconds / found.seconds:.0%} "
            f"| {found.processor_seconds / len(found.waits) * 1000:.2f} | {found.mib:.0f} |"
        )


def _disk(folder: Path) -> str:
    """How long the disk itself takes to keep a group."""
    waits = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_WRITES):
            began = time.perf_counter()
            os.write(file.fileno(), b"x" * 8192)
            os.fsync(file.fileno())
            waits.append(time.perf_counter() - began)
    waits.sort()
    return f"p50 {waits[_WRITES // 2] * 1000:.1f}, p99 {waits[_WRITES * 99 // 100] * 1000:.1f} ms"


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.collector", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="how long each is measured")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--folder", type=Path, default=PROJECT, help="on the disk to measure")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
