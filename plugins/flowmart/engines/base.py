"""What Flowmart asks of a warehouse, whichever database it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import TextIO

Isolation = Literal["read committed", "repeatable read", "serializable"]

RAW_COLUMNS = (
    "instance",
    "record_id",
    "parent_id",
    "version",
    "payload",
    "window_start",
    "window_end",
    "run_id",
    "landed_at",
)


@dataclass(frozen=True)
class Schemas:
    """
    Names of the four schemas that Flowmart keeps its tables in.

    :param raw: one table per source and stream.
    :param stage: the tables of batches on their way.
    :param mart: what people read.
    :param ops: runs, the ledger and migrations.
    """

    raw: str
    stage: str
    mart: str
    ops: str

    @classmethod
    def with_prefix(cls, prefix: str) -> Schemas:
        """The four names behind a prefix; an empty one leaves them bare."""
        return cls(*(prefix + layer for layer in ("raw", "stage", "mart", "ops")))

    def raw_table(self, source: str, stream: str) -> str:
        """The qualified name of the raw table of one stream."""
        return f"{self.raw}.{source}__{stream}"


class Executor(Protocol):
    """Whatever runs statements: an engine (each one by itself) or a session (all or none)."""

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

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """
        Run a statement, or several without parameters, for their effect.

        :return: how many rows the last statement changed; -1 where that has no meaning.
        """
        ...


class Session(Executor, Protocol):
    """Statements that belong together; all of them take effect or none."""

    def copy_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """
        Stream rows into a table, holding one at a time.

        :param table: qualified name.
        :param columns: the columns that each row fills, in its order; JSON goes in as text.
        :return: the rows written.
        """
        ...

    def land_rows(self, raw_table: str, landed: str, rows: Iterable[Sequence[Any]]) -> int:
        """
        Stream rows into a scratch table and merge them into a raw table.

        The row with the latest ``landed_at`` wins, among the rows given (the last one given, on a
        tie) and against the rows stored, so the order in which files are loaded changes nothing.

        :param raw_table: qualified name, of a table that the engine ensured.
        :param landed: name of the scratch table; it stays readable until the session ends.
        :param rows: values in the order of :data:`RAW_COLUMNS`.
        :return: the rows streamed.
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

    def transaction(self, isolation: Isolation | None = None) -> AbstractContextManager[Session]:
        """Open a session that is kept if the block ends well and undone if it raises."""
        ...

    def query_csv(self, sql: str, out: TextIO) -> None:
        """Stream one query's rows as CSV with a header line."""
        ...

    def lock(self, name: str, wait_seconds: float) -> AbstractContextManager[None]:
        """
        Hold a named lock that all users of the warehouse respect; it dies with its holder.

        :raises WarehouseUnavailableError: if it was not to be had within the time.
        """
        ...

    def ensure_raw_table(self, source: str, stream: str) -> str:
        """Create the raw table of a stream where it is missing; return its qualified name."""
        ...

    def sqlalchemy_url(self) -> str:
        """The warehouse as SQLAlchemy names it, password included: not for logs."""
        ...
