"""The interface of a warehouse: engine and session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import TextIO

    from flowmart.engines.publication import Publication
    from flowmart.engines.raw import Landed

Isolation = Literal["read committed", "repeatable read", "serializable"]

PUBLISH_TURN = "flowmart.publish"
"""Name of the lock that publications and migrations take."""

PUBLISHED_KEYS = "published_keys"
"""The published table with the generation of each key's rows; it has no model."""

PUBLISHED_KEY_COLUMNS = ("instance", "entity", "record_key", "generation")


@dataclass(frozen=True)
class Schemas:
    """
    Names of the schemas that Flowmart keeps its tables in: databases, on ClickHouse.

    :param raw: one table per source and stream.
    :param stage: the tables of batches that are being built.
    :param store: on ClickHouse, the versions of published tables; unused on PostgreSQL.
    :param mart: the published tables and views.
    :param ops: runs, the ledger and migrations.
    """

    raw: str
    stage: str
    store: str
    mart: str
    ops: str

    @classmethod
    def with_prefix(cls, prefix: str) -> Schemas:
        """The default names with a prefix, which may be empty."""
        return cls(*(prefix + layer for layer in ("raw", "stage", "store", "mart", "ops")))

    def raw_table(self, source: str, stream: str) -> str:
        """The qualified name of the raw table of one stream."""
        return f"{self.raw}.{source}__{stream}"

    def published(self, name: str) -> str:
        """The qualified name by which a published table is read."""
        is_ops = name.startswith("ops_") or name == PUBLISHED_KEYS
        return f"{self.ops if is_ops else self.mart}.{name}"


LogicalType = Literal[
    "text", "label", "bigint", "decimal", "double", "boolean", "date", "timestamp"
]
"""
Type of a column in a contract; each engine maps it to a type of its own.

A label is a text with few different values; ClickHouse stores it dictionary-encoded. A decimal has
38 digits, 9 of them after the point, so its sums are exact.
"""


