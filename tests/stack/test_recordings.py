"""Real recordings through the DAG: every task's visits as the slow oracle works them out."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle.answers import Answers, read_answers
from tests.oracle.boards import column_visits
from tests.oracle.reading import epoch
from tests.oracle.statuses import status_visits
from tests.stack.conftest import both_warehouses

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stack.lab import Lab

pytestmark = [pytest.mark.stack, both_warehouses, pytest.mark.timeout(900)]

INSTANCE = "phabricator__recorded"
START = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def answers(lab: Lab, recordings_folder: Path) -> Answers:
    """What the recorded server said, after its window went through Airflow: on schedule, or now."""
    end = START + timedelta(hours=12)
    if datetime.now(UTC) < end:
        pytest.skip(f"this machine's clock is before the recordings' window, which ends at {end}")
    scheduled = [run for run in lab.api.runs(lab.dag(INSTANCE)) if run.start == START]
    run = scheduled[0] if scheduled else lab.run_window(START, end, INSTANCE)
    assert (run.state, run.end) == ("success", end)
    return read_answers(recordings_folder)


def bare(key: str | None) -> str | None:
    """A key without its instance."""
    return key and key.removeprefix(f"{INSTANCE}:")


def visits(lab: Lab, table: str, place: str) -> dict[Any, list[tuple[Any, ...]]]:
    """Task and board -> (place, entered, left) in order."""
    board = "board_key" if table.endswith("column_intervals") else "null as board_key"
    rows = lab.engine.query(
        f"select issue_key, {board}, {place} as place, entered_at, left_at "
        f"from mart.{table} where instance = %(instance)s order by sequence",
        {"instance": INSTANCE},
    )
    found = defaultdict(list)
    for row in rows:
        visit = (bare(row["place"]), epoch(row["entered_at"]), epoch(row["left_at"]))
        found[bare(row["issue_key"]), bare(row["board_key"])].append(visit)
    return dict(found)


def test_every_status_interval_of_every_task(lab: Lab, answers: Answers) -> None:
    expected = {
        (task["phid"], None): [visit[:3] for visit in status_visits(answers, task)]
        for task in answers.tasks
    }
    assert len(expected) == 23
    assert visits(lab, "fct_issue_status_intervals", "status_key") == expected


def test_every_column_interval_of_every_task(lab: Lab, answers: Answers) -> None:
    expected = {
        (task["phid"], board): [visit[:3] for visit in found]
        for task in answers.tasks
        for board in answers.boards()
        if (found := column_visits(answers, task, board))
    }
    assert visits(lab, "fct_issue_column_intervals", "column_key") == expected


def test_every_recorded_transaction_is_in_the_raw_tables(lab: Lab, answers: Answers) -> None:
    """
    401 of transaction.search, 75 of gettasktransactions: numbers of the recordings' README.

    The former is read where the latter, which is the same tasks' history, is silent.
    """
    for stream, rows in (("transactions", 401 - 75), ("task_transactions", 75)):
        [found] = lab.engine.query(
            "select count(distinct (record_id, version)) as rows "
            f"from raw.phabricator__{stream} where instance = %(i)s",
            {"i": INSTANCE},
        )
        assert found["rows"] == rows


def test_the_run_is_good_and_says_what_it_cost(lab: Lab, answers: Answers) -> None:
    [run] = lab.engine.query(
        "select status, records, requests from ops.ops_runs "
        "where instance = %(i)s and window_start = %(s)s and records > 0",
        {"i": INSTANCE, "s": START},
    )
    assert (run["status"], run["records"]) == ("OK", 23)
    assert 0 < run["requests"] < 60
