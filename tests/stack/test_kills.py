"""kill -9 of a working task: the marts stay as they were, and the next try completes."""

from __future__ import annotations

import itertools
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from tests.stack.conftest import DAY, UNTIL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tests.stack.conftest import Lab

_UNSEEN_DAYS = itertools.count(1)

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]


@pytest.fixture
def window(lab: Lab) -> Iterator[tuple[datetime, datetime]]:
    """A day after the sandbox's history, with one change in it that no run has seen."""
    start = UNTIL + next(_UNSEEN_DAYS) * DAY
    task = lab.sandbox.store.visible_tasks()[0]
    status = "open" if task["fields"]["status"]["value"] != "open" else "resolved"
    lab.sandbox.store.change_status(task["id"], status, int(start.timestamp()) + 3600)
    yield start, start + DAY
    lab.sandbox.faults.clear()


@contextmanager
def locked(lab: Lab, table: str, mode: str) -> Iterator[None]:
    """Hold a table so that whoever wants to write it waits."""
    with psycopg.connect(lab.stack.warehouse_dsn) as connection:
        connection.execute(f"lock table {table} in {mode} mode")
        yield


def client_waiting_for(lab: Lab, table: str) -> int | None:
    """Process id of the task whose statement waits for a table."""
    rows = lab.engine.query(
        """
        select activity.client_port
        from pg_locks
        inner join pg_stat_activity as activity on activity.pid = pg_locks.pid
        where pg_locks.relation = %(table)s::regclass and not pg_locks.granted
        """,
        {"table": table},
    )
    return _owner(lambda c: bool(rows) and c.laddr.port == rows[0]["client_port"])


def client_of_sandbox(lab: Lab) -> int | None:
    """Process id of the task that talks to the sandbox."""
    port = urlsplit(lab.sandbox.url).port
    return _owner(lambda c: bool(c.raddr) and c.raddr.port == port and c.status == "ESTABLISHED")


def _owner(matches: Callable[[psutil._common.sconn], bool]) -> int | None:
    found = {c.pid for c in psutil.net_connections("tcp4") if c.pid and matches(c)}
    return next(iter(found - {os.getpid()}), None)


def kill(find: Callable[[], int | None]) -> None:
    """Kill -9 the process as soon as it is where it should be."""
    deadline = time.monotonic() + 120
    while (pid := find()) is None:
        assert time.monotonic() < deadline, "the task never got there"
        time.sleep(0.05)
    psutil.Process(pid).kill()


def assert_recovers(lab: Lab, run_id: str, task: str, window: tuple[datetime, datetime]) -> None:
    """The next try completes, the change is published, every row is accounted for."""
    assert lab.end_of(run_id).state == "success"
    tries = {t["task_id"]: t["try_number"] for t in lab.api.tasks("phabricator", run_id)}
    assert tries[task] == 2
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


def test_killed_while_extracting(lab: Lab, window: tuple[datetime, datetime]) -> None:
    before = lab.marts()
    lab.sandbox.faults.update({"latency_ms": 3000})
    run_id = lab.trigger_window(*window)
    kill(lambda: client_of_sandbox(lab) if _is_running(lab, run_id, "extract.tasks") else None)
    lab.sandbox.faults.clear()
    assert lab.marts() == before
    assert_recovers(lab, run_id, "extract.tasks", window)


def test_killed_while_loading(lab: Lab, window: tuple[datetime, datetime]) -> None:
    before = lab.marts()
    table = "raw.phabricator__transactions"
    with locked(lab, table, "exclusive"):
        run_id = lab.trigger_window(*window)
        kill(lambda: client_waiting_for(lab, table))
        assert lab.marts() == before
    assert_recovers(lab, run_id, "load", window)


def test_killed_in_the_middle_of_publishing(lab: Lab, window: tuple[datetime, datetime]) -> None:
    """Dimensions come before facts, so part of the transaction has been written by then."""
    before = lab.marts()
    table = "mart.fct_issue_status_times"
    with locked(lab, table, "exclusive"):
        run_id = lab.trigger_window(*window)
        kill(lambda: client_waiting_for(lab, table))
        assert lab.marts() == before
    assert_recovers(lab, run_id, "publish", window)


def _is_running(lab: Lab, run_id: str, task: str) -> bool:
    states = {t["task_id"]: t["state"] for t in lab.api.tasks("phabricator", run_id)}
    return states.get(task) == "running"


def test_a_database_that_goes_away_is_survived(lab: Lab, window: tuple[datetime, datetime]) -> None:
    before = lab.marts()
    table = "raw.phabricator__transactions"
    with locked(lab, table, "exclusive"):
        run_id = lab.trigger_window(*window)
        deadline = time.monotonic() + 120
        while client_waiting_for(lab, table) is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        lab.engine.query(
            "select pg_terminate_backend(pid) from pg_locks "
            "where relation = %(table)s::regclass and not granted",
            {"table": table},
        )
        assert lab.marts() == before
    assert_recovers(lab, run_id, "load", window)
