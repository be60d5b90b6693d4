"""The generator's own record of what happened agrees with the rows that it serves."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from local.sandbox.company import shapes
from local.sandbox.company.generator import Generated, generate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.sandbox.company.store import Store


@pytest.fixture(scope="module")
def generated() -> Generated:
    return generate(seed=11, tasks=200)


def test_the_truth_is_what_the_status_rows_say(generated: Generated) -> None:
    for task in generated.store.visible_tasks():
        rows = generated.store.transactions_of[task["phid"]]
        changes = [row for row in rows if row["type"] == "status"]
        told = [task["fields"]["dateCreated"], *(row["dateCreated"] for row in changes)]
        names = ["open", *(row["fields"]["new"] for row in changes)]
        # What the creating edit sets is the first status.
        if changes and changes[0]["groupID"] and changes[0]["groupID"] == rows[0]["groupID"]:
            told, names = told[1:], names[1:]
        visits = generated.truth()[task["id"]].statuses
        assert [(v.status, v.entered_at) for v in visits] == list(zip(names, told, strict=True))
        assert [v.left_at for v in visits] == [*told[1:], None]


def test_stays_in_columns_of_one_board_do_not_overlap(generated: Generated) -> None:
    for truth in generated.truth().values():
        for board in {visit.board for visit in truth.columns}:
            visits = [visit for visit in truth.columns if visit.board == board]
            assert all(visit.left_at is not None for visit in visits[:-1])
            for one, other in itertools.pairwise(visits):
                assert one.left_at == other.entered_at


def _told_stays(store: Store, task_id: int) -> list[list[Any]]:
    """Stays ``[board, column, from, to]`` as projects and column moves tell them."""
    stays: list[list[Any]] = []

    def leave(boards: Iterable[str], at: int) -> None:
        for stay in stays:
            if stay[0] in boards and stay[3] is None:
                stay[3] = at

    default = {
        row["fields"]["project"]["phid"]: row["phid"]
        for row in store.columns
        if row["fields"]["isDefaultColumn"]
    }
    for row in store.legacy[task_id]:
        at = int(row["dateCreated"])
        entered = []
        if row["transactionType"] == "core:columns":
            entered = [(move["boardPHID"], move["columnPHID"]) for move in row["newValue"]]
        elif row["meta"] and row["meta"].get("edge:type") == shapes.EDGE_PROJECT:
            leave(row["oldValue"], at)
            entered = [(board, default[board]) for board in row["newValue"] if board in default]
        leave([board for board, _ in entered], at)
        stays += [[board, column, at, None] for board, column in entered]
    return stays


def test_the_truth_of_delivery_boards_is_what_projects_and_moves_say(
    generated: Generated,
) -> None:
    # On planning boards a sprint replaces the board's own project, so its rules differ.
    columns = generated.store.columns
    with_sprints = {
        row["fields"]["project"]["phid"] for row in columns if row["fields"]["proxyPHID"]
    }
    for task_id, truth in generated.truth().items():
        told = [s for s in _told_stays(generated.store, task_id) if s[0] not in with_sprints]
        stays = [[v.board, v.column, v.entered_at, v.left_at] for v in truth.columns]
        assert [stay for stay in stays if stay[0] not in with_sprints] == told
