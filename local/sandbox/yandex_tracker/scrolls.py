"""Searches that are held in a snapshot, so that edits do not shift their pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from local.sandbox.yandex_tracker.errors import TrackerError
from local.sandbox.yandex_tracker.paging import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sandbox.yandex_tracker.call import Call
    from local.sandbox.yandex_tracker.issue import Issue
    from local.sandbox.yandex_tracker.search import Search
    from local.sandbox.yandex_tracker.values import Json

_SMALLEST, _LARGEST = 100, 1000
_TTL_MS = 60_000
_TOKEN = "dummy-token-0000000000"


@dataclass(frozen=True)
class _Scroll:
    body: Json
    found: list[Issue]
    size: int
    start: int = 0
    expires_at: float = 0


class Scrolls:
    """
    The snapshots in use. Each page has an id of its own that is good for one call.

    :param clock: seconds that pass.
    """

    def __init__(self, search: Search, clock: Callable[[], float]) -> None:
        self._search = search
        self._clock = clock
        self._held: dict[str, _Scroll] = {}
        self._count = 0

    def page(self, call: Call) -> Page[Issue]:
        """
        The first page of a new snapshot, or the page after a scroll id.

        :raises TrackerError: for parameters out of range, a search by queue or keys, another body
            than the first page had, and an id that is used up, released or too old.
        """
        scroll = self._next(call) if "scrollId" in call.query else self._first(call)
        end = scroll.start + scroll.size
        headers = {"X-Total-Count": str(len(scroll.found))}
        if end < len(scroll.found):
            ttl_ms = min(call.integer("scrollTTLMillis", _TTL_MS), _TTL_MS)
            expires_at = self._clock() + ttl_ms / 1000
            scroll_id = self._new_id()
            self._held[scroll_id] = replace(scroll, start=end, expires_at=expires_at)
            parameters = urlencode({"scrollId": scroll_id, "scrollToken": _TOKEN})
            headers["X-Scroll-Id"] = scroll_id
            headers["X-Scroll-Token"] = _TOKEN
            headers["Link"] = f'<{call.url}?{parameters}>; rel="next"'
        return Page(scroll.found[scroll.start : end], headers)

    def release(self, scroll_ids: Json) -> None:
        """Let snapshots go; those that are not held any more do not matter."""
        for scroll_id in scroll_ids:
            self._held.pop(scroll_id, None)

    def _first(self, call: Call) -> _Scroll:
        body = call.document
        if body.get("queue") is not None or body.get("keys") is not None:
            raise TrackerError(400, "Scroll is not supported")
        kind = call.query.get("scrollType", "sorted")
        if kind not in ("sorted", "unsorted"):
            raise TrackerError(400, f"Unknown scrollType: {kind}", {"scrollType": kind})
        size = call.integer("perScroll", _SMALLEST)
        if not _SMALLEST <= size <= _LARGEST:
            message = f"perScroll must be from {_SMALLEST} to {_LARGEST}"
            raise TrackerError(400, message, {"perScroll": str(size)})
        found = list(self._search.issues(body, call.order))
        if kind == "unsorted":
            found.sort(key=lambda issue: hashlib.blake2b(issue.id.encode()).digest())
        return _Scroll(body, found, size)

    def _next(self, call: Call) -> _Scroll:
        scroll_id = call.query["scrollId"]
        scroll = self._held.get(scroll_id)
        if scroll is None or scroll.expires_at < self._clock():
            raise TrackerError(404, f"Scroll {scroll_id} does not exist or has expired")
        if scroll.body != call.document:
            raise TrackerError(400, "The body differs from that of the first page of the scroll")
        del self._held[scroll_id]
        return scroll

    def _new_id(self) -> str:
        self._count += 1
        return hashlib.blake2b(str(self._count).encode(), digest_size=24).hexdigest()
