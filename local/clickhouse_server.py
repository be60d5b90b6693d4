"""The local ClickHouse server as a process: started, found again, ended."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from typing import TYPE_CHECKING

from local import PROJECT
from local.errors import LocalError
from local.ports import HOST

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD_VARIABLE = "FLOWMART_CLICKHOUSE_PASSWORD"


def server_command(folder: Path, tcp_port: int, http_port: int) -> list[str]:
    """
    The command line of the server.

    :param folder: where it keeps its data.
    :param tcp_port: port of the native protocol; 0 takes any.
    :param http_port: port of the HTTP interface; 0 takes any.
    """
    ports = ["--tcp", str(tcp_port), "--http", str(http_port)]
    return [sys.executable, "-m", "local.clickhouse", "--path", str(folder), *ports]


def server_dsn(password: str, port: int) -> str:
    """Address of the server, password included: do not log it."""
    return f"clickhouse://default:{password}@{HOST}:{port}/"


class LocalServer:
    """
    A server that ends with the process that started it.

    :param folder: where it keeps its data.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._password = secrets.token_urlsafe(12)
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """
        Start it on free ports; its DSN.

        :raises LocalError: if it does not come up.
        """
        environment = {
            **os.environ,
            PASSWORD_VARIABLE: self._password,
            "PYTHONPATH": f"{PROJECT / 'plugins'}:{PROJECT}",
        }
        self._process = subprocess.Popen(
            server_command(self._folder / "data", 0, 0),
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        words = self._process.stdout.readline().split()
        if words[:1] != ["ready"]:
            raise LocalError(f"The local ClickHouse server does not start in {self._folder}.")
        return server_dsn(self._password, int(words[1]))

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it in good order."""
        if self._process:
            self._process.terminate()
            self._process.wait()
