"""
Versions of published tables on ClickHouse: which exist, and which are current.

The rows of a published table ``fct_issues`` as of a publication are in a table of their own,
``store.fct_issues__p<publication>``. A row of ``ops.publications`` names, for every published
table, the publication whose version is current; the highest row counts (docs/adr/0011).
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from flowmart.core.errors import WarehouseUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowmart.engines.base import Executor, Schemas

_VERSION = re.compile(r"(?P<name>\w+)__p(?P<publication>\d+)")


class Version(NamedTuple):
    """
    One version of a published table.

    :param name: the published table.
    :param publication: number of the publication that made it; 0 for migrations.
    """

    name: str
    publication: int

    def table(self, schemas: Schemas) -> str:
        """Qualified name of the table that holds it."""
        return f"{schemas.store}.{self.name}__p{self.publication}"


@dataclass(frozen=True)
class Publication:
    """
    A row of ``ops.publications``.

    :param number: its number; 0 before the first publication.
    :param versions: published table -> publication whose version of it is current.
    """

    number: int
    versions: Mapping[str, int]

    def version(self, name: str) -> Version:
        """The current version of a table; version 0 if it was never published."""
        return Version(name, self.versions.get(name, 0))

    def versions_of(self, names: Iterable[str]) -> set[Version]:
        """The current versions of several tables."""
        return {self.version(name) for name in names}


def latest(executor: Executor) -> Publication:
    """The current publication."""
    rows = executor.query(
        f"select publication, versions from {executor.schemas.ops}.publications "
        "order by publication desc limit 1"
    )
    return publications(rows)[0] if rows else Publication(0, {})


def publications(rows: Iterable[Mapping[str, Any]]) -> list[Publication]:
    """Rows of ``ops.publications`` as objects."""
    return [Publication(row["publication"], row["versions"]) for row in rows]


def existing(executor: Executor) -> set[Version]:
    """All existing versions."""
    rows = executor.query(
        "select name from system.tables where database = %(store)s",
        {"store": executor.schemas.store},
    )
    found = (_VERSION.fullmatch(row["name"]) for row in rows)
    return {Version(match["name"], int(match["publication"])) for match in found if match}


def view(schemas: Schemas, name: str, columns: Iterable[str] = ("*",)) -> str:
    """
    Query: the current rows of a published table.

    :param columns: named, since older versions of the table may have others.

    ClickHouse runs equal subqueries of a query once, also those of its views: all tables that a
    query reads are of one publication as long as the subquery is the same text in every view.
    """
    versions = (
        f"(select versions from {schemas.ops}.publications order by publication desc limit 1)"
    )
    return (
        f"select {', '.join(columns)} from merge('{schemas.store}', '^{name}__p[0-9]+$') "
        f"where _table = '{name}__p' || toString({versions}['{name}'])"
    )


@contextmanager
def pinned(executor: Executor) -> Iterator[dict[str, Any]]:
    """
    Settings that pin all queries to the current publication.

    :raises WarehouseUnavailableError: if the versions were dropped before the block ended.
    """
    publication, ops = latest(executor), executor.schemas.ops
    pinned_versions = publication.versions_of(version.name for version in existing(executor))
    yield {
        "additional_table_filters": f"{{'{ops}.publications': "
        f"'publication <= {publication.number}'}}"
    }
    if dropped := pinned_versions - existing(executor):
        raise WarehouseUnavailableError(
            f"Publication {publication.number} was replaced and is no longer kept",
            where=", ".join(sorted(version.table(executor.schemas) for version in dropped)),
            next_step="nothing: the next try reads the current publication",
        )
