"""What the API tells of an issue is what happened to it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from local.sandbox.company.story import Event
from local.sandbox.yandex_tracker.history import tracker_store
from local.sandbox.yandex_tracker.payloads import Payloads
from local.sandbox.yandex_tracker.values import millis
from tests.local.sandbox.yandex_tracker.conftest import START, issue_story, small_store

if TYPE_CHECKING:
    from local.sandbox.company.story import Story
    from local.sandbox.yandex_tracker.issue import Issue
    from local.sandbox.yandex_tracker.store import TrackerStore

STATUS_KEYS = {
    "open": "open", "progress": "inProgress", "stalled": "needInfo", "resolved": "resolved",
    "wontfix": "closed", "invalid": "rejected", "duplicate": "cancelled",
}  # fmt: skip


def english(store: TrackerStore) -> Payloads:
    return Payloads(store, "en", "v3")


def changelog(store: TrackerStore, issue: Issue) -> list[dict[str, Any]]:
    return [english(store).change(issue, change) for change in issue.changelog]


def status_changes(entries: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(status key, since when) as the entries tell."""
    fields = [(entry, field) for entry in entries for field in entry.get("fields", ())]
    return [
        (field["to"]["key"], entry["updatedAt"])
        for entry, field in fields
        if field["field"]["id"] == "status"
    ]


def in_millis(text: str) -> int:
    """Epoch milliseconds of a payload's time."""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def test_stays_that_the_changelog_tells_are_the_true_ones(store: TrackerStore) -> None:
    assert len(store.told_truth()) == 200
    for issue_id, truth in store.told_truth().items():
        told = status_changes(changelog(store, store.issues[issue_id]))
        told_stays = [(status, in_millis(at)) for status, at in told]
        assert told_stays == [(status, entered) for status, entered, _ in truth["stays"]]
        lefts = [left for _, _, left in truth["stays"]]
        assert lefts == [*(entered for _, entered in told_stays[1:]), None]
        assert truth["created_at"] == told_stays[0][1]


def test_the_truth_is_that_of_the_story(story: Story, store: TrackerStore) -> None:
    seen = [issue for issue in story.issues if not issue.is_hidden]
    truths = list(store.told_truth().values())
    for issue, truth in zip(seen, truths, strict=True):
        changes = [event for event in issue.events if event.field == "status"]
        told = [(STATUS_KEYS[event.new], millis(event.at)) for event in changes]
        if not changes or changes[0].old is not None:
            told.insert(0, ("open", millis(issue.created_at)))
        assert [(status, entered) for status, entered, _ in truth["stays"]] == told
        assert len(truth["queues"]) == sum(event.field == "team" for event in issue.events)


def test_statuses_start_where_the_one_before_started(store: TrackerStore) -> None:
    """The second field of a transition holds the old and the new start; the first has no old."""
    reopened = 0
    for issue in store.visible():
        previous = None
        for entry in changelog(store, issue):
            ids = [field["field"]["id"] for field in entry.get("fields", ())]
            if entry["type"] != "IssueWorkflow" or "status" not in ids:
                continue
            assert ids[:2] == ["status", "statusStartTime"]
            assert entry["fields"][1]["from"] == previous
            previous = entry["fields"][1]["to"]
            assert previous == entry["updatedAt"]
            reopened += entry["fields"][0]["from"]["key"] == "resolved"
        assert english(store).issue(issue).get("statusStartTime") == previous
    assert reopened > 10


def test_every_field_continues_where_it_was_left(store: TrackerStore) -> None:
    for issue in store.visible():
        now: dict[str, Any] = {}
        for entry in changelog(store, issue):
            for field in entry.get("fields", ()):
                name = field["field"]["id"]
                assert field["from"] == now.get(name), (issue.key, name)
                assert field["from"] != field["to"] or name == "statusStartTime"
                now[name] = field["to"]
        payload = english(store).issue(issue)
        assert {name: value for name, value in now.items() if value is not None} == {
            name: payload[name] for name in now if name in payload
        }


def test_values_have_every_shape_that_the_api_knows(store: TrackerStore) -> None:
    shapes = set()
    for issue in store.visible():
        for entry in changelog(store, issue):
            for field in entry.get("fields", ()):
                for value in (field["from"], field["to"]):
                    inner = type(value[0]).__name__ if isinstance(value, list) else ""
                    shapes.add((type(value).__name__, inner))
    assert {
        ("NoneType", ""), ("str", ""), ("float", ""), ("dict", ""),
        ("list", "dict"), ("list", "str"),
    } == shapes  # fmt: skip


