"""Sprints: what was planned, what came and went, and what was done; the numbers are by hand."""

from __future__ import annotations

import random

import pytest

from tests.records import make_record
from tests.sql.youtrack.youtrack import (
    ALPHA,
    BETA,
    BETA_DONE,
    BETA_OPEN,
    DONE,
    OPEN,
    TYPE,
    YouTrack,
    at,
    day_of,
    element,
    run,
)

STARTS, ENDS = 10, 24
SPRINT, NEXT, RUNNING, PLANNED, KANBAN, MIXED, RANDOM = (f"109-{n}" for n in range(1, 8))
DATES = {
    SPRINT: (STARTS, ENDS),
    NEXT: (ENDS, 38),
    RUNNING: (STARTS, None),
    PLANNED: (10_000, 10_014),  # in the year 2053
    KANBAN: (None, None),
    MIXED: (STARTS, ENDS),
    RANDOM: (STARTS, ENDS),
}
NOTHING = (0, 0, 0, 0, 0, 0, 0)
COUNTS = (
    "planned_issues",
    "added_issues",
    "removed_issues",
    "completed_issues",
    "planned_completed_issues",
    "current_issues",
    "current_done_issues",
)

# An issue: the days on which it came to the sprint and left it, the days on which it was done and
# reopened -> planned, added, removed, completed, completed of the planned; in it now, done in it.
CASES = {
    "planned and done": ((1,), (20,), (1, 0, 0, 1, 1, 1, 1)),
    "planned and open": ((1,), (), (1, 0, 0, 0, 0, 1, 0)),
    "planned when the sprint began": ((10,), (20,), (1, 0, 0, 1, 1, 1, 1)),
    "added and done": ((12,), (20,), (0, 1, 0, 1, 0, 1, 1)),
    "added and open": ((12,), (), (0, 1, 0, 0, 0, 1, 0)),
    "added when the sprint was over": ((24,), (), (0, 0, 0, 0, 0, 1, 0)),
    "added and removed": ((12, 15), (), (0, 1, 1, 0, 0, 0, 0)),
    "removed": ((1, 15), (), (1, 0, 1, 0, 0, 0, 0)),
    "removed though it was done": ((1, 15), (12,), (1, 0, 1, 0, 0, 0, 0)),
    "removed and back": ((1, 12, 14), (20,), (1, 0, 0, 1, 1, 1, 1)),
    "removed and back at once": ((1, 12, 12), (20,), (1, 0, 0, 1, 1, 1, 1)),
    "removed when the sprint was over": ((1, 24), (20,), (1, 0, 0, 1, 1, 0, 0)),
    "removed when the sprint began": ((1, 10), (), NOTHING),
    "removed before the sprint": ((1, 5), (), NOTHING),
    "removed before the sprint and added": ((1, 5, 12), (), (0, 1, 0, 0, 0, 1, 0)),
    "done before the sprint": ((1,), (5,), (0, 0, 0, 0, 0, 1, 1)),
    "done when the sprint began": ((1,), (10,), (0, 0, 0, 0, 0, 1, 1)),
    "done before the sprint and added": ((12,), (5,), (0, 0, 0, 0, 0, 1, 1)),
    "done before the sprint and reopened in it": ((1,), (5, 12, 20), (0, 0, 0, 0, 0, 1, 1)),
    "done and reopened before the sprint": ((1,), (2, 5, 20), (1, 0, 0, 1, 1, 1, 1)),
    "done in the sprint, then added": ((15,), (12,), (0, 1, 0, 1, 0, 1, 1)),
    "done and reopened in the sprint": ((1,), (12, 15), (1, 0, 0, 0, 0, 1, 0)),
    "done and reopened after the sprint": ((1,), (12, 30), (1, 0, 0, 1, 1, 1, 0)),
    "done when the sprint was over": ((1,), (24,), (1, 0, 0, 0, 0, 1, 1)),
    "done after the sprint": ((1,), (30,), (1, 0, 0, 0, 0, 1, 1)),
}


