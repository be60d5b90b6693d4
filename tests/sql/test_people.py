"""Who had an issue when, who took part, and who answered first."""

from __future__ import annotations

import pytest

from tests.sql.tracker import DAY, Tracker, day_of, phid

ANN, BOB, CAT, ROBOT, GONE = (phid("USER", name) for name in ("ann", "bob", "cat", "robot", "gone"))
HERALD = "PHID-HRUL-1"


@pytest.fixture(scope="module")
def built(warehouse):
    """All cases, in one batch."""
    tracker = company()
    for case in (*ASSIGNED.values(), *ANSWERED.values()):
        case[0](tracker)
    return warehouse.run(tracker.records())


def company():
    tracker = Tracker()
    tracker.user("cat")
    tracker.user("robot", "bot")
    return tracker


def assigned(tracker, task, *steps):
    """Changes of the assignee: (day, from, to)."""
    for day, old, new in steps:
        tracker.event(task, day, "owner", {"old": old, "new": new})


def handed_on(tracker):
    tracker.task(1, ownerPHID=ANN)
    assigned(tracker, 1, (1, None, ANN), (3, ANN, BOB), (5, BOB, None), (8, None, ANN))


def never_changed(tracker):
    tracker.task(2, created=2, ownerPHID=BOB)


def nobodys(tracker):
    tracker.task(3)


def known_by_the_first_change(tracker):
    tracker.task(4, ownerPHID=BOB)
    assigned(tracker, 4, (4, ANN, BOB))


def at_one_instant(tracker):
    """Their ids contradict their from and to: ann had it for no time, before bob."""
    tracker.task(5, ownerPHID=BOB)
    tracker.event(5, 2, "owner", {"old": None, "new": ANN}, number=904)
    tracker.event(5, 2, "owner", {"old": ANN, "new": BOB}, number=903)


def contradictory(tracker):
    tracker.task(6, ownerPHID=BOB)
    assigned(tracker, 6, (1, None, ANN))


def there_and_back(tracker):
    """For a moment it was bob's: that is no interruption."""
    tracker.task(7, ownerPHID=ANN)
    assigned(tracker, 7, (1, None, ANN), (3, ANN, BOB), (3, BOB, ANN))


def before_creation(tracker):
    tracker.task(8, created=2, ownerPHID=ANN)
    assigned(tracker, 8, (1, None, ANN))


def to_a_deleted_account(tracker):
    tracker.task(9, ownerPHID=BOB)
    assigned(tracker, 9, (1, None, GONE), (2, GONE, BOB))


# task -> its case, and the assignments that it becomes: (who, from day, to day).
ASSIGNED = {
    1: (handed_on, [(ANN, 1, 3), (BOB, 3, 5), (ANN, 8, None)]),
    2: (never_changed, [(BOB, 2, None)]),
    3: (nobodys, []),
    4: (known_by_the_first_change, [(ANN, 0, 4), (BOB, 4, None)]),
    5: (at_one_instant, [(BOB, 2, None)]),
    6: (contradictory, [(ANN, 1, None)]),
    7: (there_and_back, [(ANN, 1, None)]),
    8: (before_creation, [(ANN, 2, None)]),
    9: (to_a_deleted_account, [(GONE, 1, 2), (BOB, 2, None)]),
}


def rows_of(warehouse, table, task):
    return warehouse.rows(table, "*", f"issue_key = 'phabricator:{phid('TASK', task)}'")


@pytest.mark.parametrize("task", ASSIGNED)
def test_assignments_follow_the_history(warehouse, built, task):
    rows = rows_of(warehouse, "mart.fct_issue_assignments", task)
    rows.sort(key=lambda row: row["sequence"])
    found = [
        (row["assignee_key"].removeprefix("phabricator:"), day_of(row["assigned_at"]),
         day_of(row["released_at"]))
        for row in rows
    ]  # fmt: skip
    assert found == ASSIGNED[task][1]
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["is_current"] for row in rows] == [end is None for _, _, end in found]
    assert [row["duration_seconds"] for row in rows] == [
        None if end is None else (end - begin) * DAY for _, begin, end in found
    ]


