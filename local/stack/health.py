"""Waiting for a freshly started Airflow."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx

from local.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.stack.airflow_api import AirflowApi

_PATIENCE_SECONDS = 180


def wait_until_healthy(api: AirflowApi, check: Callable[[], None], logs: Path) -> None:
    """
    Wait for signs of life that are newer than this call.

    Those of an earlier start are still in the database, so Airflow's own word is too old.

    :param check: raises LocalError if a component is not up.
    :param logs: folder of the components' logs.
    :raises LocalError: if a component dies, or one gives no sign for three minutes.
    """
    since = datetime.now(UTC)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while missing := _missing(api, since):
        check()
        if time.monotonic() > deadline:
            raise LocalError(f"No sign of life from the {missing}; see {logs}.")
        time.sleep(0.5)


def _missing(api: AirflowApi, since: datetime) -> str:
    """Name of the first component that has not given a sign since an instant, or nothing."""
    try:
        health = api.health()
    except httpx.HTTPError:
        return "api-server"
    for name in ("scheduler", "dag_processor", "triggerer"):
        beat = (health.get(name) or {}).get(f"latest_{name}_heartbeat")
        if not beat or datetime.fromisoformat(beat) < since:
            return name.replace("_", "-")
    return ""