def issue(youtrack, number, kind, stays, done, *, sprint=SPRINT, created=0):
    """Its membership and its status change on the days given, in turn."""
    youtrack.issue(number, DONE if len(done) % 2 else OPEN, created=created,
                   values={TYPE: element("67-1", kind)})  # fmt: skip
    for turn, day in enumerate(stays):
        youtrack.plan(number, day, *(((), (sprint,)) if turn % 2 else ((sprint,),)))
    youtrack.moves(number, *((day, OPEN if turn % 2 else DONE) for turn, day in enumerate(done)))


@pytest.fixture(scope="module")
def youtrack():
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
    for number, sprint in enumerate((RUNNING, PLANNED, KANBAN), start=110):
        issue(youtrack, number, "done", (1,), (20,), sprint=sprint)
        issue(youtrack, 10 + number, "open", (1,), (), sprint=sprint)
        issue(youtrack, 20 + number, "left", (1, 15), (), sprint=sprint)
    for number in range(200, 218):  # 1 + 2 + 5 at the start, 10 more on the way (conformance 7)
        issue(youtrack, number, "story", (1 if number < 208 else 12,), (20,), sprint=MIXED)
    issue(youtrack, 220, "bug", (1,), (), sprint=MIXED)
    youtrack.issue(221, BETA_DONE, project=BETA, values={TYPE: element("67-1", "story")})
    youtrack.plan(221, 12, (MIXED,))
    youtrack.moves(221, (20, BETA_DONE), first=BETA_OPEN)
    for number, (stays, done) in enumerate(HISTORIES, start=1000):
        issue(youtrack, number, str(number), stays, done, sprint=RANDOM)
    return youtrack


@pytest.fixture(scope="module", autouse=True)
def built(warehouse, youtrack):
    run(warehouse, youtrack)
    gone = {"issue_id": "2-104", "record_state": "deleted"}
    warehouse.run(
        {"issue_tombstones": [make_record("2-104", "2-104", at(500), gone)]}, instance="youtrack"
    )


def dice():
    """Days on which issues come and go, and are done and reopened."""
    chance = random.Random(7)
    days = range(1, 31)
    return [
        tuple(tuple(sorted(chance.sample(days, chance.randint(0, 4)))) for _ in range(2))
        for _ in range(150)
    ]


HISTORIES = dice()


def sprint_rows(warehouse, sprint):
    """(team, type) -> its counts."""
    rows = warehouse.rows(
        "mart.v_sprint_throughput", "*", f"sprint_key = 'youtrack:sprint:{sprint}'"
    )
    return {(row["team"], row["issue_type"]): tuple(row[name] for name in COUNTS) for row in rows}


@pytest.mark.parametrize("kind", CASES)
def test_an_issue_in_a_sprint(warehouse, kind):
    assert sprint_rows(warehouse, SPRINT)["Alpha", kind] == CASES[kind][2]


def test_an_issue_that_is_created_in_the_sprint_is_added(warehouse):
    found = sprint_rows(warehouse, SPRINT)["Alpha", "created in the sprint"]
    assert found == (0, 1, 0, 0, 0, 1, 0)


def test_what_leaves_without_having_come_was_there_from_the_beginning(warehouse):
    found = sprint_rows(warehouse, SPRINT)["Alpha", "in it from the beginning"]
    assert found == (1, 0, 1, 0, 0, 0, 0)


def test_what_is_carried_over_at_the_end_is_planned_in_both_sprints(warehouse):
    assert sprint_rows(warehouse, SPRINT)["Alpha", "carried over"] == (1, 0, 0, 0, 0, 0, 0)
    assert sprint_rows(warehouse, NEXT) == {("Alpha", "carried over"): (1, 0, 0, 1, 1, 1, 1)}


def test_what_was_in_it_for_no_time_has_no_row(warehouse):
    assert ("Alpha", "in and out at once") not in sprint_rows(warehouse, SPRINT)


