"""Phorge's own rules of workboards: in which columns a board shows a card. No SQL, no Flowmart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Column:
    """
    A column of a project's board.

    :param proxy: the milestone or subproject that it stands for.
    """

    phid: str
    board: str
    is_default: bool = False
    proxy: str | None = None


@dataclass
class Card:
    """
    A task on boards.

    :param tags: its projects -> number of the edit that added each.
    :param positions: board -> columns that the server has saved for it, the oldest first. They stay
        when the task leaves the board.
    """

    tags: dict[str, int] = field(default_factory=dict)
    positions: dict[str, list[str]] = field(default_factory=dict)
    moved_to: dict[str, str] = field(default_factory=dict)


class Layout:
    """
    The projects and boards of an instance.

    :param parents: project -> the project that it is below of, if any.
    :param milestones: the projects that are milestones.
    :param columns: of all boards.
    """

    def __init__(
        self, parents: dict[str, str | None], milestones: set[str], columns: list[Column]
    ) -> None:
        self.parents = parents
        self.milestones = milestones
        self.columns = {column.phid: column for column in columns}
        self.boards = sorted({column.board for column in columns})

    def line(self, project: str) -> Iterator[str]:
        """A project, its parent, and so on."""
        found: str | None = project
        while found is not None:
            yield found
            found = self.parents.get(found)

    def default(self, board: str) -> str | None:
        """The column of cards that have none."""
        for column in self.columns.values():
            if column.board == board and column.is_default:
                return column.phid
        return None

    def is_on(self, card: Card, board: str) -> bool:
        """Whether the board is about a card: it has its project, or one below."""
        return any(board in self.line(tag) for tag in card.tags)

    def hits(self, card: Card, board: str) -> list[str]:
        """The tags below the board's project, which decide: the last one added comes first."""
        below = [tag for tag in card.tags if tag != board and board in self.line(tag)]
        return sorted(below, key=lambda tag: (-card.tags[tag], tag))

    def proxy(self, tag: str, board: str) -> str | None:
        """The column that stands for a tag on a board; the server may be yet to make it."""
        [child] = [project for project in self.line(tag) if self.parents.get(project) == board]
        for column in self.columns.values():
            if column.board == board and column.proxy == child:
                return column.phid
        return None

    def laid_out(self, card: Card, board: str) -> list[str]:
        """All columns of a board that a card is in, also those that the board does not show."""
        if not self.is_on(card, board):
            return []
        if hits := self.hits(card, board):
            column = self.proxy(hits[0], board)
            return [column] if column else []
        kept = card.positions.get(board) or []
        default = self.default(board)
        return list(kept) or ([default] if default else [])

    def shows(self, column: str) -> bool:
        """Whether boards show a column: those of milestones they do, those of subprojects not."""
        proxy = self.columns[column].proxy if column in self.columns else None
        return proxy is None or proxy in self.milestones

    def shown(self, card: Card, board: str) -> str | None:
        """The column in which a board shows a card; of several, the one that it was moved to."""
        columns = self.laid_out(card, board)
        if not columns:
            return None
        moved_to = card.moved_to.get(board)
        column = moved_to if moved_to in columns else columns[0]
        return column if column and self.shows(column) else None

    def move(self, card: Card, to: str) -> None:
        """Take a card out of all columns of a board that it is in, and put it into one."""
        board = self.columns[to].board
        left = self.laid_out(card, board)
        kept = [column for column in card.positions.get(board, []) if column not in left]
        card.positions[board] = [*(column for column in kept if column != to), to]
        card.moved_to[board] = to
