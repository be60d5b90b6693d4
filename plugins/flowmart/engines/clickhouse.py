"""ClickHouse as the warehouse, over its native protocol."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from flowmart.engines import clickhouse_client, clickhouse_csv
from flowmart.engines.base import PUBLISH_TURN
from flowmart.engines.clickhouse_client import SETTINGS, Dsn
from flowmart.engines.clickhouse_errors import translated_errors
from flowmart.engines.clickhouse_lease import leased
from flowmart.engines.clickhouse_migrations import migration_values
from flowmart.engines.clickhouse_publication import ClickHousePublication, publishing
from flowmart.engines.clickhouse_session import ClickHouseSession
from flowmart.engines.clickhouse_tables import Tables
from flowmart.engines.clickhouse_versions import pinned, view
from flowmart.engines.raw import RAW_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TextIO

    from clickhouse_driver import Client

    from flowmart.engines.base import Isolation, Schemas

_PUBLISH_WAIT_SECONDS = 900.0
_CSV_ROWS = 10_000

_OLD_RAW_TABLE = """
select 1 from system.columns
where database = %(raw)s and table = %(name)s and name = 'issue_id'
"""

_HISTORY = """
create database if not exists {ops}{on_cluster};
create table if not exists {ops}.schema_migrations{on_cluster} (
    version String,
    name String,
    checksum String,
    applied_at DateTime64(6, 'UTC')
) engine = {engine}
order by version;
"""


class ClickHouseEngine:
    """
    A ClickHouse server; every call opens and closes a connection of its own.

    :param dsn: connection string, read by :class:`flowmart.engines.clickhouse_client.Dsn`; it may
        contain a password and is never logged.
    :param schemas: databases in which Flowmart's tables are.
    :raises ConfigError: if the connection string cannot be read.
    """

    name = "clickhouse"
    has_transactions = False
    stores_sums = False
    # A plain sum wraps round without a word; these end in an error.
    totals: ClassVar[Mapping[str, str]] = {
        "bigint": "accurateCast(sum(toInt128({})), 'Int64')",
        "decimal": "toDecimal128(sum(toDecimal256({}, 9)), 9)",
    }

    def __init__(self, dsn: str, schemas: Schemas) -> None:
        self._dsn = Dsn(dsn)
        self._tables = Tables(schemas, self._dsn.cluster)
        self.schemas = schemas
        self.where = f"{self._dsn.where}/{self._dsn.database}"

    def __repr__(self) -> str:
        return f"ClickHouseEngine({self.where})"

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        with self.session() as session:
            return session.query(sql, params)

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        with self.session() as session:
            session.execute(sql, params)

    def upsert(self, table: str, key: Sequence[str], *rows: Mapping[str, Any]) -> None:
        with self.session() as session:
            session.upsert(table, key, *rows)

    @contextmanager
    def session(self, isolation: Isolation | None = None) -> Iterator[ClickHouseSession]:
        if isolation in ("repeatable read", "serializable"):
            with pinned(self) as settings, self._connected(settings) as client:
                yield ClickHouseSession(client, self._tables)
        else:
            with self._connected() as client:
                yield ClickHouseSession(client, self._tables)

    @contextmanager
    def publication(self, instance: str) -> Iterator[ClickHousePublication]:
        with (
            leased(self, self._tables, _lease(PUBLISH_TURN), _PUBLISH_WAIT_SECONDS) as lease,
            self._connected() as client,
            publishing(client, self._tables, lease, instance) as publication,
        ):
            yield publication

    def next_generation(self) -> int:
        """The server's clock in microseconds, but above all generations in ``ops_runs``."""
        rows = self.query(
            "select greatest(toUnixTimestamp64Micro(now64(6)), ifNull(max(generation), 0) + 1) "
            f"as generation from {self.schemas.ops}.ops_runs_versions"
        )
        return int(rows[0]["generation"])

    def query_csv(self, sql: str, out: TextIO) -> None:
        with self._connected() as client:
            query, blocks = sql.strip().rstrip(";"), {"max_block_size": _CSV_ROWS}
            rows = client.execute_iter(query, with_column_types=True, settings=blocks)
            clickhouse_csv.write(out, (name for name, _ in next(rows)), rows)

    @contextmanager
    def lock(self, name: str, wait_seconds: float) -> Iterator[None]:
        with leased(self, self._tables, _lease(name), wait_seconds):
            yield

    def ensure_raw_table(self, source: str, stream: str) -> str:
        table = self.schemas.raw_table(source, stream)
        self.execute(self._tables.raw(table))
        if self.query(_OLD_RAW_TABLE, {"raw": self.schemas.raw, "name": f"{source}__{stream}"}):
            self._renew_raw_table(table)
        return table

    def _renew_raw_table(self, table: str) -> None:
        """Copy a raw table of Flowmart 0.1, whose sorting key cannot be renamed in place."""
        on_cluster, new, old = self._tables.on_cluster, f"{table}__new", f"{table}__old"
        columns = ", ".join(RAW_COLUMNS)
        self.execute(self._tables.drop(new))
        self.execute(self._tables.raw(new))
        self.execute(f"insert into {new} ({columns}) select {columns} from {table}")
        self.execute(f"rename table {table} to {old}, {new} to {table}{on_cluster}")
        self.execute(self._tables.drop(old))

    def ensure_history(self) -> None:
        self.execute(
            _HISTORY.format(
                ops=self.schemas.ops,
                on_cluster=self._tables.on_cluster,
                engine=self._tables.merge_tree(),
            )
        )

    def replace_view(self, view: str, select: str) -> None:
        self.execute(f"create or replace view {view}{self._tables.on_cluster} as\n{select}")

    def show_published(self, tables: Mapping[str, Iterable[str]]) -> None:
        for name, columns in tables.items():
            self.replace_view(self.schemas.published(name), view(self.schemas, name, columns))

    def migration_values(self) -> dict[str, Any]:
        return migration_values(self, self._tables)

    def sqlalchemy_url(self) -> str:
        return self._dsn.url("clickhouse+native", **SETTINGS)

    @contextmanager
    def _connected(self, settings: Mapping[str, Any] | None = None) -> Iterator[Client]:
        with translated_errors(self.where):
            client = clickhouse_client.connect(self._dsn, settings or {})
            try:
                yield client
            finally:
                client.disconnect()


def _lease(lock: str) -> str:
    """The part of a lease table's name that stands for a lock."""
    return re.sub(r"\W", "_", lock)
