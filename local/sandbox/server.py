"""The sandbox as a running server."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from local.sandbox.access import ACCESS
from local.sandbox.conduit import Conduit
from local.sandbox.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.types import ASGIApp

    from local.sandbox.store import Store

TOKEN = ACCESS["phabricator"].token
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Running:
    """
    A server that answers.

    :param url: its address, without a slash at the end.
    :param token: the API token that it takes.
    :param store: what it serves; edits take effect at once.
    :param faults: its faults; edits take effect at once.
    :param requests: method -> how often it was called.
    """

    url: str
    token: str
    store: Store
    faults: Faults
    requests: Mapping[str, int]


def make_server(app: ASGIApp) -> uvicorn.Server:
    """A uvicorn server over an application, quiet but for its own failures."""
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def listen(port: int) -> socket.socket:
    """
    Take a port of the loopback interface; from now on callers wait instead of being refused.

    :param port: its number, or 0 for any that is free.
    :raises OSError: if it is taken.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((_LOOPBACK, port))
    bound.listen(128)
    return bound


def address(bound: socket.socket) -> str:
    """The URL of a bound port."""
    return f"http://{_LOOPBACK}:{bound.getsockname()[1]}"


@contextmanager
def listening(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """
    Run an application in a thread of this process, on loopback only; gives its address.

    :param port: port number, or 0 for any that is free.
    """
    server = make_server(app)
    bound = listen(port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield address(bound)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        bound.close()


@contextmanager
def serve(store: Store, port: int = 0, token: str = TOKEN) -> Iterator[Running]:
    """
    Serve a Phabricator store; see :func:`listening`.

    :param store: what to serve.
    :param port: port number, or 0 for any that is free.
    :param token: the only API token to take.
    """
    conduit = Conduit(store, token, Faults())
    with listening(conduit.app, port) as url:
        yield Running(url, token, store, conduit.faults, conduit.requests)