def test_f1_a_deleted_issue_stays_in_the_report_and_is_not_in_the_sprint_now(warehouse):
    """It was planned on day 1, done on day 20, and deleted on day 500."""
    assert sprint_rows(warehouse, SPRINT)["Alpha", "gone"] == (1, 0, 0, 1, 1, 0, 0)


def test_a_sprint_without_an_end_is_counted_up_to_now(warehouse):
    assert sprint_rows(warehouse, RUNNING) == {
        ("Alpha", "done"): (1, 0, 0, 1, 1, 1, 1),
        ("Alpha", "open"): (1, 0, 0, 0, 0, 1, 0),
        ("Alpha", "left"): (1, 0, 1, 0, 0, 0, 0),
    }


def test_a_sprint_to_come_is_planned_as_it_is_now(warehouse):
    assert sprint_rows(warehouse, PLANNED) == {
        ("Alpha", "done"): (0, 0, 0, 0, 0, 1, 1),
        ("Alpha", "open"): (1, 0, 0, 0, 0, 1, 0),
        ("Alpha", "left"): NOTHING,
    }


def test_without_a_start_only_what_is_in_it_now_is_known(warehouse):
    assert sprint_rows(warehouse, KANBAN) == {
        ("Alpha", "done"): (None,) * 5 + (1, 1),
        ("Alpha", "open"): (None,) * 5 + (1, 0),
        ("Alpha", "left"): (None,) * 5 + (0, 0),
    }


def test_counts_are_by_team_and_type(warehouse):
    """8 stories are planned, 10 added, all are done: 18 completed, 8 of 8 planned."""
    assert sprint_rows(warehouse, MIXED) == {
        ("Alpha", "story"): (8, 10, 0, 18, 8, 18, 18),
        ("Alpha", "bug"): (1, 0, 0, 0, 0, 1, 0),
        ("Beta", "story"): (0, 1, 0, 1, 0, 1, 1),
    }


def test_a_sprint_has_its_name_and_dates(warehouse):
    rows = warehouse.rows(
        "mart.v_sprint_throughput", "distinct instance, sprint_key, sprint, starts_at, ends_at"
    )
    found = {row["sprint_key"].removeprefix("youtrack:sprint:"): row for row in rows}
    assert {
        id: (day_of(row["starts_at"]), day_of(row["ends_at"])) for id, row in found.items()
    } == (DATES)
    assert {row["instance"] for row in rows} == {"youtrack"}
    assert found[NEXT]["sprint"] == "Sprint 109-2"


def is_on(turns, day):
    """Oracle: whether what is switched on and off on these days is on at the end of a day."""
    return len([turn for turn in turns if turn <= day]) % 2 == 1


def by_the_day(stays, done):
    """Oracle: the counts of one issue; its changes are at midnight, so days tell all."""
    last = ENDS - 1
    in_at_start, in_at_end, in_now = (is_on(stays, day) for day in (STARTS, last, 99))
    came = any(day > STARTS and is_on(stays, day) for day in stays if day < ENDS)
    planned = in_at_start and not is_on(done, STARTS)
    added = came and not in_at_start and not is_on(done, STARTS)
    completed = in_at_end and is_on(done, last)
    return tuple(
        int(count)
        for count in (
            planned,
            added,
            (planned or added) and not in_at_end,
            (planned or added) and completed,
            planned and completed,
            in_now,
            in_now and is_on(done, 99),
        )
    )


def test_random_histories_are_counted_as_by_the_day(warehouse):
    expected = {
        ("Alpha", str(number)): by_the_day(stays, done)
        for number, (stays, done) in enumerate(HISTORIES, start=1000)
        if stays
    }
    assert sprint_rows(warehouse, RANDOM) == expected
    for place, name in enumerate(COUNTS):
        assert len({counts[place] for counts in expected.values()}) == 2, name
