"""The edits that tests make on a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.sandbox.youtrack.workflow import change_state
from tests.local.sandbox.youtrack.conftest import AT

if TYPE_CHECKING:
    from local.sandbox.youtrack.issues import Activity
    from local.sandbox.youtrack.store import YouTrackStore


def told(store: YouTrackStore, issue_id: str, at: int = AT) -> list[Activity]:
    """The activities of an instant."""
    return [activity for activity in store.issues[issue_id].activities if activity.at == at]


def test_a_touch_moves_updated_and_writes_nothing(store: YouTrackStore) -> None:
    before = len(store.activities)
    store.touch("2-1", AT)
    assert store.issues["2-1"].updated == AT
    assert len(store.activities) == before


def test_all_that_follows_from_a_change_of_state_shares_its_instant(store: YouTrackStore) -> None:
    # 2-2 is in the project that has a second field of states
    change_state(store, "2-2", "resolved", AT)
    issue = store.issues["2-2"]
    changed = [one.subject["member"] if one.subject else one.category for one in told(store, "2-2")]
    assert changed == [
        "__CUSTOM_FIELD__State_2",
        "IssueResolvedCategory",
        "__CUSTOM_FIELD__Lead time_8",
        "__CUSTOM_FIELD__Completed_time_10",
        "WorkItemCategory",
        "__CUSTOM_FIELD__QA State_4",
    ]
    assert issue.resolved == AT
    assert issue.values["lead_time"] == (AT - issue.created) // 60_000
    assert issue.values["qa_state"]["name"] == "Passed"


def test_a_reopened_issue_is_not_resolved_and_is_counted(store: YouTrackStore) -> None:
    change_state(store, "2-1", "open", AT)
    issue = store.issues["2-1"]
    assert (issue.resolved, issue.values["lead_time"], issue.values["reopens"]) == (None, None, 1)
    resolved = [one for one in issue.activities if one.category == "IssueResolvedCategory"]
    assert [(one.added is None, one.removed is None) for one in resolved] == [
        (False, True),
        (True, False),
    ]
    assert store.truth["2-1"].resolved is None


def test_closing_a_closed_issue_keeps_its_date(store: YouTrackStore) -> None:
    resolved = store.issues["2-1"].resolved
    change_state(store, "2-1", "wontfix", AT)
    assert store.issues["2-1"].resolved == resolved == store.truth["2-1"].resolved


def test_a_stalled_issue_is_tagged_until_it_goes_on(store: YouTrackStore) -> None:
    change_state(store, "2-3", "stalled", AT)
    change_state(store, "2-3", "progress", AT + 1)
    tags = [(o.added, o.removed) for o in store.activities if o.category == "TagsCategory"]
    assert [(len(added), len(removed)) for added, removed in tags] == [(1, 0), (0, 1)]
    assert store.issues["2-3"].tags == []


def test_a_move_changes_the_readable_id_and_nothing_else(store: YouTrackStore) -> None:
    store.move("2-1", "SEARCH", AT)
    issue = store.issues["2-1"]
    assert (issue.issue_id, issue.readable_id, issue.former_ids) == ("2-1", "SEARCH-2", ["PAY-1"])
    assert store.visible_issue("PAY-1") is store.visible_issue("SEARCH-2") is issue
    (activity,) = told(store, "2-1")
    assert (activity.added["shortName"], activity.removed["shortName"]) == ("SEARCH", "PAY")
    assert store.truth["2-1"].readable_ids[-1] == ["SEARCH-2", AT]
    assert store.truth["2-1"].states[-1][::2] == ["Resolved", None]


def test_a_state_gets_the_id_of_the_new_projects_bundle(store: YouTrackStore) -> None:
    before = store.issues["2-1"].values["state"]
    store.move("2-1", "SEARCH", AT)
    after = store.issues["2-1"].values["state"]
    assert (before["name"], after["name"]) == ("Resolved", "Решена")
    assert before["id"] != after["id"]


def test_an_issue_that_comes_back_has_a_third_number(store: YouTrackStore) -> None:
    store.move("2-1", "OPS", AT)
    store.move("2-1", "PAY", AT + 1)
    # PAY-2 and PAY-3 are the second's and the hidden one's
    assert store.issues["2-1"].readable_id == "PAY-4"
    assert store.visible_issue("OPS-2") is store.visible_issue("PAY-1") is store.issues["2-1"]


def test_what_is_hidden_or_destroyed_is_gone(store: YouTrackStore) -> None:
    counts = store.counts
    store.hide("2-1")
    store.destroy("2-2")
    assert store.visible_issue("2-1") is store.visible_issue("2-2") is None
    assert store.visible_issue("PAY-2") is None
    assert store.counts["issues"] == counts["issues"] - 2
    assert "2-2" not in {activity.issue.issue_id for activity in store.activities}
    assert {"2-1", "2-2"} & set(store.truth) == set()


def test_an_edit_of_the_past_takes_its_place_in_the_stream(store: YouTrackStore) -> None:
    middle = store.activities[5].at
    store.comment("2-3", "Late", at=middle)
    assert [one.at for one in store.activities] == sorted(one.at for one in store.activities)
    assert len({one.number for one in store.activities}) == len(store.activities)


@pytest.mark.parametrize("issue_id", ["2-5", "PAY-3", "2-9", "nothing"])
def test_issues_that_nobody_sees(store: YouTrackStore, issue_id: str) -> None:
    assert store.visible_issue(issue_id) is None
