"""Reads what says that something went out: deployments, releases, tags, commits of a branch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from flowmart.sources.base import Page, Record
from flowmart.sources.github.connections import Connections, GoneError
from flowmart.sources.github.page_size import PageSize
from flowmart.sources.github.records import Connection, epoch_ms
from flowmart.sources.github.walks import Walks
from flowmart.sources.rows import Moment, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.sources.github.api import GitHub
    from flowmart.sources.github.options import Deployments
    from flowmart.sources.github.queries import Queries
    from flowmart.sources.github.records import Repository, Whole

_NEWEST_FIRST = {"field": "CREATED_AT", "direction": "DESC"}
_PAGE = 100


class _Status(msgspec.Struct):
    createdAt: Moment


class _WithStatuses(msgspec.Struct):
    statuses: Connection | None = None


class _Commit(msgspec.Struct):
    oid: str | None = None
    committedDate: Moment | None = None


class _Tagger(msgspec.Struct):
    date: datetime | None = None


class _Target(msgspec.Struct):
    oid: str | None = None
    committedDate: Moment | None = None
    tagger: _Tagger | None = None
    target: _Commit | None = None


class _Tag(msgspec.Struct):
    id: str
    name: str
    target: _Target | None = None


class _Merge(msgspec.Struct):
    id: str
    committedDate: Moment


class DeploymentReader:
    """
    Reads what counts as a deployment.

    Deployments and releases can be ordered by their creation only, and what becomes of them
    follows later: windows look back by ``late_days``.

    :param api: the instance.
    :param queries: its queries.
    :param options: what counts.
    """

    def __init__(self, api: GitHub, queries: Queries, options: Deployments) -> None:
        self._api = api
        self._queries = queries
        self._options = options
        self._late = timedelta(days=options.late_days)

    def is_idle(self, kind: str, repository: Repository, start: datetime) -> bool:
        """Whether a repository's newest deployments show that there is nothing to read."""
        if kind in ("tag", "merge"):
            return False
        heads = repository.heads
        if any((times.updatedAt or start) >= start for times in heads):
            return False
        told_all = len(heads) >= repository.count
        oldest = heads[-1].createdAt if heads else None
        return told_all or (oldest is not None and oldest < start - self._late)

    def read(
        self, kind: str, repository: Repository, start: datetime, end: datetime
    ) -> Iterator[Page]:
        """What was updated within ``[start, end)``, statuses included."""
        if kind == "tag":
            yield from self._tags(repository, start, end)
        elif kind == "merge":
            yield from self._merges(repository, start, end)
        else:
            walks = Walks(self._api, self._queries, kind)
            for whole, _ in walks.in_order(repository, _NEWEST_FIRST):
                within = [r for r in whole if start <= _moved_at(r) < end]
                yield Page([record.as_record() for record in within])
                if whole and whole[-1].created_at < start - self._late:
                    return

    def _tags(self, repository: Repository, start: datetime, end: datetime) -> Iterator[Page]:
        for page in self._pages("tag_page", {"repository": repository.id}):
            with self._api.expecting("list", "graphql tag_page"):
                tags = [read_json(row, _Tag) for row in page]
            made = [(tag, *_of_tag(tag)) for tag in tags]
            yield Page(
                [
                    self._record("Tag", tag.id, at, repository, _tag_members(tag, commit, at))
                    for tag, commit, at in made
                    if commit and at and start <= at < end
                ]
            )
            committed = [c.committedDate for _, c, _ in made if c and c.committedDate]
            if committed and committed[-1] < start - self._late:
                return

    def _merges(self, repository: Repository, start: datetime, end: datetime) -> Iterator[Page]:
        default = repository.defaultBranchRef
        branch = self._options.branch or (default.name if default else None)
        if branch is None:
            return
        variables = {
            "repository": repository.id,
            "branch": f"refs/heads/{branch}",
            "since": start.isoformat(),
            "until": end.isoformat(),
        }
        try:
            for page in self._pages("merge_page", variables):
                with self._api.expecting("list", "graphql merge_page"):
                    merges = [(read_json(row, _Merge), row) for row in page]
                yield Page(
                    [
                        self._record(
                            "Merge",
                            merge.id,
                            merge.committedDate,
                            repository,
                            {**read_json(row, dict[str, msgspec.Raw]), "branch": branch},
                        )
                        for merge, row in merges
                        if start <= merge.committedDate < end
                    ]
                )
        except GoneError:
            # A repository without that branch.
            return

    def _pages(self, operation: str, variables: dict[str, Any]) -> Iterator[list[bytes]]:
        connections = Connections(self._api, self._queries, "tag", PageSize(_PAGE))
        for page in connections.walk(operation, variables):
            yield page.rows

    def _record(
        self,
        typename: str,
        id_: str,
        at: datetime,
        repository: Repository,
        members: dict[str, Any],
    ) -> Record:
        """A record put together: GitHub tells its parts in several objects."""
        payload = {
            "__typename": typename,
            **members,
            "repository": {"id": repository.id, "nameWithOwner": repository.nameWithOwner},
        }
        return Record(id_, None, epoch_ms(at), msgspec.json.encode(payload))


def _moved_at(record: Whole) -> datetime:
    """When a deployment, or one of its statuses, was touched last."""
    statuses = read_json(record.payload, _WithStatuses).statuses
    told = [read_json(row, _Status).createdAt for row in (statuses.rows if statuses else ())]
    return max([record.updated_at, *told])


def _of_tag(tag: _Tag) -> tuple[_Commit | None, datetime | None]:
    """The commit of a tag, and when the tag was made: annotated ones tell it."""
    target = tag.target
    if target is None:
        return None, None
    if target.target is None:
        return _Commit(target.oid, target.committedDate), target.committedDate
    made_at = target.tagger.date if target.tagger else None
    return target.target, made_at or target.target.committedDate


def _tag_members(tag: _Tag, commit: _Commit | None, at: datetime | None) -> dict[str, Any]:
    return {"id": tag.id, "name": tag.name, "createdAt": at, "updatedAt": at, "target": commit}
