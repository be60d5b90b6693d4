"""Sprint reports: what was planned, what came and went, what was done; the numbers are by hand."""

from __future__ import annotations

import pytest

from flowmart.core.window import Window
from tests.records import make_record
from tests.sql.youtrack.youtrack import (
    ALPHA,
    BETA,
    BETA_DONE,
    BETA_OPEN,
    CONTEXT,
    DONE,
    OPEN,
    POINTS,
    TYPE,
    YouTrack,
    at,
    day_of,
    element,
    instant,
)

STARTS, ENDS = 10, 24
SPRINT, NEXT, ENDLESS, PLANNED, KANBAN, MIXED, RUNNING, EMPTY, WRONG, SIZED, EIGHTY = (
    f"109-{n}" for n in range(1, 12)
)
DATES = {
    SPRINT: (STARTS, ENDS),
    NEXT: (ENDS, 38),
    ENDLESS: (STARTS, None),
    PLANNED: (10_000, 10_014),  # in the year 2053
    KANBAN: (None, None),
    MIXED: (STARTS, ENDS),
    RUNNING: (STARTS, 10_000),
    EMPTY: (STARTS, ENDS),
    WRONG: (ENDS, STARTS),
    SIZED: (STARTS, ENDS),
    EIGHTY: (STARTS, ENDS),
}
COUNTS = (
    "committed_issues",
    "added_issues",
    "removed_issues",
    "completed_issues",
    "committed_completed_issues",
    "carried_over_issues",
    "current_issues",
    "current_done_issues",
)
NOTHING = (0,) * 8

# An issue: the days on which it came to the sprint and left it, the days on which it was done and
# reopened -> committed, added, removed, completed, completed of the committed, carried over; in it
# today, done in it.
CASES = {
    "committed and done": ((1,), (20,), (1, 0, 0, 1, 1, 0, 1, 1)),
    "committed and open": ((1,), (), (1, 0, 0, 0, 0, 1, 1, 0)),
    "committed when the sprint began": ((10,), (20,), (1, 0, 0, 1, 1, 0, 1, 1)),
    "added and done": ((12,), (20,), (0, 1, 0, 1, 0, 0, 1, 1)),
    "added and open": ((12,), (), (0, 1, 0, 0, 0, 1, 1, 0)),
    "added when the sprint was over": ((24,), (), (0, 0, 0, 0, 0, 0, 1, 0)),
    "added and removed": ((12, 15), (), (0, 1, 1, 0, 0, 0, 0, 0)),
    "removed": ((1, 15), (), (1, 0, 1, 0, 0, 0, 0, 0)),
    "removed though it was done": ((1, 15), (12,), (1, 0, 1, 0, 0, 0, 0, 0)),
    "removed and back": ((1, 12, 14), (20,), (1, 0, 0, 1, 1, 0, 1, 1)),
    "removed and back at once": ((1, 12, 12), (20,), (1, 0, 0, 1, 1, 0, 1, 1)),
    "removed when the sprint was over": ((1, 24), (20,), (1, 0, 0, 1, 1, 0, 0, 0)),
    "removed when the sprint began": ((1, 10), (), NOTHING),
    "removed before the sprint": ((1, 5), (), NOTHING),
    "removed before the sprint and added": ((1, 5, 12), (), (0, 1, 0, 0, 0, 1, 1, 0)),
    "done before the sprint": ((1,), (5,), (0, 0, 0, 0, 0, 0, 1, 1)),
    "done when the sprint began": ((1,), (10,), (0, 0, 0, 0, 0, 0, 1, 1)),
    "done before the sprint and added": ((12,), (5,), (0, 0, 0, 0, 0, 0, 1, 1)),
    "done before the sprint, reopened, done": ((1,), (5, 12, 20), (0, 1, 0, 1, 0, 0, 1, 1)),
    "done before the sprint and reopened": ((1,), (5, 12), (0, 1, 0, 0, 0, 1, 1, 0)),
    "done before, removed, then reopened": ((1, 11), (5, 12), NOTHING),
    "done and reopened before the sprint": ((1,), (2, 5, 20), (1, 0, 0, 1, 1, 0, 1, 1)),
    "done in the sprint, then added": ((15,), (12,), (0, 1, 0, 1, 0, 0, 1, 1)),
    "done and reopened in the sprint": ((1,), (12, 15), (1, 0, 0, 0, 0, 1, 1, 0)),
    "done and reopened after the sprint": ((1,), (12, 30), (1, 0, 0, 1, 1, 0, 1, 0)),
    "done when the sprint was over": ((1,), (24,), (1, 0, 0, 0, 0, 1, 1, 1)),
    "done after the sprint": ((1,), (30,), (1, 0, 0, 0, 0, 1, 1, 1)),
}


