"""Sessions on PostgreSQL: one transaction each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.engines.raw import RAW_COLUMNS, Landed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import psycopg

    from flowmart.engines.base import Executor, LogicalType, Schemas

    Connection = psycopg.Connection[dict[str, Any]]

# As PostgreSQL's own catalog spells them.
TYPES: dict[LogicalType, str] = {
    "text": "text",
    "label": "text",
    "bigint": "bigint",
    "decimal": "numeric(38,9)",
    "double": "double precision",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp with time zone",
}
# Object ids of these types in every PostgreSQL database (src/include/catalog/pg_type.dat).
_LOGICAL = {
    25: ("text", "label"),
    20: ("bigint",),
    1700: ("decimal",),
    701: ("double",),
    16: ("boolean",),
    1082: ("date",),
    1184: ("timestamp",),
}

_SAME_AS_BEFORE = """
update {scratch} as landed
set version = told.version
from {table} as told
where
    told.instance = landed.instance
    and told.record_id = landed.record_id
    and told.payload = landed.payload
    and told.version = (
        select max(earlier.version)
        from {table} as earlier
        where
            earlier.instance = landed.instance
            and earlier.record_id = landed.record_id
            and earlier.version <= landed.version
    )
"""

_MERGE_LANDED = """
insert into {table} as stored ({columns})
select distinct on (instance, record_id, version) {columns}
from {scratch}
order by instance, record_id, version, landed_at desc, position desc
on conflict (instance, record_id, version) do update set
    parent_id = excluded.parent_id,
    payload = excluded.payload,
    window_start = excluded.window_start,
    window_end = excluded.window_end,
    run_id = excluded.run_id,
    landed_at = excluded.landed_at
where stored.landed_at <= excluded.landed_at
"""

_COUNT_LANDED = """
with versions as (
    select instance, record_id, version, max(landed_at) as landed_at
    from {scratch}
    group by 1, 2, 3
)

select count(*) as versions, count(stored.record_id) as stored
from versions
left join {table} as stored
    on stored.instance = versions.instance
    and stored.record_id = versions.record_id
    and stored.version = versions.version
    and stored.landed_at >= versions.landed_at
"""

_ADD_SUMS = """
with merged as (
    insert into {table} as stored ({columns})
    select {by}, {sums}
    from {changes}
    group by {by}
    having {differ}
    on conflict ({by}) do update set {added}
    returning ctid, {count} as rows
)

