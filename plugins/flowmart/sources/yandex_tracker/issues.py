"""Reads the issues of a window, and checks that none is missing."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page
from flowmart.sources.wall_clock import Span
from flowmart.sources.yandex_tracker.records import Issue, epoch_ms, make_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.core.window import Window
    from flowmart.sources.declaration import StreamSpec
    from flowmart.sources.wall_clock import WallClock
    from flowmart.sources.yandex_tracker.search import Found, IssueSearch

log = logging.getLogger(__name__)


@dataclass
class _Progress:
    """
    Progress of reading a window; as JSON, it is what a later try needs to continue.

    :param total: number of issues that Tracker counted.
    :param met: number of issues read so far.
    :param outside: how many of these do not belong to the window.
    :param cursor: cursor of the last :class:`Found`.
    """

    total: int
    met: int = 0
    outside: int = 0
    cursor: int | None = None


@dataclass
class Issues:
    """
    Reads issues.

    :param search: over the issues that the instance reads.
    :param clock: local time of the server.
    :param stream: the stream's declaration.
    :param instance: name of the instance, for errors and logs.
    """

    search: IssueSearch
    clock: WallClock
    stream: StreamSpec
    instance: str

    def read(self, window: Window, after: Any = None) -> Iterator[Page]:
        """
        Read the issues whose last update lies in a window, or in the overlap before it.

        :param window: the data interval.
        :param after: the ``resume`` of the last page that landed.
        :raises ConfigError: if the server reads times in another zone.
        :raises CompletenessError: if fewer issues are returned than Tracker counts.
        """
        reading = _Reading(self, window)
        progress = _Progress(**after) if after else reading.begin()
        if progress.total:
            yield from reading.pages(progress)
        if progress.met < progress.total:
            progress = _Progress(0)
            yield from reading.read_again(progress)
        yield Page([], source_total=max(0, progress.total - progress.outside))


@dataclass
class _Reading:
    """The reading of one window; keeps the ids of issues that were read."""

    issues: Issues
    window: Window
    seen: set[str | int] = field(default_factory=set)

    def __post_init__(self) -> None:
        clock = self.issues.clock
        self.start = epoch_ms(self.window.start) - self.issues.stream.overlap_seconds * 1000
        self.end = epoch_ms(self.window.end)
        self.span = Span(clock.before(self.start), clock.after(self.end))

    def begin(self) -> _Progress:
        """Count the issues; if there are none, check that with the newest issue of all."""
        search = self.issues.search
        if total := search.count(self.span):
            return _Progress(total)
        newest = search.newest()
        if newest and self._is_within(newest):
            # It may have been saved since the count.
            total = search.count(self.span)
            if not total:
                raise search.zone.error(
                    f"no issue is found in {self.window}, but {newest.name} was updated at "
                    f"{newest.updatedAt}"
                )
        return _Progress(total)

    def pages(self, progress: _Progress) -> Iterator[Page]:
        """The issues of the window, page by page."""
        for found in self.issues.search.walk(self.span, progress.cursor):
            is_further = found.cursor != progress.cursor
            rows = self._count(found, progress)
            records = [make_record(row, self.issues.stream.key) for row in rows]
            yield Page(records, resume=asdict(progress) if is_further else None)

    def read_again(self, progress: _Progress) -> Iterator[Page]:
        """
        Read the window again: only issues that were edited in the meantime may have left it.

        :raises CompletenessError: if issues are still missing.
        """
        issues = self.issues
        log.info("%s: fewer issues than counted in %s, reading again", issues.instance, self.window)
        met: set[str | int] = set()
        for found in issues.search.walk(self.span):
            rows = [row for row in found.rows if row.id not in met]
            met.update(row.id for row in rows)
            within = [row for row in rows if self._is_within(row)]
            progress.outside += len(rows) - len(within)
            missed = [row for row in within if row.id not in self.seen]
            yield Page([make_record(row, issues.stream.key) for row in missed])
        progress.total, progress.met = issues.search.count(self.span), len(met)
        if progress.met < progress.total:
            raise CompletenessError(
                f"Tracker counts {progress.total} issues but returned {progress.met}, also at a "
                "second read",
                where=f"{issues.instance}: {issues.stream.endpoint} {self.window}",
                next_step="run it again; if it keeps failing, report it to Tracker's support",
            )

    def _count(self, found: Found, progress: _Progress) -> list[Issue]:
        """Count the rows of an answer; return those that belong to the window."""
        fresh = [row for row in found.rows if row.id not in self.seen]
        self.seen.update(row.id for row in fresh)
        progress.cursor = found.cursor
        progress.met += len(fresh)
        progress.outside += sum(not self._is_within(row) for row in fresh)
        return [row for row in found.rows if self._is_within(row)]

    def _is_within(self, row: Issue) -> bool:
        return self.start <= row.updated_ms < self.end
