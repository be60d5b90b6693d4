"""The queries under way: no two with one id, and none for a client that is gone."""

from __future__ import annotations

import select
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.clickhouse.errors import QUERY_ID_IN_USE, ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOK_EVERY_SECONDS = 0.1


@dataclass(eq=False)
class RunningQuery:
    """
    A query under way.

    :param tag: its connection's mark in the engine.
    :param client: the client's socket.
    :param cancel_byte: what the client sends to cancel it, None if it cannot.
    :param cancelled: the client sent it.
    :param ended: there is nothing left to kill.
    :param lock: held while one kills or ends it, so that no later query is hit.
    """

    tag: str
    client: socket.socket
    cancel_byte: bytes | None
    cancelled: bool = False
    ended: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_unwanted(self) -> bool:
        """Whether the client has cancelled it or is gone."""
        poll = select.poll()
        poll.register(self.client, select.POLLIN)
        if not poll.poll(0):
            return False
        with suppress(BlockingIOError):
            try:
                ahead = self.client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except ConnectionError:
                return True
            self.cancelled = self.cancelled or ahead == self.cancel_byte
            return self.cancelled or not ahead
        return False


class RunningQueries:
    """
    All queries under way, and the thread that looks after their clients.

    :param kill: has the queries of a connection end, by its tag.
    """

    def __init__(self, kill: Callable[[str], None]) -> None:
        self._kill = kill
        self._lock = threading.Lock()
        self._all: set[RunningQuery] = set()
        self._by_id: dict[str, RunningQuery] = {}
        threading.Thread(target=self._watch, name="clients", daemon=True).start()

    @contextmanager
    def entry(
        self, query_id: str, tag: str, client: socket.socket, cancel_byte: bytes | None = None
    ) -> Iterator[RunningQuery]:
        """
        Have a query in the list while it runs.

        :param query_id: the client's name for it; empty for none.
        :raise ServerError: another one with this name runs.
        """
        query = RunningQuery(tag, client, cancel_byte)
        with self._lock:
            if query_id in self._by_id:
                raise ServerError(
                    QUERY_ID_IN_USE, f"Query with id = {query_id} is already running."
                )
            if query_id:
                self._by_id[query_id] = query
            self._all.add(query)
        try:
            yield query
        finally:
            with query.lock:
                query.ended = True
            with self._lock:
                self._all.discard(query)
                if query_id:
                    del self._by_id[query_id]

    def tag(self, query_id: str) -> str | None:
        """The mark of the connection on which the query with this id runs."""
        with self._lock:
            query = self._by_id.get(query_id)
        return query.tag if query else None

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK_EVERY_SECONDS)
            with self._lock:
                queries = list(self._all)
            for query in queries:
                # Killed again at each look: the first time it may not have begun yet.
                with query.lock, suppress(Exception):
                    if not query.ended and query.is_unwanted():
                        self._kill(query.tag)