def issue(youtrack, number, kind, stays, done, *, sprint=SPRINT, created=0, points=None):
    """Its membership and its status change on the days given, in turn."""
    values = {TYPE: element("67-1", kind), POINTS: points}
    youtrack.issue(number, DONE if len(done) % 2 else OPEN, created=created, values=values)
    for turn, day in enumerate(stays):
        youtrack.plan(number, day, *(((), (sprint,)) if turn % 2 else ((sprint,),)))
    youtrack.moves(number, *((day, OPEN if turn % 2 else DONE) for turn, day in enumerate(done)))


def in_points(youtrack):
    """Conformance 7: 1 + 2 + 5 committed, 10 added, all done; 30 committed, 24 of them done."""
    for number, (day, points) in enumerate(((1, 1), (1, 2), (1, 5), (12, 10)), start=300):
        issue(youtrack, number, "sized", (day,), (20,), sprint=SIZED, points=points)
    for number, (points, done) in enumerate(((14, (20,)), (10, (20,)), (6, ())), start=310):
        issue(youtrack, number, "eighty", (1,), done, sprint=EIGHTY, points=points)
    issue(youtrack, 320, "re-estimated", (1,), (20,), sprint=SIZED, points=8)
    youtrack.change(320, 9, POINTS, 2, 3)  # committed: 3
    youtrack.change(320, 15, POINTS, 3, 5)  # completed: 5
    youtrack.change(320, 24, POINTS, 5, 8)  # the sprint is over
    issue(youtrack, 321, "estimated", (12, 20), (), sprint=SIZED, points=13)
    youtrack.change(321, 16, POINTS, None, 4)  # removed: 4
    youtrack.change(321, 21, POINTS, 4, 13)  # it is not in the sprint any more


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    youtrack = YouTrack()
    sprints = [
        {"id": id, "name": f"Sprint {id}", "archived": False, "isDefault": False,
         "start": None if start is None else at(start), "finish": None if end is None else at(end)}
        for id, (start, end) in DATES.items()
    ]  # fmt: skip
    youtrack.board("108-1", (ALPHA, BETA), sprints)
    for number, (kind, (stays, done, _)) in enumerate(CASES.items(), start=1):
        issue(youtrack, number, kind, stays, done)
    issue(youtrack, 101, "created in the sprint", (12,), (), created=12)
    issue(youtrack, 102, "in it from the beginning", (), ())
    youtrack.plan(102, 15, (), (SPRINT,))
    issue(youtrack, 103, "carried over", (1,), (30,))
    youtrack.plan(103, 24, (NEXT,), (SPRINT,))
    issue(youtrack, 104, "gone", (1,), (20,))
    issue(youtrack, 105, "in and out at once", (12, 12), ())
    for number, sprint in enumerate((ENDLESS, PLANNED, KANBAN, RUNNING, WRONG), start=110):
        issue(youtrack, number, "done", (1,), (20,), sprint=sprint)
        issue(youtrack, 10 + number, "open", (1,), (), sprint=sprint)
        issue(youtrack, 20 + number, "left", (1, 15), (), sprint=sprint)
    for number in range(200, 218):  # 1 + 2 + 5 at the start, 10 more on the way
        issue(youtrack, number, "story", (1 if number < 208 else 12,), (20,), sprint=MIXED)
    issue(youtrack, 220, "bug", (1,), (), sprint=MIXED)
    youtrack.issue(221, BETA_DONE, project=BETA, values={TYPE: element("67-1", "story")})
    youtrack.plan(221, 12, (MIXED,))
    youtrack.moves(221, (20, BETA_DONE), first=BETA_OPEN)
    in_points(youtrack)
    covered = Window(instant(0), instant(100))
    warehouse.run(youtrack.records(), CONTEXT, "youtrack", window=covered)
    gone = {"issue_id": "2-104", "record_state": "deleted"}
    warehouse.run(
        {"issue_tombstones": [make_record("2-104", "2-104", at(500), gone)]},
        CONTEXT,
        "youtrack",
        window=covered,
    )


