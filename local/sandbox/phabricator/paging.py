"""Cursor pages as Phorge cuts them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from local.sandbox.phabricator.protocol import Call, ConduitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.sandbox.company.shapes import Json

_LARGEST = 100


@dataclass(frozen=True)
class Pager:
    """
    The page that a call asks for.

    :param limit: rows per page, 1 to 100.
    :param after: cursor of the row before the page, or empty.
    :param before: cursor of the row after the page, or empty; ``after`` wins over it.
    """

    limit: int
    after: str
    before: str

    @classmethod
    def of(cls, call: Call) -> Pager:
        """
        Read ``limit``, ``after`` and ``before``.

        :raises ConduitError: for a limit that is out of range.
        """
        limit = call.params.get("limit")
        limit = _LARGEST if limit is None else call.integer("limit", limit)
        if not 1 <= limit <= _LARGEST:
            side, bound = ("Maximum", _LARGEST) if limit > _LARGEST else ("Minimum", 1)
            raise ConduitError(
                "ERR-INVALID-PAGE-SIZE",
                f"{side} page size for Conduit API method calls is {bound}, "
                f"but this call specified {limit}.",
            )
        after, before = (str(call.params.get(key) or "") for key in ("after", "before"))
        return cls(limit, after, "" if after else before)

    @property
    def cursor(self) -> str:
        """The cursor given, or empty."""
        return self.after or self.before

    def cut(
        self, rows: list[Json], key: Callable[[Json], Any], cursor_row: Json | None
    ) -> tuple[list[Json], Json]:
        """
        Cut a page out of sorted rows.

        :param rows: all rows, sorted by ``key``.
        :param cursor_row: the row that the cursor names; it need not be among the rows.
        """
        if cursor_row is None:
            return self.take(rows)
        if self.after:
            return self.take(rows[bisect_right(rows, key(cursor_row), key=key) :])
        return self.take(reversed(rows[: bisect_left(rows, key(cursor_row), key=key)]))

    def take(self, walk: Iterable[Json]) -> tuple[list[Json], Json]:
        """
        Make the page from rows that are walked away from the cursor.

        :returns: the page in the query's order, and the answer's ``cursor``.
        """
        rows = list(islice(walk, self.limit + 1))
        has_more = len(rows) > self.limit
        rows = rows[: self.limit]
        if self.before:
            rows.reverse()
        has_next = bool(rows) and (has_more or bool(self.before))
        has_previous = bool(rows) and (bool(self.after) or (bool(self.before) and has_more))
        return rows, {
            "limit": self.limit,
            "after": str(rows[-1]["id"]) if has_next else None,
            "before": str(rows[0]["id"]) if has_previous else None,
        }


def search_answer(call: Call, rows: list[Json], cursor: Json, maps: Json | None = None) -> Json:
    """The result of a ``*.search`` method, with only the attachments asked for."""
    wanted = {name for name, on in call.mapping("attachments").items() if on}
    data = [
        row | {"attachments": {k: v for k, v in row["attachments"].items() if k in wanted}}
        for row in rows
    ]
    return {
        "data": data,
        "maps": maps or {},
        "query": {"queryKey": call.params.get("queryKey")},
        "cursor": cursor | {"order": call.params.get("order")},
    }
