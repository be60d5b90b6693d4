"""
Publishing on ClickHouse: new versions of all published tables, shown by one row.

The version that readers see of a table ``fct_issues`` is ``store.fct_issues__p<publication>``,
where the publication is the highest one in ``ops.publications``. A publisher clones the current
versions, which shares their files, changes the clones and adds its row: all tables change at once,
and every query sees one publication throughout (docs/adr/0011).
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import WarehouseUnavailableError
from flowmart.engines.clickhouse_session import ClickHouseSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clickhouse_driver import Client

    from flowmart.engines.base import Executor
    from flowmart.engines.clickhouse_lease import Lease
    from flowmart.engines.clickhouse_tables import Tables

# Whoever began to read a publication may go on for so long after it was overtaken.
KEPT = timedelta(minutes=2)
# As long as this one is there, so is the rest of its publication.
_DROPPED_FIRST = "published_issues"

_SHOW = """
insert into {publications} (publication, base, instance, published_at)
select %(own)s, %(base)s, %(instance)s, %(now)s
where (select ifNull(max(publication), 0) from {publications}) = %(base)s
"""
_RIVALS = """
select
    countIf(publication = %(own)s) = 0
    or countIf(publication > %(base)s and publication < %(own)s) > 0
    or countIf(publication > %(own)s and base < %(own)s) > 0 as is_lost
from {publications}
"""

_VERSION = re.compile(r"(?P<name>\w+)__p(?P<publication>\d+)")


class ClickHousePublication(ClickHouseSession):
    """
    A session that changes clones of the published tables.

    :param client: connected.
    :param tables: how tables are made.
    :param lease: the turn to publish.
    """

    def __init__(self, client: Client, tables: Tables, lease: Lease) -> None:
        super().__init__(client, tables)
        self._lease = lease
        self._settling: list[Callable[[Executor], None]] = []

    def table(self, name: str) -> str:
        """See :class:`flowmart.engines.base.Publication`."""
        return self._version(name, self._lease.number)

    def settle(self, write: Callable[[Executor], None]) -> None:
        """See :class:`flowmart.engines.base.Publication`."""
        self._settling.append(write)

    def begin(self) -> int:
        """Clear away what readers have long left, and clone the current publication."""
        base = latest(self)
        versions = self._versions()
        self._drop(versions, {number for number in versions if number < base} - self._kept())
        for name in versions.get(base, ()):
            source, clone = self._version(name, base), self.table(name)
            self.execute(f"create table {clone}{self._tables.on_cluster} as {source}")
            self.execute(f"alter table {clone} attach partition all from {source}")
        return base

    def end(self, instance: str, base: int) -> None:
        """
        Show the clones to readers, then do what :meth:`settle` was given.

        :raises WarehouseUnavailableError: if another task took the turn over meanwhile.
        """
        self._lease.require()
        row = {"own": self._lease.number, "base": base, "instance": instance}
        publications = f"{self.schemas.ops}.publications"
        self.execute(_SHOW.format(publications=publications), row | {"now": datetime.now(UTC)})
        # Of two that did so at once, at least one sees the other here.
        if self.query(_RIVALS.format(publications=publications), row)[0]["is_lost"]:
            self.execute(f"delete from {publications} where publication = %(own)s", row)
            raise WarehouseUnavailableError(
                "Another task published while this one stood still",
                where=f"publication {self._lease.number}",
                next_step="nothing: the next try publishes on top of it",
            )
        for write in self._settling:
            write(self)
        # Only now can an unfinished publication no longer become the current one.
        versions = self._versions()
        unfinished = {number for number in versions if base < number < self._lease.number}
        self._drop(versions, unfinished)

    def _kept(self) -> set[int]:
        """The publications that were overtaken a moment ago."""
        rows = self.query(
            f"select base from {self.schemas.ops}.publications where published_at > %(since)s",
            {"since": datetime.now(UTC) - KEPT},
        )
        return {int(row["base"]) for row in rows}

    def _versions(self) -> dict[int, list[str]]:
        """Publication -> names of the published tables that it has a version of."""
        rows = self.query(
            "select name from system.tables where database = %(store)s",
            {"store": self.schemas.store},
        )
        versions: dict[int, list[str]] = defaultdict(list)
        for row in rows:
            if found := _VERSION.fullmatch(row["name"]):
                versions[int(found["publication"])].append(found["name"])
        return versions

    def _drop(self, versions: dict[int, list[str]], publications: set[int]) -> None:
        for publication in publications:
            for name in sorted(versions[publication], key=lambda name: name != _DROPPED_FIRST):
                self.execute(self._tables.drop(self._version(name, publication)))

    def _version(self, name: str, publication: int) -> str:
        return self._tables.version(name, publication)


@contextmanager
def publishing(
    client: Client, tables: Tables, lease: Lease, instance: str
) -> Iterator[ClickHousePublication]:
    """Publish what the block changes; an exception leaves the published tables as they were."""
    publication = ClickHousePublication(client, tables, lease)
    base = publication.begin()
    yield publication
    publication.end(instance, base)


@contextmanager
def pinned(executor: Executor, tables: Tables) -> Iterator[dict[str, Any]]:
    """
    Settings with which all queries see the publication that is current now.

    :raises WarehouseUnavailableError: if the block took so long that its versions were dropped.
    """
    publication, ops, store = latest(executor), tables.schemas.ops, tables.schemas.store
    yield {"additional_table_filters": f"{{'{ops}.publications': 'publication <= {publication}'}}"}
    last = executor.query(
        "select 1 from system.tables where database = %(store)s and name = %(name)s",
        {"store": store, "name": f"{_DROPPED_FIRST}__p{publication}"},
    )
    if not last:
        raise WarehouseUnavailableError(
            f"Others published meanwhile, and publication {publication} is no longer kept",
            where=f"{store}.*__p{publication}",
            next_step="nothing: the next try reads the current publication",
        )


def latest(executor: Executor) -> int:
    """The number of the current publication; 0 before the first one."""
    rows = executor.query(f"select max(publication) as p from {executor.schemas.ops}.publications")
    return int(rows[0]["p"] or 0)
