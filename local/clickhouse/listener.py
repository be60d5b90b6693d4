"""A listening socket, with what all of its conversations share."""

from __future__ import annotations

import socketserver
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.clickhouse.backend import Backend

_LOOPBACK = "127.0.0.1"


class Listener(socketserver.ThreadingTCPServer):
    """
    A socket on loopback, with a thread for each client.

    :param port: where it listens; 0 for any free port.
    :param conversation: how it talks with a client.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, port: int, conversation: type[socketserver.BaseRequestHandler], backend: Backend
    ) -> None:
        self.backend = backend
        super().__init__((_LOOPBACK, port), conversation)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up; print the rest."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])