def report(warehouse, sprint, columns=COUNTS):
    """(team, type) -> its figures."""
    rows = warehouse.rows("mart.v_sprint_reports", "*", f"sprint_key = 'youtrack:sprint:{sprint}'")
    return {(row["team"], row["issue_type"]): tuple(row[name] for name in columns) for row in rows}


@pytest.mark.parametrize("kind", CASES)
def test_an_issue_in_a_sprint(warehouse, kind):
    assert report(warehouse, SPRINT)["Alpha", kind] == CASES[kind][2]


def test_an_issue_that_is_created_in_the_sprint_is_added(warehouse):
    found = report(warehouse, SPRINT)["Alpha", "created in the sprint"]
    assert found == (0, 1, 0, 0, 0, 1, 1, 0)


def test_what_leaves_without_having_come_was_there_from_the_beginning(warehouse):
    found = report(warehouse, SPRINT)["Alpha", "in it from the beginning"]
    assert found == (1, 0, 1, 0, 0, 0, 0, 0)


def test_what_is_carried_over_is_committed_in_both_sprints(warehouse):
    assert report(warehouse, SPRINT)["Alpha", "carried over"] == (1, 0, 0, 0, 0, 1, 0, 0)
    assert report(warehouse, NEXT) == {("Alpha", "carried over"): (1, 0, 0, 1, 1, 0, 1, 1)}


def test_what_was_in_it_for_no_time_has_no_row(warehouse):
    assert ("Alpha", "in and out at once") not in report(warehouse, SPRINT)


def test_f1_a_deleted_issue_stays_in_the_report_and_is_not_in_the_sprint_now(warehouse):
    """It was committed on day 1, done on day 20, and deleted on day 500."""
    assert report(warehouse, SPRINT)["Alpha", "gone"] == (1, 0, 0, 1, 1, 0, 0, 0)


def test_an_unfinished_sprint_carries_nothing_over_yet(warehouse):
    """Day 100 is the end of what is loaded; the one without an end never ends."""
    for sprint in (ENDLESS, RUNNING):
        assert report(warehouse, sprint, ("state", *COUNTS, "say_do_issues")) == {
            ("Alpha", "done"): ("running", 1, 0, 0, 1, 1, None, 1, 1, None),
            ("Alpha", "open"): ("running", 1, 0, 0, 0, 0, None, 1, 0, None),
            ("Alpha", "left"): ("running", 1, 0, 1, 0, 0, None, 0, 0, None),
        }


def test_a_sprint_to_come_is_planned_as_it_is_now(warehouse):
    assert report(warehouse, PLANNED, ("state", *COUNTS)) == {
        ("Alpha", "done"): ("planned", 0, 0, 0, 0, 0, None, 1, 1),
        ("Alpha", "open"): ("planned", 1, 0, 0, 0, 0, None, 1, 0),
        ("Alpha", "left"): ("planned", 0, 0, 0, 0, 0, None, 0, 0),
    }


