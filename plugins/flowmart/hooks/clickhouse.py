"""Airflow connections of type ``clickhouse``: for Flowmart and for users' own SQL in DAGs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from airflow.providers.common.sql.hooks.sql import DbApiHook
from clickhouse_driver import dbapi
from clickhouse_driver.util.helpers import parse_url
from sqlalchemy.engine import make_url

from flowmart.core.errors import ConfigError
from flowmart.engines.clickhouse_client import SETTINGS, Dsn

if TYPE_CHECKING:
    from airflow.sdk import Connection
    from sqlalchemy.engine import URL

_INSERT = "insert into {} {} values"  # and nothing behind it: rows follow in columns of their types


class ClickHouseHook(DbApiHook):
    """
    ClickHouse over its native protocol, with the settings that Flowmart itself uses.

    Extras of the connection are parameters of clickhouse-driver (``secure``, ``verify``,
    ``ca_certs``, ``compression``, ``alt_hosts``, …), settings of the server, and ``cluster``.

    :param clickhouse_conn_id: the Airflow connection.
    :param schema: database to use in place of the connection's own.
    """

    conn_name_attr = "clickhouse_conn_id"
    default_conn_name = "flowmart_warehouse"
    conn_type = "clickhouse"
    hook_name = "ClickHouse"
    supports_executemany = True

    def __init__(self, *args: Any, schema: str | None = None, **kwargs: Any) -> None:
        kwargs = {"insert_statement_format": _INSERT} | kwargs
        super().__init__(*args, schema=schema, **kwargs)
        self.schema = schema

    def get_conn(self) -> dbapi.connection.Connection:
        """
        A DB-API connection; its cursors connect when they run their first statement.

        :raises ConfigError: if the connection has no host, or an unreadable extra.
        """
        return dbapi.connect(self._dsn().url(**SETTINGS))

    @property
    def sqlalchemy_url(self) -> URL:
        """The URL for SQLAlchemy engines and inspectors."""
        return make_url(self._dsn().url("clickhouse+native", **SETTINGS))

    def get_uri(self) -> str:
        """The URL for SQLAlchemy, with the password: not for logs."""
        return self.sqlalchemy_url.render_as_string(hide_password=False)

    def _dsn(self) -> Dsn:
        return Dsn(clickhouse_dsn(self.connection, self.schema))

    @staticmethod
    def _serialize_cell(cell: Any, conn: Any = None) -> Any:
        """Pass values on unchanged: the driver knows the columns' types."""
        return cell


def clickhouse_dsn(connection: Connection, database: str | None = None) -> str:
    """
    A connection as ``clickhouse://user:password@host:port/database?extras``.

    :param database: in place of the connection's own.
    :raises ConfigError: if the connection has no host, or an extra that the driver cannot read.
    """
    where = f"connection {connection.conn_id}"
    if not connection.host:
        raise ConfigError(
            "The connection has no host",
            where=where,
            next_step="edit the connection and fill in its host",
        )
    host = connection.host.strip("[]")
    host = f"[{host}]" if host.count(":") > 1 else host
    port = f":{connection.port}" if connection.port else ""
    user, password = (
        quote(part or "", safe="") for part in (connection.login, connection.password)
    )
    login = f"{user or 'default'}:{password}@" if user or password else ""
    extras = {
        name: _text(value) for name, value in connection.extra_dejson.items() if value is not None
    }
    rest = f"?{urlencode(extras)}" if extras else ""
    dsn = f"clickhouse://{login}{host}{port}/{database or connection.schema or ''}{rest}"
    try:
        parse_url(dsn)
    except (ValueError, LookupError, AttributeError) as error:
        raise ConfigError(
            f"The connection's host, port or extras cannot be read: {error}",
            where=where,
            next_step="write the extras as clickhouse-driver and the server know them, such as "
            '{"secure": true, "compression": "lz4"}',
        ) from error
    return dsn


def _text(value: Any) -> str:
    """An extra as text for the driver and the server, for which true is 1."""
    return str(int(value) if isinstance(value, bool) else value)
