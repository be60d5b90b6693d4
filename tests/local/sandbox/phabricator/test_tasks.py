"""maniphest.search: its order, its cursors and its traps, as measured on a real Phorge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.local.sandbox.conftest import BOARD, Call, ids

if TYPE_CHECKING:
    from local.sandbox.company.store import Store


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("oldest", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("newest", [8, 7, 6, 5, 4, 3, 2, 1]),
        ("outdated", [3, 4, 1, 2, 5, 6, 7, 8]),
        ("updated", [8, 7, 6, 5, 2, 1, 4, 3]),
        (["id"], [8, 7, 6, 5, 4, 3, 2, 1]),
    ],
)
def test_orders(call: Call, order: Any, expected: list[int]) -> None:
    assert ids(call("maniphest.search", order=order)) == expected


def test_pages_follow_the_cursor_to_the_end(call: Call) -> None:
    first = call("maniphest.search", order="oldest", limit=5)
    assert first["result"]["cursor"] == {
        "limit": 5,
        "after": "5",
        "before": None,
        "order": "oldest",
    }
    second = call("maniphest.search", order="oldest", limit=5, after="5")
    assert ids(second) == [6, 7, 8]
    assert second["result"]["cursor"]["after"] is None
    assert second["result"]["cursor"]["before"] == "6"


def test_order_outdated_loses_tasks_when_the_cursor_row_is_touched(
    call: Call, store: Store
) -> None:
    first = call("maniphest.search", order="outdated", limit=3)
    assert ids(first) == [3, 4, 1]

    store.add_comment(1, "One more thing", at=3000)

    second = call("maniphest.search", order="outdated", limit=3, after="1")
    assert ids(second) == []  # T2 and T5 to T8 were never seen
    assert second["result"]["cursor"]["after"] is None


def test_order_oldest_loses_nothing_when_the_cursor_row_is_touched(
    call: Call, store: Store
) -> None:
    assert ids(call("maniphest.search", order="oldest", limit=3)) == [1, 2, 3]
    store.add_comment(3, "One more thing", at=3000)
    assert ids(call("maniphest.search", order="oldest", after="3")) == [4, 5, 6, 7, 8]


def test_both_ends_of_the_modified_window_are_inclusive(call: Call) -> None:
    window = {"modifiedStart": 2010, "modifiedEnd": 2030}
    found = ids(call("maniphest.search", order="outdated", constraints=window))
    assert found == [4, 1, 2]  # 2010, 2020, 2030


def test_a_cursor_whose_task_was_destroyed_is_refused(call: Call, store: Store) -> None:
    store.destroy(4)
    answer = call("maniphest.search", order="oldest", after="4")
    assert answer["error_code"] == "ERR-CONDUIT-CORE"
    assert answer["error_info"].startswith('Cursor "4" does not identify a valid object')


def test_a_cursor_whose_task_became_invisible_is_refused(call: Call, store: Store) -> None:
    store.hide(4)
    answer = call("maniphest.search", order="oldest", after="4")
    assert answer["error_code"] == "ERR-CONDUIT-CORE"
    assert answer["error_info"].startswith("[You Shall Not Pass: Restricted Maniphest Task]")


@pytest.mark.parametrize(
    ("params", "code", "info"),
    [
        (
            {"constraints": {"modifiedStart": "1795421842"}},
            "ERR-CONDUIT-CORE",
            'Error while reading "modifiedStart": Expected integer, got something else.',
        ),
        (
            {"constraints": {"modifiedStart": 0}},
            "ERR-CONDUIT-CORE",
            'Error while reading "modifiedStart": Epoch timestamp must be larger than 0, got 0.',
        ),
        (
            {"constraints": {"modified": 5}},
            "ERR-INVALID-CONSTRAINT",
            'Parameter "constraints" includes an invalid key.',
        ),
        (
            {"constraints": [1]},
            "ERR-CONDUIT-CORE",
            'Parameter "constraints" must be a map.',
        ),
        (
            {"limit": 101},
            "ERR-INVALID-PAGE-SIZE",
            "Maximum page size for Conduit API method calls is 100, but this call specified 101.",
        ),
        (
            {"limit": 0},
            "ERR-INVALID-PAGE-SIZE",
            "Minimum page size for Conduit API method calls is 1, but this call specified 0.",
        ),
        (
            {"page": 2},
            "ERR-CONDUIT-CALL",
            "API Method \"maniphest.search\" does not define these parameters: 'page'.",
        ),
    ],
)
def test_wrong_parameters_are_errors_in_a_200(
    call: Call, params: dict[str, Any], code: str, info: str
) -> None:
    answer = call("maniphest.search", **params)
    assert answer == {"result": None, "error_code": code, "error_info": info}


@pytest.mark.parametrize("order", ["modified", ["-modified"]])
def test_an_unknown_order_is_refused(call: Call, order: Any) -> None:
    assert call("maniphest.search", order=order)["error_code"] == "ERR-CONDUIT-CORE"


def test_attachments_come_only_when_asked_for(call: Call) -> None:
    plain = call("maniphest.search", constraints={"ids": [2]})
    asked = call("maniphest.search", constraints={"ids": [2]}, attachments={"projects": True})
    assert plain["result"]["data"][0]["attachments"] == {}
    assert asked["result"]["data"][0]["attachments"] == {"projects": {"projectPHIDs": [BOARD]}}


def test_constraints_on_status_and_project(call: Call, store: Store) -> None:
    store.change_status(5, "resolved", at=3000)
    assert ids(call("maniphest.search", constraints={"statuses": ["resolved"]})) == [5]
    assert ids(call("maniphest.search", constraints={"projects": [BOARD]})) == [2]
    assert 5 not in ids(call("maniphest.search", queryKey="open"))


def test_legacy_transactions_of_nobody_are_an_empty_list(call: Call, store: Store) -> None:
    assert call("maniphest.gettasktransactions", ids=[1])["result"] == []
    store.add_comment(1, "Hello", at=3000)
    row = call("maniphest.gettasktransactions", ids=[1])["result"]["1"][0]
    assert (row["transactionType"], row["dateCreated"], row["taskID"]) == (
        "core:comment",
        "3000",
        "1",
    )
