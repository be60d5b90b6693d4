"""Lists what was updated in a window of the past, by REST: ids, in the order of their updates."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.rows import Moment, Name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from flowmart.http.answer import Answer
    from flowmart.sources.github.api import GitHub
    from flowmart.sources.github.records import Repository

_PAGE = 100
_LAST = re.compile(r'[?&]page=(\d+)[^>]*>;\s*rel="last"')
_TRIES = 2


class Listed(msgspec.Struct):
    """An issue or a pull request in a listing."""

    node_id: Name
    updated_at: Moment
    pull_request: dict[str, Any] | None = None


class Listing:
    """
    Lists issues and pull requests of one repository.

    Each page begins at the second of the last row before, and not at a page number: what is
    touched meanwhile leaves the window and moves nothing, and no list gets longer than GitHub
    gives (10,000 rows).

    :param api: the instance.
    :param repository: the repository.
    """

    def __init__(self, api: GitHub, repository: Repository) -> None:
        self._api = api
        self._endpoint = f"repos/{repository.nameWithOwner}/issues"

    def rows(self, start: datetime, end: datetime) -> Iterator[list[Listed]]:
        """
        What was updated last within ``[start, end)``, page by page, each row once.

        :raises CompletenessError: if there are fewer rows than GitHub counts, also at a second try.
        """
        seen: set[str] = set()
        for _ in range(_TRIES):
            pages = 0
            for rows in self._walk(start, end):
                pages += 1
                fresh = [row for row in rows if row.node_id not in seen]
                seen.update(row.node_id for row in fresh)
                if fresh:
                    yield fresh
            # What came on one page cannot have shifted.
            counted = self._count(start, end) if pages > 1 else None
            if counted is None or len(seen) >= counted:
                return
        raise CompletenessError(
            f"GitHub counts {counted} issues and pull requests but listed {len(seen)}, also at a "
            "second try",
            where=f"{self._api.instance}: {self._endpoint} since {_text(start)}",
            next_step="run the window again; if it keeps failing, report it to GitHub's support",
        )

    def _walk(self, start: datetime, end: datetime) -> Iterator[list[Listed]]:
        since, link = start, None
        while True:
            rows, answer = self._page(since, link)
            yield [row for row in rows if start <= row.updated_at < end]
            link = answer.next_url
            if link is None or not rows or rows[-1].updated_at >= end:
                return
            if (last := rows[-1].updated_at.replace(microsecond=0)) > since:
                # Otherwise the whole page is of one second: only its link leads out of it.
                since, link = last, None

    def _page(self, since: datetime, link: str | None) -> tuple[list[Listed], Answer]:
        if link:
            return self._api.get(link, list[Listed])
        return self._api.get(self._endpoint, list[Listed], self._params(since, _PAGE))

    def _count(self, start: datetime, end: datetime) -> int | None:
        """
        GitHub's own count of the window, if it tells one.

        What moves between the two questions makes it smaller, never larger.
        """
        since_start, since_end = self._count_since(start), self._count_since(end)
        if since_start is None or since_end is None:
            return None
        return since_start - since_end

    def _count_since(self, since: datetime) -> int | None:
        rows, answer = self._api.get(self._endpoint, list[Listed], self._params(since, 1))
        if answer.next_url is None:
            return len(rows)
        found = _LAST.search(answer.headers.get("Link", ""))
        return int(found[1]) if found else None

    def _params(self, since: datetime, size: int) -> dict[str, str | int]:
        return {
            "state": "all",
            "sort": "updated",
            "direction": "asc",
            "since": _text(since),
            "per_page": size,
        }


def _text(moment: datetime) -> str:
    """A whole second that is not later; GitHub knows none finer."""
    return (moment.astimezone(UTC) - timedelta(microseconds=moment.microsecond)).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )
