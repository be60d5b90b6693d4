"""The edits that tests make on a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sandbox.company.store import Store


def _fields(store: Store, *names: str) -> tuple[object, ...]:
    return tuple(store.tasks[1]["fields"][name] for name in names)


def test_a_touch_moves_the_date_and_writes_nothing(store: Store) -> None:
    store.touch(1, at=5000)
    assert _fields(store, "dateModified") == (5000,)
    assert store.transactions == []


def test_closing_keeps_the_first_date_until_the_task_is_reopened(store: Store) -> None:
    store.change_status(1, "resolved", at=3000, author="PHID-USER-a")
    store.change_status(1, "wontfix", at=4000, author="PHID-USER-b")
    assert _fields(store, "dateClosed", "closerPHID") == (3000, "PHID-USER-a")

    store.change_status(1, "open", at=5000)
    assert _fields(store, "dateClosed", "closerPHID") == (None, None)

    store.change_status(1, "resolved", at=6000, author="PHID-USER-b")
    assert _fields(store, "dateClosed", "closerPHID") == (6000, "PHID-USER-b")
    changes = [row["fields"] for row in store.transactions_of["PHID-TASK-0001"]]
    assert changes == [
        {"old": "open", "new": "resolved"},
        {"old": "resolved", "new": "wontfix"},
        {"old": "wontfix", "new": "open"},
        {"old": "open", "new": "resolved"},
    ]


def test_both_spellings_share_phid_and_time(store: Store) -> None:
    store.add_comment(1, "Готово", at=3000)
    row, legacy = store.transactions[0], store.legacy[1][0]
    assert row["comments"][0]["content"] == {"raw": "Готово"}
    assert legacy["comments"] == "Готово"
    assert (legacy["transactionPHID"], legacy["dateCreated"]) == (row["phid"], "3000")
    assert (legacy["transactionID"], row["id"]) == ("1", 1)


def test_counts_are_what_the_reader_sees(store: Store) -> None:
    store.add_comment(1, "Seen", at=3000)
    store.add_comment(2, "Not seen", at=3000)
    store.hide(2)
    store.destroy(3)
    assert (store.counts["tasks"], store.counts["transactions"]) == (6, 1)
