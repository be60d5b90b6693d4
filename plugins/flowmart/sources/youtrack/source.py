"""YouTrack: issues, their history, and what these refer to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page, Record, RecordState, Source
from flowmart.sources.options import read_options
from flowmart.sources.rows import read_row
from flowmart.sources.wall_clock import Span, WallClock
from flowmart.sources.youtrack.activities import Activities
from flowmart.sources.youtrack.api import YouTrack
from flowmart.sources.youtrack.issues import Issues
from flowmart.sources.youtrack.options import YouTrackOptions
from flowmart.sources.youtrack.records import Issue, Thing, epoch_ms, make_record
from flowmart.sources.youtrack.scope import Scope
from flowmart.sources.youtrack.search import BARE, IssueSearch
from flowmart.sources.youtrack.snapshots import Snapshots
from flowmart.sources.youtrack.zone import ZoneProof, find_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flowmart.core.window import Window
    from flowmart.sources.base import SourceConnection
    from flowmart.sources.declaration import SourceSpec


class YoutrackSource(Source):
    """
    One YouTrack, or some of its projects.

    :param spec: the declaration.
    :param connection: how to reach the instance.
    :param instance: its name, for errors and logs.
    :param options: as :class:`YouTrackOptions` declares them.
    :raises ConfigError: if an option or the connection's password is invalid.
    """

    options_model: ClassVar[type[YouTrackOptions]] = YouTrackOptions

    def __init__(
        self,
        spec: SourceSpec,
        connection: SourceConnection,
        instance: str,
        options: Mapping[str, Any],
    ) -> None:
        super().__init__(spec, connection, instance, options)
        self._options = read_options(self.options_model, options, instance)
        self._api = YouTrack(connection, instance)
        self._scope = Scope(self._api, self._options)

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._api.requests_made

    def check(self) -> None:
        """
        Read the user of the token.

        :raises AuthError: if the token is refused, or does not reach the server.
        :raises SourceUnavailableError: if the instance cannot be reached.
        """
        self._api.me()

    def read_window(self, stream: str, window: Window, after: Any) -> Iterator[Page]:
        """Issues, with a check that none is missing."""
        return self._issues().read(window, after)

    def read_children(
        self, stream: str, window: Window, parents: Iterable[Record], after: Any
    ) -> Iterator[Page]:
        """Activities of issues."""
        return Activities(self._api, self.spec.streams[stream]).read(window, parents, after)

    def read_snapshot(self, stream: str, after: Any) -> Iterator[Page]:
        """A dictionary; a retry starts from the beginning."""
        return Snapshots(self._api, self.spec.streams, self._options).read(stream)

    def read_records(self, entity: str, window: Window, ids: Sequence[str]) -> Iterator[Page]:
        """Some issues, each with a call of its own."""
        stream = self.spec.streams[self.spec.entities[entity].stream]
        fields = {"fields": stream.params["fields"]}
        for issue_id in ids:
            payload = self._api.of_issue(issue_id, msgspec.Raw, fields)
            if payload is None:
                continue
            with self._api.expecting("issue", f"issues/{issue_id}"):
                issue = read_row(payload, Issue)
            if issue.updated < epoch_ms(window.end):
                yield Page([make_record(issue, version=stream.version)])

    def wanted(self, entity: str) -> Iterator[dict[str, int]]:
        """Only the issues that the instance's searches find."""
        for found in self._search(self._scope.clauses).walk(Span(), BARE):
            yield {row.id: row.updated for row in found.rows}

    def census(self, entity: str) -> Iterator[dict[str, int]]:
        """
        List the ids of all issues in the projects of the instance, its query aside.

        :raises CompletenessError: if fewer issues are returned than YouTrack counts.
        """
        search = self._search(self._scope.project_clauses)
        counted, met = search.count(Span()), 0
        for found in search.walk(Span(), BARE):
            met += len(found.rows)
            yield {row.id: row.updated for row in found.rows}
        # Issues that are created or deleted during reading are in one of the counts only.
        if met < counted and met < search.count(Span()):
            raise CompletenessError(
                f"YouTrack counts {counted} issues but returned {met}",
                where=f"{self.instance}: census",
                next_step="run it again; if it keeps failing, report it to the administrator",
            )

    def state_of(self, entity: str, record_id: str, url: str | None = None) -> RecordState:
        """Ask for the state of an issue; deleted and hidden ones cannot be distinguished."""
        found = self._api.of_issue(record_id, Thing, {"fields": "id"})
        return RecordState.MISSING if found is None else RecordState.PRESENT

    @cached_property
    def _clock(self) -> WallClock:
        return WallClock(find_zone(self._api, self._options.timezone), "T")

    def _search(self, clauses: tuple[str, ...]) -> IssueSearch:
        return IssueSearch(self._api, clauses, self._clock)

    def _issues(self) -> Issues:
        search = self._search(self._scope.clauses)
        zone = ZoneProof(self._api, search, self._clock)
        return Issues(search, self._clock, zone, self.spec.streams["issues"], self.instance)
