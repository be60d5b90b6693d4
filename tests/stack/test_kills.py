"""kill -9 of a working task: the marts stay as they were, and the next try completes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.stack.killing import assert_recovers, await_retry, await_state, kill, owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack.killing import Day
    from tests.stack.lab import Lab

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]


@contextmanager
def locked(lab: Lab, table: str, mode: str) -> Iterator[None]:
    """Hold a table so that whoever wants to write it waits."""
    with psycopg.connect(lab.dsn) as connection:
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
    return owner(lambda c: c.laddr.port == rows[0]["client_port"]) if rows else None


def client_of_sandbox(lab: Lab) -> int | None:
    """Process id of a task that talks to the sandbox; several of a run do so at a time."""
    port = urlsplit(lab.sandbox.url).port
    return owner(lambda c: bool(c.raddr) and c.raddr.port == port and c.status == "ESTABLISHED")


def test_killed_while_extracting(lab: Lab, unseen_day: Day) -> None:
    before = lab.marts()
    lab.sandbox.faults.update({"latency_ms": 3000})
    run_id = lab.trigger_window(*unseen_day)
    await_state(lab, run_id, "extract.tasks", "running")
    kill(lambda: client_of_sandbox(lab))
    lab.sandbox.faults.clear()
    assert lab.marts() == before
    killed = await_retry(lab, run_id)
    assert killed.startswith("extract.")
    assert_recovers(lab, run_id, killed, unseen_day)


def test_killed_while_loading(lab: Lab, unseen_day: Day) -> None:
    before = lab.marts()
    table = "raw.phabricator__task_transactions"
    with locked(lab, table, "exclusive"):
        run_id = lab.trigger_window(*unseen_day)
        kill(lambda: client_waiting_for(lab, table))
        assert lab.marts() == before
    assert_recovers(lab, run_id, "load", unseen_day)


def test_killed_in_the_middle_of_publishing(lab: Lab, unseen_day: Day) -> None:
    """Dimensions come before facts, so part of the transaction has been written by then."""
    before = lab.marts()
    table = "mart.fct_issue_status_times"
    with locked(lab, table, "exclusive"):
        run_id = lab.trigger_window(*unseen_day)
        kill(lambda: client_waiting_for(lab, table))
        assert lab.marts() == before
    assert_recovers(lab, run_id, "publish", unseen_day)


def test_a_database_that_goes_away_is_survived(lab: Lab, unseen_day: Day) -> None:
    before = lab.marts()
    table = "raw.phabricator__task_transactions"
    with locked(lab, table, "exclusive"):
        run_id = lab.trigger_window(*unseen_day)
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
    assert_recovers(lab, run_id, "load", unseen_day)
