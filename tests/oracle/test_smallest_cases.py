"""Where the marts differ from the definitions: the smallest case of each, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowmart.core.status import Measure
from tests.sql import warehouse as phabricator
from tests.sql.tracker import DAY, phid
from tests.sql.tracker import Tracker as Phabricator
from tests.sql.yandex_tracker.tracker import Tracker as YandexTracker
from tests.sql.yandex_tracker.tracker import at, issue_id
from tests.sql.youtrack import youtrack as of_youtrack
from tests.sql.youtrack.youtrack import ALPHA, BETA, BETA_DONE, BETA_OPEN, YouTrack


@pytest.fixture
def make(warehouse_dsn, tmp_path):
    def make(source):
        warehouse = phabricator.Warehouse(warehouse_dsn, tmp_path, source)
        warehouse.clear()
        return warehouse

    return make


def test_a_type_that_changes_after_completion_on_yandex_tracker(make):
    """Closed as a task on day 3; called a story on day 5."""
    task, story = {"id": "2", "key": "task"}, {"id": "3", "key": "story"}
    tracker = YandexTracker()
    tracker.issue(1, now="8", resolvedAt=at(3), type=story)
    tracker.creation(1)
    tracker.moves(1, (1, "3"), (3, "8"))
    tracker.entry(1, 5, "IssueUpdated", ("type", task, story))
    warehouse = make("yandex_tracker")
    tracker.into(warehouse)
    key = f"issue_key = 'yandex_tracker:{issue_id(1)}'"
    assert warehouse.rows("mart.fct_issues", "issue_type", key) == [{"issue_type": "story"}]
    for table in ("fct_issue_deliveries", "fct_issue_flow"):
        assert warehouse.rows(f"mart.{table}", "issue_type", key) == [{"issue_type": "task"}]


def test_a_move_between_projects_on_youtrack_while_in_a_sprint(make):
    """In a sprint of Alpha's board on day 1, moved to Beta on day 2, done there on day 3."""
    youtrack = YouTrack()
    youtrack.board("108-1", (ALPHA,), [{"id": "109-1", "name": "One", "start": of_youtrack.at(0)}])
    youtrack.issue(1, BETA_DONE, project=BETA, resolved=3)
    youtrack.plan(1, 1, ("109-1",))
    youtrack.transfer(1, 2, ALPHA, BETA)
    youtrack.moves(1, (3, BETA_DONE), first=BETA_OPEN)
    warehouse = make("youtrack")
    of_youtrack.run(warehouse, youtrack)
    assert warehouse.rows("mart.fct_issues", "team, sprint") == [{"team": "Beta", "sprint": None}]
    for table in ("fct_issue_deliveries", "fct_issue_flow"):
        found = warehouse.rows(f"mart.{table}", "team, sprint")
        assert found == [{"team": "Beta", "sprint": None}]
    # It left Alpha and came to Beta on day 2.
    steps = warehouse.rows(
        "mart.fct_issue_flow_steps", "team, entered, exited", "happened_on = '2026-01-03'"
    )
    assert [tuple(step.values()) for step in steps] == [("Alpha", 0, 1), ("Beta", 1, 0)]


def test_a_measure_that_begins_where_its_end_was_passed_at_once(make):
    """In progress and stalled in one second of day 1, in progress again on day 5: 4 days."""
    tracker = Phabricator()
    tracker.task(1, status="progress")
    tracker.moves(1, (1, "progress"), (1, "stalled"), (5, "progress"))
    measure = Measure.model_validate({"from": ["stalled"], "to": ["progress"]})
    warehouse = make("phabricator")
    warehouse.run(tracker.records(), replace(phabricator.CONTEXT, measures={"wait": measure}))
    found = warehouse.rows(
        "mart.fct_issue_measures",
        "duration_seconds",
        f"issue_key = 'phabricator:{phid('TASK', 1)}'",
    )
    assert found == [{"duration_seconds": 4 * DAY}]
