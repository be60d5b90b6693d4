"""What the marts should say about boards: one task, one board, one happening at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.oracle.statuses import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.answers import Answers, Json

LEAVE, COME, MOVE = 0, 1, 2


class Happening(NamedTuple):
    """Something that happens to a task on a board; they sort in the order in which they count."""

    at: int
    edit: int
    kind: int
    number: int
    by: str | None
    project: str
    column: str | None = None
    origin: str | None = None


def column_visits(answers: Answers, task: Json, board: str) -> list[Visit]:
    """The columns of one board that a task was in, in order."""
    happenings = sorted(_happenings(answers, task, board), key=lambda h: h[:4])
    visits: list[Visit] = []
    members: set[str] = set()
    for position, happening in enumerate(happenings):
        if happening.kind == LEAVE:
            members.discard(happening.project)
            if not members:
                _end(visits, happening.at)
            continue
        column = happening.column
        if happening.kind == COME:
            was_there = bool(members)
            members.add(happening.project)
            if column is None and was_there:
                continue
            if column is None:
                rest = happenings[position + 1 :]
                column = _arrival(answers, task, board, happening.at, members, rest)
        if column is not None:
            _enter(visits, column, happening)
    return visits


def _enter(visits: list[Visit], column: str, happening: Happening) -> None:
    if visits and visits[-1].left_at is None and visits[-1].where == column:
        return
    _end(visits, happening.at)
    visits.append(Visit(column, happening.at, None, happening.by))


def _end(visits: list[Visit], at: int) -> None:
    if visits and visits[-1].left_at is None:
        visits[-1] = visits[-1]._replace(left_at=at)


def _arrival(
    answers: Answers, task: Json, board: str, at: int, members: set[str], rest: list[Happening]
) -> str | None:
    """The column in which a task arrives; none if it is put into another one at once."""
    following = _next_telling(set(members), rest)
    if following and following.column:
        if following.at == at:
            return None
        if following.origin:
            return following.origin
    for column in answers.columns_of(board):
        if column["fields"]["isDefaultColumn"]:
            return str(column["phid"])
    return answers.current_columns(task).get(board)


def _next_telling(members: set[str], rest: list[Happening]) -> Happening | None:
    """The next happening that puts the task into a column or takes it off the board."""
    for happening in rest:
        if happening.column:
            return happening
        if happening.kind == COME:
            members.add(happening.project)
        if happening.kind == LEAVE:
            members.discard(happening.project)
            if not members:
                return happening
    return None


def _happenings(answers: Answers, task: Json, board: str) -> Iterator[Happening]:
    places: dict[str, str | None] = {board: None}
    for column in answers.columns_of(board):
        if column["fields"]["proxyPHID"]:
            places[column["fields"]["proxyPHID"]] = column["phid"]
    for project, place in places.items():
        yield from _comings_and_goings(answers, task, project, place)
    edits = answers.edits_of(task)
    for event in answers.events_of(task):
        older = answers.older(event)
        if event["type"] is None and older and older["transactionType"] == "core:columns":
            for move in older["newValue"]:
                origins = sorted(move["fromColumnPHIDs"])
                origin = origins[0] if origins else None
                if move["boardPHID"] == board and move["columnPHID"] != origin:
                    yield Happening(
                        event["dateCreated"], edits[event["groupID"]], MOVE, event["id"],
                        event["authorPHID"], board, move["columnPHID"], origin,
                    )  # fmt: skip


def _comings_and_goings(
    answers: Answers, task: Json, project: str, place: str | None
) -> Iterator[Happening]:
    edits = answers.edits_of(task)
    steps = [
        (event, operation["operation"] == "add")
        for event in answers.events_of(task)
        if event["type"] == "projects"
        for operation in event["fields"]["operations"]
        if operation["phid"] == project
    ]
    attached = project in task["attachments"]["projects"]["projectPHIDs"]
    is_there = not steps[0][1] if steps else attached
    if is_there:
        fields = task["fields"]
        created, author = fields["dateCreated"], fields["authorPHID"]
        yield Happening(created, 0, COME, 0, author, project, place)
    for event, comes in steps:
        if comes != is_there:
            kind, column = (COME, place) if comes else (LEAVE, None)
            edit, by = edits[event["groupID"]], event["authorPHID"]
            yield Happening(event["dateCreated"], edit, kind, event["id"], by, project, column)
        is_there = comes
