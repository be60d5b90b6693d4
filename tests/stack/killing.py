"""Kill -9 at the right moment, and what has to be true afterwards."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tests.stack.lab import Lab

    Day = tuple[datetime, datetime]


def owner(matches: Callable[[psutil._common.sconn], bool]) -> int | None:
    """Process id behind a connection, this process's own apart."""
    found = {c.pid for c in psutil.net_connections("tcp4") if c.pid and matches(c)}
    return next(iter(found - {os.getpid()}), None)


def kill(find: Callable[[], int | None]) -> None:
    """Kill -9 the process as soon as it is where it should be."""
    deadline = time.monotonic() + 120
    while (pid := find()) is None:
        assert time.monotonic() < deadline, "the task never got there"
        time.sleep(0.05)
    psutil.Process(pid).kill()


def await_state(lab: Lab, run_id: str, task: str, state: str) -> None:
    """Wait until a task is in a state."""
    deadline = time.monotonic() + 120
    while (now := lab.tasks(run_id)[task]["state"]) != state:
        assert time.monotonic() < deadline, f"{task} is {now}, not {state}"
        time.sleep(0.25)


def await_retry(lab: Lab, run_id: str) -> str:
    """Wait until any task of a run waits for its next try; its name."""
    deadline = time.monotonic() + 120
    while True:
        waiting = [n for n, task in lab.tasks(run_id).items() if task["state"] == "up_for_retry"]
        if waiting:
            return waiting[0]
        assert time.monotonic() < deadline, "no task is tried again"
        time.sleep(0.25)


def assert_recovers(
    lab: Lab, run_id: str, task: str, window: Day, tries: Sequence[int] = (2,)
) -> None:
    """The next try completes, the change is published, every row is accounted for."""
    assert lab.end_of(run_id).state == "success"
    assert lab.tasks(run_id)[task]["try_number"] in tries
    seen = lab.engine.query(
        "select count(*) as n from mart.fct_issue_changes "
        "where instance = 'phabricator' and changed_at >= %(s)s and changed_at < %(e)s",
        {"s": window[0], "e": window[1]},
    )
    assert seen[0]["n"] > 0
    ledger = lab.engine.query(
        "select is_balanced from ops.ops_ledger where run_id = %(id)s", {"id": run_id}
    )
    assert ledger
    assert all(row["is_balanced"] for row in ledger)
