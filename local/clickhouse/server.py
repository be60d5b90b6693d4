"""The two listening sockets: ClickHouse's native protocol and HTTP."""

from __future__ import annotations

import threading

from local.clickhouse.backend import Backend
from local.clickhouse.engine import Engine
from local.clickhouse.http import HttpConversation
from local.clickhouse.http_sessions import HttpSessions
from local.clickhouse.listener import Listener
from local.clickhouse.native import NativeConversation
from local.clickhouse.running import RunningQueries


class ClickHouseServer:
    """
    An engine and its listeners.

    :param path: the database folder.
    :param tcp_port: port of the native protocol; 0 for any free one.
    :param http_port: port of HTTP, the same way; None for no HTTP.
    :param password: of the user `default`; None lets everybody in.
    """

    def __init__(
        self, path: str, tcp_port: int, http_port: int | None, password: str | None
    ) -> None:
        engine = Engine(path)
        backend = Backend(engine, RunningQueries(engine.kill), HttpSessions(engine), password)
        self._native = Listener(tcp_port, NativeConversation, backend)
        self._http = None if http_port is None else Listener(http_port, HttpConversation, backend)

    @property
    def ports(self) -> list[int]:
        """The ports it listens on: the native protocol's and, if there is one, HTTP's."""
        return [listener.port for listener in self._listeners]

    def start(self) -> None:
        """Serve, in threads that end with the process."""
        for listener in self._listeners:
            threading.Thread(target=listener.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Take no more clients."""
        for listener in self._listeners:
            listener.shutdown()
            listener.server_close()

    @property
    def _listeners(self) -> list[Listener]:
        return [self._native, *([self._http] if self._http else [])]
