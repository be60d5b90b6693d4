"""Phabricator as a running server, for tests and benchmarks."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.sandbox.access import ACCESS
from local.sandbox.faults import Faults
from local.sandbox.phabricator.conduit import Conduit
from local.sandbox.server import listening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.sandbox.company.store import Store

TOKEN = ACCESS["phabricator"].token


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


@contextmanager
def serve(store: Store, port: int = 0, token: str = TOKEN) -> Iterator[Running]:
    """
    Serve a Phabricator store; see :func:`local.sandbox.server.listening`.

    :param store: what to serve.
    :param port: port number, or 0 for any that is free.
    :param token: the only API token to take.
    """
    conduit = Conduit(store, token, Faults())
    with listening(conduit.app, port) as url:
        yield Running(url, token, store, conduit.faults, conduit.requests)
