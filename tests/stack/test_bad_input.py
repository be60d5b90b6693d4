"""What goes wrong outside is told in ``ops_runs``, and the marts stay as they were."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.stack.conftest import both_warehouses
from tests.stack.lab import DAY, UNTIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack.lab import Lab

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

WINDOW = (UNTIL - 2 * DAY, UNTIL - DAY)


@pytest.fixture(autouse=True)
def _no_faults_afterwards(lab: Lab) -> Iterator[None]:
    yield
    lab.sandbox.faults.clear()


def told(lab: Lab, run_id: str) -> dict[str, Any]:
    """What ``ops_runs`` says of a run."""
    query = "select status, error from ops.ops_runs where run_id = %(id)s"
    return lab.engine.query(query, {"id": run_id})[0]


@both_warehouses
def test_a_refused_token_fails_at_once_and_says_what_to_do(lab: Lab) -> None:
    before = lab.marts()
    lab.sandbox.faults.update({"wrong_token": True})
    run = lab.run_window(*WINDOW)
    assert run.state == "failed"
    tries = lab.tasks(run.run_id)["open"]["try_number"]
    assert tries == 1, "a wrong token must not be tried again and again"
    row = told(lab, run.run_id)
    assert row["status"] == "NOK"
    assert "token" in row["error"]
    assert "next step" in row["error"]
    assert lab.sandbox.token not in row["error"] + lab.log_of(run.run_id, "open")
    assert lab.marts() == before


def test_a_server_that_stumbles_is_asked_again(lab: Lab) -> None:
    lab.sandbox.faults.update(
        {"truncated": 1, "unavailable": 2, "unavailable_status": 429, "retry_after": "1"}
    )
    run = lab.run_window(*WINDOW)
    assert run.state == "success"
    assert told(lab, run.run_id) == {"status": "OK", "error": None}


def test_a_task_that_has_to_wait_gives_its_place_away_and_goes_on(lab: Lab) -> None:
    """More than the minute that a task waits by itself: Airflow's triggerer wakes it."""
    lab.sandbox.faults.update({"unavailable": 1, "unavailable_status": 429, "retry_after": "65"})
    run_id = lab.trigger_window(*WINDOW)
    deadline = time.monotonic() + 600
    while "deferred" not in {task["state"] for task in lab.tasks(run_id).values()}:
        assert time.monotonic() < deadline, "no task was deferred"
        time.sleep(0.5)
    assert told(lab, run_id) == {"status": "running", "error": None}
    assert lab.end_of(run_id).state == "success"
    tries = {task["try_number"] for task in lab.tasks(run_id).values() if task["try_number"]}
    assert tries == {1}, "waiting is no failure"


@both_warehouses
@pytest.mark.long_on_clickhouse
def test_the_run_after_a_failed_one_is_good(lab: Lab) -> None:
    assert lab.run_window(*WINDOW).state == "success"
