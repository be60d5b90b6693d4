"""PostgreSQL 15 and later as the warehouse."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import psycopg
from psycopg import IsolationLevel
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from sqlalchemy.engine import URL

from flowmart.core.errors import ConfigError, FatalError
from flowmart.engines.base import PUBLISH_TURN
from flowmart.engines.postgres_errors import translated_errors
from flowmart.engines.postgres_session import PostgresPublication, PostgresSession

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TextIO

    from flowmart.engines.base import Isolation, Schemas
    from flowmart.engines.postgres_session import Connection

# Without keepalives a task would wait two hours for a server that is gone.
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

_HISTORY = """
create schema if not exists {ops};
create table if not exists {ops}.schema_migrations (
    version text not null primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null
);
"""

_TURN = f"select pg_advisory_xact_lock(hashtextextended('{PUBLISH_TURN}', 0))"
_TURN_WAIT = "900s"
_TABLE_WAIT = "30s"


class PostgresEngine:
    """
    A PostgreSQL database; every call opens and closes a connection of its own.

    :param dsn: libpq connection string or URL; it may contain a password and is never logged.
    :param schemas: where Flowmart's tables are.
    :raises ConfigError: if the connection string cannot be read.
    """

    name = "postgres"
    has_transactions = True
    stores_sums = True
    totals: ClassVar[Mapping[str, str]] = {}

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
        with self.session() as session:
            return session.query(sql, params)

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        with self.session() as session:
            session.execute(sql, params)

    def upsert(self, table: str, key: Sequence[str], *rows: Mapping[str, Any]) -> None:
        with self.session() as session:
            session.upsert(table, key, *rows)

    @contextmanager
    def session(self, isolation: Isolation | None = None) -> Iterator[PostgresSession]:
        with self._connected() as connection:
            if isolation:
                connection.isolation_level = IsolationLevel[isolation.upper().replace(" ", "_")]
            with connection.transaction():
                yield PostgresSession(connection, self.schemas)

    @contextmanager
    def publication(self, instance: str) -> Iterator[PostgresPublication]:
        with self._connected() as connection, connection.transaction():
            connection.execute(f"set local lock_timeout = '{_TURN_WAIT}'")
            connection.execute(_TURN)
            connection.execute(f"set local lock_timeout = '{_TABLE_WAIT}'")
            publication = PostgresPublication(connection, self.schemas)
            yield publication
            publication.count(instance)

    def next_generation(self) -> int:
        rows = self.query(f"select nextval('{self.schemas.ops}.generation') as generation")
        return int(rows[0]["generation"])

    def query_csv(self, sql: str, out: TextIO) -> None:
        statement = f"copy ({sql.strip().rstrip(';')}\n) to stdout with (format csv, header)"
        with self._connected() as connection, connection.cursor().copy(statement) as copy:
            for line in copy:
                out.write(bytes(line).decode())

    @contextmanager
    def lock(self, name: str, wait_seconds: float) -> Iterator[None]:
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
        table = self.schemas.raw_table(source, stream)
        # Creating an index that exists still waits for every load under way into its table.
        if not self.query("select 1 where to_regclass(%(table)s) is not null", {"table": table}):
            self.execute(_RAW_TABLE.format(table=table, name=f"{source}__{stream}"))
        return table

    def ensure_history(self) -> None:
        self.execute(_HISTORY.format(ops=self.schemas.ops))

    def replace_view(self, view: str, select: str) -> None:
        try:
            self.execute(f"create or replace view {view} as\n{select}")
        except FatalError:  # other columns than before
            self.execute(f"drop view if exists {view}; create view {view} as\n{select}")

    def show_published(self, tables: Mapping[str, Iterable[str]]) -> None:
        """Do nothing: readers use the tables themselves."""

    def migration_values(self) -> dict[str, Any]:
        return {"published": self.schemas.published}

    def sqlalchemy_url(self) -> str:
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
        """A connection in UTC that commits each statement."""
        with (
            translated_errors(self.where, self._user),
            psycopg.connect(
                make_conninfo("", **self._conninfo), autocommit=True, row_factory=dict_row
            ) as connection,
        ):
            connection.execute("set time zone 'UTC'")
            yield connection
