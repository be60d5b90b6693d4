"""
What a closed period said stays, whatever happens to its issues afterwards (promise 10).

A bug of Alpha is in sprint One, started on day 1 and delivered on day 3. Then one thing after the
other changes, test by test; after each, what days 0 to 3 said is read again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from flowmart.core.status import ConfiguredMeaning
from flowmart.sources.base import RecordState
from flowmart.sources.notes import note_of
from tests.sql.warehouse import Warehouse
from tests.sql.youtrack.youtrack import (
    ALPHA,
    BETA,
    BETA_DOING,
    BETA_DONE,
    CONTEXT,
    DOING,
    DONE,
    POINTS,
    TYPE,
    YouTrack,
    at,
    element,
    run,
)

DAY = 86_400
BUG, STORY = element("81-1", "Bug"), element("81-2", "Story")
ONE, TWO = "109-1", "109-2"
CLOSED = "happened_on <= '2026-01-04'"
DELIVERED = {
    "delivery_key": "youtrack:2-1:1",
    "project_key": "youtrack:project:0-1",
    "team": "Alpha",
    "issue_type": "Bug",
    "level": "item",
    "sprint": "One",
    "sprint_key": "youtrack:sprint:109-1",
    "quarter": "2026-Q1",
    "estimate": 3.0,
    "delivered_on": date(2026, 1, 4),
    "outcome": "delivered",
    "lead_time_seconds": 3 * DAY,
    "cycle_time_seconds": 2 * DAY,
}
COMPLETED = {
    "team": "Alpha",
    "issue_type": "Bug",
    "sprint": "One",
    "quarter": "2026-Q1",
    "is_done": True,
    "outcome": "delivered",
    "lead_time_seconds": 3 * DAY,
    "cycle_time_seconds": 2 * DAY,
}
TODAY = "team, issue_type, sprint, estimate"


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn, tmp_path_factory):
    return Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"), "youtrack")


class Life:
    """The issue's life so far, and what is published of it."""

    def __init__(self, warehouse):
        self.warehouse = warehouse
        self.youtrack = YouTrack()
        self.context = CONTEXT
        self.version = 0

    def board(self, **one):
        sprints = [
            {"id": ONE, "name": "One", "start": at(0), "finish": at(14)} | one,
            {"id": TWO, "name": "Two", "start": at(14), "finish": at(28)},
        ]
        self.youtrack.board("108-1", (ALPHA,), sprints)

    def issue(self, status, **more):
        self.version += 1
        first = self.version == 1
        self.youtrack.issue(1, status, version=self.version, first_activity=first, **more)

    def publish(self, **settings):
        self.context = replace(self.context, **settings)
        run(self.warehouse, self.youtrack, self.context)

    def rows(self, table, columns, where="true"):
        return self.warehouse.rows(f"mart.{table}", columns, where)

    def deliveries(self):
        return self.rows("fct_issue_deliveries", ", ".join(DELIVERED))

    def flow(self):
        return self.rows("fct_issue_flow", ", ".join(COMPLETED))

    def closed_days(self):
        columns = (
            "happened_on, team, issue_type, level, category, entered, exited, high_water_entered, "
            "high_water_exited, arrived, started, delivered, discarded, reopened"
        )
        return self.rows("agg_flow_daily", columns, CLOSED)

    def today(self):
        [row] = self.rows("fct_issues", TODAY)
        return tuple(row.values())


@pytest.fixture(scope="module")
def life(warehouse):
    """As it was on day 3, when the report was written."""
    life = Life(warehouse)
    life.board()
    life.issue(DONE, resolved=3, values={TYPE: BUG, POINTS: 3.0})
    life.youtrack.plan(1, 0, (ONE,))
    life.youtrack.moves(1, (1, DOING), (3, DONE))
    life.publish()
    life.report = life.closed_days()
    return life


@pytest.fixture(autouse=True)
def the_report_stays(life):
    """What was delivered, and what closed days said, stays as it was."""
    yield
    assert DELIVERED in life.deliveries()
    assert life.closed_days() == life.report


