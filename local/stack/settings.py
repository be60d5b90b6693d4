"""Settings of the local stack: the environment overrides ``.env``, and that over defaults."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from local import PROJECT
from local.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Mapping

# A folder for each, so that both may run side by side.
STATE_FOLDERS = {"postgres": ".flowmart", "clickhouse": ".flowmart-clickhouse"}


@dataclass(frozen=True)
class LocalSettings:
    """
    How one local stack is set up.

    :param state_folder: where it keeps its data, logs and secrets (``FLOWMART_STATE``).
    :param port: the page's port; the next free one is taken if it is in use, and 0 takes any
        (``FLOWMART_PORT``).
    :param collector_port: the telemetry collector's, or the next free one
        (``FLOWMART_COLLECTOR_PORT``).
    :param warehouse: ``postgres`` or ``clickhouse`` (``WAREHOUSE``); Airflow's own state is always
        on PostgreSQL.
    :param postgres_dsn: a server to use instead of an embedded one (``FLOWMART_POSTGRES_DSN``).
    :param clickhouse_dsn: a server to use instead of a local one (``CLICKHOUSE_DSN``).
    :param dags_folder: folder of the DAGs.
    :param sandbox_tasks: how many tasks the sandbox makes up, in all trackers but GitHub together
        (``FLOWMART_SANDBOX_TASKS``).
    :param recordings: folder that the sandbox replays instead (``FLOWMART_RECORDINGS``).
    :param history_days: how far back the first ``make run`` goes (``FLOWMART_HISTORY_DAYS``).
    :param environment: the merged variables, handed on to Airflow.
    """

    state_folder: Path
    port: int = 8080
    collector_port: int = 8098
    warehouse: str = "postgres"
    postgres_dsn: str = field(default="", repr=False)
    clickhouse_dsn: str = field(default="", repr=False)
    dags_folder: Path = PROJECT / "dags"
    sandbox_tasks: int = 900
    recordings: Path | None = None
    history_days: int = 400
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


def load_local_settings(
    project: Path = PROJECT, environment: Mapping[str, str] | None = None
) -> LocalSettings:
    """
    Read the settings.

    :param project: folder of the ``.env`` file.
    :param environment: variables that win over it; None takes this process's own.
    :raises LocalError: if a number is none, or there is no such warehouse or address.
    """
    # Without interpolation: a token may hold a dollar sign.
    from_file = dotenv_values(project / ".env", interpolate=False)
    given = {name: value for name, value in from_file.items() if value is not None}
    given |= os.environ if environment is None else environment
    recordings = given.get("FLOWMART_RECORDINGS")
    warehouse = given.get("WAREHOUSE") or LocalSettings.warehouse
    if warehouse not in STATE_FOLDERS:
        known = " or ".join(STATE_FOLDERS)
        raise LocalError(f"WAREHOUSE is {warehouse!r}, not {known}: correct it, also in .env.")
    clickhouse_dsn = given.get("CLICKHOUSE_DSN", "")
    if clickhouse_dsn and not clickhouse_dsn.startswith(("clickhouse://", "clickhouses://")):
        # Not quoted: it may hold a password.
        raise LocalError(
            "CLICKHOUSE_DSN does not begin with clickhouse:// (or clickhouses:// for TLS): write "
            "it as clickhouse://user:password@host:9000/, the native port, also in .env."
        )
    return LocalSettings(
        state_folder=(project / given.get("FLOWMART_STATE", STATE_FOLDERS[warehouse])).resolve(),
        port=_number(given, "FLOWMART_PORT", LocalSettings.port),
        collector_port=_number(given, "FLOWMART_COLLECTOR_PORT", LocalSettings.collector_port),
        warehouse=warehouse,
        postgres_dsn=given.get("FLOWMART_POSTGRES_DSN", ""),
        clickhouse_dsn=clickhouse_dsn,
        sandbox_tasks=_number(given, "FLOWMART_SANDBOX_TASKS", LocalSettings.sandbox_tasks),
        recordings=Path(recordings).resolve() if recordings else None,
        history_days=_number(given, "FLOWMART_HISTORY_DAYS", LocalSettings.history_days),
        environment=given,
    )


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name) or str(default)
    if not text.isdigit():
        raise LocalError(f"{name} is {text!r}, not an integer: correct it in .env.")
    return int(text)