select cast(ctid as text) as place, rows
from merged
where rows <= 0
"""

_COUNT_PUBLICATION = """
insert into {ops}.publications as stored (instance, publications) values (%(instance)s, 1)
on conflict (instance) do update set publications = stored.publications + 1
"""


class PostgresSession:
    """
    One transaction.

    :param connection: open, inside a transaction that the caller ends.
    :param schemas: where Flowmart's tables are.
    """

    def __init__(self, connection: Connection, schemas: Schemas) -> None:
        self._connection = connection
        self._built: dict[str, int] = {}  # table -> rows
        self.schemas = schemas

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        return self._connection.execute(sql, params).fetchall()

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        self._connection.execute(sql, params)

    def upsert(self, table: str, key: Sequence[str], *rows: Mapping[str, Any]) -> None:
        if not rows:
            return
        columns = list(rows[0])
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
        statement = (
            f"insert into {table} ({', '.join(columns)}) "
            f"values ({', '.join(f'%({name})s' for name in columns)}) "
            f"on conflict ({', '.join(key)}) do update set {changes}"
        )
        with self._connection.cursor() as cursor:
            cursor.executemany(statement, rows)

    def create_table(self, table: str, columns: Mapping[str, LogicalType]) -> None:
        definitions = ", ".join(f"{name} {TYPES[type_]}" for name, type_ in columns.items())
        self.execute(f"drop table if exists {table}; create table {table} ({definitions})")

    def build_table(
        self,
        table: str,
        columns: Mapping[str, LogicalType],
        select: str,
        *,
        is_scratch: bool = False,
    ) -> None:
        """Create and fill a table; scratch tables are ordinary tables."""
        self.create_table(table, columns)
        names = ", ".join(columns)
        statement = f"insert into {table} ({names}) select {names} from (\n{select}\n) as found"
        self._built[table] = self._connection.execute(statement).rowcount
        self.execute(f"analyze {table}")

    def count_rows(self, tables: Collection[str]) -> dict[str, int]:
        return {table: self._rows(table) for table in tables}

    def drop_tables(self, tables: Collection[str]) -> None:
        if tables:
            self.execute(f"drop table if exists {', '.join(tables)}")

    def columns_of(self, select: str) -> dict[str, frozenset[str]]:
        found = self._connection.execute(f"select * from (\n{select}\n) as found limit 0")
        return {
            column.name: frozenset(_LOGICAL.get(column.type_code, (column.type_display,)))
            for column in found.description or ()
        }

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        written = 0
        statement = f"copy {table} ({', '.join(columns)}) from stdin"
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                written += 1
        self.execute(f"analyze {table}")
        return written

    def land_rows(
        self,
        raw_table: str,
        scratch: str,
        rows: Iterable[Sequence[Any]],
        *,
        keeps_changes: bool = False,
    ) -> Landed:
        self.execute(
            f"drop table if exists {scratch}; create unlogged table {scratch} "
            f"(like {raw_table}, position bigint generated always as identity)"
        )
        written = self.copy_rows(scratch, RAW_COLUMNS, rows)
        names = {"table": raw_table, "scratch": scratch, "columns": ", ".join(RAW_COLUMNS)}
        if keeps_changes:
            self.execute(_SAME_AS_BEFORE.format(**names))
        self.execute(_MERGE_LANDED.format(**names))
        self._analyze_grown(raw_table, written)
        counted = self.query(_COUNT_LANDED.format(**names))[0]
        return Landed(written, counted["versions"], counted["stored"])

    def _rows(self, table: str) -> int:
        if table in self._built:
            return self._built[table]
        return int(self.query(f"select count(*) as rows from {table}")[0]["rows"])

    def _analyze_grown(self, table: str, rows: int) -> None:
        """Analyze a table that has grown by a tenth, since autovacuum would be too late."""
        known = self.query(
            "select reltuples from pg_class where oid = cast(%(table)s as regclass)",
            {"table": table},
        )
        if rows > known[0]["reltuples"] / 10:
            self.execute(f"analyze (skip_locked) {table}")  # another load may be analyzing it

    def publications_of(self, instance: str) -> int:
        rows = self.query(
            f"select publications from {self.schemas.ops}.publications "
            "where instance = %(instance)s",
            {"instance": instance},
        )
        return int(rows[0]["publications"]) if rows else 0


class PostgresPublication(PostgresSession):
    """A transaction that changes the published tables in place; they become visible at commit."""

    def table(self, name: str) -> str:
        return self.schemas.published(name)

    current = table
    stores_sums = True

    def add_sums(
        self, table: str, changes: str, by: Sequence[str], values: Sequence[str], count: str
    ) -> int:
        groups = self.query(
            _ADD_SUMS.format(
                table=table,
                changes=changes,
                columns=", ".join([*by, *values]),
                by=", ".join(by),
                sums=", ".join(f"sum({name}) as {name}" for name in values),
                differ=" or ".join(f"sum({name}) <> 0" for name in values),
                added=", ".join(f"{name} = stored.{name} + excluded.{name}" for name in values),
                count=count,
            )
        )
        empty = [group["place"] for group in groups if group["rows"] == 0]
        if empty:
            self.execute(
                f"delete from {table} where ctid = any(cast(%(places)s as tid[]))",
                {"places": empty},
            )
        return len(groups) - len(empty)

    def when_published(self, write: Callable[[Executor], None]) -> None:
        write(self)

    def count(self, instance: str) -> None:
        """Count one more publication of an instance."""
        self.execute(
            _COUNT_PUBLICATION.format(ops=self.schemas.ops),
            {"instance": instance},
        )
