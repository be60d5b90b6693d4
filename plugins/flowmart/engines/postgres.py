"""PostgreSQL 15 and later as the warehouse."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import IsolationLevel
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from sqlalchemy.engine import URL

from flowmart.core.errors import ConfigError
from flowmart.engines.base import RAW_COLUMNS, Isolation, Schemas
from flowmart.engines.postgres_errors import explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TextIO

    Connection = psycopg.Connection[dict[str, Any]]

# A server that vanishes from the network must not hold a task for the system's two hours.
_CONNECTION_DEFAULTS = {
    "application_name": "flowmart",
    "client_encoding": "utf8",
    "connect_timeout": "10",
    "keepalives_idle": "60",
    "keepalives_interval": "10",
    "keepalives_count": "6",
}

_RAW_TABLE = """
select pg_advisory_xact_lock(hashtextextended('flowmart.raw_table', 0));
create table if not exists {table} (
    instance text not null,
    record_id text not null,
    parent_id text,
    version bigint not null,
    payload jsonb not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    run_id text not null,
    landed_at timestamptz not null,
    primary key (instance, record_id, version)
);
create index if not exists {name}__parent on {table} (instance, parent_id)
where parent_id is not null;
"""

_MERGE_LANDED = """
insert into {table} as stored ({columns})
select distinct on (instance, record_id, version) {columns}
from {landed}
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


class PostgresSession:
    """
    One transaction.

    :param connection: open, and inside a transaction that somebody else ends.
    :param schemas: where Flowmart's tables are.
    """

    def __init__(self, connection: Connection, schemas: Schemas) -> None:
        self._connection = connection
        self.schemas = schemas

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """See :class:`flowmart.engines.base.Executor`."""
        return self._connection.execute(sql, params).fetchall()

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """See :class:`flowmart.engines.base.Executor`."""
        return self._connection.execute(sql, params).rowcount

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """See :class:`flowmart.engines.base.Session`."""
        written = 0
        statement = f"copy {table} ({', '.join(columns)}) from stdin"
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                written += 1
        return written

    def land_rows(self, raw_table: str, landed: str, rows: Iterable[Sequence[Any]]) -> int:
        """See :class:`flowmart.engines.base.Session`."""
        self.execute(
            f"create temporary table {landed} (like {raw_table}, "
            "position bigint generated always as identity) on commit drop"
        )
        written = self.copy_rows(landed, RAW_COLUMNS, rows)
        self.execute(f"analyze {landed}")
        columns = ", ".join(RAW_COLUMNS)
        self.execute(_MERGE_LANDED.format(table=raw_table, landed=landed, columns=columns))
        return written


class PostgresEngine:
    """
    A PostgreSQL database; every call opens and closes a connection of its own.

    :param dsn: libpq connection string or URL; it may hold a password and is never shown.
    :param schemas: where Flowmart's tables are.
    :raises ConfigError: if the connection string cannot be read.
    """

    name = "postgres"

    def __init__(self, dsn: str, schemas: Schemas) -> None:
        try:
            given = {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
        except psycopg.ProgrammingError:  # its text may quote the password
            raise ConfigError(
                "The warehouse's connection string cannot be read",
                where="connection flowmart_warehouse, or FLOWMART_WAREHOUSE_DSN",
                next_step="write it as postgresql://user:password@host:5432/database",
            ) from None
        self.schemas = schemas
        self._conninfo = _CONNECTION_DEFAULTS | given
        self._user = given.get("user", "the warehouse's user")
        host, port = given.get("host", "localhost"), given.get("port", "5432")
        self.where = f"{host}:{port}/{given.get('dbname', given.get('user', ''))}"

    def __repr__(self) -> str:
        return f"PostgresEngine({self.where})"

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """See :class:`flowmart.engines.base.Executor`."""
        with self.transaction() as session:
            return session.query(sql, params)

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """See :class:`flowmart.engines.base.Executor`."""
        with self.transaction() as session:
            return session.execute(sql, params)

    @contextmanager
    def transaction(self, isolation: Isolation | None = None) -> Iterator[PostgresSession]:
        """See :class:`flowmart.engines.base.Engine`."""
        with self._connected() as connection:
            if isolation:
                connection.isolation_level = IsolationLevel[isolation.upper().replace(" ", "_")]
            with connection.transaction():
                yield PostgresSession(connection, self.schemas)

    def query_csv(self, sql: str, out: TextIO) -> None:
        """See :class:`flowmart.engines.base.Engine`."""
        statement = f"copy ({sql.strip().rstrip(';')}\n) to stdout with (format csv, header)"
        with self._connected() as connection, connection.cursor().copy(statement) as copy:
            for line in copy:
                out.write(bytes(line).decode())

    @contextmanager
    def lock(self, name: str, wait_seconds: float) -> Iterator[None]:
        """See :class:`flowmart.engines.base.Engine`."""
        with self._connected() as connection:
            connection.execute(
                "select set_config('lock_timeout', %(wait)s, false)",
                {"wait": f"{round(wait_seconds * 1000)}ms"},
            )
            connection.execute(
                "select pg_advisory_lock(hashtextextended(%(name)s, 0))", {"name": name}
            )
            yield

    def ensure_raw_table(self, source: str, stream: str) -> str:
        """See :class:`flowmart.engines.base.Engine`."""
        table = self.schemas.raw_table(source, stream)
        # Creating an index that exists still waits for every load under way into its table.
        if not self.query("select 1 where to_regclass(%(table)s) is not null", {"table": table}):
            self.execute(_RAW_TABLE.format(table=table, name=f"{source}__{stream}"))
        return table

    def sqlalchemy_url(self) -> str:
        """See :class:`flowmart.engines.base.Engine`."""
        rest = dict(self._conninfo)
        url = URL.create(
            "postgresql+psycopg",
            username=rest.pop("user", None),
            password=rest.pop("password", None),
            database=rest.pop("dbname", None),
            query=rest,
        )
        return url.render_as_string(hide_password=False)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection that reads and writes timestamps in UTC and commits each statement."""
        with (
            explained(self.where, self._user),
            psycopg.connect(
                make_conninfo("", **self._conninfo), autocommit=True, row_factory=dict_row
            ) as connection,
        ):
            connection.execute("set time zone 'UTC'")
            yield connection
