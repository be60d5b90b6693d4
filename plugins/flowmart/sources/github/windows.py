"""Reads a window: repository by repository, each by the cheapest way."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from flowmart.sources.base import Page
from flowmart.sources.github.walks import Walks, choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from flowmart.core.window import Window
    from flowmart.sources.github.api import GitHub
    from flowmart.sources.github.deployments import DeploymentReader
    from flowmart.sources.github.queries import Queries
    from flowmart.sources.github.repositories import Repositories

log = logging.getLogger(__name__)

# Both have a history that can be walked by creation, and an order by the last update.
_ITEMS = ("issue", "pull_request")
_OF_OPTION = {"deployments": "deployment", "releases": "release", "tags": "tag", "branch": "merge"}


def kinds_of(entity: str, options: Sequence[str]) -> list[str]:
    """What an entity is made of: kinds of queries."""
    return [entity] if entity in _ITEMS else [_OF_OPTION[option] for option in options]


def queried(kind: str) -> str:
    """The kind by whose queries repositories are found."""
    return "tag" if kind == "merge" else kind


class Windows:
    """
    Reads windows of an entity.

    :param api: the instance.
    :param queries: its queries.
    :param repositories: finds the repositories.
    :param deployments: reads what is ordered by creation only.
    """

    def __init__(
        self,
        api: GitHub,
        queries: Queries,
        repositories: Repositories,
        deployments: DeploymentReader,
    ) -> None:
        self._api = api
        self._queries = queries
        self._repositories = repositories
        self._deployments = deployments

    def read(
        self, kinds: Sequence[str], window: Window, start: datetime, after: dict[str, Any] | None
    ) -> Iterator[Page]:
        """
        Read the records of all repositories.

        :param kinds: what to read.
        :param window: the data interval.
        :param start: its start, less the overlap.
        :param after: the ``resume`` of the last page that landed.
        """
        done = after["kind"] if after else None
        for kind in kinds[kinds.index(done) :] if done else kinds:
            yield from self._read_kind(kind, window, start, after if kind == done else None)

    def _read_kind(
        self, kind: str, window: Window, start: datetime, after: dict[str, Any] | None
    ) -> Iterator[Page]:
        ways: Counter[str] = Counter()
        walks = Walks(self._api, self._queries, kind) if kind in _ITEMS else None
        for repository in self._repositories.find(queried(kind)):
            known = after if after and repository.id == after["repository"] else None
            if after and (repository.id < after["repository"] or (known and known["is_done"])):
                continue
            place = {"kind": kind, "repository": repository.id}
            if walks:
                way = (
                    known["way"]
                    if known
                    else choose(repository, window, start, self._api.clock.now())
                )
                resume = known["page"] if known else None
                pages = walks.read(way, repository, start, window.end, resume)
            else:
                is_idle = self._deployments.is_idle(kind, repository, start)
                way = "idle" if is_idle else "by creation"
                pages = (
                    iter(())
                    if is_idle
                    else self._deployments.read(kind, repository, start, window.end)
                )
            ways[way] += 1
            for page in pages:
                inside = {**place, "is_done": False, "way": way, "page": page.resume}
                yield page._replace(resume=inside if page.resume else None)
            if way != "idle":
                yield Page([], resume={**place, "is_done": True})
        log.info(
            "%s: %s of %s repositories: %s", self._api.instance, kind, ways.total(), dict(ways)
        )
