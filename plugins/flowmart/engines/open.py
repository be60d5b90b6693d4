"""Opens the engine for a connection string."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowmart.engines.base import Engine, Schemas


def open_engine(dsn: str, schemas: Schemas) -> Engine:
    """
    The warehouse of a connection string.

    :param dsn: ``clickhouse://…`` (``clickhouses://`` with TLS), or anything that libpq reads.
    :param schemas: where Flowmart's tables are.
    :raises ConfigError: if the connection string cannot be read.
    """
    if dsn.startswith(("clickhouse://", "clickhouses://")):
        from flowmart.engines.clickhouse import ClickHouseEngine

        return ClickHouseEngine(dsn, schemas)
    from flowmart.engines.postgres import PostgresEngine

    return PostgresEngine(dsn, schemas)
