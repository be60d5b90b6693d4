"""Keeps reports in a table of a PostgreSQL database."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from collector.records import Report

_TABLE = "telemetry.reports"
_MIGRATION = """
create schema if not exists telemetry;
create table if not exists telemetry.reports (
    report_id uuid primary key,
    received_at timestamptz not null,
    product text not null,
    body bytea not null,
    report jsonb not null
);
create index if not exists reports_received_at on telemetry.reports (received_at, report_id);
"""
# One migration at a time, since processes start together.
_LOCK = "select pg_advisory_xact_lock(hashtext('flowmart_collector'))"
_INSERT = f"""
insert into {_TABLE} (report_id, received_at, product, body, report)
values (%s, %s, %s, %s, %s)
on conflict (report_id) do nothing
"""
_READABLE = f"select has_column_privilege('{_TABLE}', 'received_at', 'select')"
_NEWEST = f"select max(received_at) from {_TABLE}"
_OPTIONS = "-c statement_timeout=20s -c lock_timeout=10s"


class Table:
    """
    The table ``telemetry.reports``, which is made if it is missing.

    :param dsn: address of the database.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection[Any] | None = None

    def commit(self, reports: Sequence[Report], received_at: datetime) -> None:
        """
        Keep reports: when this returns, their transaction is committed.

        :raises psycopg.Error: none of them is kept; if the connection broke twice, some may be.
        """
        rows = [
            (one.report_id, received_at, one.product, one.body, Jsonb(one.report))
            for one in reports
        ]
        try:
            self._insert(rows)
        except psycopg.OperationalError:
            # An idle connection may have been cut; what was committed all the same is not doubled.
            self.close()
            self._insert(rows)

    def newest(self) -> datetime | None:
        """When the newest report came, as far as this account may know."""
        with _connect(self._dsn) as connection:
            if connection.execute(_READABLE).fetchone() != (True,):
                return None
            (newest,) = connection.execute(_NEWEST).fetchone() or (None,)
        return newest and newest.astimezone(UTC)

    def check(self) -> None:
        """
        Try whether something can be kept.

        :raises psycopg.Error: if it cannot.
        """
        # Not over the connection of the commits, which is busy with them in another thread.
        with _connect(self._dsn) as connection:
            question = "select has_table_privilege(%s, 'insert') and not pg_is_in_recovery()"
            if connection.execute(question, [_TABLE]).fetchone() != (True,):
                raise psycopg.errors.InsufficientPrivilege(f"no right to insert into {_TABLE}")

    def close(self) -> None:
        """Close the connection; a later commit opens another."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _insert(self, rows: Sequence[Sequence[Any]]) -> None:
        if not self._connection:
            self._connection = _connect(self._dsn)
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.executemany(_INSERT, rows)
        except BaseException:
            self.close()
            raise


def _connect(dsn: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(
        dsn, autocommit=True, connect_timeout=5, options=_OPTIONS, tcp_user_timeout=20_000
    )
    try:
        with connection.transaction():
            # An account that may only insert need not be allowed to make tables.
            if connection.execute("select to_regclass(%s)", [_TABLE]).fetchone() == (None,):
                connection.execute(_LOCK)
                connection.execute(_MIGRATION)
    except BaseException:
        connection.close()
        raise
    return connection
