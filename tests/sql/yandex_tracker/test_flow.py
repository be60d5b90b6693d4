"""Status intervals and times of issues of Yandex Tracker, worked out by hand."""

from __future__ import annotations

import pytest

from tests.sql.yandex_tracker.tracker import (
    CORE,
    DAY,
    OPS,
    Tracker,
    at,
    day_of,
    issue_id,
    issue_key,
    of,
    status,
)


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    # 1: done, reopened, done again.
    tracker.issue(1, now="8", resolvedAt=at(9))
    tracker.creation(1)
    tracker.moves(1, (1, "3"), (4, "8"), (6, "3"), (9, "8"))
    # 2: moved to another queue, which sets the status back and changes the key.
    tracker.issue(2, key="OPS-41", now="3", queue=OPS, aliases=["CORE-2"], previousQueue=CORE)
    tracker.creation(2)
    tracker.moves(2, (1, "3"))
    tracker.entry(
        2, 2, "IssueMoved", ("queue", CORE, OPS), ("key", "CORE-2", "OPS-41"),
        ("status", status("3"), status("1")),
    )  # fmt: skip
    tracker.moves(2, (5, "3"))
    # 3: three transitions at one instant, landed in another order than they happened.
    tracker.issue(3, now="8", resolvedAt=at(2))
    tracker.creation(3, entry_id=f"{100:024x}")
    for number, before, after in ((112, "5", "8"), (110, "1", "3"), (111, "3", "5")):
        tracker.entry(3, 2, "IssueWorkflow", ("status", status(before), status(after)),
                      entry_id=f"{number:024x}")  # fmt: skip
    # 4: times in other zones: day 1 in Moscow, day 3 in Vladivostok, day 4 west of Greenwich.
    tracker.issue(4, created=at(1, 3), now="8", resolvedAt=at(4, -3.5))
    tracker.creation(4, at(1, 3))
    tracker.entry(4, at(3, 10), "IssueWorkflow", ("status", status("1"), status("3")))
    tracker.entry(4, at(4, -3.5), "IssueWorkflow", ("status", status("3"), status("8")))
    # 5: no changelog at all; 6: the first transition does not say where from.
    tracker.issue(5, created=at(7), now="3")
    tracker.issue(6, now="3")
    tracker.entry(6, 2, "IssueWorkflow", ("status", None, status("3")))
    # 7: a workflow entry that changes no status; 8: cancelled; a type that the API does not tell.
    tracker.issue(7)
    tracker.creation(7)
    tracker.entry(7, 3, "IssueWorkflow", ("resolution", None, {"id": "1", "key": "fixed"}))
    tracker.issue(8, now="2", resolvedAt=at(3))
    tracker.creation(8)
    tracker.moves(8, (1, "77"), (3, "2"))
    # 9: an entry with two changes of the status; 10: the same, the later change first, between two
    # without an id and two without a field; 11: entries of one instant, with ids against their
    # from and to.
    tracker.issue(9, now="8", resolvedAt=at(2))
    tracker.creation(9)
    tracker.entry(9, 2, "IssueWorkflow", ("status", status("1"), status("3")),
                  ("status", status("3"), status("8")))  # fmt: skip
    tracker.issue(10, now="8", resolvedAt=at(2))
    tracker.creation(10)
    tracker.entry(10, 2, "IssueWorkflow", ("status", status("3"), status("8")),
                  (None, "a", "b"), (None, "c", "d"),
                  ("status", status("1"), status("3")))  # fmt: skip
    tracker.entry(10, 3, "IssueUpdated", fields=[{"field": None, "from": 1, "to": 2},
                                                 {"field": None, "from": 2, "to": 3}])  # fmt: skip
    tracker.issue(11, now="8", resolvedAt=at(2))
    tracker.creation(11, entry_id=f"{200:024x}")
    for number, before, after in ((210, "5", "8"), (211, "3", "5"), (212, "1", "3")):
        tracker.entry(11, 2, "IssueWorkflow", ("status", status(before), status(after)),
                      entry_id=f"{number:024x}")  # fmt: skip
    # 12: a transition before the creation.
    tracker.issue(12, created=at(2), now="3")
    tracker.creation(12, 2)
    tracker.moves(12, (1, "3"))
    tracker.into(warehouse)


def visits(warehouse, number):
    rows = warehouse.rows(
        "mart.fct_issue_status_intervals",
        "sequence, status_name, entered_at, duration_seconds",
        of(number),
    )
    return [
        (row["status_name"], day_of(row["entered_at"]), row["duration_seconds"]) for row in rows
    ]


