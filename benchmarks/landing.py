"""
``python benchmarks/landing.py``: what extraction costs the client, in processor time per issue.

A server in another process gives the same prepared answers for Yandex Tracker issues, each with a
history of 20 transitions. ``--code`` takes several folders with a checkout of Flowmart, which are
measured in turn: so two versions meet the same machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_ISSUES = 500  # a page of the search
_TRANSITIONS = 20
_API = "https://api.tracker.yandex.net/v3"
_HERE = Path(__file__).resolve()


def main() -> None:
    """Measure each version in turn, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--code", type=Path, nargs="+", default=[_HERE.parents[1]])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--client", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        print(read(options.client))
        return
    receiving, sending = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(sending,), daemon=True)
    server.start()
    url = receiving.recv()
    taken: dict[Path, list[float]] = {code: [] for code in options.code}
    for _ in range(options.rounds):
        for code in options.code:
            taken[code].append(_measure(code, url))
    server.terminate()
    print(f"{_ISSUES} issues, a history of {len(_changelog(0)) / 1000:.1f} kB each\n")
    print("| code | ms per issue: median | least | ratio to the first |\n|---|---|---|---|")
    first = statistics.median(taken[options.code[0]])
    for code, times in taken.items():
        median = statistics.median(times)
        print(f"| {code.name} | {median:.2f} | {min(times):.2f} | {median / first:.2f} |")


def _measure(code: Path, url: str) -> float:
    environment = {**os.environ, "PYTHONPATH": str(code.resolve() / "plugins")}
    words = [sys.executable, str(_HERE), "--client", url]
    return float(subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def read(url: str) -> float:
    """
    Land the issues and their histories.

    :param url: address of the server.
    :return: milliseconds of processor time per issue.
    """
    from flowmart.core.batch import Batch
    from flowmart.core.window import Window
    from flowmart.landing.reader import read_records
    from flowmart.landing.writer import land_stream
    from flowmart.sources.base import SourceConnection
    from flowmart.sources.registry import make_source

    batch = Batch(
        "yandex_tracker",
        "yandex_tracker",
        "benchmark",
        Window.parse("2026-11-01T00:00Z", "2026-11-02T00:00Z"),
    )
    source = make_source("yandex_tracker", SourceConnection(url, "t", extra={"org_id": "1"}), "t")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        began = time.process_time()
        issues = land_stream(
            root, batch, "issues", lambda after: source.read("issues", batch.window, ()), lambda: 0
        )
        histories = land_stream(
            root,
            batch,
            "changelog",
            lambda after: source.read("changelog", batch.window, read_records(issues)),
            lambda: 0,
        )
        seconds = time.process_time() - began
    assert (issues.rows, histories.rows) == (_ISSUES, _ISSUES * (_TRANSITIONS + 1))
    return seconds / _ISSUES * 1000


def serve(told: Connection) -> None:
    """Serve until killed; sends its address first."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Tracker) as server:
        told.send(f"http://127.0.0.1:{server.server_port}")
        server.serve_forever()


class _Tracker(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = _ANSWERS[self.path.partition("?")[0]]
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _user(number: int) -> dict[str, Any]:
    uid = 1_130_000_000_000_000 + number
    shown = f"Иван Петров {number}"
    return {"self": f"{_API}/users/{uid}", "id": str(uid), "display": shown, "passportUid": uid}


def _status(number: int) -> dict[str, Any]:
    name = ("Открыт", "В работе", "Закрыт")[number % 3]
    key = ("open", "inProgress", "closed")[number % 3]
    return {
        "self": f"{_API}/statuses/{number % 3}",
        "id": f"{number % 3}",
        "key": key,
        "display": name,
    }


def _issue(number: int) -> dict[str, Any]:
    return {
        "self": f"{_API}/issues/CORE-{number}",
        "id": f"593cd211ef7e8a33{number:08x}",
        "key": f"CORE-{number}",
        "version": 7,
        "summary": f"Задача номер {number}",
        "description": "Что-то не работает, и это надо исправить.\n" * 20,
        "createdAt": "2026-10-01T08:00:00.000+0000",
        "updatedAt": f"2026-11-01T12:{number // 60:02}:{number % 60:02}.000+0000",
        "createdBy": _user(number),
        "assignee": _user(number + 1),
        "followers": [_user(number + n) for n in range(5)],
        "status": _status(number),
        "storyPoints": 3.0,
    }


def _changelog(number: int) -> bytes:
    issue = _issue(number)
    told = {name: issue[name] for name in ("self", "id", "key")} | {"display": issue["summary"]}
    entries = [
        {
            "id": f"6033f986bd6c4a04{number:04x}{n:04x}",
            "self": f"{_API}/issues/CORE-{number}/changelog/6033f986bd6c4a04{number:04x}{n:04x}",
            "issue": told,
            "updatedAt": f"2026-10-{n + 1:02}T08:00:00.000+0000",
            "updatedBy": _user(n),
            "type": "IssueWorkflow" if n else "IssueCreated",
            "transport": "front",
            "fields": [
                {
                    "field": {"self": f"{_API}/fields/status", "id": "status", "display": "Статус"},
                    "from": _status(n),
                    "to": _status(n + 1),
                },
                {
                    "field": {"self": f"{_API}/fields/assignee", "id": "assignee"},
                    "from": _user(n),
                    "to": _user(n + 1),
                },
            ][: 1 + n % 2],
        }
        for n in range(_TRANSITIONS + 1)
    ]
    return _json(entries)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


_ANSWERS = {
    "/v3/issues/_count": _json(_ISSUES),
    "/v3/issues/_search": _json([_issue(number) for number in range(_ISSUES)]),
} | {f"/v3/issues/{_issue(n)['id']}/changelog": _changelog(n) for n in range(_ISSUES)}


if __name__ == "__main__":
    main()
