"""The sandbox's GitHub, remembering what it was asked, with moments to act between two requests."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowmart.core.window import Window
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from local.sandbox.github.app import TOKEN, GitHubApp
from local.sandbox.github.faults import GitHubFaults
from local.sandbox.server import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from flowmart.sources.base import Page, Record
    from flowmart.sources.github.source import GithubSource
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node

INSTANCE = "github__acme"
EVERYTHING = Window.parse("2020-01-01T00:00Z", "2026-11-29T00:00Z")


class RememberingGitHub(GitHubApp):
    """The sandbox; it keeps what was asked, and calls ``then`` after each answer."""

    def __init__(self, store: GitHubStore, **settings: Any) -> None:
        super().__init__(store, GitHubFaults(), **settings)
        self.queries_asked: list[dict[str, Any]] = []
        self.calls_asked: list[str] = []
        self.then: Callable[[], None] = lambda: None

    def _answer_query(self, request: Request, raw: bytes) -> Response:
        self.queries_asked.append(json.loads(raw))
        answer = super()._answer_query(request, raw)
        self.then()
        return answer

    def _answer_call(self, request: Request) -> Response:
        self.calls_asked.append(f"{request.url.path}?{request.url.query}")
        answer = super()._answer_call(request)
        self.then()
        return answer

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """The variables of all queries of an operation."""
        return [
            body["variables"]
            for body in self.queries_asked
            if f"query {operation}(" in body["query"]
        ]


@dataclass(frozen=True)
class Server:
    """A running sandbox."""

    url: str
    app: RememberingGitHub

    @property
    def store(self) -> GitHubStore:
        return self.app.store

    @property
    def faults(self) -> GitHubFaults:
        return self.app.faults

    def repository(self, name: str) -> Node:
        """A repository of the organization."""
        found = self.store.repository("acme", name)
        assert found is not None
        return found

    def items(self, kind: str) -> list[Node]:
        """All issues, or all ``pullRequests``."""
        return [item for repository in self.store.repositories for item in repository[kind]]

    @property
    def requests(self) -> int:
        """How many requests came."""
        return len(self.app.queries_asked) + len(self.app.calls_asked)


@contextmanager
def served(store: GitHubStore, **settings: Any) -> Iterator[Server]:
    """A server over a store."""
    app = RememberingGitHub(store, **settings)
    with listening(app.app) as url:
        yield Server(url, app)


def open_source(
    server: Server, token: str = TOKEN, extra: dict[str, Any] | None = None, **options: Any
) -> GithubSource:
    """The source over a running sandbox."""
    connection = SourceConnection(server.url, token, extra=extra or {}, timeout_seconds=10)
    given = options or {"organizations": ["acme"]}
    return make_source("github", connection, INSTANCE, given)  # type: ignore[return-value]


def read(
    source: GithubSource, stream: str, window: Window = EVERYTHING, after: Any = None
) -> list[Record]:
    """All records of a stream."""
    return rows(source.read(stream, window, (), after))


def rows(found: Iterable[Page]) -> list[Record]:
    """All records of pages, in the order in which they came."""
    return [record for page in found for record in page.records]


def ids(records: Iterable[Record]) -> list[str]:
    """Record ids, sorted, so that repeats show."""
    return sorted(record.record_id for record in records)


def updated_within(server: Server, kind: str, start: str, end: str) -> list[str]:
    """Ids of what was updated last within two times, by a slow look."""
    return sorted(i["id"] for i in server.items(kind) if start <= i["updatedAt"] < end)