def flow(warehouse, number):
    (row,) = warehouse.rows("mart.fct_issue_flow", "*", of(number))
    return row


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(
            1,
            [("Open", 0, DAY), ("In progress", 1, 3 * DAY), ("Closed", 4, 2 * DAY),
             ("In progress", 6, 3 * DAY), ("Closed", 9, None)],
            id="reopened",
        ),
        pytest.param(
            2,
            [("Open", 0, DAY), ("In progress", 1, DAY), ("Open", 2, 3 * DAY),
             ("In progress", 5, None)],
            id="moved",
        ),
        pytest.param(
            3,
            [("Open", 0, 2 * DAY), ("In progress", 2, 0), ("Need info", 2, 0), ("Closed", 2, None)],
            id="at one instant",
        ),
        pytest.param(
            4,
            [("Open", 1, 2 * DAY), ("In progress", 3, DAY), ("Closed", 4, None)],
            id="other offsets",
        ),
        pytest.param(5, [("In progress", 7, None)], id="no changelog"),
        pytest.param(6, [("In progress", 0, None)], id="from null"),
        pytest.param(7, [("Open", 0, None)], id="no transition"),
        pytest.param(
            8,
            [("Open", 0, DAY), ("Limbo", 1, 2 * DAY), ("Rejected", 3, None)],
            id="cancelled",
        ),
        *(
            pytest.param(
                number,
                [("Open", 0, 2 * DAY), ("In progress", 2, 0), ("Closed", 2, None)],
                id=f"twice in an entry: {number}",
            )
            for number in (9, 10)
        ),
        pytest.param(12, [("Open", 2, 0), ("In progress", 2, None)], id="before the creation"),
        pytest.param(
            11,
            [("Open", 0, 2 * DAY), ("In progress", 2, 0), ("Need info", 2, 0), ("Closed", 2, None)],
            id="against their ids",
        ),
    ],
)  # fmt: skip
def test_c1_c2_visits_to_statuses(warehouse, number, expected):
    assert visits(warehouse, number) == expected


def test_a_reopened_issue_is_done_when_it_is_done_again(warehouse):
    row = flow(warehouse, 1)
    assert (row["is_done"], row["reopen_count"], row["lead_time_seconds"]) == (True, 1, 9 * DAY)
    # Work began on day 1 and again on day 6, and took three days each time.
    assert row["first_start_last_done_seconds"] == 8 * DAY
    assert row["last_start_last_done_seconds"] == 3 * DAY
    assert row["active_seconds"] == 6 * DAY


def test_a_moved_issue_is_one_issue_under_its_new_key(warehouse):
    (row,) = warehouse.rows("mart.fct_issues", "issue_key, issue_id, readable_id, team",
                            f"readable_id in ('CORE-2', 'OPS-41') or {of(2)}")  # fmt: skip
    assert list(row.values()) == [issue_key(2), issue_id(2), "OPS-41", "Team OPS"]
    assert flow(warehouse, 2)["is_done"] is False


def test_offsets_count(warehouse):
    row = flow(warehouse, 4)
    assert (day_of(row["created_at"]), row["lead_time_seconds"]) == (1, 3 * DAY)


def test_categories_come_from_the_types_of_statuses(warehouse):
    rows = warehouse.rows("mart.dim_statuses", "status_id, category, is_closed")
    assert {row["status_id"]: (row["category"], row["is_closed"]) for row in rows} == {
        "1": ("todo", False),
        "3": ("in_progress", False),
        "5": ("in_progress", False),
        "8": ("done", True),
        "2": ("done", True),
        "77": ("unknown", None),
    }


def test_contradictions_and_nothing_else_are_reported(warehouse):
    """No issue that is done has a resolution; issue 7 lost its own without a trace."""
    rows = warehouse.rows(
        "mart.v_data_quality", "issue_key, rule, detail", "kind = 'contradiction'"
    )
    assert {(row["issue_key"], row["rule"]) for row in rows} == {
        (issue_key(5), "changelog_without_creation"),
        (issue_key(6), "changelog_without_creation"),
        (issue_key(7), "field_disagrees_with_history"),
        (issue_key(8), "unmapped_status"),
        (issue_key(12), "status_change_before_creation"),
        (issue_key(12), "change_before_creation"),  # of statusStartTime
        *((issue_key(number), "done_without_resolution") for number in (1, 3, 4, 8, 9, 10, 11)),
    }
    assert {row["detail"] for row in rows if row["rule"] == "changelog_without_creation"} == {
        "none of the 0 entries of the changelog is the creation",
        "none of the 1 entries of the changelog is the creation",
    }


@pytest.mark.parametrize("number", [9, 10])
def test_c2_both_changes_of_an_entry_are_kept(warehouse, number):
    rows = warehouse.rows(
        "mart.fct_issue_changes",
        "event_order, old_value, new_value",
        f"{of(number)} and field = 'status' and old_value is not null",
    )
    assert [(row["old_value"], row["new_value"]) for row in rows] == [("1", "3"), ("3", "8")]


def test_c2_fields_without_an_id_are_all_kept(warehouse):
    rows = warehouse.rows("mart.fct_issue_changes", "old_value, new_value",
                          f"{of(10)} and field = 'custom:unknown'")  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        ("1", "2"), ("2", "3"), ("a", "b"), ("c", "d")
    ]  # fmt: skip


def test_c4_a_change_before_the_creation_is_told(warehouse):
    (row,) = warehouse.rows("ops.ops_data_quality", "detail",
                            f"{of(12)} and rule = 'status_change_before_creation'")  # fmt: skip
    assert "changed the status 86400 seconds before the issue was created" in row["detail"]
