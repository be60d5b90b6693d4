"""Each issue of Yandex Tracker has the findings that are worked out here, and no others."""

from __future__ import annotations

import pytest

from tests.sql.yandex_tracker.tracker import (
    ANN,
    BOB,
    Tracker,
    at,
    issue_id,
    issue_key,
    sprint,
    status,
    user,
)

FIXED, WONT_FIX, ODD = (
    {"id": str(number), "key": key, "display": key}
    for number, key in ((1, "fixed"), (2, "wontFix"), (9, "archived"))
)
RULES = {
    1: set(),
    2: {"done_without_resolution"},
    3: {"resolution_of_open_issue"},
    4: {"unmapped_resolution"},
    5: {"resolution_contradicts_status"},
    6: set(),
    7: {"open_in_ended_sprint"},
    8: set(),
    9: set(),
    10: {"changelog_without_creation"},
    11: {"status_change_without_status"},
    12: {"unreadable_value"},
    13: {"open_subtasks_of_done_issue"},
    14: set(),
    15: set(),
    16: set(),
    17: {"field_chain_broken"},
    18: {"field_disagrees_with_history"},
    19: {"assignee_inactive"},
    20: {"user_not_listed"},
    21: {"unmapped_status"},
    22: {"sprint_ends_before_it_begins", "open_in_ended_sprint"},
}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Assigned()
    resolutions(tracker)
    sprints(tracker)
    answers(tracker)
    people_and_values(tracker)
    tracker.into(warehouse)


class Assigned(Tracker):
    """Whose issues are ann's, unless they say otherwise, and begin with their creation."""

    def issue(self, number, *, begins=True, **more):
        super().issue(number, **{"assignee": user(ANN), **more})
        if begins:
            self.creation(number)

    def finished(self, number, resolution, last="8", **more):
        self.issue(number, now=last, resolvedAt=at(2), resolution=resolution, **more)
        self.moves(number, (1, "3"))
        told = ("resolution", None, resolution)
        self.entry(number, 2, "IssueWorkflow", ("status", status("3"), status(last)),
                   *([told] if resolution else []))  # fmt: skip


def resolutions(tracker):
    tracker.finished(1, FIXED)
    tracker.finished(2, None)
    tracker.issue(3, now="3", resolution=FIXED)
    tracker.moves(3, (1, "3"))
    tracker.finished(4, ODD)
    tracker.finished(5, FIXED, last="2")  # a status of type cancelled
    tracker.finished(6, WONT_FIX)


def sprints(tracker):
    """Sprint 44 ended in 2026, sprint 45 ends in 2140, 46 does not say, 47 ends too early."""
    tracker.board(1, "Board", ["CORE"])
    tracker.add_sprint(44, "Past", board=1, startDateTime=at(1), endDateTime=at(15))
    tracker.add_sprint(45, "Far", board=1, startDateTime=at(1), endDateTime="2140-01-01T00:00:00Z")
    tracker.add_sprint(46, "Undated", board=1)
    tracker.add_sprint(47, "Odd", board=1, startDateTime=at(15), endDateTime=at(1))
    tracker.issue(22, sprint=[sprint(47)])
    tracker.issue(7, sprint=[sprint(44)])
    tracker.issue(8, sprint=[sprint(45)])
    tracker.issue(9, sprint=[sprint(46)])
    tracker.finished(16, FIXED, sprint=[sprint(44)])


def answers(tracker):
    tracker.issue(10, begins=False)
    tracker.issue(11)
    tracker.entry(11, 1, "IssueWorkflow", ("status", status("1"), None))
    tracker.issue(12, storyPoints="many")
    tracker.issue(21, now="77")
    tracker.moves(21, (1, "77"))


def people_and_values(tracker):
    """14 is part of 13, which is done; 15 was part of it once."""
    former = "8000000000000003"
    tracker.put("users", former, {"uid": int(former), "login": "carl", "display": "Carl",
                                  "dismissed": True})  # fmt: skip
    tracker.finished(13, FIXED)
    parent = {"id": issue_id(13), "key": "CORE-13", "display": "?"}
    for number in (14, 15):
        tracker.issue(number)
        tracker.entry(number, 1, "IssueUpdated", ("parent", None, parent))
    tracker.entry(15, 2, "IssueUpdated", ("parent", parent, None))
    minor, normal = ({"id": key, "key": key, "display": "?"} for key in ("minor", "normal"))
    tracker.issue(17)
    tracker.entry(17, 1, "IssueUpdated", ("priority", minor, normal))
    tracker.entry(17, 2, "IssueUpdated", ("priority", minor, normal))
    tracker.issue(18)
    tracker.entry(18, 1, "IssueUpdated", ("assignee", user(ANN), user(BOB)))
    tracker.issue(19, assignee=user(former))
    tracker.issue(20, assignee=user("8000000000000009"))


@pytest.mark.parametrize("number", RULES)
def test_rules(warehouse, number):
    where = f"issue_key = '{issue_key(number)}'"
    rows = warehouse.rows("mart.v_data_quality", "rule", where)
    assert sorted(row["rule"] for row in rows) == sorted(RULES[number])


def test_an_unmapped_resolution_comes_with_the_line_to_add(warehouse):
    (row,) = warehouse.rows(
        "mart.v_data_quality", "detail, next_step", "rule = 'unmapped_resolution'"
    )
    assert list(row.values()) == [
        "nothing says whether the resolution archived delivers an issue or discards it; it counts "
        "as delivered",
        "Add to `instances.yandex_tracker.resolutions` in flowmart.yaml: `'archived': delivered` "
        "(or `discarded`).",
    ]
