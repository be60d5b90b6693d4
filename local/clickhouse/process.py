"""The local ClickHouse server as a process: started, found again, ended."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

from local import PROJECT
from local.errors import LocalError
from local.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PASSWORD_VARIABLE = "FLOWMART_CLICKHOUSE_PASSWORD"
SETTINGS_VARIABLE = "FLOWMART_CLICKHOUSE_SERVER_XML"


def server_command(folder: Path, tcp_port: int, http_port: int) -> list[str]:
    """
    The command line of the server.

    :param folder: where it keeps its data.
    :param tcp_port: port of the native protocol; 0 takes any.
    :param http_port: port of the HTTP interface; 0 takes any.
    """
    ports = ["--tcp", str(tcp_port), "--http", str(http_port)]
    return [sys.executable, "-m", "local.clickhouse", "--path", str(folder), *ports]


def server_environment(environment: Mapping[str, str], password: str) -> dict[str, str]:
    """
    Variables of the server's process.

    :param environment: those to hand on; Airflow's, with the secrets among them, are left out.
    :param password: what clients have to know.
    """
    kept = {name: text for name, text in environment.items() if not name.startswith("AIRFLOW")}
    path = f"{PROJECT / 'plugins'}:{PROJECT}"
    return {**kept, PASSWORD_VARIABLE: password, "PYTHONPATH": path}


def server_dsn(password: str, port: int) -> str:
    """Address of the server, password included: do not log it."""
    return f"clickhouse://default:{quote(password, safe='')}@{HOST}:{port}/"


class LocalServer:
    """
    A server that ends with the process that started it.

    :param folder: where it keeps its data.
    :param settings: a server.xml in place of the usual one, which may name users' rights.
    """

    def __init__(self, folder: Path, settings: Path | None = None) -> None:
        self._folder = folder
        self._settings = settings
        self._password = secrets.token_urlsafe(12)
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """
        Start it on free ports; its DSN.

        :raises LocalError: if it does not come up.
        """
        environment = server_environment(os.environ, self._password)
        if self._settings:
            environment[SETTINGS_VARIABLE] = str(self._settings)
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
