"""Sprints of boards: issues of any queue, statuses that do not count, what was thrown away."""

from __future__ import annotations

import pytest

from flowmart.core.window import Window
from tests.sql.yandex_tracker.tracker import OPS, Tracker, at, day_of, instant, sprint

COUNTS = ("committed_issues, added_issues, removed_issues, completed_issues, discarded_issues, "
          "carried_over_issues, current_issues")  # fmt: skip
COVERED = Window(instant(0), instant(100))


def of_type(key):
    """A reference to an issue type."""
    return {"id": "9", "key": key, "display": "?"}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    """Sprint 44 takes issues of two queues; no entry tells that issues 1 and 2 came to it."""
    tracker = Tracker()
    tracker.board(1, "Everybody's board", ["CORE", "OPS"])
    tracker.add_sprint(
        44, "Common", board=1, startDateTime=at(10, hours_east=3), endDateTime=at(24)
    )
    tracker.add_sprint(45, "Undated", board=1)
    tracker.add_sprint(46, "Outcomes", board=1, startDateTime=at(10), endDateTime=at(24))
    tracker.add_sprint(47, "Types", board=1, startDateTime=at(10), endDateTime=at(24))
    tracker.issue(1, sprint=[sprint(44)], now="8")
    tracker.creation(1)
    tracker.moves(1, (20, "8"))
    tracker.issue(2, sprint=[sprint(44)], created=at(12))
    tracker.creation(2, 12)
    tracker.issue(3, key="OPS-3", queue=OPS, sprint=[sprint(45)])
    tracker.creation(3)
    tracker.entry(3, 1, "IssueUpdated", ("sprint", None, [sprint(44)]))
    tracker.entry(3, 15, "IssueUpdated", ("sprint", [sprint(44)], [sprint(45)]))
    outcomes(tracker)
    types(tracker)
    streams = {stream: list(records.values()) for stream, records in tracker.streams.items()}
    warehouse.run(streams, instance="yandex_tracker", window=COVERED)


def outcomes(tracker):
    """Sprint 46: rejected by its status, by its resolution, rejected later; statuses unmapped."""
    duplicate, fixed = ({"id": id, "key": key} for id, key in (("3", "duplicate"), ("1", "fixed")))
    cases = (
        ("rejected", "2", None, (20, "2")),
        ("duplicate", "8", duplicate, (20, "8")),
        ("fixed", "8", fixed, (20, "8")),
        ("duplicate when it was over", "8", duplicate, (20, "8")),
        ("unmapped at the start", "8", None, (5, "77"), (20, "8")),
        ("unmapped at the end", "77", None, (20, "77")),
        ("added from an unmapped status", "1", None, (5, "77"), (20, "1")),
    )
    for number, (kind, now, resolution, *steps) in enumerate(cases, start=10):
        tracker.issue(number, sprint=[sprint(46)], now=now, type=of_type(kind),
                      **({"resolution": resolution} if resolution else {}))  # fmt: skip
        tracker.creation(number)
        day = 12 if kind.startswith("added") else 1
        tracker.entry(number, day, "IssueUpdated", ("sprint", None, [sprint(46)]))
        tracker.moves(number, *steps)
        if resolution and "over" in kind:
            tracker.entry(number, 20, "IssueUpdated", ("resolution", None, fixed))
            tracker.entry(number, 30, "IssueUpdated", ("resolution", fixed, duplicate))
        elif resolution:
            tracker.entry(number, 20, "IssueUpdated", ("resolution", None, resolution))


def types(tracker):
    """Sprint 47: a task became a bug in it, another when it was over."""
    for number, day in ((20, 15), (21, 30)):
        tracker.issue(number, sprint=[sprint(47)], type=of_type("bug"))
        tracker.creation(number)
        tracker.entry(number, 1, "IssueUpdated", ("sprint", None, [sprint(47)]))
        tracker.entry(number, day, "IssueUpdated", ("type", of_type("task"), of_type("bug")))


def counts(warehouse, name, by="team", columns=COUNTS):
    rows = warehouse.rows("mart.v_sprint_reports", f"{by}, {columns}", f"sprint = '{name}'")
    return {group: tuple(row.values()) for row in rows for group in [row.pop(by)]}


def test_a_sprint_takes_issues_of_every_team(warehouse):
    """Of CORE, one was there from the beginning and one was created on day 12; OPS's left."""
    assert counts(warehouse, "Common") == {
        "Team CORE": (1, 1, 0, 1, 0, 1, 2),
        "Team OPS": (1, 0, 1, 0, 0, 0, 0),
    }


def test_without_dates_only_what_is_in_it_now_is_known(warehouse):
    assert counts(warehouse, "Undated") == {"Team OPS": (*[None] * 6, 1)}


def test_dates_are_instants_whatever_zone_they_are_told_in(warehouse):
    rows = warehouse.rows("mart.dim_sprints", "name, starts_at, ends_at", "name <> 'Types'")
    assert {row["name"]: (day_of(row["starts_at"]), day_of(row["ends_at"])) for row in rows} == {
        "Common": (10, 24),
        "Undated": (None, None),
        "Outcomes": (10, 24),
    }


def test_completed_is_what_was_delivered(warehouse):
    """Not what was rejected; what is called a duplicate when the sprint is over was delivered."""
    assert counts(warehouse, "Outcomes", "issue_type") == {
        "rejected": (1, 0, 0, 0, 1, 0, 1),
        "duplicate": (1, 0, 0, 0, 1, 0, 1),
        "fixed": (1, 0, 0, 1, 0, 0, 1),
        "duplicate when it was over": (1, 0, 0, 1, 0, 0, 1),
        # Nobody knows whether it was open when the sprint began; delivered it was.
        "unmapped at the start": (0, 0, 0, 1, 0, 0, 1),
        "unmapped at the end": (1, 0, 0, 0, 0, 1, 1),
        "added from an unmapped status": (0, 1, 0, 0, 0, 1, 1),
    }


def test_a_report_counts_under_the_type_at_the_end_and_today_under_todays(warehouse):
    assert counts(warehouse, "Types", "issue_type") == {
        "bug": (1, 0, 0, 0, 0, 1, 2),
        "task": (1, 0, 0, 0, 0, 1, 0),
    }
