"""The sandbox as a part of the stack: how it is started, and how DAGs find it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from flowmart.settings import START_VARIABLE
from local.ports import HOST
from local.sandbox.access import ACCESS
from local.stack.airflow_env import connection_variable, sandbox_connection

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from local.stack.settings import LocalSettings

SANDBOX = "sandbox"


def sandbox_command(settings: LocalSettings, until: date, port: int, host: str = HOST) -> list[str]:
    """
    The command that serves it.

    :param until: the day that its history ends with.
    :param port: port to serve it on.
    :param host: address of the interface to serve it on.
    """
    command = [sys.executable, "-m", "local.sandbox", "--host", host, "--port", str(port)]
    command += ["--seed", "7"]
    command += ["--tasks", str(settings.sandbox_tasks), "--days", str(settings.history_days)]
    command += ["--until", until.isoformat()]
    if settings.recordings:
        command += ["--recordings", str(settings.recordings)]
    return command


def sandbox_variables(instances: Iterable[str], start: date, port: int) -> dict[str, str]:
    """
    Connections to it for Airflow.

    :param instances: those that it plays.
    :param start: the first day of their schedules.
    :param port: where it is served.
    """
    variables = {START_VARIABLE: start.isoformat()}
    for instance in instances:
        path, token, extra = ACCESS[instance]
        connection = sandbox_connection(f"http://{HOST}:{port}{path}", token, extra)
        variables[connection_variable(instance)] = connection
    return variables
