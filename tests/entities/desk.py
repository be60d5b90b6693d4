"""A service desk of the test's own: what it holds, and the same over HTTP."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.records import make_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.sources.base import Record

MINUTE = 60_000
START = 1_767_225_600_000  # 2026-01-01T00:00:00Z, in milliseconds
SNAPSHOTS = ("teams", "machines", "users")

Json = dict[str, Any]


def day(number: int) -> str:
    """A day of January 2026, as the desk writes it."""
    return f"2026-01-{number:02}"


@dataclass
class Desk:
    """
    What the desk holds now: stream -> id -> object. Every change gets a later `updated`.

    :param now: of the last change, in minutes since the beginning of 2026.
    """

    streams: dict[str, dict[str, Json]] = field(default_factory=dict)
    now: int = 0

    def __post_init__(self) -> None:
        for stream in SNAPSHOTS:
            self.streams[stream] = {}
        self.put("users", "ann", login="ann", name="Ann")

    @property
    def milliseconds(self) -> int:
        """The moment of the last change, since 1970."""
        return START + self.now * MINUTE

    def put(self, stream: str, id: str, *, of: str | None = None, **members: Any) -> None:
        """Keep an object; one of the same id is replaced."""
        self.now += 1
        parent = {} if of is None else {"of": of}
        thing = {"id": id, **parent, "updated": self.milliseconds, **members}
        self.streams.setdefault(stream, {})[id] = thing

    def remove(self, stream: str, id: str) -> None:
        """Delete an object."""
        del self.streams[stream][id]

    def ticket(self, id: str, *, title: str = "It is broken", **members: Any) -> None:
        """A ticket as it is now; `team` and `author` are ids."""
        self.put("tickets", id, title=title, **members)

    def step(self, id: str, ticket: str, **members: Any) -> None:
        """A step of a ticket."""
        known = {"day": day(1), "state": "open", "minutes": 10, "cost": "1.50"}
        self.put("ticket_steps", id, of=ticket, **known | members)

    def report(self, id: str, machine: str, on: str, *readings: tuple[int, str]) -> None:
        """A report of a machine's day, with readings: starts and kilowatt-hours."""
        for number, (starts, energy) in enumerate(readings):
            self.put("report_readings", f"{id}-{number}", of=id, starts=starts, energy=energy)
        self.put("reports", id, machine=machine, day=on)

    def records(self, *streams: str) -> dict[str, list[Record]]:
        """What some streams hold, or all of them, as a source would read it."""
        return {
            stream: [
                make_record(thing["id"], thing.get("of"), thing["updated"], thing)
                for thing in self.streams[stream].values()
            ]
            for stream in streams or self.streams
        }

    def records_of(self, *ids: str) -> dict[str, list[Record]]:
        """Some tickets and reports with all that belongs to them."""
        return {
            stream: [r for r in records if r.record_id in ids or r.parent_id in ids]
            for stream, records in self.records().items()
            if stream not in SNAPSHOTS
        }


@contextmanager
def serve(desk: Desk) -> Iterator[str]:
    """Answer for a desk over HTTP; the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            stream, _, id = url.path.strip("/").partition("/")
            things = desk.streams.get(stream, {})
            if id and id not in things:
                self._answer(404, {})
            elif id:
                self._answer(200, things[id])
            else:
                asked = dict(parse_qsl(url.query))
                self._answer(200, [t for t in things.values() if _is_asked_for(t, asked)])

        def _answer(self, status: int, body: Any) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _is_asked_for(thing: Json, asked: dict[str, str]) -> bool:
    if "of" in asked:
        return thing.get("of") == asked["of"]
    if "from" in asked:
        return int(asked["from"]) <= thing["updated"] < int(asked["to"])
    return True