def test_the_report(life):
    assert life.deliveries() == [DELIVERED]
    assert life.flow() == [COMPLETED]
    assert life.today() == ("Alpha", "Bug", "One", 3.0)
    assert [row["delivered"] for row in life.report if row["category"] == "done"] == [1]


def test_another_type_estimate_sprint_and_project(life):
    """`fct_issues` shows today's; the days after show the move between types and teams."""
    life.issue(BETA_DONE, project=BETA, resolved=3, values={TYPE: STORY})
    life.youtrack.change(1, 5, TYPE, BUG, STORY)
    life.youtrack.change(1, 5, POINTS, 3.0, 8.0)
    life.youtrack.plan(1, 6, (TWO,), (ONE,))
    life.youtrack.plan(1, 6.5, (), (TWO,))
    life.youtrack.transfer(1, 7, ALPHA, BETA)
    life.publish()
    assert life.today()[:3] == ("Beta", "Story", None)
    assert life.deliveries() == [DELIVERED]
    assert life.flow() == [COMPLETED]
    moved = life.rows(
        "agg_flow_daily",
        "happened_on, team, issue_type, entered, exited, delivered",
        f"not ({CLOSED})",
    )
    assert [tuple(row.values()) for row in moved if row["team"] == "Beta"] == [
        (date(2026, 1, 8), "Beta", "Story", 1, 0, 0)
    ]


def test_other_dates_of_the_sprint(life):
    life.board(start=at(4), finish=at(5))
    life.publish()
    assert life.deliveries() == [DELIVERED]
    assert life.flow() == [COMPLETED]


def test_another_name_of_the_sprint_is_a_name(life):
    """Names are attributes (promise 6): the delivery is in the same sprint under its new name."""
    life.board(name="First")
    life.publish()
    assert life.deliveries() == [DELIVERED | {"sprint": "First"}]
    life.board()
    life.publish()
    assert life.deliveries() == [DELIVERED]


def test_a_meaning_that_always_held_corrects_history(life):
    """The one change that is to change the past: it says what the past had been."""
    statuses = life.context.statuses
    discarded = [ConfiguredMeaning(category="done", outcome="discarded")]
    life.publish(statuses={**statuses, "Done": discarded})
    assert life.deliveries() == [DELIVERED | {"outcome": "discarded"}]
    life.publish(statuses=statuses)
    assert life.deliveries() == [DELIVERED]


def test_reopened_and_delivered_again_by_another_team(life):
    """It counts in both periods; the view of the item follows its last completion."""
    life.issue(BETA_DONE, project=BETA, resolved=8, values={TYPE: STORY})
    life.youtrack.moves(1, (7.5, BETA_DOING), (8, BETA_DONE), first=BETA_DONE)
    life.publish()
    first, second = life.deliveries()
    assert first == DELIVERED
    columns = ("team", "issue_type", "delivered_on", "lead_time_seconds")
    assert [second[name] for name in columns] == ["Beta", "Story", date(2026, 1, 9), 8 * DAY]
    [flow] = life.flow()
    assert (flow["team"], flow["lead_time_seconds"]) == ("Beta", 8 * DAY)


def test_a_meaning_from_a_later_day_on(life):
    """Who enters Done from day 9 on is not done: what was done before stays done."""
    done = [
        ConfiguredMeaning(category="done"),
        ConfiguredMeaning(category="in_progress", valid_from=date(2026, 1, 10)),
    ]
    before, flow = life.deliveries(), life.flow()
    life.publish(statuses={**life.context.statuses, "Done": done})
    assert life.deliveries() == before
    assert life.flow() == flow
    life.issue(BETA_DONE, project=BETA, resolved=13, values={TYPE: STORY})
    life.youtrack.moves(1, (12, BETA_DOING), (13, BETA_DONE), first=BETA_DONE)
    life.publish()
    assert life.deliveries() == before
    assert [row["is_done"] for row in life.flow()] == [False]


def test_a_deletion(life):
    now = datetime(2026, 2, 1, tzinfo=UTC)
    note = note_of("2-1", RecordState.DELETED, now)
    life.warehouse.run({"issue_tombstones": [note]}, life.context, "youtrack")
    assert life.rows("fct_issues", "is_deleted") == [{"is_deleted": True}]
    assert len(life.deliveries()) == 2
