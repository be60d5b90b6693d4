"""Installations that report to the stack's collector: their history, and those that report on."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from local.ports import HOST
from local.sandbox.telemetry.history import write_history
from local.sandbox.telemetry.installations import DAYS
from local.stack.airflow_env import connection_variable
from local.stack.collector import segments_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.stack.settings import LocalSettings
    from local.state import State

TELEMETRY = "telemetry"
INSTALLATIONS = "installations"
_SEED = 7
# Of the 2,000 installations of a whole sandbox, a smaller one has as many fewer as tasks.
_TASKS, _COUNT = 900, 2_000


def telemetry_variables(state: State) -> dict[str, str]:
    """The connection to the folder that the collector keeps reports in."""
    extra = {"folder": segments_folder(state).as_uri()}
    connection = json.dumps({"conn_type": "generic", "extra": extra})
    return {connection_variable(TELEMETRY): connection}


def report_history(settings: LocalSettings, state: State, tell: Callable[[str], None]) -> None:
    """Write what the installations have reported up to the stack's first day."""
    days = min(DAYS, settings.history_days)
    written = write_history(segments_folder(state), _SEED, _count(settings), state.first_day, days)
    if written:
        tell(f"Wrote {written:,} reports of installations, of {days} days.")


def installations_command(settings: LocalSettings, state: State, port: int) -> list[str]:
    """
    The command of those that report on.

    :param port: where the collector listens.
    """
    command = [sys.executable, "-m", "local.sandbox.telemetry", "--url", f"http://{HOST}:{port}"]
    command += ["--seed", str(_SEED), "--count", str(_count(settings))]
    return [*command, "--until", state.first_day.isoformat()]


def _count(settings: LocalSettings) -> int:
    return max(20, settings.sandbox_tasks * _COUNT // _TASKS)
