"""The warehouse of the local stack as an engine."""

from __future__ import annotations

from flowmart.engines.base import Schemas
from flowmart.engines.postgres import PostgresEngine
from flowmart.settings import load_settings


def open_warehouse(dsn: str) -> PostgresEngine:
    """
    The engine over a warehouse, with the configured names of its schemas.

    :param dsn: libpq address of the database.
    """
    return PostgresEngine(dsn, Schemas.with_prefix(load_settings().schema_prefix))
