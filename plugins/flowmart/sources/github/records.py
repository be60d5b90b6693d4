"""Objects in GitHub's answers, and their records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from flowmart.sources.base import Record
from flowmart.sources.rows import Moment, Name, Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NULL = b"null"


class PageInfo(msgspec.Struct):
    """Where a page of a connection ends."""

    hasNextPage: bool = False
    endCursor: str | None = None


class Connection(msgspec.Struct):
    """A page of a connection; GraphQL says how many nodes it has, if it was asked."""

    nodes: list[msgspec.Raw] | None = None
    edges: list[msgspec.Raw] | None = None
    pageInfo: PageInfo = msgspec.field(default_factory=PageInfo)
    totalCount: int | None = None
    filteredCount: int | None = None

    @property
    def rows(self) -> list[bytes]:
        """Its nodes, or edges, as texts."""
        return [bytes(node) for node in self.nodes or self.edges or ()]

    @property
    def count(self) -> int | None:
        """How many nodes there are by GitHub's count."""
        return self.totalCount if self.filteredCount is None else self.filteredCount


class Node(Row, kw_only=True):
    """An object with its global id, which never changes."""

    id: Name


class Listed(Node, kw_only=True):
    """An object with the time of its last update."""

    updatedAt: Moment


class Item(Listed, kw_only=True):
    """An issue, pull request, deployment or release with its times."""

    createdAt: Moment


class Times(msgspec.Struct):
    """When one of a repository's newest records was created and updated."""

    createdAt: Moment | None = None
    updatedAt: Moment | None = None


class Heads(msgspec.Struct):
    """How many records a repository has, and the times of the newest ones."""

    totalCount: int = 0
    nodes: list[Times | None] | None = None


class Branch(msgspec.Struct):
    """A branch."""

    name: str


class Repository(Node, kw_only=True):
    """A repository, as walks look at it."""

    nameWithOwner: str
    createdAt: Moment
    newest: Heads | None = None
    defaultBranchRef: Branch | None = None

    @property
    def count(self) -> int:
        """How many records it has by GitHub's count."""
        return self.newest.totalCount if self.newest else 0

    @property
    def heads(self) -> list[Times]:
        """Its newest records, the newest first."""
        return [times for times in (self.newest and self.newest.nodes) or () if times]


class Whole(NamedTuple):
    """A record with all that its connections hold."""

    id: str
    created_at: datetime
    updated_at: datetime
    payload: bytes

    def as_record(self) -> Record:
        """The record to land; its version is the time of the last update."""
        return Record(self.id, None, epoch_ms(self.updated_at), self.payload)


def epoch_ms(moment: datetime) -> int:
    """Whole milliseconds since the epoch."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)
