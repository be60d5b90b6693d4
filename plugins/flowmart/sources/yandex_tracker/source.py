"""Yandex Tracker: issues, their children, and what these refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page, Record, RecordState, Source
from flowmart.sources.options import read_options
from flowmart.sources.rows import read_row
from flowmart.sources.wall_clock import Span, WallClock
from flowmart.sources.yandex_tracker.api import Tracker
from flowmart.sources.yandex_tracker.children import Children
from flowmart.sources.yandex_tracker.issues import Issues
from flowmart.sources.yandex_tracker.options import TrackerOptions
from flowmart.sources.yandex_tracker.proof import prove_changelogs
from flowmart.sources.yandex_tracker.records import Issue, epoch_ms, make_record
from flowmart.sources.yandex_tracker.search import IssueSearch
from flowmart.sources.yandex_tracker.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from flowmart.core.window import Window
    from flowmart.sources.base import SourceConnection
    from flowmart.sources.declaration import SourceSpec


class YandexTrackerSource(Source):
    """
    One organisation's Tracker, or some of its queues.

    :param spec: the declaration.
    :param connection: how to reach the instance.
    :param instance: its name, for errors and logs.
    :param options: as :class:`TrackerOptions` declares them.
    :raises ConfigError: if an option or an extra of the connection is wrong.
    """

    options_model: ClassVar[type[TrackerOptions]] = TrackerOptions

    def __init__(
        self,
        spec: SourceSpec,
        connection: SourceConnection,
        instance: str,
        options: Mapping[str, Any],
    ) -> None:
        super().__init__(spec, connection, instance, options)
        self._options = read_options(self.options_model, options, instance)
        self._tracker = Tracker(connection, instance)
        self._clock = WallClock(self._options.zone)

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._tracker.requests_made

    def check(self) -> None:
        """
        Read the user of the token.

        :raises AuthError: if the token is refused, or its user may not see the organisation.
        :raises SourceUnavailableError: if the instance cannot be reached.
        """
        self._tracker.check()

    def read_window(self, stream: str, window: Window, after: Any) -> Iterator[Page]:
        """Issues, with a check that none is missing."""
        return self._issues().read(window, after)

    def read_children(
        self, stream: str, window: Window, parents: Iterable[Record], after: Any
    ) -> Iterator[Page]:
        """Changelogs, comments, worklogs and links of issues."""
        return self._children(stream).read(window, parents, after)

    def read_snapshot(self, stream: str, after: Any) -> Iterator[Page]:
        """A dictionary; a retry starts from the beginning."""
        return Snapshots(self._tracker, self.spec.streams, self._options).read(stream)

    def verify(
        self, window: Window, landed: Callable[[str], Iterable[Record]]
    ) -> dict[str, list[Page]]:
        """Check that every changelog has the creation of its issue."""
        changelog = self._children("changelog")
        found = prove_changelogs(changelog, window, landed, self.instance)
        return {"changelog": found} if found else {}

    def read_records(self, entity: str, window: Window, ids: Sequence[str]) -> Iterator[Page]:
        """Some issues, each with a call of its own."""
        stream = self.spec.streams[self.spec.entities[entity].stream]
        for issue_id in ids:
            answer = self._tracker.issue(issue_id)
            if isinstance(answer, RecordState):
                continue
            with self._tracker.expecting("issue", f"issues/{issue_id}"):
                issue = read_row(answer.text, Issue)
            if issue.updated_ms < epoch_ms(window.end):
                yield Page([make_record(issue, stream.key)])

    def wanted(self, entity: str) -> Iterator[dict[str, int]]:
        """Only the issues that the instance's query finds."""
        for found in self._search(self._options.clauses).walk(Span()):
            yield {str(row.id): row.updated_ms for row in found.rows}

    def census(self, entity: str) -> Iterator[dict[str, int]]:
        """
        List the ids of all issues in the queues of the instance, its query aside.

        :raises CompletenessError: if fewer issues are returned than Tracker counts.
        """
        search = self._search(self._options.queue_clauses)
        counted, met = search.count(Span()), set[str]()
        for found in search.walk(Span()):
            ids = {str(row.id): row.updated_ms for row in found.rows}
            met.update(ids)
            yield ids
        # Issues that are created or deleted during reading are in one of the counts only.
        if len(met) < counted and len(met) < search.count(Span()):
            raise CompletenessError(
                f"Tracker counts {counted} issues but returned {len(met)}",
                where=f"{self.instance}: census",
                next_step="run it again; if it keeps failing, report it to Tracker's support",
            )

    def state_of(self, entity: str, record_id: str, url: str | None = None) -> RecordState:
        """Ask for the state of an issue; Tracker distinguishes deleted and hidden ones."""
        found = self._tracker.issue(record_id)
        return found if isinstance(found, RecordState) else RecordState.PRESENT

    def _search(self, clauses: tuple[str, ...]) -> IssueSearch:
        return IssueSearch(self._tracker, clauses, self._clock)

    def _issues(self) -> Issues:
        search = self._search(self._options.clauses)
        return Issues(search, self._clock, self.spec.streams["issues"], self.instance)

    def _children(self, stream: str) -> Children:
        return Children(self._tracker, stream, self.spec.streams[stream])
