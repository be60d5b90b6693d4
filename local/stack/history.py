"""Loading of history: the older part as one wide window, the rest by the schedule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from flowmart.core.schedule import midnight
from local.errors import LocalError
from local.stack.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flowmart.engines.base import Engine
    from local.stack.airflow_api import AirflowApi, Run
    from local.stack.stack import Stack

REPLAY, CENSUS, FLOW_METRICS = "replay", "key_census", "flow_metrics"
_LAST_LINES = 15


def load_history(stack: Stack, instances: Sequence[str]) -> None:
    """
    Load the history of some instances side by side; what was loaded before is left as it is.

    One window reaches to the ``start`` of an instance; from there on its schedule makes the runs.
    In the end forecasts are started; nobody waits for them.

    :raises LocalError: naming the run that failed, and its log.
    """
    if not instances:
        return
    api = stack.api
    first = midnight(stack.state.first_day - timedelta(days=stack.settings.history_days), "UTC")
    windows = {}
    for instance in instances:
        api.wait_for_dag(instance, check=stack.check)
        end = stack.instance_settings(instance).starts_at
        windows[instance] = load_wide_window(api, instance, first, end)
        api.unpause(instance)
    for dag in (REPLAY, CENSUS):
        api.wait_for_dag(dag, check=stack.check)
        api.unpause(dag)
    _wait(stack, api, windows, f"{first:%Y-%m-%d} up to the schedule's start as one window")
    due = {instance: _due(stack, instance) for instance in instances}
    for instance, starts in due.items():
        _clear_failed(api, instance, starts)
    _wait(stack, api, due, "window by window", by=_start_of)
    # While it is paused, Airflow does not note what is published: hence the first run.
    api.wait_for_dag(FLOW_METRICS, check=stack.check)
    api.unpause(FLOW_METRICS)
    api.trigger(FLOW_METRICS)


def backfill(stack: Stack, instance: str, first: date, last: date) -> None:
    """
    Load the data intervals that begin on some days again, through Airflow's own backfill.

    :param first: first day, in the instance's time zone.
    :param last: last day.
    :raises LocalError: naming the run that failed, and its log.
    """
    api = stack.api
    api.wait_for_dag(instance, check=stack.check)
    api.unpause(instance)
    start, end = whole_days(first, last, stack.instance_settings(instance).timezone)
    run_ids = api.backfill(instance, start, end, reprocess="completed")
    _wait(stack, api, {instance: run_ids}, f"{first} .. {last}")


def replay(stack: Stack, instance: str, first: date | None, last: date | None) -> None:
    """
    Rebuild an instance's marts from landed files.

    :param first: first day of the landed windows, in UTC; None for everything.
    :param last: last day.
    :raises LocalError: naming the run that failed, and its log.
    """
    api = stack.api
    api.wait_for_dag(REPLAY, check=stack.check)
    api.unpause(REPLAY)
    conf = {"instance": instance}
    if first and last:
        conf |= {"from_date": f"{first}", "to_date": f"{last + timedelta(days=1)}"}
    run_id = api.trigger(REPLAY, conf=conf)
    _wait(stack, api, {REPLAY: [run_id]}, f"of {instance}")


def whole_days(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """The first and the last instant of some days in a time zone."""
    return midnight(first, zone), midnight(last + timedelta(days=1), zone) - timedelta(
        microseconds=1
    )


def load_wide_window(api: AirflowApi, instance: str, first: datetime, end: datetime) -> list[str]:
    """
    Start the run of what is older than the schedule, unless it is there.

    :param first: where the window begins.
    :param end: where the schedule begins.
    :returns: the run's id, in a list; nothing if there is no such time.
    """
    if first >= end:
        return []
    run_id = f"history__{first:%Y-%m-%d}__{end:%Y-%m-%dT%H:%M}"
    present = api.run(instance, run_id)
    if present is None:
        # An instant that no schedule hits, or a backfill of the first day would find this run.
        logical_date = first + timedelta(microseconds=1)
        api.trigger(instance, first, end, logical_date=logical_date, run_id=run_id)
    elif present.state == "failed":
        api.clear(instance, run_id)
    return [run_id]


def _due(stack: Stack, instance: str) -> list[str]:
    """The starts of the data intervals that the schedule has made due by now."""
    settings = stack.instance_settings(instance)
    boundaries = [settings.starts_at]
    while (following := settings.intervals.after(boundaries[-1])) <= datetime.now(UTC):
        boundaries.append(following)
    return [boundary.isoformat() for boundary in boundaries[:-1]]


def _start_of(run: Run) -> str:
    return run.start.astimezone(UTC).isoformat() if run.start else ""


def _clear_failed(api: AirflowApi, instance: str, starts: Sequence[str]) -> None:
    for run in api.runs(instance):
        if run.state == "failed" and _start_of(run) in starts:
            api.clear(instance, run.run_id)


def _wait(
    stack: Stack,
    api: AirflowApi,
    wanted: Mapping[str, Sequence[str]],
    what: str,
    by: Callable[[Run], str] = lambda run: run.run_id,
) -> None:
    progress = Progress(f"{', '.join(wanted)} {what}")
    troubles = [_Troubles(stack.warehouse(), instance) for instance in wanted]

    def look(done: int, total: int) -> None:
        stack.check()
        for trouble in troubles:
            trouble.tell()
        progress(done, total)

    for instance, runs in api.wait_for(wanted, by=by, on_progress=look).items():
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
