"""A real scheduler: windows in any order, overlapping, repeated, replayed give the same marts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.stack.conftest import both_warehouses
from tests.stack.lab import DAY, DAYS, FIRST, UNTIL
from tests.warehouses import forget, tables_in

if TYPE_CHECKING:
    from tests.stack.lab import Lab

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

Marts = dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def marts(lab: Lab) -> Marts:
    """The marts after a backfill of three days through the endpoint that the UI's dialog calls."""
    run_ids = lab.api.backfill(lab.dag(), FIRST, UNTIL - DAY)
    runs = lab.api.wait(lab.dag(), run_ids, timeout_seconds=800)
    assert [run.state for run in runs] == ["success"] * DAYS
    return lab.marts()


def windows(lab: Lab, run_type: str = "window") -> list[tuple[datetime, datetime]]:
    """What the runs of the backfill covered, as ``ops_runs`` has it."""
    rows = lab.engine.query(
        "select distinct window_start, window_end from ops.ops_runs "
        "where instance = 'phabricator' and status = 'OK' and run_type = %(run_type)s "
        "and run_id like 'backfill%%' order by 1",
        {"run_type": run_type},
    )
    return [(row["window_start"], row["window_end"]) for row in rows]


@both_warehouses
def test_three_days_are_three_windows(lab: Lab, marts: Marts) -> None:
    assert windows(lab) == [(FIRST + n * DAY, FIRST + (n + 1) * DAY) for n in range(DAYS)]


@both_warehouses
def test_the_marts_hold_exactly_the_issues_last_modified_in_these_days(
    lab: Lab, marts: Marts
) -> None:
    """Counted in the sandbox's own store; the overlap reaches ten minutes back."""
    start, end = int(FIRST.timestamp()) - 600, int(UNTIL.timestamp())
    expected = {
        task["phid"]
        for task in lab.sandbox.store.visible_tasks()
        if start <= task["fields"]["dateModified"] < end
    }
    rows = lab.engine.query(
        "select issue_id from mart.fct_issues "
        "where instance = 'phabricator' and updated_at < %(until)s",
        {"until": UNTIL},
    )
    assert {row["issue_id"] for row in rows} == expected
    assert len(expected) > 10


@both_warehouses
def test_every_row_is_accounted_for(lab: Lab, marts: Marts) -> None:
    ledger = lab.engine.query(
        "select layer, is_balanced, count(*) as n from ops.ops_ledger group by 1, 2"
    )
    assert {row["layer"] for row in ledger} >= {"landing", "raw", "mart"}
    assert all(row["is_balanced"] for row in ledger)


@both_warehouses
def test_no_stage_table_is_left(lab: Lab, marts: Marts) -> None:
    assert tables_in(lab.engine, "stage") == []


@both_warehouses
@pytest.mark.long_on_clickhouse
def test_the_same_days_in_reverse_change_nothing(lab: Lab, marts: Marts) -> None:
    run_ids = lab.api.backfill(
        lab.dag(), FIRST, UNTIL - DAY, reprocess="completed", run_backwards=True
    )
    runs = lab.api.wait(lab.dag(), run_ids, timeout_seconds=800)
    assert [run.state for run in runs] == ["success"] * DAYS
    assert lab.marts() == marts


@both_warehouses
@pytest.mark.long_on_clickhouse
def test_overlapping_windows_change_nothing(lab: Lab, marts: Marts) -> None:
    overlapping = [
        lab.trigger_window(FIRST, UNTIL),
        lab.trigger_window(FIRST + DAY / 2, FIRST + 3 * DAY / 2),
    ]
    for run_id in overlapping:
        assert lab.end_of(run_id).state == "success"
    assert lab.marts() == marts


@both_warehouses
def test_a_replay_into_an_empty_warehouse_gives_the_same_marts(lab: Lab, marts: Marts) -> None:
    calls = sum(lab.sandbox.requests.values())
    forget(lab.engine, "phabricator")
    assert lab.marts() != marts

    run_id = lab.api.trigger(lab.dag("replay"), conf={"instance": "phabricator"})

    assert lab.end_of(run_id, "replay").state == "success"
    assert lab.marts() == marts
    assert sum(lab.sandbox.requests.values()) == calls, "a replay must not call the API"


def test_an_empty_window_ends_early_and_is_good(lab: Lab, marts: Marts) -> None:
    before = datetime(2020, 1, 1, tzinfo=UTC)
    run = lab.run_window(before, before + DAY)
    assert run.state == "success"
    tasks = lab.tasks(run.run_id)
    assert tasks["transform"]["state"] == tasks["publish"]["state"] == "skipped"
    [row] = lab.engine.query(
        "select status, records from ops.ops_runs where run_id = %(id)s", {"id": run.run_id}
    )
    assert row == {"status": "OK", "records": 0}
    assert lab.marts() == marts


def test_a_window_before_the_start_of_the_instance_runs_its_tasks(lab: Lab, marts: Marts) -> None:
    """Airflow takes a run before a DAG's own start date for done without a task."""
    start = datetime(2019, 1, 1, tzinfo=UTC)
    run_id = lab.api.trigger(lab.dag(), start, start + DAY)
    assert lab.end_of(run_id).state == "success"
    assert lab.tasks(run_id)["close"]["state"] == "success"
    assert lab.marts() == marts


def test_a_run_without_a_data_interval_says_so(lab: Lab, marts: Marts) -> None:
    run_id = lab.api.trigger(lab.dag())
    assert lab.end_of(run_id).state == "failed"
    log = lab.log_of(run_id, "open")
    assert "no data interval" in log
    assert "Backfill" in log
    assert lab.marts() == marts