class Executor(Protocol):
    """Runs statements: an engine (one connection each) or a session (one for all)."""

    @property
    def schemas(self) -> Schemas:
        """Where the tables are."""
        ...

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """
        Run a statement and return its rows.

        :param sql: the statement, with ``%(name)s`` where a parameter goes.
        :param params: name -> value.
        """
        ...

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a statement, or several without parameters, for their effect."""
        ...

    def upsert(self, table: str, key: Sequence[str], *rows: Mapping[str, Any]) -> None:
        """
        Insert rows into an ops table, or replace those with the same keys.

        :param table: qualified name.
        :param key: columns that identify a row.
        :param rows: column -> value, for all columns of the table; keys must be distinct.
        """
        ...


class Session(Executor, Protocol):
    """
    Statements over one connection.

    On PostgreSQL all of them take effect or none. ClickHouse has no
    rollback, so whatever runs in a session must be safe to repeat.
    """

    def create_table(self, table: str, columns: Mapping[str, LogicalType]) -> None:
        """
        Create an empty stage table; replace an existing one.

        :param table: qualified name.
        :param columns: name -> type; every column may be null.
        """
        ...

    def build_table(
        self,
        table: str,
        columns: Mapping[str, LogicalType],
        select: str,
        *,
        is_scratch: bool = False,
    ) -> None:
        """
        Create a table from a query; replace an existing one.

        :param table: qualified name.
        :param columns: name -> type; the query has columns of these names, and perhaps others.
        :param is_scratch: whether the table is small and only read while its batch is built: it
            may be kept in memory.
        """
        ...

    def count_rows(self, tables: Collection[str]) -> dict[str, int]:
        """
        Count the rows of tables that this session built or filled.

        :param tables: qualified names.
        :return: table -> rows.
        """
        ...

    def drop_tables(self, tables: Collection[str]) -> None:
        """Drop tables, given by their qualified names; missing ones are ignored."""
        ...

    def columns_of(self, select: str) -> dict[str, frozenset[str]]:
        """
        The columns of a query, without running it.

        :return: column -> the logical types that its values fit; the engine's own type name if
            there is none.
        """
        ...

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """
        Stream rows into a table; memory is bounded.

        :param table: qualified name.
        :param columns: the columns that each row fills, in its order; JSON as text.
        :return: number of rows written.
        """
        ...

    def land_rows(
        self,
        raw_table: str,
        scratch: str,
        rows: Iterable[Sequence[Any]],
        *,
        keeps_changes: bool = False,
    ) -> Landed:
        """
        Stream rows into a scratch table and merge them into a raw table.

        The row with the latest ``landed_at`` wins, among the rows given (the last one given, on a
        tie) and against the rows stored, so the order in which files are loaded changes nothing.

        :param raw_table: qualified name, of a table made by :meth:`Engine.ensure_raw_table`.
        :param scratch: qualified name of the scratch table; it has the columns of
            :data:`flowmart.engines.raw.RAW_COLUMNS`; the caller drops it.
        :param rows: values in the order of :data:`flowmart.engines.raw.RAW_COLUMNS`.
        :param keeps_changes: whether a row that says the same as the stored version before it
            becomes that version.
        """
        ...

    def publications_of(self, instance: str) -> int:
        """How often an instance was published."""
        ...


class Engine(Executor, Protocol):
    """A warehouse. It holds no open connection, so threads and forks may share one."""

    @property
    def name(self) -> str:
        """Name of the engine's macro file and migrations folder."""
        ...

    @property
    def where(self) -> str:
        """``host:port/database``, for messages."""
        ...

    @property
    def has_transactions(self) -> bool:
        """Whether a failed session is rolled back, DDL included."""
        ...

    @property
    def stores_sums(self) -> bool:
        """Whether sums over facts are tables; otherwise they are views, created after migrating."""
        ...

    @property
    def totals(self) -> Mapping[str, str]:
        """Type of a column -> its sum in SQL, where a plain ``sum`` can give a wrong number."""
        ...

    def session(self, isolation: Isolation | None = None) -> AbstractContextManager[Session]:
        """
        Open a session.

        :param isolation: from ``repeatable read`` on, all statements see the same publication.
        """
        ...

    def publication(self, instance: str) -> AbstractContextManager[Publication]:
        """
        Wait for the publication lock, then open a session for publishing.

        :param instance: the instance that is published.
        :raises WarehouseUnavailableError: if a lock timed out.
        """
        ...

    def next_generation(self) -> int:
        """A number higher than all earlier ones."""
        ...

    def query_csv(self, sql: str, out: TextIO) -> None:
        """Stream one query's rows as CSV with a header line."""
        ...

    def lock(self, name: str, wait_seconds: float) -> AbstractContextManager[None]:
        """
        Hold a named lock of the warehouse; it is released when the holder ends or dies.

        :raises WarehouseUnavailableError: if the lock is not free within that time.
        """
        ...

    def ensure_raw_table(self, source: str, stream: str) -> str:
        """Create the raw table of a stream if it is missing; return its qualified name."""
        ...

    def ensure_history(self) -> None:
        """Create ``ops.schema_migrations``, the table of applied migrations, if it is missing."""
        ...

    def replace_view(self, view: str, select: str) -> None:
        """Create or replace a view; grants are kept if its columns are unchanged."""
        ...

    def show_published(self, tables: Mapping[str, Iterable[str]]) -> None:
        """
        Make published tables readable by the names of :meth:`Schemas.published`.

        On ClickHouse these are views, which are created or brought up to date; on PostgreSQL they
        are the tables themselves.

        :param tables: published model, or :data:`PUBLISHED_KEYS` -> its columns.
        """
        ...

    def migration_values(self) -> dict[str, Any]:
        """
        Template values for the engine's migration files, besides the schemas.

        ``published(name)`` is the table that currently holds the rows of a published table.
        """
        ...

    def sqlalchemy_url(self) -> str:
        """The URL for SQLAlchemy, with the password: not for logs."""
        ...
