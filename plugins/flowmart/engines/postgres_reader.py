"""Reads tables of a PostgreSQL server that is no warehouse, such as a source's."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import IsolationLevel
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from flowmart.core.errors import AuthError, ConfigError, SourceError, SourceUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEFAULTS = {"application_name": "flowmart", "client_encoding": "utf8", "connect_timeout": "10"}
_REFUSED = re.compile(
    "authentication failed|no password supplied|no pg_hba.conf entry|role .* does not exist"
)
_PASSING = ("08", "40", "53", "57", "58", "55")


class Rows(NamedTuple):
    """
    A page of rows.

    :param total: how many rows there are in all, by the query that counts them.
    """

    rows: list[dict[str, Any]]
    total: int | None


class PostgresReader:
    """
    Reads only; every query sees one snapshot.

    :param dsn: of the database.
    :param connection: the Airflow connection, for errors.
    """

    def __init__(self, dsn: str, connection: str) -> None:
        try:
            given = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
        except psycopg.ProgrammingError as error:
            raise ConfigError(
                f"The connection cannot be read: {error}",
                where=f"connection {connection}",
                next_step="correct its host, port, login and database",
            ) from error
        self._dsn = make_conninfo(**{**_DEFAULTS, **given})
        place = f"{given.get('host', 'localhost')}:{given.get('port', '5432')}"
        self._where = f"connection {connection}: {place}/{given.get('dbname', '')}"

    def pages(
        self, query: str, bounds: Mapping[str, Any], size: int, count: str | None = None
    ) -> Iterator[Rows]:
        """
        Read the rows of a query in pages, at least one; memory holds one of them.

        :param bounds: parameters of both queries.
        :param count: a query of how many rows there are.
        :raises AuthError: if the login is refused, or may not read the table.
        :raises SourceError: if a table or column is missing.
        :raises SourceUnavailableError: if the server cannot be reached.
        """
        with self._explained(), psycopg.connect(self._dsn, row_factory=dict_row) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            total = None
            if count:
                [counted] = connection.execute(count, bounds).fetchall()
                [total] = counted.values()
            with connection.cursor("pages") as cursor:
                cursor.execute(query, bounds)
                page = cursor.fetchmany(size)
                yield Rows(page, total)
                while page := cursor.fetchmany(size):
                    yield Rows(page, total)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._explain(error) from error

    def _explain(self, error: psycopg.Error) -> Exception:
        state, said = error.sqlstate or "", " ".join(str(error).split())
        if state in ("28000", "28P01", "42501") or _REFUSED.search(said):
            return AuthError(
                f"The database refuses the login: {said}",
                where=self._where,
                next_step="correct login and password, or grant select on the tables",
            )
        if state in ("42P01", "3F000", "42703"):
            return SourceError(
                f"A table or a column is missing: {said}",
                where=self._where,
                next_step="correct the database in the connection, or options.reader, which says "
                "whose tables they are",
            )
        if state == "3D000" or (not state and "does not exist" in said):
            return ConfigError(
                f"There is no such database: {said}",
                where=self._where,
                next_step="correct the database (schema) in the connection",
            )
        if not state or state.startswith(_PASSING):
            return SourceUnavailableError(
                f"The database cannot be read: {said}",
                where=self._where,
                next_step="Airflow retries the task; check that the server is up, and its host "
                "and port",
            )
        return SourceError(
            f"The database refuses a query: {said}",
            where=self._where,
            next_step="report this to Flowmart: its tables are others than those known",
        )
