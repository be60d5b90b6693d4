"""What the marts should say about boards: one task, one board, one edit at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.layout import Card, Column, Layout
from tests.oracle.statuses import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.answers import Answers, Json

    # A transaction, the tags that came and went with it, and its moves.
    Event = tuple[Json, list[tuple[str, bool]], list[Json]]


@dataclass
class Stand:
    """
    What a board shows after an edit.

    :param is_told: whether the server's rules and the known moves tell the column.
    :param origin: the column that the next move leaves, if that is what comes next.
    """

    at: int
    by: str | None
    column: str | None
    is_told: bool = True
    origin: str | None = None


def column_visits(answers: Answers, task: Json, board: str) -> list[Visit]:
    """The columns of one board that a task was in, in order."""
    stands = list(_stands(answers, task, board))
    visits: list[Visit] = []
    for number, stand in enumerate(stands):
        column = stand.column
        if not stand.is_told:
            is_back = number > 0 and number == len(stands) - 1
            now = answers.current_columns(task).get(board) if is_back else None
            column = stand.origin or now or column
        if visits and visits[-1].left_at is None:
            if visits[-1].where == column:
                continue
            visits[-1] = visits[-1]._replace(left_at=stand.at)
        if column is not None:
            visits.append(Visit(column, stand.at, None, stand.by))
    return visits


def _stands(answers: Answers, task: Json, board: str) -> Iterator[Stand]:
    """The stands that differ from the one before, and those after a move."""
    layout, card = _layout(answers), Card()
    held: Stand | None = None
    for number, edit in enumerate(_edits(answers, task)):
        moves, by = _apply(layout, card, board, number, edit)
        if not (held or moves or layout.is_on(card, board)):
            continue
        if moves and held and not held.is_told:
            held.origin = min(moves[0]["fromColumnPHIDs"], default=None)
        column = layout.shown(card, board)
        is_own = layout.is_on(card, board) and not layout.hits(card, board)
        is_told = not is_own or board in card.moved_to
        if held and (moves or (held.column, held.is_told) != (column, is_told)):
            yield held
            held = None
        if moves and moves[-1]["columnPHID"] != column:
            yield Stand(_time(edit), by, moves[-1]["columnPHID"])
        held = held or Stand(_time(edit), by, column, is_told)
    if held:
        yield held


def _apply(
    layout: Layout, card: Card, board: str, number: int, edit: list[Event]
) -> tuple[list[Json], str | None]:
    """Do an edit to a card; its moves on the board, and who did the last thing about it."""
    moved: list[Json] = []
    by = None
    for event, tags, moves in edit:
        own_moves = [move for move in moves if move["boardPHID"] == board]
        if own_moves or any(board in layout.line(tag) for tag, _ in tags):
            by = event["authorPHID"]
        moved += own_moves
        for move in own_moves:
            card.positions[board] = [move["columnPHID"]]
            card.moved_to[board] = move["columnPHID"]
        for tag, comes in tags:
            if comes:
                card.tags.setdefault(tag, number)
            else:
                card.tags.pop(tag, None)
    return moved, by


def _layout(answers: Answers) -> Layout:
    fields = {row["phid"]: row["fields"] for row in answers.projects}
    columns = [
        Column(
            column["phid"], column["fields"]["project"]["phid"],
            column["fields"]["isDefaultColumn"], column["fields"]["proxyPHID"],
        )
        for column in answers.columns
    ]  # fmt: skip
    parents = {phid: f["parent"]["phid"] if f["parent"] else None for phid, f in fields.items()}
    milestones = {phid for phid, f in fields.items() if f["milestone"] is not None}
    return Layout(parents, milestones, columns)


def _edits(answers: Answers, task: Json) -> Iterator[list[Event]]:
    """What was saved together: transactions with the tags that came and went, and the moves."""
    edits: dict[str, list[Event]] = {}
    events = answers.events_of(task)
    first: dict[str, bool] = {}
    for event in events:
        tags: list[tuple[str, bool]] = []
        moves: list[Json] = []
        if event["type"] == "projects":
            operations = event["fields"]["operations"]
            tags = [(o["phid"], o["operation"] == "add") for o in operations]
        older = answers.older(event)
        if event["type"] is None and older and older["transactionType"] == "core:columns":
            moves = older["newValue"]
        for tag, comes in tags:
            first.setdefault(tag, comes)
        edits.setdefault(event["groupID"], []).append((event, tags, moves))
    attached = task["attachments"]["projects"]["projectPHIDs"]
    beginning = [tag for tag, comes in first.items() if not comes]
    beginning += [tag for tag in attached if tag not in first]
    fields = task["fields"]
    creation = {"dateCreated": fields["dateCreated"], "authorPHID": fields["authorPHID"]}
    yield [(creation | {"id": 0}, [(tag, True) for tag in beginning], [])]
    yield from sorted(edits.values(), key=lambda e: (_time(e), min(x["id"] for x, _, _ in e)))


def _time(edit: list[Event]) -> int:
    return int(min(event["dateCreated"] for event, _, _ in edit))
