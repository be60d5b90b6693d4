"""The query language, as far as extractors need it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from local.sandbox.yandex_tracker.conditions import Conditions, Part
from local.sandbox.yandex_tracker.errors import TrackerError, not_played

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.conditions import Predicate

_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<mark>\.\.\.?|>=|<=|[():,<>!])"""
    r"""|(?P<function>(?!(?:and|or)\()\w+(?=\())|(?P<word>(?:(?!\.\.)[^\s"():,<>=!])+))""",
    re.IGNORECASE,
)
_SORTABLE = ("updated", "created", "key")


class Token(NamedTuple):
    """
    A piece of a query.

    :param kind: quoted, mark or word.
    """

    kind: str
    text: str

    def says(self, *words: str) -> bool:
        """Tell whether it is one of some bare words or marks, in any case."""
        return self.kind != "quoted" and self.text.lower() in words


_END = Token("end", "")


@dataclass(frozen=True)
class Query:
    """
    A query that was understood.

    :param matches: tells whether an issue belongs to the result.
    :param order: (field, whether descending) each; empty if it does not say.
    """

    matches: Predicate
    order: tuple[tuple[str, bool], ...]


def parse(text: str, conditions: Conditions) -> Query:
    """
    Understand a query.

    :raises TrackerError: 400 for what is no query, 422 for a value that does not exist.
    """
    return _Parser(_tokens(text), conditions).query()


def _tokens(text: str) -> list[Token]:
    tokens, place, text = [], 0, text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found or not found.lastgroup:
            raise TrackerError(400, f"Unable to parse query at position {place}: {text[place:]!r}")
        piece = found[found.lastgroup]
        if found.lastgroup == "function":
            raise not_played(f"the function {piece}()")
        if found.lastgroup == "quoted":
            piece = re.sub(r"\\(.)", r"\1", piece[1:-1])
        tokens.append(Token(found.lastgroup, piece))
        place = found.end()
    return tokens


class _Parser:
    """``AND`` may be left out and binds tighter than ``OR``; the order comes last."""

    def __init__(self, tokens: list[Token], conditions: Conditions) -> None:
        self._tokens = tokens
        self._conditions = conditions
        self._place = 0

    def query(self) -> Query:
        matches: Predicate = lambda _: True  # noqa: E731
        if not self._is_order() and self._next() is not _END:
            matches = self._either()
        order = self._order() if self._is_order() else ()
        if self._next() is not _END:
            raise self._unexpected()
        return Query(matches, order)

    def _either(self) -> Predicate:
        choices = [self._both()]
        while self._next().says("or"):
            self._take()
            choices.append(self._both())
        return lambda issue: any(choice(issue) for choice in choices)

    def _both(self) -> Predicate:
        parts = [self._one()]
        while self._next().says("and") or self._begins_condition():
            if self._next().says("and"):
                self._take()
            parts.append(self._one())
        return lambda issue: all(part(issue) for part in parts)

    def _one(self) -> Predicate:
        if not self._next().says("("):
            return self._condition()
        self._take()
        inner = self._either()
        self._expect(")")
        return inner

    def _condition(self) -> Predicate:
        name = self._text()
        self._expect(":")
        parts = [self._part()]
        while self._next().says(","):
            self._take()
            parts.append(self._part())
        return self._conditions.condition(name.lower(), parts)

    def _part(self) -> Part:
        operator = self._take().text if self._next().says("!", ">", "<", ">=", "<=") else ""
        low = self._text()
        if not self._next().says("..", "..."):
            return Part(operator, low)
        if operator:
            raise self._unexpected()
        self._take()
        return Part("..", low, self._text())

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._take()
        self._expect(":")
        order = [self._sort_field()]
        while self._next().says(","):
            self._take()
            order.append(self._sort_field())
        return tuple(order)

    def _sort_field(self) -> tuple[str, bool]:
        name = self._text().lower()
        if name not in _SORTABLE:
            raise not_played(f'sorting by "{name}"')
        is_descending = self._next().says("desc")
        if is_descending or self._next().says("asc"):
            self._take()
        return name, is_descending

    # Tokens -------------------------------------------------------------------------------------

    def _next(self) -> Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else _END

    def _take(self) -> Token:
        token = self._next()
        self._place += 1
        return token

    def _text(self) -> str:
        if self._next().kind not in ("quoted", "word"):
            raise self._unexpected()
        return self._take().text

    def _expect(self, mark: str) -> None:
        if not self._next().says(mark):
            raise self._unexpected()
        self._take()

    def _is_order(self) -> bool:
        return self._next().kind == "quoted" and self._next().text.lower() == "sort by"

    def _begins_condition(self) -> bool:
        if self._is_order() or self._next().says("or"):
            return False
        return self._next().says("(") or self._next().kind in ("quoted", "word")

    def _unexpected(self) -> TrackerError:
        token = self._next()
        what = "end of query" if token is _END else f'"{token.text}"'
        return TrackerError(400, f"Unable to parse query: unexpected {what}")
