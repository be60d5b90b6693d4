"""How far a walk through issues in the order of their creation has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowmart.sources.youtrack.records import Issue

_LARGEST_OVERLAP = 20


@dataclass(frozen=True)
class Cursor:
    """
    A place in a walk. Its values are what a later walk needs to go on.

    :param skip: place in the list at which the next page begins.
    :param created: every issue created before this epoch millisecond was given.
    :param ids: the issues created in this millisecond that were given.
    """

    skip: int = 0
    created: int = -1
    ids: tuple[str, ...] = ()

    def has(self, row: Issue) -> bool:
        """Whether an issue lies behind."""
        return row.created < self.created or row.id in self.ids

    def back(self, stride: int) -> Cursor:
        """The same, but the next page begins earlier."""
        return replace(self, skip=max(0, self.skip - stride))

    def beyond(self, rows: list[Issue], stride: int) -> Cursor:
        """
        The cursor behind further issues.

        :param rows: the issues, if any.
        :param stride: how much later the next page begins.
        """
        skip = self.skip + stride
        if not rows:
            return replace(self, skip=skip)
        last = rows[-1].created
        ids = tuple(row.id for row in rows if row.created == last)
        return Cursor(skip, last, self.ids + ids if last == self.created else ids)


def stride_behind(rows: list[Issue]) -> int:
    """How much later than this page the next one begins: among its last rows."""
    return len(rows) - min(_LARGEST_OVERLAP, (len(rows) + 1) // 2)
