"""Sessions on ClickHouse: one connection each, and no transaction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlparse

from flowmart.engines.clickhouse_client import bind
from flowmart.engines.clickhouse_tables import TYPES, Tables, nullable
from flowmart.engines.raw import RAW_COLUMNS, Landed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from clickhouse_driver import Client

    from flowmart.engines.base import LogicalType, Schemas

# Rows per block in memory: some megabytes of payloads.
_ROWS_PER_BLOCK = 4096

_WRAPPERS = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$")
_FITS = (
    (re.compile(r"Bool"), ("boolean",)),
    (re.compile(r"UInt8"), ("boolean", "bigint")),
    (re.compile(r"U?Int(8|16|32|64)"), ("bigint",)),
    (re.compile(r"Decimal\(38, 9\)"), ("decimal",)),
    (re.compile(r"Float(32|64)"), ("double",)),
    (re.compile(r"String"), ("text", "label")),
    (re.compile(r"Date(32)?"), ("date",)),
    (re.compile(r"DateTime(64\(\d(, 'UTC')?\)|\('UTC'\))"), ("timestamp",)),
)

_SCRATCH = """
position UInt64, instance String, record_id String, parent_id Nullable(String), version Int64,
payload String codec(LZ4), window_start DateTime64(6, 'UTC'), window_end DateTime64(6, 'UTC'),
run_id String, landed_at DateTime64(6, 'UTC')
"""

# Rows that say the same as the stored version before them become that version.
_SAME_AS_BEFORE = """
insert into {scratch} (position, {columns})
with told as (
    select instance, record_id, version, argMax(payload, landed_at) as payload
    from {table}
    where (instance, entity_id) in (select instance, ifNull(parent_id, record_id) from {as_told})
    group by instance, record_id, version
)

select
    landed.position, landed.instance, landed.record_id, landed.parent_id,
    if(told.payload = landed.payload, told.version, landed.version) as version,
    landed.payload, landed.window_start, landed.window_end, landed.run_id, landed.landed_at
from {as_told} as landed
asof left join told
    on landed.instance = told.instance
    and landed.record_id = told.record_id
    and landed.version >= told.version
"""

_COUNT_LANDED = """
with
versions as (
    select instance, record_id, version, max(landed_at) as landed_at
    from {scratch}
    group by instance, record_id, version
),

kept as (
    select instance, record_id, version, max(landed_at) as landed_at
    from {table}
    where (instance, entity_id) in (select instance, ifNull(parent_id, record_id) from {scratch})
    group by instance, record_id, version
)

