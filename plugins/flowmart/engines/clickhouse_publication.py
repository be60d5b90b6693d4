"""
Publishing on ClickHouse: new versions of the tables that change, shown by one row.

A publisher clones the current version of each table that it changes (clones share files), changes
the clones and adds its row to ``ops.publications``: all tables change at once, and
every query sees one publication throughout (docs/adr/0011).
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flowmart.core.errors import WarehouseUnavailableError
from flowmart.engines.clickhouse_session import ClickHouseSession
from flowmart.engines.clickhouse_versions import Version, existing, latest, publications

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from clickhouse_driver import Client

    from flowmart.engines.base import Executor
    from flowmart.engines.clickhouse_lease import Lease
    from flowmart.engines.clickhouse_tables import Tables
    from flowmart.engines.clickhouse_versions import Publication

# How long old versions are kept for queries that are still reading them.
KEPT = timedelta(minutes=2)

_SHOW = """
insert into {publications} (publication, base, instance, published_at, versions)
select
    %(own)s, %(base)s, %(instance)s, %(now)s,
    mapUpdate(versions, cast(map({changed}), 'Map(String, UInt64)'))
from {publications}
where publication = %(base)s
    and (select max(publication) from {publications}) = %(base)s
"""
_RIVALS = """
select
    countIf(publication = %(own)s) = 0
    or countIf(publication > %(base)s and publication < %(own)s) > 0
    or countIf(publication > %(own)s and base < %(own)s) > 0 as is_lost
from {publications}
"""
_KEPT = """
select publication, versions from {publications}
where publication = %(base)s
    or publication in (select base from {publications} where published_at > %(since)s)
"""


class ClickHousePublication(ClickHouseSession):
    """
    A session that changes clones of published tables.

    :param client: connected.
    :param tables: how tables are made.
    :param lease: the publication lock; its number is the publication's.
    :param base: the current publication, whose versions are cloned.
    """

    stores_sums = False

    def __init__(self, client: Client, tables: Tables, lease: Lease, base: Publication) -> None:
        super().__init__(client, tables)
        self._lease = lease
        self._base = base
        self._changed: set[str] = set()
        self._settling: list[Callable[[Executor], None]] = []

    def table(self, name: str) -> str:
        own = Version(name, self._lease.number).table(self.schemas)
        if name not in self._changed:
            source = self.current(name)
            self.execute(f"create table {own}{self._tables.on_cluster} as {source}")
            self.execute(f"alter table {own} attach partition all from {source}")
            self._changed.add(name)
        return own

    def current(self, name: str) -> str:
        if name in self._changed:
            return self.table(name)
        return self._base.version(name).table(self.schemas)

    def add_sums(
        self, table: str, changes: str, by: Sequence[str], values: Sequence[str], count: str
    ) -> int:
        """Do nothing: sums are views."""
        return 0

    def when_published(self, write: Callable[[Executor], None]) -> None:
        self._settling.append(write)

    def drop_old_versions(self) -> None:
        """Drop versions that no query reads any more."""
        rows = self.query(
            _KEPT.format(publications=self._publications),
            {"base": self._base.number, "since": datetime.now(UTC) - KEPT},
        )
        versions = existing(self)
        names = {version.name for version in versions}
        needed = {v for publication in publications(rows) for v in publication.versions_of(names)}
        self._drop(v for v in versions - needed if v.publication < self._base.number)

    def show(self, instance: str) -> None:
        """
        Make the clones visible, then do the writes given to :meth:`when_published`.

        :param instance: the instance that is published.
        :raises WarehouseUnavailableError: if another task has taken over the lock.
        """
        self._lease.require()
        own, base = self._lease.number, self._base.number
        changed = ", ".join(f"'{name}', {own}" for name in sorted(self._changed))
        row = {"own": own, "base": base, "instance": instance, "now": datetime.now(UTC)}
        self.execute(_SHOW.format(publications=self._publications, changed=changed), row)
        # Of two publishers at the same time, at least one sees the other here.
        if self.query(_RIVALS.format(publications=self._publications), row)[0]["is_lost"]:
            self.execute(f"delete from {self._publications} where publication = %(own)s", row)
            raise WarehouseUnavailableError(
                "Another task published while this one was stopped",
                where=f"publication {own}",
                next_step="nothing: the next try builds on that publication",
            )
        for write in self._settling:
            write(self)
        # From here on, no unfinished publication can become the current one.
        self._drop(v for v in existing(self) if base < v.publication < own)

    def _drop(self, versions: Iterable[Version]) -> None:
        self.drop_tables([version.table(self.schemas) for version in sorted(versions)])

    @property
    def _publications(self) -> str:
        return f"{self.schemas.ops}.publications"


@contextmanager
def publishing(
    client: Client, tables: Tables, lease: Lease, instance: str
) -> Iterator[ClickHousePublication]:
    """Publish what the block changes; an exception leaves the published tables as they were."""
    base = latest(ClickHouseSession(client, tables))
    publication = ClickHousePublication(client, tables, lease, base)
    publication.drop_old_versions()
    yield publication
    publication.show(instance)
