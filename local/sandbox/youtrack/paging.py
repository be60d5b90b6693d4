"""Pages: by offset, and for activities also by cursor."""

from __future__ import annotations

import base64
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from local.sandbox.youtrack.errors import bad_request
from local.sandbox.youtrack.store import place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.issues import Activity

_DEFAULT_TOP = 42
_CURSOR = re.compile(r"([ab]):(\d+):(\d+)")


def integer_param(params: Mapping[str, str], name: str, smallest: int = 0) -> int | None:
    """
    A parameter as a integer_param number; None where it is not given.

    :raises ApiError: 400 for anything else.
    """
    text = params.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"-?\d+", text) or int(text) < smallest:
        raise bad_request(f'Invalid value "{text}" of parameter {name}')
    return int(text)


def top_of(params: Mapping[str, str], largest: int | None = None) -> int | None:
    """
    How many rows ``$top`` allows: 42 if it is not given, and all for -1.

    :param largest: rows that the server gives at most, without a word about it.
    """
    top = integer_param(params, "$top", smallest=-1)
    top = _DEFAULT_TOP if top is None else top
    if top == -1:
        return largest
    return top if largest is None else min(top, largest)


def cut(rows: Iterable[Any], params: Mapping[str, str], largest: int | None = None) -> list[Any]:
    """The rows of the page that ``$skip`` and ``$top`` ask for."""
    skip, top = integer_param(params, "$skip") or 0, top_of(params, largest)
    if isinstance(rows, list):
        return rows[skip:] if top is None else rows[skip : skip + top]
    return list(islice(rows, skip, None if top is None else skip + top))


@dataclass(frozen=True)
class Walk:
    """
    Some of a stream of activities, to be walked in either direction.

    :param stream: activities, ascending in time.
    :param test: which of them are wanted.
    :param low: index of the first that counts; ``high`` is that after the last.
    :param is_reversed: whether the newest come first.
    """

    stream: list[Activity]
    test: Callable[[Activity], bool]
    low: int
    high: int
    is_reversed: bool

    def rows(self) -> Iterator[Activity]:
        """All wanted ones."""
        return self._go(None, forward=True)

    def page(self, cursor: str | None, top: int | None) -> Json:
        """
        The ActivityCursorPage at a cursor. Cursors name a place in the stream, so what is written
        meanwhile shifts nothing; they are given on the last page too.

        :raises ApiError: 400 for what is no cursor.
        """
        side, at = _read_cursor(cursor)
        found = list(islice(self._go(at, forward=side == "a"), None if top is None else top + 1))
        has_more = top is not None and len(found) > top
        rows = found[:top]
        if side == "b":
            rows.reverse()
        first, last = (place(rows[0]), place(rows[-1])) if rows else (at, at)
        others = self._go(first if side == "a" else last, forward=side == "b")
        # Past the end, or before the beginning, all that there is lies on the other side.
        others = others if rows else self.rows()
        has_others = at is not None and next(others, None) is not None
        return {
            "id": cursor or "first",
            "$type": "ActivityCursorPage",
            "activities": [row.json for row in rows],
            "reverse": self.is_reversed,
            "afterCursor": _write_cursor("a", last),
            "beforeCursor": _write_cursor("b", first),
            "hasAfter": has_more if side == "a" else has_others,
            "hasBefore": has_others if side == "a" else has_more,
        }

    def _go(self, at: tuple[int, int] | None, *, forward: bool) -> Iterator[Activity]:
        """Wanted ones from a place on, without what stands there."""
        stream = self.stream
        if forward is not self.is_reversed:
            start = self.low if at is None else max(self.low, bisect_right(stream, at, key=place))
            steps = range(start, self.high)
        else:
            end = self.high if at is None else min(self.high, bisect_left(stream, at, key=place))
            steps = range(end - 1, self.low - 1, -1)
        return (stream[n] for n in steps if self.test(stream[n]))


def _read_cursor(cursor: str | None) -> tuple[str, tuple[int, int] | None]:
    if not cursor:
        return "a", None
    try:
        found = _CURSOR.fullmatch(base64.urlsafe_b64decode(cursor).decode())
    except ValueError:
        found = None
    if not found:
        raise bad_request(f'Invalid cursor "{cursor}"')
    return found[1], (int(found[2]), int(found[3]))


def _write_cursor(side: str, at: tuple[int, int] | None) -> str | None:
    return at and base64.urlsafe_b64encode(f"{side}:{at[0]}:{at[1]}".encode()).decode()
