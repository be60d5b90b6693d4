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

# A page that began to read a publication may go on for so long.
KEPT = timedelta(minutes=1)

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
        """Clear away what failed and overtaken publications left, and clone the current one."""
        versions = self._versions()
        base = self._current()
        for publication in versions.keys() - self._kept(base):
            self._drop(publication, versions[publication])
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
        row = (self._lease.number, base, instance, datetime.now(UTC))
        self._client.execute(
            f"insert into {self.schemas.ops}.publications "
            "(publication, base, instance, published_at) values",
            [row],
        )
        self._require_not_overtaken()
        for write in self._settling:
            write(self)

    def _require_not_overtaken(self) -> None:
        """A successor that did not see this publication has published without it."""
        later = self.query(
            f"select count(*) as rows from {self.schemas.ops}.publications "
            "where publication > %(own)s and base < %(own)s",
            {"own": self._lease.number},
        )
        if later[0]["rows"]:
            raise WarehouseUnavailableError(
                "Another task published while this one stood still",
                where=f"publication {self._lease.number}",
                next_step="nothing: the next try publishes on top of it",
            )

    def _current(self) -> int:
        rows = self.query(f"select max(publication) as p from {self.schemas.ops}.publications")
        return int(rows[0]["p"] or 0)

    def _kept(self, base: int) -> set[int]:
        """The current publication and those that were overtaken a moment ago."""
        rows = self.query(
            f"select base from {self.schemas.ops}.publications where published_at > %(since)s",
            {"since": datetime.now(UTC) - KEPT},
        )
        return {base, *(int(row["base"]) for row in rows)}

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

    def _drop(self, publication: int, names: list[str]) -> None:
        for name in names:
            self.execute(self._tables.drop(self._version(name, publication)))

    def _version(self, name: str, publication: int) -> str:
        return f"{self.schemas.store}.{name}__p{publication}"


@contextmanager
def publishing(
    client: Client, tables: Tables, lease: Lease, instance: str
) -> Iterator[ClickHousePublication]:
    """Publish what the block changes; an exception leaves the published tables as they were."""
    publication = ClickHousePublication(client, tables, lease)
    base = publication.begin()
    yield publication
    publication.end(instance, base)


def pinned(executor: Executor) -> dict[str, Any]:
    """Settings with which all queries see the publication that is current now."""
    ops = executor.schemas.ops
    rows = executor.query(f"select max(publication) as p from {ops}.publications")
    latest = int(rows[0]["p"] or 0)
    return {"additional_table_filters": f"{{'{ops}.publications': 'publication <= {latest}'}}"}
