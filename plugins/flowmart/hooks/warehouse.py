"""Opens the warehouse with ``flowmart_warehouse``, or with the connection of a role."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from airflow.sdk import BaseHook

from flowmart.core.errors import ConfigError
from flowmart.engines.base import Engine, Schemas
from flowmart.engines.open import open_engine
from flowmart.engines.roles import LOADER, PUBLISHER, READER
from flowmart.hooks.clickhouse import clickhouse_dsn
from flowmart.hooks.connection import get_connection, has_connection, postgres_dsn
from flowmart.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import Connection


class WarehouseHook(BaseHook):
    """
    Opens the warehouse that all instances share.

    :param warehouse_conn_id: Airflow connection of the warehouse; its type selects the engine.
    """

    conn_name_attr = "warehouse_conn_id"
    default_conn_name = "flowmart_warehouse"
    hook_name = "Flowmart warehouse"

    def __init__(self, warehouse_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.warehouse_conn_id = warehouse_conn_id

    @classmethod
    def with_role(cls, role: str) -> WarehouseHook:
        """
        With a connection for one kind of work, where there is one, else with the default.

        :param role: one of :mod:`flowmart.engines.roles`.
        :raises ConfigError: if there is a publisher without a loader: it could not publish what
            the default connection has built.
        """
        if role != READER and has_connection(PUBLISHER) and not has_connection(LOADER):
            raise ConfigError(
                "There is a publisher's connection, but no loader's",
                where=f"connection {LOADER}",
                next_step=f"add {LOADER} as well, or remove {PUBLISHER}",
            )
        return cls(role) if has_connection(role) else cls()

    @functools.cached_property
    def engine(self) -> Engine:
        """
        The engine for the connection's type.

        :raises ConfigError: if the connection is missing or of another type.
        """
        connection = get_connection(self.warehouse_conn_id)
        if connection.conn_type not in _DSN_OF_TYPE:
            raise ConfigError(
                f"A connection of type {connection.conn_type!r} cannot be the warehouse",
                where=f"connection {self.warehouse_conn_id}",
                next_step="use a connection of type postgres or clickhouse",
            )
        schemas = Schemas.with_prefix(load_settings().schema_prefix)
        return open_engine(_DSN_OF_TYPE[connection.conn_type](connection), schemas)


_DSN_OF_TYPE: dict[str, Callable[[Connection], str]] = {
    "postgres": postgres_dsn,
    "postgresql": postgres_dsn,
    "clickhouse": clickhouse_dsn,
}
