"""
Reads all issues of a range of update times, ordered by these times.

Only first pages are read: the next query starts where the rows of the last answer end. So edits
cannot shift rows between pages, and the number of rows is not limited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from msgspec import Meta

from flowmart.core.errors import CompletenessError
from flowmart.sources.rows import read_json
from flowmart.sources.wall_clock import Span
from flowmart.sources.yandex_tracker.paging import stated_total
from flowmart.sources.yandex_tracker.records import Issue
from flowmart.sources.yandex_tracker.scroll import read_scroll
from flowmart.sources.yandex_tracker.zone import ZoneProof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.sources.wall_clock import WallClock
    from flowmart.sources.yandex_tracker.api import Json, Tracker

SEARCH, COUNT = "issues/_search", "issues/_count"
PAGE_SIZE = 500
_TRIES = 3
_Count = Annotated[int, Meta(ge=0)]


class Found(NamedTuple):
    """
    Issues of an answer.

    :param cursor: all issues whose last update is before this epoch millisecond were returned.
    """

    rows: list[Issue]
    cursor: int


class _Page(NamedTuple):
    rows: list[Issue]
    is_complete: bool


class IssueSearch:
    """
    Searches the issues of an instance.

    :param tracker: the instance.
    :param clauses: which issues, in the query language; to be joined by ``and``.
    :param clock: local time of the server.
    """

    def __init__(self, tracker: Tracker, clauses: tuple[str, ...], clock: WallClock) -> None:
        self._tracker = tracker
        self._clauses = clauses
        self._clock = clock
        self.zone = ZoneProof(tracker, clock, lambda span: self._page(span).rows)

    def count(self, span: Span) -> int:
        """Number of issues whose last update is in a span."""
        answer = self._tracker.post(COUNT, self._body(span))
        with self._tracker.expecting("count", COUNT):
            return read_json(answer.text, _Count)

    def newest(self) -> Issue | None:
        """The issue that was updated last of all."""
        answer = self._tracker.post(SEARCH, self._body(Span(), "DESC"), {"perPage": 1})
        return next(iter(self._tracker.rows(answer, SEARCH, Issue)), None)

    def walk(self, span: Span, after: int | None = None) -> Iterator[Found]:
        """
        Read the issues of a span; one that is edited during reading may come twice.

        :param span: the span.
        :param after: the ``cursor`` to continue after.
        :raises ConfigError: if the server reads times in another zone.
        :raises CompletenessError: if the answers cannot be trusted.
        """
        cursor = (span.first or 0) * 1000 if after is None else after
        held_back: Issue | None = None
        while span.last is None or cursor <= span.last * 1000:
            asked = Span(self._start(span, cursor), span.last)
            page = self._page(asked)
            self.zone.check(asked, page.rows, held_back)
            within = [row for row in page.rows if _belongs(row, span)]
            rows = [row for row in within if row.updated_ms >= cursor]
            if page.is_complete:
                yield Found(rows, rows[-1].updated_ms + 1 if rows else cursor)
                return
            last = within[-1].updated_ms if within else cursor
            # More issues of the last second may be on the next page, so it begins with that second.
            edge = self._clock.before(last) * 1000
            if edge > cursor:
                held_back = within[-1]
                yield Found([row for row in rows if row.updated_ms < edge], edge)
            else:
                held_back, edge = None, self._clock.after(max(last, cursor) + 1) * 1000
                yield from self._crowd(span, cursor, edge)
            cursor = edge

    def _start(self, span: Span, cursor: int) -> int | None:
        """A second earlier than needed, since it is not documented whether ``>=`` is inclusive."""
        return None if span.first is None and not cursor else self._clock.before(cursor - 1000)

    def _crowd(self, span: Span, cursor: int, edge: int) -> Iterator[Found]:
        """All issues of a second with more issues than a page."""
        last = edge // 1000 if span.last is None else min(edge // 1000, span.last)
        body = self._body(Span(self._start(span, cursor), last))
        for rows in read_scroll(self._tracker, SEARCH, body, PAGE_SIZE):
            yield Found([row for row in rows if cursor <= row.updated_ms < edge], cursor)
        yield Found([], edge)

    def _page(self, span: Span) -> _Page:
        """The first page of a span, ordered by the time of the last update."""
        for _ in range(_TRIES):
            answer = self._tracker.post(SEARCH, self._body(span), {"perPage": PAGE_SIZE})
            rows = self._tracker.rows(answer, SEARCH, Issue)
            total = stated_total(self._tracker, SEARCH, answer)
            is_complete = answer.next_url is None and (total is None or total <= len(rows))
            times = [row.updated_ms for row in rows]
            # An issue that is edited during the search breaks the order.
            if times == sorted(times) and (rows or is_complete):
                return _Page(rows, is_complete)
        raise CompletenessError(
            "A page is empty although there are rows, or not ordered by updatedAt",
            where=f"{self._tracker.instance}: {SEARCH}",
            next_step="run it again; if it keeps failing, report it to Flowmart",
        )

    def _body(self, span: Span, direction: str = "ASC") -> Json:
        """The body of a search, with ``query`` as its only condition."""
        clauses = list(self._clauses)
        for operator, second in ((">=", span.first), ("<=", span.last)):
            if second is not None:
                clauses.append(f'Updated: {operator} "{self._clock.literal(second)}"')
        query = " and ".join(clauses)
        return {"query": f'{query} "Sort by": Updated {direction}'.strip()}


def _belongs(row: Issue, span: Span) -> bool:
    """Whether an issue is in the span; one edited during the search belongs to a later one."""
    return span.last is None or row.updated_ms < (span.last + 1) * 1000
