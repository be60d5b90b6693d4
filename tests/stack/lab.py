"""What a test sees of the one running Airflow: its API, and one warehouse with its sources."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flowmart.settings import SQL_FOLDER
from flowmart.transform.project import load_project

if TYPE_CHECKING:
    from flowmart.engines.base import Engine
    from local.sandbox.phabricator.server import Running
    from local.stack.airflow_api import AirflowApi, Run
    from local.stack.stack import Stack

DAY = timedelta(days=1)
# The sandbox's made-up history ends here, and tests load the last days of it.
UNTIL = datetime(2026, 11, 16, tzinfo=UTC)
DAYS = 3
FIRST = UNTIL - DAYS * DAY


@dataclass(frozen=True)
class Lab:
    """
    One warehouse of the running Airflow, with the DAGs that publish to it.

    :param stack: Airflow, the databases.
    :param api: Airflow's REST API.
    :param engine: the warehouse.
    :param dsn: its address.
    :param sandbox: the API behind the instance ``phabricator``.
    :param dag_suffix: what the ids of these DAGs end with.
    """

    stack: Stack
    api: AirflowApi
    engine: Engine
    dsn: str
    sandbox: Running
    dag_suffix: str = ""

    def dag(self, name: str = "phabricator") -> str:
        """Id of the DAG that publishes to this warehouse."""
        return name + self.dag_suffix

    def run_window(self, start: datetime, end: datetime, dag: str = "phabricator") -> Run:
        """Trigger one run over an explicit data interval and wait for its end."""
        return self.end_of(self.trigger_window(start, end, dag), dag)

    def trigger_window(self, start: datetime, end: datetime, dag: str = "phabricator") -> str:
        """Trigger one run over an explicit data interval."""
        # Microseconds make the logical date one that no schedule and no earlier test has used.
        return self.api.trigger(self.dag(dag), start, end, logical_date=datetime.now(UTC))

    def end_of(self, run_id: str, dag: str = "phabricator") -> Run:
        """Wait until a run is over; it alone is asked for, as DAGs have many runs here."""
        deadline = time.monotonic() + 600
        while not ((run := self.api.run(self.dag(dag), run_id)) and run.is_finished):
            assert time.monotonic() < deadline, f"{run_id} is not over"
            time.sleep(1)
        return run

    def tasks(self, run_id: str, dag: str = "phabricator") -> dict[str, dict[str, Any]]:
        """The task instances of a run by task id, as Airflow describes them."""
        return {task["task_id"]: task for task in self.api.tasks(self.dag(dag), run_id)}

    def log_of(self, run_id: str, task: str, dag: str = "phabricator", attempt: int = 1) -> str:
        """The log of one try of a task."""
        return self.api.task_log(self.dag(dag), run_id, task, attempt)

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
