"""Airflow connections of type ``clickhouse``: for Flowmart, and for Airflow's SQL operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from airflow.providers.common.sql.hooks.sql import DbApiHook
from clickhouse_driver import dbapi

from flowmart.engines.clickhouse_client import SETTINGS, Dsn

if TYPE_CHECKING:
    from airflow.sdk import Connection


class ClickHouseHook(DbApiHook):
    """
    ClickHouse over its native protocol.

    Extras of the connection are parameters of clickhouse-driver (``secure``, ``verify``,
    ``ca_certs``, ``compression``, ``alt_hosts``, …), settings of the server, and ``cluster``.

    :param clickhouse_conn_id: the Airflow connection.
    """

    conn_name_attr = "clickhouse_conn_id"
    default_conn_name = "flowmart_warehouse"
    conn_type = "clickhouse"
    hook_name = "ClickHouse"
    supports_autocommit = True

    def get_conn(self) -> dbapi.connection.Connection:
        """Open a DB-API connection with Flowmart's settings."""
        url = Dsn(clickhouse_dsn(self.get_connection(self.get_conn_id()))).url(**SETTINGS)
        return dbapi.connect(url)

    def set_autocommit(self, conn: Any, autocommit: bool) -> None:
        """ClickHouse has no transactions, so that every statement commits by itself."""


def clickhouse_dsn(connection: Connection) -> str:
    """A connection as ``clickhouse://user:password@host:port/database?extras``."""
    user, password = (
        quote(part or "", safe="") for part in (connection.login, connection.password)
    )
    login = f"{user or 'default'}:{password}@" if user or password else ""
    port = f":{connection.port}" if connection.port else ""
    extras = {name: str(value) for name, value in connection.extra_dejson.items()}
    rest = f"?{urlencode(extras)}" if extras else ""
    return f"clickhouse://{login}{connection.host}{port}/{connection.schema or ''}{rest}"
