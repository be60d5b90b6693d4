"""A sandbox with an invented company of 60 days, and the source that reads it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from flowmart.core.window import Window
from flowmart.http.limits import Limits
from flowmart.sources.base import Page, Record, SourceConnection
from flowmart.sources.registry import make_source
from local.sandbox.company.generator import generate
from local.sandbox.company.story import Story, tell
from local.sandbox.faults import Faults
from local.sandbox.server import listening
from local.sandbox.yandex_tracker.app import ORG_ID, TRACKER_TOKEN, TrackerApp
from local.sandbox.yandex_tracker.history import tracker_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowmart.sources.base import Source
    from local.sandbox.yandex_tracker.issue import Issue
    from local.sandbox.yandex_tracker.store import TrackerStore

INSTANCE = "yandex_tracker__acme"
EVERYTHING = Window.parse("2026-01-01T00:00Z", "2026-11-23T00:00Z")
ISSUES = 250
SECOND, HOUR = 1000, 3_600_000


@dataclass(frozen=True)
class Server:
    """A running sandbox."""

    url: str
    app: TrackerApp

    @property
    def store(self) -> TrackerStore:
        return self.app.store

    @property
    def faults(self) -> Faults:
        return self.app.faults

    @property
    def snapshots(self) -> dict[str, Any]:
        """The scrolls that the server still holds."""
        return self.app._endpoints._scrolls._held

    def asked(self, *paths: str) -> int:
        """How often some paths were asked for."""
        return sum(self.app.requests[path] for path in paths)


@contextmanager
def served(store: TrackerStore, **settings: Any) -> Iterator[Server]:
    """A server over a store."""
    app = TrackerApp(store, Faults(), **settings)
    with listening(app.app) as url:
        yield Server(url, app)


def open_source(
    server: Server,
    *,
    token: str = TRACKER_TOKEN,
    extra: dict[str, Any] | None = None,
    instance: str = INSTANCE,
    **options: Any,
) -> Source:
    """The source over a running sandbox."""
    connection = SourceConnection(
        server.url,
        token,
        extra={"org_id": ORG_ID} if extra is None else extra,
        limits=Limits(concurrency=3),
    )
    return make_source("yandex_tracker", connection, instance, options)


def window_ms(start: int, end: int) -> Window:
    """A window between two epoch milliseconds."""
    return Window(*(datetime.fromtimestamp(at / 1000, UTC) for at in (start, end)))


def pages(
    source: Source, stream: str, window: Window = EVERYTHING, parents: Iterable[Record] = ()
) -> list[Page]:
    """All pages of a stream."""
    return list(source.read(stream, window, parents))


def rows(found: Iterable[Page]) -> list[Record]:
    """All records of pages, in the order in which they came."""
    return [record for page in found for record in page.records]


def read(
    source: Source, stream: str, window: Window = EVERYTHING, parents: Iterable[Record] = ()
) -> list[Record]:
    """All records of a stream."""
    return rows(source.read(stream, window, parents))


def ids(records: Iterable[Record]) -> list[str]:
    """Record ids, sorted, so that repeats show."""
    return sorted(record.record_id for record in records)


def visible_ids(server: Server) -> list[str]:
    """Ids of all issues that the reader sees, sorted."""
    return sorted(issue.id for issue in server.store.visible())


def updates(server: Server) -> list[int]:
    """When the visible issues were updated last, ascending."""
    return sorted(issue.updated_at for issue in server.store.visible())


def updated_within(server: Server, start: int, end: int) -> list[str]:
    """Ids of the visible issues whose last update lies in ``[start, end)``, by a slow look."""
    return sorted(i.id for i in server.store.visible() if start <= i.updated_at < end)


def issue_of(server: Server, record: Record) -> Issue:
    """The store's issue behind a record."""
    return server.store.issues[record.record_id]


@pytest.fixture(scope="session")
def story() -> Story:
    """The invented company."""
    return tell(generate(seed=11, tasks=ISSUES, days=60))


@pytest.fixture
def store(story: Story) -> TrackerStore:
    """Its Tracker."""
    return tracker_store(story)


@pytest.fixture
def server(store: TrackerStore) -> Iterator[Server]:
    with served(store) as running:
        yield running


@pytest.fixture
def source(server: Server) -> Source:
    return open_source(server)


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let repeated requests follow each other at once."""
    monkeypatch.setattr("flowmart.http.retry._wait", lambda _: 0)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages hold 100 issues, the fewest that a scroll's can."""
    monkeypatch.setattr("flowmart.sources.yandex_tracker.search.PAGE_SIZE", 100)
