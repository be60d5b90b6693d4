"""Downtime: what fell due meanwhile is run without help, and until then it is a hole."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flowmart.core.schedule import Schedule
from flowmart.ops.coverage import Hole, find_holes
from local.stack.stack import SCHEDULER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.stack.lab import Lab

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

INSTANCE = "phabricator__outage"
SCHEDULE = Schedule("0 */4 * * *", "UTC")
YESTERDAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)


@contextmanager
def scheduler_down(lab: Lab) -> Iterator[None]:
    """Kill Airflow's scheduler, and start it again in the end."""
    table = lab.stack.processes
    entry = table.all()[SCHEDULER]
    leader = entry.leader()
    assert leader
    command, environment = leader.cmdline(), leader.environ()
    for process in list(entry.members()):
        process.kill()
    try:
        yield
    finally:
        table.start(SCHEDULER, command, environment, Path(entry.log))


def holes(lab: Lab) -> list[Hole]:
    """What the page and `make status` list."""
    rows = lab.engine.query(
        "select state, starts_at, ends_at from ops.ops_coverage "
        "where instance = %(instance)s and state <> 'covered' order by starts_at",
        {"instance": INSTANCE},
    )
    return find_holes(rows, SCHEDULE, datetime.now(UTC))


def wait_until(condition: Callable[[], bool], seconds: int, complaint: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(1)


def test_a1_a_paused_dag_shows_its_hole_and_catches_up_as_does_a_scheduler_that_was_down(
    lab: Lab,
) -> None:
    """Every four hours since yesterday's midnight: at least five data intervals are due."""
    dag = lab.dag(INSTANCE)
    due = SCHEDULE.at_or_before(datetime.now(UTC) - timedelta(minutes=15))

    def succeeded() -> list[datetime]:
        runs = lab.api.runs(dag)
        return sorted(run.start for run in runs if run.state == "success" and run.start)

    def is_quiet() -> bool:
        tasks = [task for run in lab.api.runs(dag) for task in lab.api.tasks(dag, run.run_id)]
        return all(task["state"] not in ("queued", "running") for task in tasks)

    lab.api.unpause(dag)
    wait_until(lambda: bool(succeeded()), 240, "no run succeeds")
    lab.api.pause(dag)
    wait_until(is_quiet, 120, "a task of the paused DAG does not end")
    first_missing = YESTERDAY + len(succeeded()) * timedelta(hours=4)
    assert due - first_missing >= timedelta(hours=12), "three intervals are to be missing"
    assert holes(lab) == [Hole(first_missing, due)]

    with scheduler_down(lab):
        lab.api.unpause(dag)
        time.sleep(5)
        assert holes(lab) == [Hole(first_missing, due)]

    wait_until(lambda: holes(lab) == [], 600, "not everything that was due is covered")
    wait_until(lambda: all(run.is_finished for run in lab.api.runs(dag)), 60, "a run hangs")
    starts = [start for start in succeeded() if start < due]
    assert starts == [YESTERDAY + timedelta(hours=4 * n) for n in range(len(starts))]
    assert YESTERDAY + timedelta(hours=4 * len(starts)) == due
