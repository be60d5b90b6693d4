"""GitHub: issues, pull requests, deployments, and what these refer to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from flowmart.sources.base import Page, RecordState, Source, Transfer
from flowmart.sources.github.api import GitHub
from flowmart.sources.github.census import Census
from flowmart.sources.github.deployments import DeploymentReader
from flowmart.sources.github.options import GithubOptions
from flowmart.sources.github.queries import Queries
from flowmart.sources.github.repositories import Repositories
from flowmart.sources.github.snapshots import Snapshots
from flowmart.sources.github.walks import Walks
from flowmart.sources.github.windows import Windows, kinds_of, queried
from flowmart.sources.options import read_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flowmart.core.window import Window
    from flowmart.sources.base import Record, SourceConnection
    from flowmart.sources.declaration import SourceSpec

_VIEWER = "query viewer { rateLimit { cost remaining resetAt } viewer { login } }"
# Kinds that are ids of their own, which can be listed and asked for.
_LISTED = ("issue", "pull_request", "deployment", "release")


class GithubSource(Source):
    """
    Some organizations and repositories of one GitHub.

    :param spec: the declaration.
    :param connection: how to reach the instance.
    :param instance: its name, for errors and logs.
    :param options: as :class:`GithubOptions` declares them.
    :raises ConfigError: if an option or the connection is invalid.
    """

    options_model: ClassVar[type[GithubOptions]] = GithubOptions

    def __init__(
        self,
        spec: SourceSpec,
        connection: SourceConnection,
        instance: str,
        options: Mapping[str, Any],
    ) -> None:
        super().__init__(spec, connection, instance, options)
        self._options = read_options(self.options_model, options, instance)
        self._api = GitHub(connection, instance, self._options.budget_share)
        self._queries = Queries(self._api, self._options.boards)
        self._repositories = Repositories(self._api, self._queries, self._options)

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._api.requests_made

    @property
    def points_spent(self) -> int:
        """How many points GraphQL has charged so far."""
        return self._api.points

    def check(self) -> None:
        """
        Ask whose token it is.

        :raises AuthError: if the token is refused.
        :raises SourceUnavailableError: if the instance cannot be reached.
        """
        self._api.query(_VIEWER, {}, patient=True)

    def read_window(self, stream: str, window: Window, after: Any) -> Iterator[Page]:
        """Issues, pull requests or deployments, whole."""
        entity = self.spec.entity_of(stream) or stream
        overlap = timedelta(seconds=self.spec.streams[stream].overlap_seconds)
        deployments = DeploymentReader(self._api, self._queries, self._options.deployments)
        windows = Windows(self._api, self._queries, self._repositories, deployments)
        yield from windows.read(self._kinds(entity), window, window.start - overlap, after)

    def read_children(
        self, stream: str, window: Window, parents: Iterable[Record], after: Any
    ) -> Iterator[Page]:
        """None: timelines come with their issues."""
        return iter(())

    def read_snapshot(self, stream: str, after: Any) -> Iterator[Page]:
        """A dictionary; a retry starts from the beginning."""
        snapshots = Snapshots(self._api, self._queries, self._repositories, self._options)
        return snapshots.read(stream)

    def read_records(self, entity: str, window: Window, ids: Sequence[str]) -> Iterator[Page]:
        """Some records, by their ids."""
        for kind in self._kinds(entity):
            if kind in _LISTED:
                for whole in Walks(self._api, self._queries, kind).by_ids(list(ids)):
                    kept = [record for record in whole if record.updated_at < window.end]
                    yield Page([record.as_record() for record in kept])

    def census(self, entity: str) -> Iterator[dict[str, int]]:
        """
        List the ids of all records of an entity, repository by repository.

        :raises CompletenessError: if fewer are returned than GitHub counts.
        """
        census = Census(self._api, self._queries)
        for kind in self._kinds(entity):
            if kind in _LISTED:
                for repository in self._repositories.find(queried(kind)):
                    yield from census.of(kind, repository)

    def state_of(
        self, entity: str, record_id: str, url: str | None = None
    ) -> RecordState | Transfer:
        """Ask for the state of a record: transferred, deleted, hidden."""
        listed = [kind for kind in self._kinds(entity) if kind in _LISTED]
        if not listed:
            # Tags and commits have no list of ids, so that none can be missing from it.
            return RecordState.PRESENT
        return Census(self._api, self._queries).state_of(listed, record_id, url)

    def _kinds(self, entity: str) -> list[str]:
        return kinds_of(entity, self._options.deployments.sources)