select count(*) as versions, countIf(kept.landed_at >= versions.landed_at) as stored
from versions
left join kept using (instance, record_id, version)
"""


class ClickHouseSession:
    """
    Statements over one connection.

    :param client: a connected client; the caller closes it.
    :param tables: how tables are made.
    """

    def __init__(self, client: Client, tables: Tables) -> None:
        self._client = client
        self._tables = tables

    @property
    def schemas(self) -> Schemas:
        return self._tables.schemas

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        rows, columns = self._client.execute(bind(sql, params), with_column_types=True)
        names = [name for name, _ in columns]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        statements = sqlparse.split(sql) if params is None else [bind(sql, params)]
        for statement in filter(_says_something, statements):
            self._client.execute(statement.rstrip().rstrip(";"))

    def upsert(self, table: str, key: Sequence[str], *rows: Mapping[str, Any]) -> None:
        """Add versions: an ops table is a view of the latest version of each row."""
        if rows:
            columns = ", ".join(rows[0])
            values = [tuple(row.values()) for row in rows]
            self._client.execute(f"insert into {table}_versions ({columns}) values", values)

    def create_table(self, table: str, columns: Mapping[str, LogicalType]) -> None:
        for statement in (
            self._tables.drop(table),
            self._tables.create(table, _definitions(columns)),
        ):
            self._client.execute(statement)

    def build_table(
        self,
        table: str,
        columns: Mapping[str, LogicalType],
        select: str,
        *,
        is_scratch: bool = False,
    ) -> None:
        names = ", ".join(columns)
        rows = f"select {names} from (\n{select}\n) as found"
        if self._tables.cluster:  # one statement would run the query on every server
            self.create_table(table, columns)
            self._client.execute(f"insert into {table} ({names}) {rows}")
        else:
            engine = "Memory" if is_scratch else f"{self._tables.merge_tree()} order by tuple()"
            statement = self._tables.build(table, _definitions(columns), rows, engine)
            self._client.execute(statement)

    def count_rows(self, tables: Collection[str]) -> dict[str, int]:
        rows = self.query(
            "select concat(database, '.', name) as name, total_rows from system.tables "
            "where database in %(databases)s and concat(database, '.', name) in %(tables)s",
            {"databases": [*{t.partition(".")[0] for t in tables}], "tables": [*tables]},
        )
        counts = {row["name"]: int(row["total_rows"]) for row in rows}
        return {table: counts[table] for table in tables}

    def drop_tables(self, tables: Collection[str]) -> None:
        if tables:
            self._client.execute(self._tables.drop(*tables))

    def columns_of(self, select: str) -> dict[str, frozenset[str]]:
        found = self._client.execute(f"describe table (\n{select}\n)")
        return {column[0]: _logical(column[1]) for column in found}

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        written = self._client.execute(
            f"insert into {table} ({', '.join(columns)}) values",
            (tuple(row) for row in rows),
            settings={"insert_block_size": _ROWS_PER_BLOCK},
        )
        return int(written)

    def land_rows(
        self,
        raw_table: str,
        scratch: str,
        rows: Iterable[Sequence[Any]],
        *,
        keeps_changes: bool = False,
    ) -> Landed:
        """
        The raw table keeps the latest ``landed_at`` of each version; within one load, the last row
        is chosen here.
        """
        columns = ", ".join(RAW_COLUMNS)
        self._create_scratch(scratch)
        if keeps_changes:
            as_told = f"{scratch}__as_told"
            self._create_scratch(as_told)
            written = self.copy_rows(as_told, ("position", *RAW_COLUMNS), _numbered(rows))
            names = {"table": raw_table, "scratch": scratch, "as_told": as_told}
            self._client.execute(_SAME_AS_BEFORE.format(columns=columns, **names))
            self._client.execute(self._tables.drop(as_told))
        else:
            written = self.copy_rows(scratch, ("position", *RAW_COLUMNS), _numbered(rows))
        self._client.execute(
            f"insert into {raw_table} ({columns}) select {columns} from {scratch} "
            "where position in (select argMax(position, (landed_at, position)) "
            f"from {scratch} group by instance, record_id, version)"
        )
        counted = self.query(_COUNT_LANDED.format(table=raw_table, scratch=scratch))[0]
        return Landed(written, counted["versions"], counted["stored"])

    def _create_scratch(self, table: str) -> None:
        self._client.execute(self._tables.drop(table))
        self._client.execute(self._tables.create(table, _SCRATCH, "position"))

    def publications_of(self, instance: str) -> int:
        rows = self.query(
            f"select count(*) as publications from {self.schemas.ops}.publications "
            "where instance = %(instance)s",
            {"instance": instance},
        )
        return int(rows[0]["publications"])


def _says_something(statement: str) -> bool:
    """Whether a statement is more than comments, which ClickHouse rejects."""
    lines = (line.strip() for line in statement.splitlines())
    return any(line and not line.startswith("--") for line in lines)


def _numbered(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    for position, row in enumerate(rows):
        yield (position, *row)


def _definitions(columns: Mapping[str, LogicalType]) -> str:
    """All columns nullable, as window functions and outer joins need it."""
    return ", ".join(f"{name} {nullable(TYPES[type_])}" for name, type_ in columns.items())


def _logical(native: str) -> frozenset[str]:
    """The logical types that fit a ClickHouse type, or its own name if there are none."""
    inner = native
    while wrapped := _WRAPPERS.match(inner):
        inner = wrapped[1]
    return next(
        (frozenset(logical) for pattern, logical in _FITS if pattern.fullmatch(inner)),
        frozenset({native}),
    )
