"""A collector that really runs: its own process, real sockets, a real store."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import TYPE_CHECKING, Any

from collector.compile import PRODUCTS
from collector.products import load_products
from local.ports import HOST, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROJECT = PRODUCTS.parents[4]
_PATIENCE_SECONDS = 60
_ENDED = "Application shutdown complete."
_TYPE = "application/octet-stream"


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str]


class RunningCollector:
    """
    One collector.

    :param store: as FLOWMART_COLLECTOR_STORE has it.
    :param log: file that its log is added to.
    :param settings: others by name, such as ``body_seconds=1``.
    """

    def __init__(self, store: Path | str, log: Path, **settings: object) -> None:
        self.port = free_port()
        self.log = log
        given = {"store": store, "port": self.port, "client_rate": 0, **settings}
        self._environment = {
            **os.environ,
            **{f"FLOWMART_COLLECTOR_{name.upper()}": str(value) for name, value in given.items()},
        }
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as output:
            command = [sys.executable, "-m", "collector"]
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=self._environment, stderr=output, start_new_session=True
            )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, "the collector does not come up"
            time.sleep(0.05)

    def _answers(self) -> bool:
        with suppress(OSError):
            return self.get("/health").status == 200
        return False

    def stop(self) -> None:
        """End it, and make sure that it ended in good order."""
        ended = self.log.read_text().count(_ENDED)
        self.process.terminate()
        # uvicorn raises the signal again when it is through.
        assert self.process.wait(_PATIENCE_SECONDS) in (0, -signal.SIGTERM)
        assert self.log.read_text().count(_ENDED) > ended

    def kill(self) -> None:
        """End it at once, with all its processes."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(_PATIENCE_SECONDS)

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def post(self, body: bytes, path: str = "/", **headers: str) -> Answer:
        """Post as aiohttp does, and so pulpcore; headers by name, ``content_type`` for one."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("POST", path, body, {"content-type": _TYPE, **given})

    def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = self.connect()
        try:
            connection.request(method, path, body, dict(headers or {}))
            return answer(connection.getresponse())
        finally:
            connection.close()

    def connect(self) -> HTTPConnection:
        return HTTPConnection(HOST, self.port, timeout=_PATIENCE_SECONDS)

    def raw(self, content: bytes = b"") -> socket.socket:
        """A bare connection, on which something was sent."""
        connection = socket.create_connection((HOST, self.port), timeout=_PATIENCE_SECONDS)
        connection.sendall(content)
        return connection

    def metric(self, name: str, **labels: str) -> float:
        """The value of a metric, 0 if there is none yet."""
        wanted = ",".join(f'{label}="{value}"' for label, value in labels.items())
        full = f"flowmart_collector_{name}" + (f"{{{wanted}}}" if wanted else "")
        for line in self.get("/metrics").text.splitlines():
            key, _, value = line.rpartition(" ")
            if key == full:
                return float(value)
        return 0.0


def answer(response: HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, response.read().decode(), headers)


def analytics(system: str | None = None, **fields: Any) -> bytes:
    """A body, with the fields of Pulp's message; components as (name, version)."""
    message: Any = load_products(PRODUCTS)["pulp"].message()
    message.system_id = system or str(uuid.uuid4())
    for name, version in fields.pop("components", ()):
        message.components.add(name=name, version=version)
    for name, value in fields.items():
        setattr(message, name, value)
    return bytes(message.SerializePartialToString())


def unknown(length: int) -> bytes:
    """A field that no message has, with so many bytes; 5 more for its number and its length."""
    varint = bytes((length & 127 | 128, length >> 7 & 127 | 128, length >> 14))
    return b"\x9a\x06" + varint + b"x" * length


def stored(root: Path) -> list[dict[str, Any]]:
    """What the segments of a folder hold, read as their description says."""
    found = []
    for segment in sorted(root.rglob("*.jsonl")):
        complete, _, _unfinished = segment.read_bytes().rpartition(b"\n")
        found += [json.loads(line) for line in complete.split(b"\n") if line]
    return found


def systems(root: Path) -> list[str]:
    """The systems of all reports in a folder."""
    return [line["report"]["system_id"] for line in stored(root)]
