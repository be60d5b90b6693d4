"""The objects of one kind as the API gives them out: all, in pages, and one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from local.sandbox.yandex_tracker.call import Answer
from local.sandbox.yandex_tracker.errors import TrackerError
from local.sandbox.yandex_tracker.paging import numbered, relative

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.sandbox.yandex_tracker.call import Call
    from local.sandbox.yandex_tracker.paging import Page
    from local.sandbox.yandex_tracker.values import Json

T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """
    Objects of one kind.

    :param rows: those that a call is about.
    :param names: what one is found by; the first is its id.
    :param tell: one as JSON.
    :param unlisted: those that only who knows their names finds.
    """

    rows: Callable[[Call], Sequence[T]]
    names: Callable[[T], tuple[Any, ...]]
    tell: Callable[[Call, T], Json]
    unlisted: Callable[[], Sequence[T]] = tuple

    def all(self, call: Call) -> Answer:
        """All of them."""
        return Answer([self.tell(call, row) for row in self.rows(call)])

    def numbered(self, row_limit: int) -> Callable[[Call], Answer]:
        """What answers pages by number, which reach so many rows."""
        return lambda call: self._page(call, numbered(self.rows(call), call, row_limit))

    def relative(self, call: Call) -> Answer:
        """A page of those that follow one of them."""
        return self._page(call, relative(self.rows(call), call, lambda row: self.names(row)[0]))

    def one(self, call: Call) -> Answer:
        """
        The one that the address names.

        :raises TrackerError: if there is none of this name.
        """
        for row in (*self.rows(call), *self.unlisted()):
            if call.name in map(str, self.names(row)):
                return Answer(self.tell(call, row))
        raise TrackerError(404, f"{call.url} does not exist")

    def _page(self, call: Call, page: Page[T]) -> Answer:
        return Answer([self.tell(call, row) for row in page.rows], page.headers)
