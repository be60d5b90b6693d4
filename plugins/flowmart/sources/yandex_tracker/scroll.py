"""Reads searches of any size by scrolling through a snapshot on the server."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flowmart.core.errors import CompletenessError, FlowmartError
from flowmart.sources.api import ApiError
from flowmart.sources.yandex_tracker.paging import stated_total
from flowmart.sources.yandex_tracker.records import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.sources.yandex_tracker.api import Json, Tracker

log = logging.getLogger(__name__)

_TTL_MS = 60_000
_TRIES = 5


def read_scroll(
    tracker: Tracker, endpoint: str, body: Json, page_size: int
) -> Iterator[list[Issue]]:
    """
    Read a search page by page, each row once; the server's snapshot is released at the end.

    A page can be read only once. If it is lost on the way, the search starts again, and rows that
    were already read are skipped.

    :param tracker: the instance.
    :param endpoint: the search.
    :param body: its body, with ``query`` or ``filter``.
    :param page_size: rows of a page, from 100 to 1000.
    :raises CompletenessError: if it cannot be read to its end.
    """
    given: set[str | int] = set()
    for attempt in range(1, _TRIES + 1):
        snapshot = _Snapshot(tracker, endpoint, body, page_size)
        try:
            for rows in snapshot.pages():
                yield [row for row in rows if row.id not in given]
                given.update(row.id for row in rows)
        except ApiError:
            # A page that was already read, or has expired, is rejected; never the first one.
            if snapshot.total is None:
                raise
        finally:
            snapshot.release()
        if snapshot.is_complete:
            return
        log.warning("%s: scroll %s was interrupted, starting again", tracker.instance, attempt)
    raise CompletenessError(
        f"A scroll failed in {_TRIES} tries: it returned {len(given)} of {snapshot.total} rows",
        where=f"{tracker.instance}: {endpoint}",
        next_step="run it again; if it keeps failing, report it to Tracker's support",
    )


class _Snapshot:
    """One try; ``is_complete`` when all rows were read."""

    def __init__(self, tracker: Tracker, endpoint: str, body: Json, page_size: int) -> None:
        self._tracker = tracker
        self._endpoint = endpoint
        self._body = body
        self._page_size = page_size
        self._held: dict[str, str] = {}
        self.total: int | None = None
        self.is_complete = False

    def pages(self) -> Iterator[list[Issue]]:
        ids: set[str | int] = set()
        place: dict[str, str] = {"scrollType": "sorted", "perScroll": str(self._page_size)}
        while place:
            params = {**place, "scrollTTLMillis": _TTL_MS}
            answer = self._tracker.post(self._endpoint, self._body, params)
            rows = self._tracker.rows(answer, self._endpoint, Issue)
            if self.total is None:
                self.total = stated_total(self._tracker, self._endpoint, answer) or len(rows)
            scroll_id = answer.headers.get("X-Scroll-Id")
            self._held = {scroll_id: answer.headers.get("X-Scroll-Token", "")} if scroll_id else {}
            place = {"scrollId": scroll_id} if scroll_id else {}
            ids.update(row.id for row in rows)
            yield rows
        self.is_complete = len(ids) >= (self.total or 0)

    def release(self) -> None:
        """Release the snapshot; it would expire within a minute."""
        if not self._held:
            return
        try:
            self._tracker.post("system/search/scroll/_clear", self._held)
        except FlowmartError as error:
            log.info("a snapshot was not released: %s", error)
