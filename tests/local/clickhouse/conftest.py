"""A server in a process of its own for each module, and clients to talk to it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from clickhouse_driver import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[3]
START_SECONDS = 30


@dataclass
class RunningServer:
    """A server that was started as users start it."""

    process: subprocess.Popen[str]
    port: int
    http_port: int
    password: str | None

    def client(self, **options: Any) -> Client:
        """An unmodified clickhouse_driver client."""
        options.setdefault("password", self.password or "")
        return Client("127.0.0.1", self.port, **options)


def command(path: Path) -> list[str]:
    """The command line over a database folder, on free ports."""
    program = [sys.executable, "-m", "local.clickhouse"]
    return [*program, "--path", str(path), "--tcp", "0", "--http", "0"]


@contextmanager
def serving(path: Path, password: str | None = None) -> Iterator[RunningServer]:
    """A server over this folder until the block ends."""
    environment = {k: v for k, v in os.environ.items() if k != "FLOWMART_CLICKHOUSE_PASSWORD"}
    if password is not None:
        environment["FLOWMART_CLICKHOUSE_PASSWORD"] = password
    process = subprocess.Popen(
        command(path), stdout=subprocess.PIPE, text=True, cwd=PROJECT, env=environment
    )
    try:
        assert process.stdout
        assert select.select([process.stdout], [], [], START_SECONDS)[0], (
            "the server does not start"
        )
        word, port, http_port = process.stdout.readline().split()
        assert word == "ready"
        yield RunningServer(process, int(port), int(http_port), password)
    finally:
        process.terminate()
        try:
            process.wait(10)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that lets everybody in."""
    with serving(tmp_path_factory.mktemp("clickhouse") / "data") as running:
        yield running


@pytest.fixture(params=[False, "lz4"], ids=["plain", "lz4"])
def client(server: RunningServer, request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client with a database of its own, once without and once with compression."""
    with server.client(compression=request.param) as admin:
        admin.execute("DROP DATABASE IF EXISTS shop SYNC")
        admin.execute("CREATE DATABASE shop")
    with server.client(compression=request.param, database="shop") as connected:
        yield connected
