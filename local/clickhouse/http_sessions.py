"""Sessions that outlive an HTTP request, by the name that the client gave them."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.clickhouse.errors import SESSION_LOCKED, SESSION_NOT_FOUND, ServerError
from local.clickhouse.sessions import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.clickhouse.engine import Engine

_TIMEOUT_SECONDS = 60.0


@dataclass
class _Named:
    session: Session
    expires: float
    busy: bool = True


class HttpSessions:
    """
    The sessions by their names.

    :param engine: where they run.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._named: dict[str, _Named] = {}

    @contextmanager
    def session(self, name: str, timeout: str, *, must_exist: bool) -> Iterator[Session]:
        """
        The session for a request.

        :param name: empty for one that lives only as long as the request.
        :param timeout: seconds for which to keep it afterwards; empty for ClickHouse's default.
        :param must_exist: refuse to begin a new one.
        :raise ServerError: another request is using it.
        """
        if not name:
            session = Session(self._engine)
            try:
                yield session
            finally:
                session.close()
            return
        named = self._take(name, must_exist=must_exist)
        try:
            yield named.session
        finally:
            with self._lock:
                named.expires = time.monotonic() + float(timeout or _TIMEOUT_SECONDS)
                named.busy = False

    def _take(self, name: str, *, must_exist: bool) -> _Named:
        now = time.monotonic()
        with self._lock:
            for old in [k for k, v in self._named.items() if not v.busy and v.expires < now]:
                self._named.pop(old).session.close()
            named = self._named.get(name)
            if named is None:
                if must_exist:
                    raise ServerError(SESSION_NOT_FOUND, "Session not found")
                named = self._named[name] = _Named(Session(self._engine), now)
            elif named.busy:
                raise ServerError(SESSION_LOCKED, "Session is locked by a concurrent client")
            named.busy = True
            return named
