"""The position in a list of issues ordered by their creation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowmart.sources.youtrack.records import Issue

_LARGEST_OVERLAP = 20


@dataclass(frozen=True)
class Cursor:
    """
    A position in the list; as JSON, it is what a later try needs to continue.

    :param skip: offset of the next page.
    :param created: all issues created before this epoch millisecond were returned.
    :param ids: the issues created in this millisecond that were returned.
    """

    skip: int = 0
    created: int = -1
    ids: tuple[str, ...] = ()

    def has(self, row: Issue) -> bool:
        """Whether an issue was already returned."""
        return row.created < self.created or row.id in self.ids

    def back(self, stride: int) -> Cursor:
        """The same position, but with an earlier next page."""
        return replace(self, skip=max(0, self.skip - stride))

    def beyond(self, rows: list[Issue], stride: int) -> Cursor:
        """
        The cursor after further issues.

        :param rows: the issues, if any.
        :param stride: how much the offset of the next page grows.
        """
        skip = self.skip + stride
        if not rows:
            return replace(self, skip=skip)
        last = rows[-1].created
        ids = tuple(row.id for row in rows if row.created == last)
        return Cursor(skip, last, self.ids + ids if last == self.created else ids)


def stride_behind(rows: list[Issue]) -> int:
    """How much the offset grows: the next page begins among the last rows of this one."""
    return len(rows) - min(_LARGEST_OVERLAP, (len(rows) + 1) // 2)
