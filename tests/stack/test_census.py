"""The census in a real Airflow: what the source no longer shows is told, and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stack.lab import FIRST, UNTIL

if TYPE_CHECKING:
    from tests.stack.lab import Lab

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]


def missing(lab: Lab) -> dict[str, str]:
    """Issue -> why it is missing, as the marts have it."""
    rows = lab.engine.query(
        "select issue_id, missing_reason from mart.fct_issues "
        "where instance = 'phabricator' and is_deleted"
    )
    return {row["issue_id"]: row["missing_reason"] for row in rows}


def sweep(lab: Lab) -> None:
    """Run the census, the scheduled one too; other instances have tasks of their own."""
    lab.api.trigger(lab.dag("key_census"))
    for run in lab.api.runs(lab.dag("key_census")):
        lab.end_of(run.run_id, "key_census")
        tasks = lab.tasks(run.run_id, "key_census")
        for name in ("phabricator.census", "phabricator.close"):
            assert tasks[name]["state"] == "success"


def test_a_hidden_issue_is_missing_until_it_is_shown_again(lab: Lab) -> None:
    assert lab.run_window(FIRST, UNTIL).state == "success"
    before = lab.marts()
    [row, *_] = lab.engine.query(
        "select issue_id from mart.fct_issues where instance = 'phabricator' order by 1"
    )
    task = lab.sandbox.store.task_ids[row["issue_id"]]
    lab.api.unpause(lab.dag("key_census"))
    lab.sandbox.store.hide(task)
    try:
        sweep(lab)
        assert missing(lab) == {row["issue_id"]: "missing"}
    finally:
        lab.sandbox.store.hidden.discard(task)
    sweep(lab)
    assert missing(lab) == {}
    assert lab.marts() == before
