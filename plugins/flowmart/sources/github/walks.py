"""Which way a repository's records of a window are read, and the walks themselves."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page
from flowmart.sources.github.connections import Connections
from flowmart.sources.github.listing import Listing
from flowmart.sources.github.page_size import PageSize
from flowmart.sources.github.whole import Wholeness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.core.window import Window
    from flowmart.sources.github.api import GitHub
    from flowmart.sources.github.queries import Queries
    from flowmart.sources.github.records import Repository, Whole

log = logging.getLogger(__name__)

Way = Literal["idle", "history", "recent", "listing"]
# Records a page at first, and at most: what computes long is asked for in smaller ones.
START = {"issue": 50, "pull_request": 25, "deployment": 50, "release": 100}
LARGEST = {"issue": 100, "pull_request": 50, "deployment": 100, "release": 100}
_RECENT = timedelta(hours=1)
_OLDEST_FIRST = {"field": "CREATED_AT", "direction": "ASC"}
_UPDATED_LAST_FIRST = {"field": "UPDATED_AT", "direction": "DESC"}
_READINGS = 2


def choose(repository: Repository, window: Window, start: datetime, now: datetime) -> Way:
    """
    The cheapest way to the records of a window.

    :param repository: with the times of its newest records.
    :param window: the data interval.
    :param start: its start, less the overlap.
    :param now: the server's time.
    """
    newest = max((times.updatedAt for times in repository.heads if times.updatedAt), default=None)
    if newest is None or newest < start:
        return "idle"
    if start <= repository.createdAt:
        return "history"
    if window.end > now - max(_RECENT, window.end - window.start):
        return "recent"
    return "listing"


class Walks:
    """
    Reads records of one kind, whole.

    :param api: the instance.
    :param queries: its queries.
    :param kind: what is read.
    """

    def __init__(self, api: GitHub, queries: Queries, kind: str) -> None:
        self._api = api
        self.kind = kind
        size = PageSize(START[kind], largest=LARGEST[kind])
        self.connections = Connections(api, queries, kind, size)
        self._wholeness = Wholeness(api, queries, self.connections)

    def read(
        self, way: Way, repository: Repository, start: datetime, end: datetime, after: Any = None
    ) -> Iterator[Page]:
        """
        Read what was updated last within ``[start, end)``.

        :param after: the ``resume`` of the last page, without the repository.
        """
        match way:
            case "history":
                yield from self._history(repository, start, end, after or {})
            case "recent":
                yield from self._recent(repository, start, end, after or {})
            case "listing":
                since = datetime.fromisoformat(after["start"]) if after else start
                yield from self._listing(repository, since, end)

    def by_ids(self, ids: list[str]) -> Iterator[list[Whole]]:
        """Records by their ids; those that do not exist any more are left out."""
        while ids:
            asked = ids[: self.connections.size.now]
            ids = ids[len(asked) :]
            yield self._wholeness.complete(self.connections.nodes(asked).values())

    def in_order(
        self, repository: Repository, order: dict[str, str], after: str | None = None
    ) -> Iterator[tuple[list[Whole], str | None]]:
        """Whole records of a repository in an order, with the cursor behind each page."""
        variables = {"repository": repository.id, "order": order}
        for page in self.connections.walk(f"{self.kind}_page", variables, after):
            yield self._wholeness.complete(page.rows), page.cursor

    def _history(
        self, repository: Repository, start: datetime, end: datetime, after: dict[str, Any]
    ) -> Iterator[Page]:
        """By creation, which nothing changes: complete when as many came as GitHub counts."""
        variables = {"repository": repository.id, "order": _OLDEST_FIRST}
        met, cursor = int(after.get("met", 0)), after.get("cursor")
        for reading in range(1, _READINGS + 1):
            total = 0
            for page in self.connections.walk(f"{self.kind}_page", variables, cursor):
                met, total = met + len(page.rows), page.total
                whole = self._wholeness.complete(page.rows)
                resume = page.cursor and {"cursor": page.cursor, "met": met}
                yield page_of(whole, start, end, resume)
            if met >= total:
                return
            log.info(
                "%s: %s of %s in %s at reading %s",
                self._api.instance,
                met,
                total,
                repository.nameWithOwner,
                reading,
            )
            met, cursor = 0, None
        raise CompletenessError(
            f"GitHub counts {total} {self.kind}s in {repository.nameWithOwner} but gave fewer, "
            "also at a second reading",
            where=f"{self._api.instance}: {self.kind}",
            next_step="run it again; if it keeps failing, report it to GitHub's support",
        )

    def _recent(
        self, repository: Repository, start: datetime, end: datetime, after: dict[str, Any]
    ) -> Iterator[Page]:
        """Back from what was touched last: what is touched meanwhile moves to the front."""
        for whole, cursor in self.in_order(repository, _UPDATED_LAST_FIRST, after.get("cursor")):
            yield page_of(whole, start, end, cursor and {"cursor": cursor})
            # Touched since the page was made up, if it is later than the window.
            times = [record.updated_at for record in whole if record.updated_at < end]
            if times != sorted(times, reverse=True):
                raise CompletenessError(
                    "A page is not in the order of updates",
                    where=f"{self._api.instance}: {self.kind} of {repository.nameWithOwner}",
                    next_step="report it to Flowmart, which relies on the order",
                )
            if times and times[-1] < start:
                return

    def _listing(self, repository: Repository, start: datetime, end: datetime) -> Iterator[Page]:
        """Ids by REST, which can begin at a time; then the records."""
        wants_pulls = self.kind == "pull_request"
        for rows in Listing(self._api, repository).rows(start, end):
            ids = [r.node_id for r in rows if (r.pull_request is not None) == wants_pulls]
            chunks = list(self.by_ids(ids))
            for number, whole in enumerate(chunks, start=1):
                is_last = number == len(chunks)
                resume = {"start": rows[-1].updated_at.isoformat()} if is_last else None
                yield page_of(whole, start, end, resume)


def page_of(whole: list[Whole], start: datetime, end: datetime, resume: Any) -> Page:
    """The records of a page that were updated last within ``[start, end)``."""
    within = [record for record in whole if start <= record.updated_at < end]
    return Page([record.as_record() for record in within], resume=resume)
