"""Loading of history: the older part as one wide window, the latest days one by one."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from local.errors import LocalError
from local.stack.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flowmart.engines.base import Engine
    from local.stack.airflow_api import AirflowApi, Reprocess, Run
    from local.stack.stack import Stack

DAILY = timedelta(days=5)
_DAG_SECONDS = 120
_LAST_LINES = 15


def load_history(stack: Stack, instances: Sequence[str]) -> None:
    """
    Load the history of some instances side by side; what was loaded before is left as it is.

    :raises LocalError: naming the run that failed, and its log.
    """
    api = stack.api
    for instance in instances:
        wait_for_dag(stack, api, instance)
        api.unpause(instance)
    last = _midnight(stack.state.first_day)
    first, daily = last - timedelta(days=stack.settings.history_days), last - DAILY
    windows = {instance: _load_wide_window(api, instance, first, daily) for instance in instances}
    _wait(stack, api, windows, f"{first:%Y-%m-%d} .. {daily:%Y-%m-%d} as one window")
    yesterday = _midnight(datetime.now(UTC).date()) - timedelta(days=1)
    _load_days(stack, api, instances, daily, yesterday, reprocess="failed")


def backfill(stack: Stack, instance: str, first: date, last: date) -> None:
    """
    Load the days from the first to the last again, through Airflow's own backfill.

    :raises LocalError: naming the run that failed, and its log.
    """
    api = stack.api
    wait_for_dag(stack, api, instance)
    api.unpause(instance)
    # The interval that starts at the last day's midnight is the last one, in any time zone.
    end = _midnight(last) + timedelta(days=1, microseconds=-1)
    _load_days(stack, api, [instance], _midnight(first), end, reprocess="completed")


def _load_wide_window(api: AirflowApi, instance: str, start: datetime, end: datetime) -> list[str]:
    """Start the run of the wide window, unless it is there; its id in a list."""
    run_id = f"history__{start:%Y-%m-%d}__{end:%Y-%m-%d}"
    present = api.run(instance, run_id)
    if present is None:
        # An instant that no schedule hits, or a backfill of the first day would find this run.
        logical_date = start + timedelta(microseconds=1)
        api.trigger(instance, start, end, logical_date=logical_date, run_id=run_id)
    elif present.state == "failed":
        api.clear(instance, run_id)
    return [run_id]


def _load_days(
    stack: Stack,
    api: AirflowApi,
    instances: Sequence[str],
    first: datetime,
    last: datetime,
    *,
    reprocess: Reprocess,
) -> None:
    run_ids = {
        instance: api.backfill(instance, first, last, reprocess=reprocess) for instance in instances
    }
    _wait(stack, api, run_ids, f"{first:%Y-%m-%d} .. {last:%Y-%m-%d} day by day")


def _wait(stack: Stack, api: AirflowApi, run_ids: Mapping[str, Sequence[str]], what: str) -> None:
    progress = Progress(f"{', '.join(run_ids)} {what}")
    troubles = [_Troubles(stack.warehouse(), instance) for instance in run_ids]

    def look(done: int, total: int) -> None:
        stack.check()
        for trouble in troubles:
            trouble.tell()
        progress(done, total)

    for instance, runs in api.wait_for(run_ids, on_progress=look).items():
        for run in runs:
            if run.state == "failed":
                raise LocalError(_explain(stack, api, instance, run))


class _Troubles:
    """
    Tells what goes wrong while Airflow still tries again.

    :param warehouse: where ``ops_runs`` is.
    :param instance: whose runs to watch from now on.
    """

    def __init__(self, warehouse: Engine, instance: str) -> None:
        self._warehouse = warehouse
        self._watched = {"instance": instance, "since": datetime.now(UTC)}
        self._told: set[str] = set()

    def tell(self) -> None:
        """Print what has not been told yet."""
        rows = self._warehouse.query(
            f"select run_id, error from {self._warehouse.schemas.ops}.ops_runs "
            "where instance = %(instance)s and status = 'NOK' and finished_at >= %(since)s",
            self._watched,
        )
        for row in rows:
            if row["error"] not in self._told:
                print(f"\n  {row['run_id']} is in trouble: {row['error']}", flush=True)
                self._told.add(row["error"])


def _explain(stack: Stack, api: AirflowApi, instance: str, run: Run) -> str:
    """What failed first in a run, and where to read more."""
    lines = [f"The run {run.run_id} of {instance} failed."]
    failed = [task for task in api.tasks(instance, run.run_id) if task["state"] == "failed"]
    for task in sorted(failed, key=lambda task: str(task["start_date"]))[:1]:
        log = api.task_log(instance, run.run_id, task["task_id"], task["try_number"])
        told = [line for line in log.splitlines() if not line.startswith("::")]
        lines.append(f"Task {task['task_id']}; its log ends with:")
        lines += [f"    {line}" for line in told[-_LAST_LINES:]]
    lines.append(f"Page: {api.url}/dags/{instance}/runs/{quote(run.run_id, safe='')}")
    folder = stack.state.airflow_home / "logs" / f"dag_id={instance}" / f"run_id={run.run_id}"
    lines.append(f"Logs: {folder}")
    return "\n".join(lines)


def wait_for_dag(stack: Stack, api: AirflowApi, instance: str) -> None:
    _until(lambda: api.has_dag(instance), stack, api, f"Airflow does not know the DAG {instance}")


def _until(condition: Callable[[], bool], stack: Stack, api: AirflowApi, complaint: str) -> None:
    deadline = time.monotonic() + _DAG_SECONDS
    while not condition():
        stack.check()
        if errors := api.import_errors():
            texts = "\n".join(f"{file}:\n{trace}" for file, trace in errors.items())
            raise LocalError(f"{complaint}: its file does not load.\n{texts}")
        if time.monotonic() > deadline:
            raise LocalError(f"{complaint}; see {stack.state.logs / 'dag-processor.log'}.")
        time.sleep(1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
