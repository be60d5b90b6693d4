"""Opens a source with the connection ``flowmart_<instance>``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook, ObjectStoragePath

from flowmart.core.errors import ConfigError
from flowmart.core.instance import source_of
from flowmart.hooks.connection import get_connection, postgres_dsn
from flowmart.http.limits import Limits
from flowmart.settings import load_settings
from flowmart.sources.base import Source, SourceConnection
from flowmart.sources.registry import get_spec, make_source

if TYPE_CHECKING:
    from airflow.sdk import Connection

_NAMES = {"host": "host", "password": "password (the API token)"}


class SourceHook(BaseHook):
    """
    Opens one source instance.

    The connection's host (a URL, or a host with port and ``schema`` http or https) is the API's
    base, its password the token. Extras: ``verify`` (true, false or a CA file) and
    ``timeout_seconds``; further ones go to the source. A source without an API is a folder,
    any path or URL that Airflow can open, or a database; it checks itself which one it needs.

    :param instance: name of the instance in ``flowmart.yaml``.
    """

    conn_name_attr = "source_conn_id"
    hook_name = "Flowmart source"

    def __init__(self, instance: str) -> None:
        super().__init__()
        self.instance = instance
        self.source_conn_id = f"flowmart_{instance}"

    def get_source(self) -> Source:
        """
        Build the source with its credentials.

        :raises ConfigError: if the connection is missing or has no host or token.
        """
        connection = get_connection(self.source_conn_id)
        for field in get_spec(source_of(self.instance)).connection_needs:
            if not getattr(connection, field):
                name = _NAMES[field]
                raise ConfigError(
                    f"The connection has no {name}",
                    where=f"connection {self.source_conn_id}",
                    next_step=f"edit the connection and fill in its {name}",
                )
        extra: dict[str, Any] = dict(connection.extra_dejson)
        if folder := extra.get("folder"):
            extra["folder"] = ObjectStoragePath(folder)
        is_database = connection.conn_type in ("postgres", "postgresql")
        settings = load_settings().instance(self.instance)
        return make_source(
            source_of(self.instance),
            SourceConnection(
                base_url=base_url(connection),
                token=connection.password or "",
                verify=extra.pop("verify", True),
                timeout_seconds=self._timeout(extra.pop("timeout_seconds", 30)),
                extra=extra,
                limits=Limits(
                    settings.requests_per_second, settings.requests_per_task, settings.concurrency
                ),
                dsn=postgres_dsn(connection) if is_database else "",
            ),
            self.instance,
            settings.options,
        )

    def _timeout(self, value: Any) -> float:
        try:
            return float(value)
        except (TypeError, ValueError) as error:
            raise ConfigError(
                f"timeout_seconds is {value!r}, not a number",
                where=f"connection {self.source_conn_id}, extra",
                next_step="write it as a number of seconds, such as 30",
            ) from error


def base_url(connection: Connection) -> str:
    """The URL that a connection's host, schema and port make."""
    host = connection.host or ""
    if "://" not in host:
        host = f"{connection.schema or 'https'}://{host}"
    if connection.port and host.count(":") < 2:
        host = f"{host}:{connection.port}"
    return host.rstrip("/")