@pytest.mark.parametrize(("sprint", "state"), [(KANBAN, "undated"), (WRONG, "contradictory")])
def test_without_sound_dates_only_what_is_in_it_today_is_known(warehouse, sprint, state):
    assert report(warehouse, sprint, ("state", *COUNTS)) == {
        ("Alpha", "done"): (state, *[None] * 6, 1, 1),
        ("Alpha", "open"): (state, *[None] * 6, 1, 0),
        ("Alpha", "left"): (state, *[None] * 6, 0, 0),
    }


def test_a_sprint_that_ends_before_it_begins_is_a_finding(warehouse):
    found = warehouse.rows(
        "ops.ops_data_quality", "issue_key, detail", "rule = 'sprint_ends_before_it_begins'"
    )
    assert {row["issue_key"] for row in found} == {f"youtrack:2-{n}" for n in (114, 124, 134)}
    assert "Sprint 109-9 ends before it begins" in found[0]["detail"]


def test_a_sprint_without_issues_has_a_row(warehouse):
    found = report(warehouse, EMPTY, (*COUNTS, "say_do_issues"))
    assert found == {("Sprint 109-8", "(no issues)"): (*NOTHING, None)}


def test_conformance_7_committed_against_added_by_team_and_type(warehouse):
    """8 stories are committed, 10 added, all are done: 18 completed, 8 of 8 committed: 100 %."""
    assert report(warehouse, MIXED, (*COUNTS, "say_do_issues")) == {
        ("Alpha", "story"): (8, 10, 0, 18, 8, 0, 18, 18, 1.0),
        ("Alpha", "bug"): (1, 0, 0, 0, 0, 1, 1, 0, 0.0),
        ("Beta", "story"): (0, 1, 0, 1, 0, 0, 1, 1, None),
    }


POINT_FIGURES = tuple(
    f"{name}_points"
    for name in ("committed", "added", "re_estimated", "removed", "completed",
                 "committed_completed", "carried_over")
)  # fmt: skip


def test_conformance_7_in_points(warehouse):
    """1 + 2 + 5 committed, 10 added, all done: 8, 10, 18, and 8 / 8. 30, of which 24: 80 %."""
    columns = (*POINT_FIGURES, "say_do_points", "unestimated_issues")
    assert report(warehouse, SIZED, columns)["Alpha", "sized"] == (8, 10, 0, 0, 18, 8, 0, 1.0, 0)
    assert report(warehouse, EIGHTY, columns) == {
        ("Alpha", "eighty"): (30, 0, 0, 0, 24, 24, 6, 0.8, 0)
    }


def test_estimates_are_those_of_the_moments(warehouse):
    """Committed with 3 and completed with 5; added without an estimate and removed with 4."""
    columns = (*POINT_FIGURES, "re_estimated_issues", "unestimated_issues")
    found = report(warehouse, SIZED, columns)
    assert found["Alpha", "re-estimated"] == (3, 0, 2, 0, 5, 3, 0, 1, 0)
    assert found["Alpha", "estimated"] == (0, 0, 4, 4, 0, 0, 0, 1, 1)


def test_nothing_is_lost_between_the_beginning_and_the_end(warehouse):
    for unit in ("issues", "points"):
        names = [f"{name}_{unit}" for name in (
            "committed", "added", "re_estimated", "removed", "completed", "discarded",
            "carried_over")]  # fmt: skip
        rows = warehouse.rows("mart.v_sprint_reports", ", ".join(names), "state = 'over'")
        for committed, added, re_estimated, *ends in (row.values() for row in rows):
            gained = re_estimated if unit == "points" else 0
            assert committed + added + gained == sum(ends)


def test_a_sprint_has_its_name_and_dates(warehouse):
    rows = warehouse.rows(
        "mart.v_sprint_reports", "distinct instance, sprint_key, sprint, starts_at, ends_at"
    )
    found = {row["sprint_key"].removeprefix("youtrack:sprint:"): row for row in rows}
    assert {
        id: (day_of(row["starts_at"]), day_of(row["ends_at"])) for id, row in found.items()
    } == (DATES)
    assert {row["instance"] for row in rows} == {"youtrack"}
    assert found[NEXT]["sprint"] == "Sprint 109-2"
