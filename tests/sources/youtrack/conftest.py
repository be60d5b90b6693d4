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
from flowmart.sources.registry import get_spec, make_source
from flowmart.sources.youtrack.search import BARE
from local.sandbox.company.generator import generate
from local.sandbox.company.story import Story, tell
from local.sandbox.server import listening
from local.sandbox.youtrack.app import TOKEN
from local.sandbox.youtrack.from_story import youtrack_store
from tests.sources.youtrack.server import BASE_PATH, SpoiledYouTrack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowmart.sources.base import Source
    from local.sandbox.faults import Faults
    from local.sandbox.youtrack.issues import Issue
    from local.sandbox.youtrack.store import YouTrackStore

INSTANCE = "youtrack__acme"
EVERYTHING = Window.parse("2026-01-01T00:00Z", "2026-11-23T00:00Z")
ISSUES = 250
SECOND, HOUR = 1000, 3_600_000
OVERLAP = 600 * SECOND


@dataclass(frozen=True)
class Server:
    """A running sandbox."""

    url: str
    app: SpoiledYouTrack

    @property
    def store(self) -> YouTrackStore:
        return self.app.store

    @property
    def faults(self) -> Faults:
        return self.app.faults

    def asked(self, *calls: str) -> int:
        """How often some calls were made."""
        return sum(self.app.requests[call] for call in calls)


@contextmanager
def served(store: YouTrackStore, **settings: Any) -> Iterator[Server]:
    """A server over a store."""
    app = SpoiledYouTrack(store, **settings)
    with listening(app.app) as url:
        yield Server(f"{url}{BASE_PATH}", app)


def open_source(
    server: Server,
    *,
    token: str = TOKEN,
    instance: str = INSTANCE,
    **options: Any,
) -> Source:
    """The source over a running sandbox."""
    connection = SourceConnection(server.url, token, limits=Limits(concurrency=3))
    return make_source("youtrack", connection, instance, options)


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
    return sorted(issue.issue_id for issue in server.store.visible_issues())


def updates(server: Server) -> list[int]:
    """When the visible issues were updated last, ascending."""
    return sorted(issue.updated for issue in server.store.visible_issues())


def updated_within(server: Server, start: int, end: int) -> list[str]:
    """Ids of the visible issues whose last update lies in ``[start, end)``, by a slow look."""
    visible = server.store.visible_issues()
    return sorted(issue.issue_id for issue in visible if start <= issue.updated < end)


def in_project(server: Server, *short_names: str) -> list[str]:
    """Ids of the visible issues of some projects, sorted."""
    visible = server.store.visible_issues()
    return sorted(i.issue_id for i in visible if i.project.short_name in short_names)


def issue_of(server: Server, record: Record) -> Issue:
    """The store's issue behind a record."""
    return server.store.issues[record.record_id]


@pytest.fixture(scope="session")
def story() -> Story:
    """The invented company."""
    return tell(generate(seed=11, tasks=ISSUES, days=60))


@pytest.fixture
def store(story: Story) -> YouTrackStore:
    """Its YouTrack."""
    return youtrack_store(story)


@pytest.fixture
def server(store: YouTrackStore) -> Iterator[Server]:
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
    """Let pages of issues hold 50."""
    monkeypatch.setitem(get_spec("youtrack").streams["issues"].params, "$top", 50)
    monkeypatch.setitem(BARE, "$top", 50)
