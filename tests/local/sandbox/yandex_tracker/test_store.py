"""The edits that tests make on a store write what people's edits write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.sandbox.yandex_tracker.values import millis
from tests.local.sandbox.yandex_tracker.conftest import START, issue_story, small_store

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.store import TrackerStore

LATER = (START + 5000) * 1000 + 7


@pytest.fixture
def store() -> TrackerStore:
    return small_store(issue_story(1), issue_story(2), issue_story(3, hidden=True))


def test_a_change_of_status(store: TrackerStore) -> None:
    store.change_status("PAYMENTS-1", "inProgress", LATER)
    issue = store.visible()[0]
    assert (issue.status, issue.fields["previousStatus"].id) == ("inProgress", "open")
    assert [change.type for change in issue.changelog] == ["IssueCreated", "IssueWorkflow"]
    assert (issue.updated_at, issue.version) == (LATER, 2)
    assert issue.updated_by == store.organization.reader.uid
    assert store.truth[issue.id].stays == [
        ("open", millis(START + 1), LATER),
        ("inProgress", LATER, None),
    ]


def test_closing_again_keeps_the_time_and_reopening_forgets_it(store: TrackerStore) -> None:
    issue = store.visible()[0]
    told = []
    for n, status in enumerate(("resolved", "closed", "open", "resolved")):
        store.change_status(issue.id, status, LATER + n * 1000)
        told.append(issue.fields.get("resolvedAt"))
    # 5000 s after midnight is 01:23:20; the first close counts until the issue is opened again.
    first, second = "2026-09-01T01:23:20.007+0000", "2026-09-01T01:23:23.007+0000"
    assert told == [first, first, None, second]


def test_a_comment(store: TrackerStore) -> None:
    store.comment("PAYMENTS-1", "Готово", LATER)
    issue = store.visible()[0]
    assert [comment.text for comment in issue.comments] == ["Готово"]
    assert issue.changelog[-1].comment is issue.comments[0]
    assert issue.updated_at == LATER


def test_a_move_there_and_back_gives_a_third_key(store: TrackerStore) -> None:
    issue = store.visible()[0]
    store.move("PAYMENTS-1", "SEARCH", LATER)
    store.move("SEARCH-1", "PAYMENTS", LATER + 1)
    assert (issue.key, issue.aliases) == ("PAYMENTS-4", ["PAYMENTS-1", "SEARCH-1"])
    assert all(store.find(key) is issue for key in ("PAYMENTS-1", "SEARCH-1", "PAYMENTS-4"))
    truth = store.told_truth()[issue.id]
    assert (truth["key"], truth["aliases"]) == (issue.key, issue.aliases)
    assert [queue for queue, _ in truth["queues"]] == ["PAYMENTS", "SEARCH", "PAYMENTS"]


def test_a_touch_writes_nothing_and_never_goes_back(store: TrackerStore) -> None:
    issue = store.visible()[0]
    store.touch(issue.key, LATER)
    store.touch(issue.key, LATER - 1)
    assert (issue.updated_at, issue.version, len(issue.changelog)) == (LATER, 1, 1)
    assert store.now == LATER


def test_what_is_destroyed_or_hidden_is_gone_and_the_truth_says_so(store: TrackerStore) -> None:
    first, second = store.visible()
    store.destroy(first.key, LATER)
    store.hide(second.key, LATER)
    assert store.visible() == []
    assert store.find(first.key) is None
    assert {i: truth["is_deleted"] for i, truth in store.told_truth().items()} == {
        first.id: True,
        second.id: True,
    }


def test_what_was_never_seen_is_in_no_truth(store: TrackerStore) -> None:
    assert len(store.issues) == 3
    assert [truth["key"] for truth in store.told_truth().values()] == ["PAYMENTS-1", "PAYMENTS-2"]


def test_ids_ascend_though_an_edit_is_dated_back(store: TrackerStore) -> None:
    issue = store.visible()[0]
    store.comment(issue.key, "Late", LATER)
    store.comment(issue.key, "Early", LATER - 3_000_000)
    ids = [change.id for change in issue.changelog]
    assert ids == sorted(ids)


def test_every_edit_is_a_new_revision(store: TrackerStore) -> None:
    revisions = [store.revision]
    for edit in (store.touch, store.hide, store.destroy):
        edit("PAYMENTS-1", LATER)
        revisions.append(store.revision)
    assert len(set(revisions)) == 4


def test_an_issue_that_does_not_exist(store: TrackerStore) -> None:
    with pytest.raises(KeyError, match="no issue PAYMENTS-9"):
        store.touch("PAYMENTS-9", LATER)


def test_counts_are_what_the_reader_sees(store: TrackerStore) -> None:
    store.comment("PAYMENTS-1", "Seen", LATER)
    store.comment("PAYMENTS-2", "Not seen", LATER)
    store.hide("PAYMENTS-2", LATER)
    assert (store.counts["issues"], store.counts["changelog"], store.counts["comments"]) == (
        1,
        2,
        1,
    )
