"""What Flowmart asks of a warehouse, whichever database it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import TextIO

    from flowmart.engines.raw import Landed

Isolation = Literal["read committed", "repeatable read", "serializable"]

PUBLISH_TURN = "flowmart.publish"
"""Name of the lock that a publication holds; migrations take it too."""

PUBLISHED_ISSUES = "published_issues"
"""The published table that is no model: which generation an issue's rows are of."""


@dataclass(frozen=True)
class Schemas:
    """
    Names of the schemas that Flowmart keeps its tables in: databases, on ClickHouse.

    :param raw: one table per source and stream.
    :param stage: the tables of batches on their way.
    :param store: on ClickHouse, the versions of published tables; unused on PostgreSQL.
    :param mart: what people read.
    :param ops: runs, the ledger and migrations.
    """

    raw: str
    stage: str
    store: str
    mart: str
    ops: str

    @classmethod
    def with_prefix(cls, prefix: str) -> Schemas:
        """The names behind a prefix; an empty one leaves them bare."""
        return cls(*(prefix + layer for layer in ("raw", "stage", "store", "mart", "ops")))

    def raw_table(self, source: str, stream: str) -> str:
        """The qualified name of the raw table of one stream."""
        return f"{self.raw}.{source}__{stream}"

    def published(self, name: str) -> str:
        """The qualified name by which a published table is read."""
        is_ops = name.startswith("ops_") or name == PUBLISHED_ISSUES
        return f"{self.ops if is_ops else self.mart}.{name}"


LogicalType = Literal["text", "label", "bigint", "double", "boolean", "date", "timestamp"]
"""
What a column of a contract may be; each engine has a type of its own for it.

A label is a text of few different values, which ClickHouse writes and reads by a dictionary.
"""


class Executor(Protocol):
    """Whatever runs statements: an engine (a connection for each) or a session (one for all)."""

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
        Write rows of one of the ops tables, in place of those with their keys.

        :param table: qualified name.
        :param key: columns that identify a row.
        :param rows: column -> value each, all columns of the table; two of one key are a mistake.
        """
        ...


class Session(Executor, Protocol):
    """
    Statements over one connection.

    On PostgreSQL all of them take effect or none. ClickHouse keeps what was done before a failure:
    what runs in a session is written so that doing it again completes it.
    """

    def create_table(self, table: str, columns: Mapping[str, LogicalType]) -> None:
        """
        Make an empty table for rows on their way, in place of an older one of its name.

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
        Make a table of a query's rows, in place of an older one of its name.

        :param table: qualified name.
        :param columns: name -> type; the query has columns of these names, and perhaps others.
        :param is_scratch: whether the table is small and nothing reads it after its batch is
            built: it may be kept in memory.
        """
        ...

    def count_rows(self, tables: Collection[str]) -> dict[str, int]:
        """
        Count the rows of tables that were built, or copied into, and not changed since.

        :param tables: qualified names.
        :return: table -> rows.
        """
        ...

    def drop_tables(self, tables: Collection[str]) -> None:
        """Drop the tables that there are among some, given by their qualified names."""
        ...

    def columns_of(self, select: str) -> dict[str, frozenset[str]]:
        """
        What a query returns, found out without running it.

        :return: column -> the logical types that its values fit; the engine's own name of the type
            where they fit none.
        """
        ...

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """
        Stream rows into a table; memory is bounded.

        :param table: qualified name.
        :param columns: the columns that each row fills, in its order; JSON goes in as text.
        :return: the rows written.
        """
        ...

    def land_rows(self, raw_table: str, scratch: str, rows: Iterable[Sequence[Any]]) -> Landed:
        """
        Stream rows into a scratch table and merge them into a raw table.

        The row with the latest ``landed_at`` wins, among the rows given (the last one given, on a
        tie) and against the rows stored, so the order in which files are loaded changes nothing.

        :param raw_table: qualified name, of a table that the engine ensured.
        :param scratch: qualified name of the scratch table; it has the columns of
            :data:`flowmart.engines.raw.RAW_COLUMNS` and stays until somebody drops it.
        :param rows: values in the order of :data:`flowmart.engines.raw.RAW_COLUMNS`.
        """
        ...

    def publications_of(self, instance: str) -> int:
        """How often an instance was published."""
        ...


class Publication(Session, Protocol):
    """
    A session whose changes of published tables all become visible in one step, at its end.

    An exception leaves the published tables as they were.
    """

    def table(self, name: str) -> str:
        """
        The table to write instead of a published one; to ask for it clones it, on ClickHouse.

        :param name: name of a published model, or ``published_issues``.
        """
        ...

    def current(self, name: str) -> str:
        """
        The table to read instead of a published one: with the changes of this publication.

        The name is good until :meth:`table` is asked for that table.

        :param name: as for :meth:`table`.
        """
        ...

    def settle(self, write: Callable[[Executor], None]) -> None:
        """
        Have something written together with the publication, or right after it where the engine
        has no transactions.
        """
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
        """Whether a session that fails is undone, statements that change tables included."""
        ...

    def session(self, isolation: Isolation | None = None) -> AbstractContextManager[Session]:
        """
        Open a session.

        :param isolation: from ``repeatable read`` on, all statements see the same publication.
        """
        ...

    def publication(self, instance: str) -> AbstractContextManager[Publication]:
        """
        Wait until nobody else publishes, then open a session for publishing.

        :param instance: whose publication it counts as.
        :raises WarehouseUnavailableError: if the turn, or a table, was not to be had in time.
        """
        ...

    def next_generation(self) -> int:
        """A number higher than all that were drawn before."""
        ...

    def query_csv(self, sql: str, out: TextIO) -> None:
        """Stream one query's rows as CSV with a header line."""
        ...

    def lock(self, name: str, wait_seconds: float) -> AbstractContextManager[None]:
        """
        Hold a named lock that all users of the warehouse respect; it ends with its holder.

        :raises WarehouseUnavailableError: if it was not to be had within the time.
        """
        ...

    def ensure_raw_table(self, source: str, stream: str) -> str:
        """Create the raw table of a stream where it is missing; return its qualified name."""
        ...

    def ensure_history(self) -> None:
        """Create ``ops.schema_migrations``, the table of applied migrations, if it is missing."""
        ...

    def replace_view(self, view: str, select: str) -> None:
        """Make a view, or bring it up to date; if its columns stay, so do its grants."""
        ...

    def show_published(self, names: Iterable[str]) -> None:
        """
        Create or update what :meth:`Schemas.published` names, where it is a view on a table.

        :param names: published models, and ``published_issues``.
        """
        ...

    def migration_values(self) -> dict[str, Any]:
        """
        What the engine's migration files may name besides the schemas.

        ``published(name)`` is the table that holds a published table's rows now: for a migration
        that alters one, or that creates one where something was published before.
        """
        ...

    def sqlalchemy_url(self) -> str:
        """The warehouse as SQLAlchemy names it, password included: not for logs."""
        ...
