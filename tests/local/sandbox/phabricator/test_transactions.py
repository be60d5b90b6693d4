"""transaction.search: per task, for the whole instance, and on a server too old for the latter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.sandbox.company import shapes
from tests.local.sandbox.conftest import Call, ids

if TYPE_CHECKING:
    from local.sandbox.company.store import Store


@pytest.fixture(autouse=True)
def _history(store: Store) -> None:
    """Transactions 1, 3, 5 of T1 and 2, 4 of T2."""
    for number in range(1, 6):
        store.add_comment(1 if number % 2 else 2, f"Comment {number}", at=3000 + number)


@pytest.mark.parametrize("name", ["T1", "PHID-TASK-0001"])
def test_one_task_newest_first(call: Call, name: str) -> None:
    assert ids(call("transaction.search", objectIdentifier=name)) == [5, 3, 1]


def test_the_whole_instance_in_pages(call: Call) -> None:
    first = call("transaction.search", objectType="TASK", limit=3)
    assert ids(first) == [5, 4, 3]
    assert first["result"]["cursor"]["after"] == "3"
    assert ids(call("transaction.search", objectType="TASK", after="3")) == [2, 1]


def test_before_lists_what_came_later(call: Call) -> None:
    answer = call("transaction.search", objectType="TASK", before="1", limit=2)
    assert ids(answer) == [3, 2]
    assert answer["result"]["cursor"] == {"limit": 2, "after": "2", "before": "3"}


def test_an_old_server_knows_no_object_type(call: Call, store: Store) -> None:
    store.knows_object_type = False
    answer = call("transaction.search", objectType="TASK")
    assert answer["error_code"] == "ERR-CONDUIT-CALL"
    assert ids(call("transaction.search", objectIdentifier="T2")) == [4, 2]


def test_hidden_and_destroyed_tasks_vanish_with_their_history(call: Call, store: Store) -> None:
    store.hide(1)
    assert ids(call("transaction.search", objectType="TASK")) == [4, 2]
    store.destroy(2)
    assert ids(call("transaction.search", objectType="TASK")) == []
    for name in ("T1", "T2"):
        answer = call("transaction.search", objectIdentifier=name)
        assert answer["error_code"] == "ERR-INVALID-OBJECT-PHID"


def test_column_moves_are_told_by_the_legacy_call_only(call: Call, store: Store) -> None:
    move = shapes.column("PHID-PROJ-b", "PHID-PCOL-new", "PHID-PCOL-old")
    store.record(1, store.reader["phid"], 4000, [move])

    row = call("transaction.search", objectIdentifier="T1")["result"]["data"][0]
    legacy = call("maniphest.gettasktransactions", ids=[1])["result"]["1"][0]

    assert (row["type"], row["fields"]) == (None, {})
    assert legacy["transactionPHID"] == row["phid"]
    assert legacy["newValue"][0]["columnPHID"] == "PHID-PCOL-new"
    assert legacy["newValue"][0]["fromColumnPHIDs"] == {"PHID-PCOL-old": "PHID-PCOL-old"}


def test_an_object_is_required(call: Call) -> None:
    assert "must specify either" in call("transaction.search")["error_info"]
    both = call("transaction.search", objectType="TASK", objectIdentifier="T1")
    assert "must not specify both" in both["error_info"]
