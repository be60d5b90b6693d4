"""
Reads the issues of a range of update times, ordered by their creation.

Pages are offsets in a list that is evaluated for each request, and edits remove issues from it. So
each page overlaps the last rows of the previous page. If it does not, the search steps back until
it does, so that no issue that stays in the list is skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from flowmart.core.errors import CompletenessError, SourceUnavailableError
from flowmart.http.retry import RetryPolicy, TransientError
from flowmart.sources.api import ApiError
from flowmart.sources.wall_clock import Span
from flowmart.sources.youtrack.cursor import Cursor, stride_behind
from flowmart.sources.youtrack.records import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.sources.wall_clock import WallClock
    from flowmart.sources.youtrack.api import YouTrack

ISSUES, COUNT = "issues", "issuesGetter/count"
BARE = {"$top": 1000, "fields": "id,created,updated"}
_MOST_IDLE_PAGES = 50
_COUNTING = RetryPolicy(tries=6)


class _Count(msgspec.Struct):
    """Number of issues; -1 while YouTrack is counting."""

    count: int


class Found(NamedTuple):
    """
    Issues of an answer.

    :param rows: those that were not returned before.
    :param cursor: position after them.
    :param is_short: whether the answer had fewer rows than asked for.
    """

    rows: list[Issue]
    cursor: Cursor
    is_short: bool


class IssueSearch:
    """
    Searches the issues of an instance.

    :param api: the server.
    :param clauses: which issues, in the query language; to be joined by ``and``.
    :param clock: local time of the server.
    """

    def __init__(self, api: YouTrack, clauses: tuple[str, ...], clock: WallClock) -> None:
        self._api = api
        self._clauses = clauses
        self._clock = clock

    def count(self, span: Span) -> int:
        """
        Number of issues whose last update is in a span.

        :raises SourceUnavailableError: if YouTrack does not finish counting.
        """
        try:
            return _COUNTING.run(lambda: self._counted(span), where=self._where(COUNT))
        except TransientError as failure:
            raise SourceUnavailableError(
                failure.reason, where=self._where(COUNT), next_step=failure.next_step
            ) from failure
        except ApiError as error:
            # Some servers have no counter.
            if error.status not in (404, 405):
                raise
            return sum(len(found.rows) for found in self.walk(span, BARE))

    def newest(self) -> Issue | None:
        """The issue that was updated last of all, with its id and times."""
        rows = self._rows(Span(), BARE | {"$top": 1}, "updated desc")
        return next(iter(rows), None)

    def first_page(self, span: Span) -> list[Issue]:
        """Some issues of a span, with their ids and times."""
        return self._rows(span, BARE)

    def walk(
        self, span: Span, params: Mapping[str, Any], after: Cursor | None = None
    ) -> Iterator[Found]:
        """
        Read the issues of a span, each once.

        :param span: the span.
        :param params: query parameters, with ``$top`` and ``fields``.
        :param after: the ``cursor`` to continue after.
        :raises CompletenessError: if the answers cannot be trusted.
        """
        cursor = after or Cursor()
        stride, idle, is_forward = 0, 0, True
        while True:
            rows = self._rows(span, {**params, "$skip": cursor.skip})
            self._require_order(rows)
            is_joined = not cursor.skip or bool(rows and cursor.has(rows[0]))
            fresh = [row for row in rows if is_joined and not cursor.has(row)]
            idle = 0 if fresh else idle + 1
            self._require_progress(idle)
            if not is_joined:
                # Twice as far each time, since many issues may have left at once.
                stride = max(1, stride)
                cursor = cursor.back(stride)
                stride, is_forward = 2 * stride, False
                continue
            if not rows or (not fresh and is_forward):
                return
            stride, is_forward = stride_behind(rows), True
            cursor = cursor.beyond(fresh, stride)
            if fresh:
                yield Found(fresh, cursor, is_short=len(rows) < params["$top"])

    def _counted(self, span: Span) -> int:
        body = {"query": self._query(span)}
        counted = self._api.post(COUNT, body, _Count, {"fields": "count"}).count
        if counted < 0:
            raise TransientError(
                "YouTrack is still counting",
                next_step="Airflow retries the task; if it keeps failing, ask the administrator",
            )
        return counted

    def _rows(
        self, span: Span, params: Mapping[str, Any], order: str = "created asc"
    ) -> list[Issue]:
        query = f"{self._query(span)} sort by: {order}".strip()
        return self._api.rows(ISSUES, Issue, {**params, "query": query})

    def _query(self, span: Span) -> str:
        first, last = (
            "*" if second is None else self._clock.literal(second)
            for second in (span.first, span.last)
        )
        updated = () if span == Span() else (f"updated: {first} .. {last}",)
        return " and ".join((*self._clauses, *updated))

    def _require_order(self, rows: list[Issue]) -> None:
        created = [row.created for row in rows]
        if created != sorted(created):
            raise CompletenessError(
                "A page is not in the order of creation",
                where=self._where(ISSUES),
                next_step="report it to Flowmart, which relies on the order",
            )

    def _require_progress(self, idle: int) -> None:
        if idle > _MOST_IDLE_PAGES:
            raise CompletenessError(
                f"{idle} pages in a row had nothing new, and none was the last",
                where=self._where(ISSUES),
                next_step="run it again at a quieter time; if it keeps failing, report it",
            )

    def _where(self, endpoint: str) -> str:
        return f"{self._api.instance}: {endpoint}"
