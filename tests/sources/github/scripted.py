"""A GitHub that answers as it is told: one answer per request, the last one for ever."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from flowmart.sources.base import SourceConnection
from flowmart.sources.github.api import GitHub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "ghp_0123456789abcdefghij"
INSTANCE = "github__acme"


@dataclass
class Told:
    """
    An answer.

    :param body: bytes, or what becomes JSON.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """What a request said."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Scripted:
    """The server: ``answer`` may be replaced by a function of the request."""

    url: str
    answers: list[Told]
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    answer: Callable[[Asked], Told] | None = None

    def next(self, asked: Asked) -> Told:
        """The answer to a request."""
        self.asked.append(asked)
        if self.answer:
            return self.answer(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def scripted(*answers: Told) -> Iterator[Scripted]:
    """Run such a server."""
    state = Scripted("", list(answers))
    lock, at_once = threading.Lock(), [0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            with lock:
                at_once[0] += 1
                state.most_at_once = max(state.most_at_once, at_once[0])
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(raw) if raw else None
            told = state.next(Asked(self.command, self.path, dict(self.headers), body))
            content = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
            self.send_response_only(told.status)
            for name, value in {**told.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            with lock:
                at_once[0] -= 1
            self.wfile.write(content)

        do_GET = do_POST = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def api_of(server: Scripted, *, share: float = 1, token: str = TOKEN, **extra: Any) -> GitHub:
    """The client of a server, with a budget of its own."""
    connection = SourceConnection(server.url, token, extra=extra)
    return GitHub(connection, INSTANCE, share)
