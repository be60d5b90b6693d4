"""Visits to statuses: where they begin, how they follow each other, what they add up to."""

from __future__ import annotations

import itertools

import pytest

from flowmart.sources.registry import get_spec
from tests.sql.tracker import Tracker, day_of, phid

HOUR = 1 / 24


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    for case in (
        reopened,
        never_changed,
        created_in_another_status,
        repeated,
        at_one_instant,
        from_nothing,
        twice_in_todo,
        known_by_its_end_only,
        changed_before_creation,
        numbered,
        changed_at_the_instant_of_creation,
    ):
        case(tracker)
    warehouse.run(tracker.records())


def reopened(tracker):
    tracker.task(1, status="resolved", closed=7)
    tracker.moves(1, (1, "progress"), (4, "resolved"), (6, "progress"), (7, "resolved"))


def never_changed(tracker):
    tracker.task(2, created=3)


def created_in_another_status(tracker):
    """Phorge writes a change from the default status into the edit that creates the task."""
    tracker.task(3, status="progress")
    tracker.event(3, 0, "create", group="creation of 3")
    tracker.event(3, 0, "status", {"old": "open", "new": "stalled"}, group="creation of 3")
    tracker.moves(3, (2, "progress"), first="stalled")


def repeated(tracker):
    tracker.task(4, status="progress")
    tracker.moves(4, (1, "progress"), (2, "progress"), (3, "progress"))


def at_one_instant(tracker):
    """Three changes within a second; their ids tell the order, which is not that of arrival."""
    tracker.task(5, status="progress")
    steps = ((902, "resolved", "open"), (901, "open", "resolved"), (903, "open", "progress"))
    for number, old, new in steps:
        tracker.event(5, 2, "status", {"old": old, "new": new}, number=number)


def from_nothing(tracker):
    """Very old rows do not say what a change left."""
    tracker.task(6, status="resolved", closed=5)
    tracker.moves(6, (2, "open"), (5, "resolved"), first=None)


def twice_in_todo(tracker):
    tracker.task(7, status="progress")
    tracker.moves(7, (2 * HOUR, "progress"), (5 * HOUR, "open"), (7 * HOUR, "progress"))


def known_by_its_end_only(tracker):
    """The history leads to another status than the issue's: it is kept, and reported."""
    tracker.task(8, status="resolved", closed=4)
    tracker.moves(8, (1, "progress"))


def changed_before_creation(tracker):
    """A skewed clock must not give a negative duration."""
    tracker.task(9, created=2, status="resolved", closed=3)
    tracker.moves(9, (1, "progress"), (3, "resolved"))


def numbered(tracker):
    """Statuses as they were stored before they had names; the last one is a number, not a text."""
    tracker.task(10, status="resolved", closed=6)
    steps = ("0", "1", "0", "2", "3", "4", 0)
    for day, (old, new) in enumerate(itertools.pairwise(steps), start=1):
        tracker.event(10, day, "status", {"old": old, "new": new})
    tracker.moves(10, (7, "resolved"))


def changed_at_the_instant_of_creation(tracker):
    """By an edit of its own: the task was open, if only for a moment."""
    tracker.task(11, status="stalled")
    tracker.event(11, 0, "create")
    tracker.moves(11, (0, "stalled"))


def visits(warehouse, number):
    rows = warehouse.rows(
        "mart.fct_issue_status_intervals",
        "sequence, status_key, entered_at, left_at",
        f"issue_key = 'phabricator:{phid('TASK', number)}'",
    )
    return [
        (r["status_key"].split(":")[1], day_of(r["entered_at"]), day_of(r["left_at"]))
        for r in sorted(rows, key=lambda row: row["sequence"])
    ]


def times(warehouse, number):
    rows = warehouse.rows(
        "mart.fct_issue_status_times",
        "status_key, visits, duration_seconds, last_left_at, is_current",
        f"issue_key = 'phabricator:{phid('TASK', number)}'",
    )
    return {row["status_key"].split(":")[1]: row for row in rows}


