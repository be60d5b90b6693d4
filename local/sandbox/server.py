"""The sandbox as a running server."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

_LOOPBACK = "127.0.0.1"


def make_server(app: ASGIApp, certificate: Path | None = None) -> uvicorn.Server:
    """
    A uvicorn server over an application, quiet but for its own failures.

    :param certificate: a certificate and its key, with which it speaks TLS.
    """
    config = uvicorn.Config(
        app,
        ssl_certfile=certificate,
        log_level="error",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def listen(port: int, host: str = _LOOPBACK) -> socket.socket:
    """
    Take a port of an interface; from now on callers wait instead of being refused.

    :param port: its number, or 0 for any that is free.
    :param host: the interface's address.
    :raises OSError: if it is taken.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((host, port))
    bound.listen(128)
    return bound


def address(bound: socket.socket, scheme: str = "http") -> str:
    """The URL of a bound port."""
    host, port = bound.getsockname()
    return f"{scheme}://{host}:{port}"


@contextmanager
def listening(app: ASGIApp, port: int = 0, certificate: Path | None = None) -> Iterator[str]:
    """
    Run an application in a thread of this process, on loopback only; gives its address.

    :param port: port number, or 0 for any that is free.
    :param certificate: a certificate and its key, with which it speaks TLS.
    """
    server = make_server(app, certificate)
    bound = listen(port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield address(bound, "https" if certificate else "http")
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        bound.close()