def test_history_that_does_not_lead_to_the_assignee_is_a_finding(warehouse, built):
    rows = warehouse.rows(
        "ops.ops_data_quality",
        "issue_key, detail",
        "rule = 'field_disagrees_with_history' and subject = 'assignee'",
    )
    detail = f"assignee is {BOB}, its history leads to {ANN}"
    assert rows == [{"issue_key": f"phabricator:{phid('TASK', 6)}", "detail": detail}]


def participants(warehouse, task):
    return {
        row["user_key"].removeprefix("phabricator:"): (
            row["is_author"], row["is_assignee"], row["changes"],
            day_of(row["first_active_at"]), day_of(row["last_active_at"]),
        )
        for row in rows_of(warehouse, "mart.fct_issue_participants", task)
    }  # fmt: skip


def test_participants_are_author_assignees_and_whoever_changed_something(warehouse, built):
    assert participants(warehouse, 1) == {
        ANN: (True, True, 0, 0, 0),
        BOB: (False, True, 4, 1, 8),
    }
    assert participants(warehouse, 20) == {
        ANN: (True, False, 1, 0, 1),
        ROBOT: (False, False, 1, 2, 2),
        HERALD: (False, False, 1, 2.5, 2.5),
        CAT: (False, False, 2, 3, 4),
    }


def test_who_only_ever_had_an_issue_was_not_active(warehouse, built):
    assert participants(warehouse, 2) == {
        ANN: (True, False, 0, 2, 2),
        BOB: (False, True, 0, None, None),
    }


def test_changes_of_participants_add_up_to_all_changes(warehouse, built):
    [made] = warehouse.rows("mart.fct_issue_participants", "sum(changes) as changes")
    [known] = warehouse.rows("mart.fct_issue_changes", "count(actor_key) as changes")
    assert int(made["changes"]) == known["changes"] > 20


def after_the_author_and_a_bot(tracker):
    tracker.task(20)
    tracker.event(20, 1, "comment", actor=ANN)
    tracker.event(20, 2, "comment", actor=ROBOT)
    tracker.event(20, 2.5, "title", {"old": "?", "new": "Task 20"}, actor=HERALD)
    tracker.event(20, 3, "comment", actor=CAT)
    tracker.event(20, 4, "comment", actor=CAT)


def only_the_author(tracker):
    tracker.task(21)
    tracker.event(21, 1, "comment", actor=ANN)


def filed_for_somebody(tracker):
    """Whoever saves the creation for the author has not responded by it, but by what follows."""
    for task in (22, 23):
        tracker.task(task, status="progress")
        tracker.event(task, 0, "create", actor=BOB, group=f"creation of {task}")
        tracker.event(task, 0, "status", {"old": "open", "new": "progress"}, actor=BOB,
                      group=f"creation of {task}")  # fmt: skip
    tracker.event(23, 2, "comment", actor=BOB)


def nothing(_):
    """The case is part of the one before."""


def changed(tracker):
    tracker.task(24, status="progress")
    tracker.moves(24, (0.5, "progress"))


def dated_before_creation(tracker):
    tracker.task(25, created=2)
    tracker.event(25, 1, "comment", actor=CAT)


def by_a_deleted_account(tracker):
    tracker.task(26)
    tracker.event(26, 4, "comment", actor=GONE)


def without_an_author(tracker):
    """Nothing tells whether bob answered or asked."""
    tracker.task(27, authorPHID=None)
    tracker.event(27, 4, "comment")


# task -> its case, and when and how long after the creation somebody answered.
ANSWERED = {
    20: (after_the_author_and_a_bot, (3, 3 * DAY)),
    21: (only_the_author, (None, None)),
    22: (filed_for_somebody, (None, None)),
    23: (nothing, (2, 2 * DAY)),
    24: (changed, (0.5, DAY / 2)),
    25: (dated_before_creation, (2, 0)),
    26: (by_a_deleted_account, (4, 4 * DAY)),
    27: (without_an_author, (None, None)),
}


@pytest.mark.parametrize("task", ANSWERED)
def test_first_response_is_by_another_person(warehouse, built, task):
    table = f"stage.int_first_responses__{built.batch_id}"
    [row] = warehouse.rows(table, "*", f"issue_id = '{phid('TASK', task)}'")
    found = (day_of(row["first_response_at"]), row["first_response_seconds"])
    assert found == ANSWERED[task][1]
