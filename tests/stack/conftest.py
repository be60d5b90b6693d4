"""
A real Airflow with scheduler, API and two sources: made-up tasks, and the recordings.

What the warehouse has a part in is marked :data:`both_warehouses` and runs over ClickHouse as well,
in a second Airflow after the first one; all else runs over PostgreSQL only, to save time.
"""

from __future__ import annotations

import itertools
import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flowmart.settings import SQL_FOLDER
from flowmart.transform.project import load_project
from local.sandbox.company.generator import generate
from local.sandbox.phabricator.recordings import recorded_store
from local.sandbox.phabricator.server import Running, serve
from local.stack.airflow_env import sandbox_connection
from local.stack.settings import LocalSettings
from local.stack.stack import Stack
from tests.conftest import PROJECT, without_databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.engines.base import Engine
    from local.sandbox.company.store import Store
    from local.stack.airflow_api import AirflowApi, Run

both_warehouses = pytest.mark.warehouses("postgres", "clickhouse")
only_clickhouse = pytest.mark.warehouses("clickhouse")

UNTIL = datetime(2026, 11, 16, tzinfo=UTC)
DAY = timedelta(days=1)
_UNSEEN_DAYS = itertools.count(1)
RECORDINGS = Path(
    os.environ.get("FLOWMART_RECORDINGS") or PROJECT.parent / "shared" / "fixtures" / "phorge-live"
)
CONFIG = """
instances:
  phabricator: &common
    statuses:
      progress: {category: in_progress}
      stalled: {category: in_progress, is_waiting: true}
  phabricator__recorded: *common
"""


@dataclass(frozen=True)
class Lab:
    """
    The running stack with its sources at hand.

    :param stack: Airflow, the databases.
    :param api: Airflow's REST API.
    :param engine: the warehouse.
    :param sandbox: the API behind the instance ``phabricator``.
    """

    stack: Stack
    api: AirflowApi
    engine: Engine
    sandbox: Running

    def run_window(self, start: datetime, end: datetime, dag_id: str = "phabricator") -> Run:
        """Trigger one run over an explicit data interval and wait for its end."""
        run_id = self.trigger_window(start, end, dag_id)
        return self.end_of(run_id, dag_id)

    def trigger_window(self, start: datetime, end: datetime, dag_id: str = "phabricator") -> str:
        """Trigger one run over an explicit data interval."""
        # Microseconds make the logical date one that no schedule and no earlier test has used.
        logical = datetime.now(UTC)
        return self.api.trigger(dag_id, start, end, logical_date=logical)

    def end_of(self, run_id: str, dag_id: str = "phabricator") -> Run:
        """Wait until a run is over."""
        return self.api.wait(dag_id, [run_id], timeout_seconds=240)[0]

    def marts(self) -> dict[str, list[dict[str, Any]]]:
        """Every published row of every mart, in an order of its own."""
        project = load_project(SQL_FOLDER, "phabricator", self.engine.name)
        with self.engine.session("repeatable read") as session:
            return {
                model.name: sorted(
                    session.query(f"select * from {model.contract.layer}.{model.name}"),
                    key=lambda row: [str(value) for value in row.values()],
                )
                for model in project.published()
            }

    def log_of(self, run: str, task: str, dag_id: str = "phabricator", attempt: int = 1) -> str:
        """The log of one try of a task."""
        return self.api.task_log(dag_id, run, task, attempt)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test over the warehouses of its mark."""
    if "lab" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("warehouses")
        warehouses = mark.args if mark else ("postgres",)
        metafunc.parametrize("lab", warehouses, indirect=True, scope="package")


@pytest.fixture(scope="package")
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start everything once for all tests over a warehouse."""
    folder = tmp_path_factory.mktemp("stack")
    (folder / "flowmart.yaml").write_text(CONFIG)
    with ExitStack() as exit_stack:
        sandbox = exit_stack.enter_context(serve(_made_up_tasks()))
        environment = _clean_environment() | {
            "FLOWMART_CONFIG": str(folder / "flowmart.yaml"),
            "AIRFLOW_CONN_FLOWMART_PHABRICATOR": sandbox_connection(sandbox.url, sandbox.token),
            # Other tests want the cores that the scheduler would take for looking around.
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        }
        if RECORDINGS.is_dir():
            recorded = exit_stack.enter_context(serve(recorded_store(RECORDINGS)))
            environment["AIRFLOW_CONN_FLOWMART_PHABRICATOR__RECORDED"] = sandbox_connection(
                recorded.url, recorded.token
            )
        given = {}
        if request.param == "clickhouse" and os.environ.get("CLICKHOUSE_DSN"):
            given["clickhouse_dsn"] = without_databases(os.environ["CLICKHOUSE_DSN"])
        settings = LocalSettings(
            folder / "state", port=0, warehouse=request.param, environment=environment, **given
        )
        stack = Stack(settings)
        exit_stack.callback(stack.remove)
        stack.start()
        api = stack.api
        for dag_id in ("phabricator", "phabricator__recorded", "replay"):
            _unpause(api, dag_id)
        _await_the_first_runs(api)
        yield Lab(stack, api, stack.warehouse(), sandbox)


@pytest.fixture
def unseen_day(lab: Lab) -> Iterator[tuple[datetime, datetime]]:
    """A day after the sandbox's history, with one change in it that no run has seen."""
    start = UNTIL + next(_UNSEEN_DAYS) * DAY
    task = lab.sandbox.store.visible_tasks()[0]
    status = "open" if task["fields"]["status"]["value"] != "open" else "resolved"
    lab.sandbox.store.change_status(task["id"], status, int(start.timestamp()) + 3600)
    yield start, start + DAY
    lab.sandbox.faults.clear()


def _made_up_tasks() -> Store:
    return generate(seed=11, tasks=80, days=30, until=UNTIL.date()).store


def _unpause(api: AirflowApi, dag_id: str) -> None:
    deadline = time.monotonic() + 120
    while not api.has_dag(dag_id):
        assert api.import_errors() == {}
        assert time.monotonic() < deadline, f"Airflow does not know {dag_id}"
        time.sleep(0.5)
    api.unpause(dag_id)


def _await_the_first_runs(api: AirflowApi) -> None:
    """Unpausing starts the latest whole interval; tests begin when it is through."""
    for dag_id in ("phabricator", "phabricator__recorded"):
        while not (runs := api.runs(dag_id)):
            time.sleep(0.5)
        api.wait(dag_id, [run.run_id for run in runs])


def _clean_environment() -> dict[str, str]:
    """This process's environment without what the test session told its own Airflow."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "FLOWMART_", "CLICKHOUSE_DSN", "WAREHOUSE"))
    }