def test_an_issue_begins_with_its_creation_from_nothing(store: TrackerStore) -> None:
    for issue in store.visible():
        first = changelog(store, issue)[0]
        assert first["type"] == "IssueCreated"
        assert {field["from"] for field in first["fields"]} == {None}


def test_ids_ascend_in_the_order_of_things(store: TrackerStore) -> None:
    entries = sorted(
        (change.id, change.at) for issue in store.issues.values() for change in issue.changelog
    )
    assert all(len(entry_id) == 24 for entry_id, _ in entries)
    assert len({entry_id for entry_id, _ in entries}) == len(entries)
    assert [at for _, at in entries] == sorted(at for _, at in entries)
    issue_ids = [issue.id for issue in store.issues.values()]
    assert issue_ids == sorted(issue_ids)


def test_one_issue_has_more_entries_than_a_page_and_transitions_beyond_it(
    store: TrackerStore,
) -> None:
    longest = max(store.visible(), key=lambda issue: len(issue.changelog))
    assert len(longest.changelog) > 100
    assert status_changes(changelog(store, longest)[100:])


def test_some_transitions_change_no_status(store: TrackerStore) -> None:
    odd = [
        entry
        for issue in store.visible()
        for entry in changelog(store, issue)
        if entry["type"] == "IssueWorkflow" and entry["fields"][0]["field"]["id"] != "status"
    ]
    assert odd
    assert {field["field"]["id"] for entry in odd for field in entry["fields"]} == {"resolution"}


def test_the_same_story_gives_the_same_bytes(story: Story, store: TrackerStore) -> None:
    again = tracker_store(story)
    for one, other in zip(store.issues.values(), again.issues.values(), strict=True):
        assert english(store).issue(one) == english(again).issue(other)
        assert changelog(store, one) == changelog(again, other)
    assert store.told_truth() == again.told_truth()


def test_keys_are_numbered_per_queue_and_those_of_destroyed_issues_are_left_out() -> None:
    store = small_store(
        issue_story(1), issue_story(2, team="T-search"), issue_story(7), destroyed=(3, 4, 5, 6)
    )
    # 3 and 6 fall to the first queue, 4 to the second, 5 to the third.
    assert [issue.key for issue in store.visible()] == ["PAYMENTS-1", "SEARCH-1", "PAYMENTS-4"]
    assert store.find("PAYMENTS-2") is None


def test_a_move_gives_a_new_key_and_empties_what_only_the_old_queue_has() -> None:
    store = small_store(issue_story(1, (50, "team", "T-pay", "T-search")), issue_story(2))
    moved = store.visible()[0]
    payload = english(store).issue(moved)
    entry = changelog(store, moved)[-1]
    assert (payload["key"], payload["aliases"]) == ("SEARCH-1", ["PAYMENTS-1"])
    assert (payload["queue"]["key"], payload["previousQueue"]["key"]) == ("SEARCH", "PAYMENTS")
    assert (entry["type"], entry["issue"]["key"]) == ("IssueMoved", "SEARCH-1")
    ids = [field["field"]["id"].rpartition("--")[2] for field in entry["fields"]]
    assert ids == ["queue", "key", "riskLevel"]
    assert entry["fields"][2]["to"] is None
    assert not any(name.endswith("--riskLevel") for name in payload)
    assert any(n.endswith("--riskLevel") for n in english(store).issue(store.visible()[1]))


def _saved_together(*said: tuple[str, Any, Any]) -> list[dict[str, Any]]:
    """The entries of an issue to which all of this was done at once, after its creation."""
    issue = issue_story(1)
    events = [
        Event(2_000_000 + n, START + 60, "P-zoe", "together", field, old, new)
        for n, (field, old, new) in enumerate(said)
    ]
    issue = type(issue)(
        1, issue.author_id, issue.created_at, START + 60, (*issue.events, *events), False
    )
    store = small_store(issue)
    return changelog(store, store.visible()[0])[1:]


