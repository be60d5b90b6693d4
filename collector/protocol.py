"""Guards connections before a request is there: uvicorn waits for ever, and reads any headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from collector.metrics import REFUSED
from collector.rate import network_of
from collector.settings import load_settings

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

# Requests of one connection that wait for the one before them. uvicorn keeps any number of them.
_PIPELINED = 8


class GuardedProtocol(HttpToolsProtocol):
    """HTTP/1.1 with limits on connections, time, and the size of all but the body."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._settings = load_settings()
        self._timer: asyncio.TimerHandle | None = None
        # Runs while there may be answers that the client has not read.
        self._answer_timer: asyncio.TimerHandle | None = None
        # Of the request that is being read: its head, and what frames its body.
        self._beside_body = 0
        self._body = 0
        self._begun = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._network = network_of(self.client[0]) if self.client else None
        if self._has_too_many():
            self._refuse("client", "503 Service Unavailable", "Retry-After: 5\r\n")
        elif len(self.connections) > self._settings.connections and not self._end_idle():
            self._refuse("connections", "503 Service Unavailable", "Retry-After: 5\r\n")
        else:
            self._start_timer("head_slow", self._settings.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_timer()
        self._stop_answer_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read a part of one request, or of several."""
        if self.cycle is None or self.cycle.response_complete:
            self._start_timer("head_slow", self._settings.head_seconds)
        if not self.transport.get_write_buffer_size():
            self._stop_answer_timer()
        self._body = self._begun = 0
        super().data_received(data)
        self._beside_body += len(data) - self._body
        if self._beside_body > self._settings.head_bytes * max(1, self._begun):
            self._refuse("head_size", "431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        """A request begins."""
        if len(self.pipeline) >= _PIPELINED:
            self._refuse("pipelined", "503 Service Unavailable", "Retry-After: 5\r\n")
            # Ends the parser, which would go on with all that has come.
            raise _TooManyError
        super().on_message_begin()
        self._beside_body = 0
        self._begun += 1

    def on_headers_complete(self) -> None:
        """The body may take its own time."""
        self._stop_timer()
        self._start_timer("slow", self._settings.body_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is there."""
        self._stop_timer()
        super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body += len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        """An answer is written; the client has its time to read it."""
        self._start_answer_timer()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP."""
        if self.transport.is_closing():
            return
        REFUSED.labels("http").inc()
        super().send_400_response(msg)
        self._start_answer_timer()

    def _has_too_many(self) -> bool:
        """Whether the client has more connections than it may; a proxy has those of its clients."""
        most = self._settings.client_connections
        if not most or self._settings.proxies or not self._network:
            return False
        return sum(one._network == self._network for one in self._all()) > most

    def _end_idle(self) -> bool:
        """Close the connection that has been idle longest, if any is."""
        # All may be idle for the same time.
        idle = {until: one for one in self._all() if (until := one._idle_until)}
        if idle:
            idle[min(idle)].transport.close()
        return bool(idle)

    @property
    def _idle_until(self) -> float:
        """When it is closed if no request comes; 0 while there is one."""
        timer = self.timeout_keep_alive_task
        return timer.when() if timer and not self.transport.is_closing() else 0

    def _all(self) -> Iterator[GuardedProtocol]:
        return (one for one in self.connections if isinstance(one, GuardedProtocol))

    def _start_timer(self, reason: str, seconds: float) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(seconds, self._too_slow, reason)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _start_answer_timer(self) -> None:
        if self._answer_timer is None:
            self._answer_timer = self.loop.call_later(
                self._settings.answer_seconds, self._end_unread
            )

    def _stop_answer_timer(self) -> None:
        if self._answer_timer:
            self._answer_timer.cancel()
            self._answer_timer = None

    def _end_unread(self) -> None:
        """A close would wait until everything is read."""
        self._answer_timer = None
        if self.transport.get_write_buffer_size():
            REFUSED.labels("unread").inc()
            self.transport.abort()

    def _too_slow(self, reason: str) -> None:
        self._timer = None
        self._refuse(reason, "408 Request Timeout")

    def _refuse(self, reason: str, status: str, header: str = "") -> None:
        if self.transport.is_closing():
            return
        REFUSED.labels(reason).inc()
        if self.cycle:
            # Nothing of this request may be kept any more.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        lines = f"HTTP/1.1 {status}\r\n{header}Connection: close\r\nContent-Length: 0\r\n\r\n"
        self.transport.write(lines.encode())
        self.transport.close()
        self._start_answer_timer()


class _TooManyError(Exception):
    """More requests than may wait."""
