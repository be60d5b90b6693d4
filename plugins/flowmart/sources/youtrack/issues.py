"""Reads the issues of a window, and checks that none is missing."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page
from flowmart.sources.wall_clock import Span
from flowmart.sources.youtrack.cursor import Cursor
from flowmart.sources.youtrack.records import Issue, epoch_ms, make_record

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from flowmart.core.window import Window
    from flowmart.sources.declaration import StreamSpec
    from flowmart.sources.wall_clock import WallClock
    from flowmart.sources.youtrack.search import IssueSearch
    from flowmart.sources.youtrack.zone import ZoneProof

log = logging.getLogger(__name__)


@dataclass
class _Progress:
    """
    Progress of reading a window; as JSON, it is what a later try needs to continue.

    :param total: number of issues that YouTrack counted.
    :param met: number of issues read so far.
    :param outside: how many of these do not belong to the window.
    """

    total: int
    met: int = 0
    outside: int = 0
    cursor: Cursor = field(default_factory=Cursor)

    @classmethod
    def from_resume(cls, resume: dict[str, Any]) -> _Progress:
        cursor = resume["cursor"]
        return cls(**{**resume, "cursor": Cursor(**{**cursor, "ids": tuple(cursor["ids"])})})


@dataclass
class Issues:
    """
    Reads issues.

    :param search: over the issues that the instance reads.
    :param clock: local time of the server.
    :param zone: checks its time zone.
    :param stream: the stream's declaration.
    :param instance: name of the instance, for errors and logs.
    """

    search: IssueSearch
    clock: WallClock
    zone: ZoneProof
    stream: StreamSpec
    instance: str

    def read(self, window: Window, after: Any = None) -> Iterator[Page]:
        """
        Read the issues whose last update lies in a window, or in the overlap before it.

        :param window: the data interval.
        :param after: the ``resume`` of the last page that landed.
        :raises ConfigError: if the server reads times in another zone.
        :raises CompletenessError: if fewer issues are returned than YouTrack counts.
        """
        reading = _Reading(self, window)
        progress = _Progress.from_resume(after) if after else reading.begin()
        yield from reading.pages(progress)
        if progress.met < progress.total:
            progress = yield from reading.read_again(progress)
        yield Page([], source_total=max(0, progress.total - progress.outside))


class _Reading:
    """The reading of one window."""

    def __init__(self, issues: Issues, window: Window) -> None:
        self._issues = issues
        self._window = window
        self._start = epoch_ms(window.start) - issues.stream.overlap_seconds * 1000
        self._end = epoch_ms(window.end)
        # Which ends belong to a range is not documented: a second earlier, cut by the payload.
        self._span = Span(issues.clock.before(self._start - 1000), issues.clock.after(self._end))

    def begin(self) -> _Progress:
        """Count the issues; if there are none, check that with the newest issue of all."""
        search = self._issues.search
        total = search.count(self._span)
        if total:
            return _Progress(total)
        newest = search.newest()
        if newest is None:
            # The server does not report unknown names: it searches for them as text.
            log.warning(
                "%s: no issues found; check its options query, saved_query, projects",
                self._issues.instance,
            )
        elif self._is_within(newest):
            # It may have been saved since the count.
            total = search.count(self._span)
            if not total:
                raise self._issues.zone.error(
                    f"no issue is found in {self._window}, but {newest.id} was updated then"
                )
        return _Progress(total)

    def pages(self, progress: _Progress) -> Iterator[Page]:
        """The issues of the window, page by page; no request if there are none."""
        if not progress.total:
            return
        stream = self._issues.stream
        for found in self._issues.search.walk(self._span, stream.params, progress.cursor):
            self._issues.zone.check(self._span, found.rows)
            within = [row for row in found.rows if self._is_within(row)]
            progress.cursor = found.cursor
            progress.met += len(found.rows)
            progress.outside += len(found.rows) - len(within)
            records = [make_record(row, version=stream.version) for row in within]
            yield Page(records, resume=asdict(progress))
            # The server may cap its pages: a short one is the last one only if the count agrees.
            if found.is_short and progress.met >= progress.total:
                return

    def read_again(self, progress: _Progress) -> Generator[Page, None, _Progress]:
        """
        Count again, and read again if issues are still missing: only those that were edited in
        the meantime may have left the window.

        :return: the final progress.
        :raises CompletenessError: if issues are still missing.
        """
        issues = self._issues
        log.info(
            "%s: fewer issues than counted in %s, reading again", issues.instance, self._window
        )
        progress.total = issues.search.count(self._span)
        if progress.met >= progress.total:
            return progress
        progress = _Progress(progress.total)
        for page in self.pages(progress):
            yield page._replace(resume=None)
        progress.total = issues.search.count(self._span)
        if progress.met < progress.total:
            raise CompletenessError(
                f"YouTrack counts {progress.total} issues but returned {progress.met}, also at a "
                "second read",
                where=f"{issues.instance}: {issues.stream.endpoint} {self._window}",
                next_step="run it again; if it keeps failing, report it to the administrator: the "
                "server's index may be broken",
            )
        return progress

    def _is_within(self, row: Issue) -> bool:
        return self._start <= row.updated < self._end
