"""
One real Airflow with scheduler and API over two warehouses, each with sources of its own.

The project's DAGs publish to ClickHouse; those of ``dags_on_postgres.py`` are the same ones over
PostgreSQL. What the warehouse has a part in is marked :data:`both_warehouses`; all else runs over
PostgreSQL only, to save time.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.processes import ProcessTable
from local.sandbox.company.generator import generate
from local.sandbox.phabricator.recordings import recorded_store
from local.sandbox.phabricator.server import serve
from local.stack.airflow_env import connection_variable, sandbox_connection, warehouse_connection
from local.stack.settings import LocalSettings
from local.stack.stack import Stack
from local.stack.warehouse import choose
from local.state import State
from tests.conftest import PROJECT
from tests.databases import without_databases
from tests.stack.lab import DAY, UNTIL, Lab
from tests.warehouses import migrated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.phabricator.server import Running

both_warehouses = pytest.mark.warehouses("postgres", "clickhouse")
only_clickhouse = pytest.mark.warehouses("clickhouse")

_UNSEEN_DAYS = itertools.count(1)
RECORDINGS = Path(
    os.environ.get("FLOWMART_RECORDINGS") or PROJECT.parent / "shared" / "fixtures" / "phorge-live"
)
# Other tests want the cores that Airflow would take for looking around, and no code changes.
QUIET = {
    "FLOWMART_UNEDITED": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "1",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "3600",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",
}
INSTANCES = """
instances:
  phabricator: &common
    start: {yesterday}
    statuses:
      progress: {{category: in_progress}}
      stalled: {{category: in_progress, is_waiting: true}}
  phabricator__outage:
    <<: *common
    schedule: "0 */4 * * *"
  phabricator__recorded:
    <<: *common
    start: 2026-11-23
    schedule: 0 0,12 23 11 *  # the only whole interval is that of the recordings
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test over the warehouses of its mark."""
    if "lab" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("warehouses")
        warehouses = mark.args if mark else ("postgres",)
        metafunc.parametrize("lab", warehouses, indirect=True, scope="package")


@pytest.fixture(scope="package")
def lab(request: pytest.FixtureRequest, labs: dict[str, Lab]) -> Lab:
    """The warehouse that the test's parameter names."""
    return labs[request.param]


@pytest.fixture(scope="package")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Lab]]:
    """Start everything once for all tests; warehouse -> what tests see of it."""
    folder = tmp_path_factory.mktemp("stack")
    with ExitStack() as exit_stack:
        sandbox, variables = _sources(folder / "clickhouse", exit_stack)
        other_sandbox, other_variables = _sources(folder / "postgres", exit_stack)
        settings = LocalSettings(
            folder / "state",
            port=0,
            warehouse="clickhouse",
            clickhouse_dsn=_given_clickhouse(),
            dags_folder=_dags(folder / "dags"),
        )
        postgres_dsn = _start_postgres(settings)
        other_variables["AIRFLOW_CONN_FLOWMART_WAREHOUSE"] = warehouse_connection(postgres_dsn)
        environment = _clean_environment() | QUIET | variables
        environment["FLOWMART_ON_POSTGRES"] = json.dumps(other_variables)
        stack = Stack(replace(settings, environment=environment))
        exit_stack.callback(stack.remove)
        stack.start()
        found = {
            "clickhouse": Lab(stack, stack.api, stack.warehouse(), stack.warehouse_dsn, sandbox),
            "postgres": Lab(
                stack, stack.api, migrated(postgres_dsn), postgres_dsn, other_sandbox, "__postgres"
            ),
        }
        _unpause(found)
        yield found


@pytest.fixture
def unseen_day(lab: Lab) -> Iterator[tuple[datetime, datetime]]:
    """A day after the sandbox's history, with one change in it that no run has seen."""
    start = UNTIL + next(_UNSEEN_DAYS) * DAY
    task = lab.sandbox.store.visible_tasks()[0]
    status = "open" if task["fields"]["status"]["value"] != "open" else "resolved"
    lab.sandbox.store.change_status(task["id"], status, int(start.timestamp()) + 3600)
    yield start, start + DAY
    lab.sandbox.faults.clear()


def _sources(folder: Path, exit_stack: ExitStack) -> tuple[Running, dict[str, str]]:
    """The sandbox behind ``phabricator``, and the variables by which DAGs find all sources."""
    folder.mkdir()
    config = folder / "flowmart.yaml"
    instances = INSTANCES.format(yesterday=datetime.now(UTC).date() - DAY)
    config.write_text(f"{instances}\nlanding_root: file://{folder}/landing\n")
    made_up = generate(seed=11, tasks=80, days=30, until=UNTIL.date()).store
    stores = {"phabricator": made_up}
    if RECORDINGS.is_dir():
        stores["phabricator__recorded"] = recorded_store(RECORDINGS)
    served = {name: exit_stack.enter_context(serve(store)) for name, store in stores.items()}
    served["phabricator__outage"] = served["phabricator"]
    connections = {
        connection_variable(name): sandbox_connection(running.url, running.token)
        for name, running in served.items()
    }
    return served["phabricator"], {"FLOWMART_CONFIG": str(config), **connections}


def _given_clickhouse() -> str:
    given = os.environ.get("CLICKHOUSE_DSN", "")
    return given and without_databases(given)


def _dags(folder: Path) -> Path:
    """The project's DAG files, and the one over PostgreSQL."""
    shutil.copytree(PROJECT / "dags", folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(Path(__file__).with_name("dags_on_postgres.py"), folder)
    return folder


def _start_postgres(settings: LocalSettings) -> str:
    """DSN of the warehouse that a stack over PostgreSQL would have."""
    folder = settings.state_folder
    databases, warehouse = choose(
        replace(settings, warehouse="postgres"),
        State(folder),
        ProcessTable(folder / "processes.json"),
    )
    databases.start(0)
    return warehouse.dsn


def _unpause(labs: dict[str, Lab]) -> None:
    """Unpausing starts the intervals since ``start``, one; tests begin when it is through."""
    for lab in labs.values():
        for name in ("phabricator", "phabricator__recorded", "replay"):
            lab.api.wait_for_dag(lab.dag(name))
            lab.api.unpause(lab.dag(name))
    for lab in labs.values():
        for name in ("phabricator", "phabricator__recorded"):
            while not (runs := lab.api.runs(lab.dag(name))):
                time.sleep(0.5)
            lab.api.wait(lab.dag(name), [run.run_id for run in runs])


def _clean_environment() -> dict[str, str]:
    """This process's environment without what the test session told its own Airflow."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "FLOWMART_", "CLICKHOUSE_DSN", "WAREHOUSE"))
    }