def test_what_was_saved_together_is_one_entry_with_several_fields() -> None:
    (entry,) = _saved_together(("title", "Issue 1", "New"), ("estimate", None, 3))
    assert entry["type"] == "IssueUpdated"
    assert [(f["field"]["id"], f["from"], f["to"]) for f in entry["fields"]] == [
        ("summary", "Issue 1", "New"),
        ("storyPoints", None, 3.0),
    ]


def test_transitions_and_links_are_entries_of_their_own_and_a_comment_joins_a_transition() -> None:
    entries = _saved_together(
        ("status", "open", "stalled"), ("comment", None, "Why?"), ("title", "Issue 1", "New")
    )
    assert [entry["type"] for entry in entries] == ["IssueWorkflow", "IssueUpdated"]
    assert entries[0]["comments"]["added"][0]["display"] == "Why?"


def test_a_comment_alone_makes_its_author_a_follower() -> None:
    (entry,) = _saved_together(("comment", None, "Why?"))
    (followers,) = entry["fields"]
    assert entry["type"] == "IssueCommentAdded"
    assert [user["display"] for user in followers["from"]] == ["Amara Okafor"]
    assert [user["display"] for user in followers["to"]] == ["Amara Okafor", "Zoë Gone"]


def test_a_priority_that_is_the_same_here_leaves_no_entry_but_moves_updated_at() -> None:
    assert _saved_together(("priority", "90", "50")) == []
    store = small_store(issue_story(1, (60, "priority", "90", "50")))
    assert store.visible()[0].updated_at == millis(START + 60)


@pytest.mark.parametrize(
    ("neutral", "key", "resolution"),
    [
        ("progress", "inProgress", None),
        ("stalled", "needInfo", None),
        ("resolved", "resolved", "fixed"),
        ("wontfix", "closed", "wontFix"),
        ("invalid", "rejected", "invalid"),
        ("duplicate", "cancelled", "duplicate"),
    ],
)
def test_resolution_and_its_time_belong_to_closed_statuses(
    neutral: str, key: str, resolution: str | None
) -> None:
    (entry,) = _saved_together(("status", "open", neutral))
    told = {field["field"]["id"]: field["to"] for field in entry["fields"]}
    assert told["status"]["key"] == key
    assert told.get("resolution", {}).get("key") == resolution
    assert told.get("resolvedAt") == (entry["updatedAt"] if resolution else None)


def test_a_reopened_issue_has_no_resolution(store: TrackerStore) -> None:
    seen = Counter()
    for issue in store.visible():
        closed = issue.status in ("resolved", "closed", "rejected", "cancelled")
        assert ("resolvedAt" in issue.fields) == ("resolution" in issue.fields) == closed
        seen[closed, any(c.type == "IssueWorkflow" for c in issue.changelog)] += 1
    assert seen[True, True] > 10
    assert seen[False, True] > 10


def test_a_link_is_told_on_both_sides_under_one_id() -> None:
    store = small_store(
        issue_story(1, (90, "subtask", None, 2)), issue_story(2, (90, "parent", None, 1))
    )
    parent, child = store.visible()
    one, other = (english(store).link(issue, issue.links[0]) for issue in (parent, child))
    assert one["id"] == other["id"]
    assert (one["direction"], one["object"]["key"]) == ("outward", "PAYMENTS-2")
    assert (other["direction"], other["object"]["key"]) == ("inward", "PAYMENTS-1")
    assert english(store).issue(child)["parent"]["id"] == parent.id
    assert changelog(store, child)[-1]["type"] == "IssueLinked"
    assert changelog(store, child)[-1]["links"][0]["to"]["object"]["id"] == parent.id


def test_time_spent_is_the_sum_of_worklogs(store: TrackerStore) -> None:
    logged = [issue for issue in store.visible() if issue.worklogs]
    assert len(logged) > 20
    assert max(len(issue.worklogs) for issue in logged) > 1
    for issue in store.visible():
        minutes = sum(worklog.minutes for worklog in issue.worklogs)
        hours, rest = divmod(minutes, 60)
        spelled = f"PT{hours}H{rest}M".replace("PT0H", "PT") if rest else f"PT{hours}H"
        assert english(store).issue(issue).get("spent") == (spelled if minutes else None)


def test_somebody_without_an_account_is_referred_to_and_not_listed(store: TrackerStore) -> None:
    actors = {change.author for issue in store.visible() for change in issue.changelog}
    gone = actors - set(store.organization.users)
    assert gone
    assert english(store).user_ref(min(gone))["display"] == "Former Employee"
