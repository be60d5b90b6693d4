"""ClickHouse's native driver: connection string, settings, parameters, version check."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from clickhouse_driver import Client
from clickhouse_driver.util.escape import escape_param
from clickhouse_driver.util.helpers import parse_url

from flowmart.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST_VERSION = (25, 8)

# It warns about the time zone at every query; errors are raised anyway.
logging.getLogger("clickhouse_driver.connection").setLevel(logging.ERROR)

# Makes queries mean the same as on PostgreSQL (docs/adr/0003, 0010).
SETTINGS: dict[str, Any] = {
    "join_use_nulls": 1,
    "aggregate_functions_null_for_empty": 1,
    "prefer_column_name_to_alias": 1,
    "cast_keep_nullable": 1,
    "union_default_mode": "DISTINCT",
    "except_default_mode": "DISTINCT",
    "insert_null_as_default": 0,
    "use_variant_as_common_type": 0,
    "session_timezone": "UTC",
    "lightweight_deletes_sync": 2,
    "mutations_sync": 2,
    "max_insert_threads": 2,
}

_CONNECTION_DEFAULTS = {
    "client_name": "flowmart",
    "connect_timeout": "10",
    "send_receive_timeout": "900",
    "tcp_keepalive": "60,10,6",
}


class Dsn:
    """
    A parsed connection string.

    :param text: ``clickhouse://user:password@host:port/database?parameters``; ``clickhouses``
        means TLS. Parameters are those of clickhouse-driver, settings of the server, and
        ``cluster``, the name of a cluster to keep the tables on.
    :raises ConfigError: if it cannot be read.
    """

    def __init__(self, text: str) -> None:
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:  # its text may quote the password
            raise _unreadable() from None
        if not parts.hostname:
            raise _unreadable()
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.cluster = given.pop("cluster", "")
        self.database = parts.path.lstrip("/") or "default"
        self.where = f"{parts.hostname}:{port or (9440 if parts.scheme[-1] == 's' else 9000)}"
        self._parts = parts
        self._given = given
        try:
            parse_url(self.url())
        except (ValueError, IndexError, AttributeError):  # a parameter that the driver cannot read
            raise _unreadable() from None

    def url(self, scheme: str | None = None, **defaults: Any) -> str:
        """The string, password included, with defaults for parameters that it does not have."""
        query = {name: str(value) for name, value in defaults.items()} | self._given
        scheme = scheme or self._parts.scheme
        return urlunsplit((scheme, self._parts.netloc, f"/{self.database}", urlencode(query), ""))


def connect(dsn: Dsn, settings: Mapping[str, Any]) -> Client:
    """
    A client with its connection open.

    :param settings: sent with every query.
    :raises ConfigError: if the server is older than Flowmart supports.
    """
    client = Client.from_url(dsn.url(**_CONNECTION_DEFAULTS))
    client.settings = SETTINGS | client.settings | dict(settings)
    client.connection.connect()
    info = client.connection.server_info
    version = (info.version_major, info.version_minor)
    if version < OLDEST_VERSION:
        client.disconnect()
        raise ConfigError(
            f"The server is ClickHouse {version[0]}.{version[1]}",
            where=dsn.where,
            next_step="update it to {}.{} or later".format(*OLDEST_VERSION),
        )
    return client


def bind(sql: str, params: Mapping[str, Any] | None) -> str:
    """
    Put parameters into a statement, as literals of ClickHouse.

    :param sql: ``%(name)s`` stands for a parameter.
    :param params: name -> value; None leaves the statement and its percent signs unchanged.
    """
    if params is None:
        return sql
    return sql % {name: _literal(value) for name, value in params.items()}


def _literal(value: Any) -> str:
    if isinstance(value, datetime):  # the driver drops microseconds
        return f"toDateTime64('{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}', 6, 'UTC')"
    if isinstance(value, date):
        return f"toDate('{value}')"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_literal, value))}]"
    return str(escape_param(value, context=None))


def _unreadable() -> ConfigError:
    return ConfigError(
        "The warehouse's connection string cannot be read",
        where="connection flowmart_warehouse, or FLOWMART_WAREHOUSE_DSN",
        next_step="write it as clickhouse://user:password@host:9000/?secure=true&compression=lz4",
    )
