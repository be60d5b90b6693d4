"""A little Phorge whose users do what they like; it writes down what its boards showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.oracle.layout import Card, Column, Layout
from tests.sql.tracker import Tracker, phid

if TYPE_CHECKING:
    from random import Random

HOUR = 1 / 24
# Number of a project -> its parent, whether it is a milestone. Each of the others may have a board.
PROJECTS = {
    1: (None, False), 2: (None, False),
    11: (1, True), 12: (1, True), 13: (1, False), 14: (13, True), 15: (13, False),
    21: (2, True), 22: (2, False), 23: (22, True),
}  # fmt: skip
BOARDS = (1, 2, 13, 22)
OWN_COLUMNS = 4


@dataclass
class Shown:
    """
    What a board showed of a card, after each edit.

    :param states: (time in hours, column or none), one or two per edit.
    :param is_decided: whether the card's own history tells it all. Another card's move saves what
        a board shows at that moment, so a card that was never moved may be left in a milestone's
        column. Of a milestone and a subproject that one edit adds, either may come first.
    """

    states: list[tuple[int, str | None]] = field(default_factory=list)
    is_decided: bool = True

    def visits(self) -> list[tuple[str, int, int | None]]:
        """Column, when it came, when it left."""
        changes = [
            (at, column)
            for number, (at, column) in enumerate(self.states)
            if column != (self.states[number - 1][1] if number else None)
        ]
        ends: list[int | None] = [*(at for at, _ in changes), None][1:]
        return [
            (column, at, end) for (at, column), end in zip(changes, ends, strict=True) if column
        ]


class Phorge:
    """
    Boards, cards and their history, in the form in which the API tells it.

    :param random: decides everything.
    :param cards: how many tasks there are.
    """

    def __init__(self, random: Random, cards: int) -> None:
        self.tracker = Tracker()
        self.shown: dict[tuple[int, str], Shown] = {}
        self._random = random
        self._edits = 0
        self.layout = self._found()
        # A column with a trigger: whatever is dropped into it loses or gains a project.
        self._triggers = {
            phid("PCOL", f"{board}-{random.randrange(OWN_COLUMNS)}"): random.choice(
                [("-", phid("PROJ", board)), ("+", phid("PROJ", random.choice(list(PROJECTS))))]
            )
            for board in BOARDS
        }
        self.cards: dict[int, Card] = {}
        for at in range(cards * 8):
            number = random.randint(1, cards)
            if number not in self.cards:
                self.cards[number] = Card()
            # Now and then two edits fall on one instant.
            self._edit(number, at - at % 2)
        for number, card in self.cards.items():
            tags = [int(_name(tag)) for tag in card.tags]
            self.tracker.task(number, projects=tuple(tags), columns=self._told(card))

    def _found(self) -> Layout:
        columns = []
        for number, (parent, is_milestone) in PROJECTS.items():
            self.tracker.project(
                number, f"P{number}", parent=parent, milestone=number if is_milestone else None
            )
        for board in BOARDS:
            places: list[int | None] = [None] * OWN_COLUMNS
            places += [number for number, (parent, _) in PROJECTS.items() if parent == board]
            for position, proxy in enumerate(places):
                self.tracker.column(
                    f"C{position}", board=board, position=position, proxy=proxy,
                    hidden=position > 0 and self._random.random() < 0.2,
                )  # fmt: skip
                columns.append(
                    Column(
                        phid("PCOL", f"{board}-{position}"),
                        phid("PROJ", board),
                        position == 0,
                        None if proxy is None else phid("PROJ", proxy),
                    )
                )
        parents = {
            phid("PROJ", number): None if parent is None else phid("PROJ", parent)
            for number, (parent, _) in PROJECTS.items()
        }
        milestones = {phid("PROJ", n) for n, (_, is_milestone) in PROJECTS.items() if is_milestone}
        return Layout(parents, milestones, columns)

    # What users do ------------------------------------------------------------------------------

    def _edit(self, number: int, at: int) -> None:
        """One of: a card is dropped into a column, its projects are set, or a call does both."""
        self._edits += 1
        card, kind = self.cards[number], self._random.choice(("drop", "drop", "tags", "call"))
        on = [board for board in self.layout.boards if self.layout.is_on(card, board)]
        steps: list[tuple[str, str]] = []
        if kind == "drop" and on:
            to = self._any_column(self._random.choice(on))
            steps = [("move", to), *self._joining(card, to)]
            steps += [self._triggers[to]] if to in self._triggers else []
        if kind == "call":
            to = self._any_column(self._random.choice(self.layout.boards))
            steps = [("move", to), *self._joining(card, to)]
        if kind in ("tags", "call"):
            some = [self._some_tag(card) for _ in range(self._random.randint(1, 2))]
            steps = [*some, *steps] if self._random.random() < 0.5 else [*steps, *some]
        drops = self._save(number, card, at, steps)
        self._write_down(number, card, at, drops)

    def _any_column(self, board: str) -> str:
        columns = [c.phid for c in self.layout.columns.values() if c.board == board]
        return self._random.choice([c for c in columns if self.layout.shows(c)])

    def _some_tag(self, card: Card) -> tuple[str, str]:
        if card.tags and self._random.random() < 0.4:
            return "-", self._random.choice(sorted(card.tags))
        return "+", phid("PROJ", self._random.choice(list(PROJECTS)))

    def _joining(self, card: Card, to: str) -> list[tuple[str, str]]:
        """A card that is moved comes to the column's project, unless it has one below it."""
        column = self.layout.columns[to]
        if column.proxy is None:
            return [] if column.board in card.tags else [("+", column.board)]
        is_there = any(column.proxy in self.layout.line(tag) for tag in card.tags)
        return [] if is_there else [("+", column.proxy)]

    # What the server does -----------------------------------------------------------------------

    def _save(self, number: int, card: Card, at: int, steps: list[tuple[str, str]]) -> set[str]:
        """Do the steps of an edit in turn, and write its transactions; the columns moved to."""
        group, drops = f"edit {self._edits}", set()
        left = {b: self.layout.laid_out(card, b) for b in self.layout.boards}
        for kind, what in steps:
            if kind == "move":
                board = self.layout.columns[what].board
                self._move(card, what)
                drops.add(what)
                to, *origins = [int(_name(column)) for column in (what, *left[board])]
                self.tracker.drags(number, at * HOUR, int(_name(board)), to, *origins, group=group)
                continue
            before = set(card.tags)
            self._tag(card, kind, what)
            added, removed = set(card.tags) - before, before - set(card.tags)
            if added or removed:
                come, go = ([int(_name(t)) for t in sorted(tags)] for tags in (added, removed))
                self.tracker.joins(number, at * HOUR, *come, leaves=tuple(go), group=group)
        return drops

    def _move(self, card: Card, to: str) -> None:
        """Laying out a board for a move saves the positions of all cards on it."""
        board = self.layout.columns[to].board
        for other in self.cards.values():
            saved = other.positions.setdefault(board, [])
            saved += [c for c in self.layout.laid_out(other, board) if c not in saved]
        self.layout.move(card, to)

    def _tag(self, card: Card, kind: str, project: str) -> None:
        """No tag beside one above or below it, nor beside another milestone of its parent."""
        if kind == "-":
            card.tags.pop(project, None)
            return
        if project in card.tags:
            return
        line, is_milestone = set(self.layout.line(project)), project in self.layout.milestones
        for tag in list(card.tags):
            related = tag in line or project in self.layout.line(tag)
            siblings = (
                is_milestone
                and tag in self.layout.milestones
                and self.layout.parents[tag] == self.layout.parents[project]
            )
            if related or siblings:
                del card.tags[tag]
        card.tags[project] = self._edits

    # What it shows ------------------------------------------------------------------------------

    def _write_down(self, number: int, card: Card, at: int, drops: set[str]) -> None:
        """A drop that the same edit takes back is a visit without duration."""
        for board in self.layout.boards:
            shown = self.shown.setdefault((number, board), Shown())
            hits = self.layout.hits(card, board)
            if len(hits) > 1:
                shown.is_decided &= card.tags[hits[0]] > card.tags[hits[1]]
            if not hits and self.layout.is_on(card, board) and board not in card.moved_to:
                default = self.layout.default(board)
                shown.is_decided &= self.layout.laid_out(card, board) == [default]
            now = self.layout.shown(card, board)
            dropped = [c for c in drops if self.layout.columns[c].board == board and c != now]
            shown.states += [(at, column) for column in dropped if self.layout.shows(column)]
            shown.states.append((at, now))

    def _told(self, card: Card) -> dict[int, tuple[int, ...]]:
        """Board -> columns as the search attaches them: no board where one stands for a project."""
        found = {b: self.layout.laid_out(card, b) for b in self.layout.boards if b in card.tags}
        return {
            int(_name(board)): tuple(int(_name(column)) for column in columns)
            for board, columns in found.items()
            if columns and not any(self.layout.columns[c].proxy for c in columns)
        }


def _name(thing: str) -> str:
    """What a PHID of a tracker's project or column ends in."""
    return thing.rsplit("-", 1)[1]
