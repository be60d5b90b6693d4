"""Connects Airflow with the sandbox, loads its older history, and lets the schedules run."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import timedelta

from flowmart.core.schedule import midnight
from flowmart.settings import load_settings
from local.compose.health import API
from local.compose.sandbox import PORT, last_day
from local.errors import LocalError
from local.sandbox.access import ACCESS
from local.stack.airflow_api import AirflowApi
from local.stack.airflow_env import connection_variable
from local.stack.history import CENSUS, FLOW_METRICS, REPLAY, load_wide_window
from local.stack.settings import load_local_settings
from local.state import USER

_DAG_SECONDS = 300


def main() -> None:
    """Do it; what was done by an earlier start is left as it is."""
    configured = load_settings().instances
    first = midnight(last_day() - timedelta(days=load_local_settings().history_days), "UTC")
    try:
        with closing(AirflowApi(API, USER, os.environ["FLOWMART_ADMIN_PASSWORD"])) as api:
            for instance in filter(configured.__contains__, ACCESS):
                _require_no_other(instance)
                api.wait_for_dag(instance, timeout_seconds=_DAG_SECONDS)
                path, token, extra = ACCESS[instance]
                host = f"http://sandbox:{PORT}{path}"
                api.add_connection(f"flowmart_{instance}", "http", host, token, extra)
                load_wide_window(api, instance, first, configured[instance].starts_at)
                api.unpause(instance)
            for dag in (REPLAY, CENSUS, FLOW_METRICS):
                api.wait_for_dag(dag, timeout_seconds=_DAG_SECONDS)
                api.unpause(dag)
    except LocalError as error:
        sys.exit(str(error))


def _require_no_other(instance: str) -> None:
    variable = connection_variable(instance)
    if os.environ.get(variable):
        raise LocalError(
            f"{variable} names a tracker of your own, which must not mix with the sandbox: remove "
            "COMPOSE_PROFILES and FLOWMART_SANDBOX_START from .env, and the sandbox's data with "
            "`docker compose down --volumes`."
        )


if __name__ == "__main__":
    main()
