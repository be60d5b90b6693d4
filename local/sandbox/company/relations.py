"""Subtasks, mentions and merges: edits that touch two tasks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.company import shapes
from local.sandbox.company.plans import Edit
from local.sandbox.company.rhythm import moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from local.sandbox.company.histories import History
    from local.sandbox.company.people_and_projects import Company
    from local.sandbox.company.shapes import Change
    from local.sandbox.company.store import Store

_SUBTASK_SHARE, _MENTION_SHARE = 0.08, 0.06


def relate(
    rng: Random, company: Company, histories: dict[int, History], store: Store, end: int
) -> list[Edit]:
    """
    Connect tasks with each other.

    Edges are put into the store; the edits that write them, one on either side, are returned.
    """
    changed = [h for h in histories.values() if h.plan.transitions]
    edits: list[Edit] = []
    for share, forth, back in (
        (_SUBTASK_SHARE, shapes.EDGE_SUBTASK, shapes.EDGE_PARENT),
        (_MENTION_SHARE, shapes.EDGE_MENTIONS, shapes.EDGE_MENTIONED_BY),
    ):
        for _ in range(int(len(changed) * share)):
            one, other = rng.sample(changed, 2)
            at = moment(rng, max(one.plan.created_at, other.plan.created_at) + 1, end)
            author = rng.choice(rng.choice(company.teams).members)
            edits += _two_sides(store, one, other, (forth, back), at, author)
    edits += _merges(histories, store)
    return edits


def _two_sides(
    store: Store, one: History, other: History, types: tuple[int, int], at: int, author: str
) -> Iterator[Edit]:
    for source, target, edge_type in ((one, other, types[0]), (other, one, types[1])):
        _put_edge(store, source.plan.phid, edge_type, target.plan.phid)
        changes: list[Change] = []
        if edge_type == shapes.EDGE_MENTIONS:
            changes.append(shapes.comment(f"Same as T{target.plan.task_id}?"))
        changes.append(shapes.edge(edge_type, [target.plan.phid], as_map=source.plan.is_old))
        yield Edit(at, source.plan.task_id, author, changes)


def _merges(histories: dict[int, History], store: Store) -> Iterator[Edit]:
    """The other side of each merge; the duplicate's own side is in its history."""
    by_phid = {history.plan.phid: history for history in histories.values()}
    for history in histories.values():
        target = by_phid.get(history.plan.duplicate_of or "")
        if history.status == "duplicate" and target:
            merge = next(
                edit
                for edit in history.edits
                if any(c.meta.get("edge:type") == shapes.EDGE_IS_DUPLICATE_OF for c in edit.changes)
            )
            _put_edge(store, history.plan.phid, shapes.EDGE_IS_DUPLICATE_OF, target.plan.phid)
            _put_edge(store, target.plan.phid, shapes.EDGE_HAS_DUPLICATE, history.plan.phid)
            change = shapes.edge(shapes.EDGE_HAS_DUPLICATE, [history.plan.phid])
            yield Edit(merge.at, target.plan.task_id, merge.author, [change])


def _put_edge(store: Store, source: str, edge_type: int, target: str) -> None:
    name = shapes.EDGE_NAMES[edge_type]
    store.edges.append({"sourcePHID": source, "edgeType": name, "destinationPHID": target})