def test_first_visit_begins_at_creation_and_last_one_is_open(warehouse):
    assert visits(warehouse, 1) == [
        ("open", 0, 1),
        ("progress", 1, 4),
        ("resolved", 4, 6),
        ("progress", 6, 7),
        ("resolved", 7, None),
    ]


def test_issue_without_changes_is_in_its_current_status_since_creation(warehouse):
    assert visits(warehouse, 2) == [("open", 3, None)]


def test_p9_status_chosen_at_creation_is_the_first_one(warehouse):
    assert visits(warehouse, 3) == [("stalled", 0, 2), ("progress", 2, None)]
    assert "open" not in times(warehouse, 3)


def test_change_at_the_instant_of_creation_leaves_a_visit_of_no_length(warehouse):
    assert visits(warehouse, 11) == [("open", 0, 0), ("stalled", 0, None)]
    assert times(warehouse, 11)["open"]["duration_seconds"] == 0


def test_change_to_the_same_status_is_no_change(warehouse):
    assert visits(warehouse, 4) == [("open", 0, 1), ("progress", 1, None)]


def test_changes_at_one_instant_follow_the_order_of_their_ids(warehouse):
    assert visits(warehouse, 5) == [
        ("open", 0, 2),
        ("resolved", 2, 2),
        ("open", 2, 2),
        ("progress", 2, None),
    ]


def test_first_change_from_nothing_names_the_initial_status(warehouse):
    assert visits(warehouse, 6) == [("open", 0, 5), ("resolved", 5, None)]


def test_history_is_kept_where_the_issue_contradicts_it(warehouse):
    assert visits(warehouse, 8) == [("open", 0, 1), ("progress", 1, None)]


def test_no_visit_is_shorter_than_nothing(warehouse):
    assert visits(warehouse, 9) == [("open", 2, 2), ("progress", 2, 3), ("resolved", 3, None)]


def test_time_in_a_status_adds_its_visits_up(warehouse):
    """To Do 2 h, something else, To Do 2 h: 4 h."""
    todo = times(warehouse, 7)["open"]
    assert (todo["visits"], todo["duration_seconds"]) == (2, 4 * 3600)


def test_never_in_a_status_is_no_row_and_a_visit_of_no_length_is_zero(warehouse):
    assert "stalled" not in times(warehouse, 5)
    assert times(warehouse, 5)["resolved"]["duration_seconds"] == 0


def test_open_visit_has_no_duration_and_stops_the_clock_only_when_done(warehouse):
    rows = warehouse.rows(
        "mart.fct_issue_status_intervals",
        "issue_key, is_clock_stopped, duration_seconds",
        "is_current",
    )
    stopped = {row["issue_key"].split("-")[-1] for row in rows if row["is_clock_stopped"]}
    assert stopped == {"1", "6", "9", "10"}
    assert {row["duration_seconds"] for row in rows} == {None}


def test_left_and_current_status_has_both_times(warehouse):
    progress = times(warehouse, 7)["progress"]
    assert (day_of(progress["last_left_at"]), progress["is_current"]) == (
        pytest.approx(5 * HOUR),
        True,
    )


def test_f3_numbers_of_old_statuses_are_their_names(warehouse):
    assert visits(warehouse, 10) == [
        ("open", 0, 1),
        ("resolved", 1, 2),
        ("open", 2, 3),
        ("wontfix", 3, 4),
        ("invalid", 4, 5),
        ("duplicate", 5, 6),
        ("open", 6, 7),
        ("resolved", 7, None),
    ]


def test_f3_the_names_have_a_meaning_where_the_server_no_longer_lists_them():
    facts = get_spec("phabricator").statuses
    assert {name: facts[name].category for name in ("open", "wontfix", "invalid", "spite")} == {
        "open": "todo", "wontfix": "done", "invalid": "done", "spite": "done"
    }  # fmt: skip
