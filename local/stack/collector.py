"""The telemetry collector as a part of the stack: its process, and how it is known to work."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import httpx

from local import PROJECT
from local.errors import LocalError
from local.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.stack.settings import LocalSettings
    from local.state import State

COLLECTOR = "collector"
COLLECTOR_COMMAND = [sys.executable, "-m", "collector"]
_PATIENCE_SECONDS = 60


def segments_folder(state: State) -> Path:
    """Where the stack's collector keeps reports, unless FLOWMART_COLLECTOR_STORE says otherwise."""
    return state.folder / "telemetry"


def collector_environment(settings: LocalSettings, state: State, port: int) -> dict[str, str]:
    """
    The variables of its process; no secret of Airflow's is among them.

    :param port: port to listen on.
    """
    store = str(segments_folder(state))
    given = {"FLOWMART_COLLECTOR_STORE": store, "FLOWMART_COLLECTOR_HOST": HOST}
    own = {"FLOWMART_COLLECTOR_PORT": str(port), "PYTHONPATH": str(PROJECT)}
    return {**given, **settings.environment, **own}


def wait_until_ready(port: int, check: Callable[[], None], logs: Path) -> None:
    """
    Wait until the collector can keep reports.

    :param check: raises LocalError if a component is not up.
    :param logs: folder of the components' logs.
    :raises LocalError: if it cannot within a minute.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _is_ready(port):
        check()
        if time.monotonic() > deadline:
            raise LocalError(f"The {COLLECTOR} cannot keep reports; see {logs}/{COLLECTOR}.log.")
        time.sleep(0.2)


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://{HOST}:{port}/ready", timeout=10).is_success
    except httpx.HTTPError:
        return False
