"""A running Tracker over an invented company, and small stories whose numbers can be read off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.sandbox.company.generator import generate
from local.sandbox.company.story import (
    Event,
    IssueStory,
    Person,
    SprintStory,
    Story,
    TeamStory,
    tell,
)
from local.sandbox.faults import Faults
from local.sandbox.server import listening
from local.sandbox.yandex_tracker.app import ORG_ID, TRACKER_TOKEN, TrackerApp
from local.sandbox.yandex_tracker.history import tracker_store

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.store import TrackerStore

HEADERS = {"Authorization": f"OAuth {TRACKER_TOKEN}", "X-Cloud-Org-ID": ORG_ID}
# 2026-09-01 00:00:00 UTC; the story tells whole seconds.
START = 1_788_220_800
PEOPLE = (
    Person("P-reader", "etlbot", "ETL Reader", True),
    Person("P-amara", "amara", "Amara Okafor", True),
    Person("P-zoe", "zoe", "Zoë Gone", False),
)
SPRINTS = tuple(
    SprintStory(f"S-{n}", f"Sprint {n}", START + n * 1_209_600, START + (n + 1) * 1_209_600)
    for n in (0, 1)
)
TEAMS = (
    TeamStory("T-pay", "Payments", SPRINTS),
    TeamStory("T-search", "Search", ()),
    TeamStory("T-ops", "Operations", ()),
)
Said = tuple[int, str, Any, Any]
Serve = Callable[..., AbstractContextManager["Client"]]


def issue_story(number: int, *later: Said, team: str = "T-pay", hidden: bool = False) -> IssueStory:
    """
    Issue ``number``, born ``number`` seconds after START in a team, by Amara.

    :param later: (seconds after START, field, old, new) each; every one is an edit of its own.
    """
    born_at = START + number
    born = [("created", None, None), ("title", "", f"Issue {number}"), ("team", None, team)]
    events = [
        Event(number * 1000 + n, born_at, "P-amara", f"{number}-born", field, old, new)
        for n, (field, old, new) in enumerate(born)
    ]
    events += [
        Event(1_000_000 + at * 100 + n, START + at, "P-amara", f"{number}-{n}", field, old, new)
        for n, (at, field, old, new) in enumerate(later)
    ]
    return IssueStory(number, "P-amara", born_at, events[-1].at, tuple(events), hidden)


def small_store(*issues: IssueStory, destroyed: tuple[int, ...] = ()) -> TrackerStore:
    """The Tracker over some issues."""
    return tracker_store(Story(PEOPLE, TEAMS, issues, destroyed), long_history=0)


@dataclass(frozen=True)
class Client:
    """
    Calls one server as a client with a good token does.

    :param app: the application behind it.
    """

    url: str
    app: TrackerApp

    def get(
        self, path: str, headers: dict[str, str] | None = None, **query: Any
    ) -> requests.Response:
        """GET a path under ``/v3``."""
        url = path if path.startswith("http") else f"{self.url}/v3/{path}"
        return requests.get(url, params=query, headers=HEADERS | (headers or {}), timeout=30)

    def search(self, body: Any, **query: Any) -> requests.Response:
        """POST a search."""
        url = f"{self.url}/v3/issues/_search"
        return requests.post(url, params=query, json=body, headers=HEADERS, timeout=30)

    def count(self, body: Any) -> int:
        """POST a count."""
        url = f"{self.url}/v3/issues/_count"
        found: int = requests.post(url, json=body, headers=HEADERS, timeout=30).json()
        return found

    def all_of(self, path: str) -> list[dict[str, Any]]:
        """Every row of a list, by following its links."""
        answer = self.get(path)
        rows = answer.json()
        while "next" in answer.links:
            answer = self.get(answer.links["next"]["url"])
            rows += answer.json()
        return list(rows)


@contextmanager
def served(store: TrackerStore, **settings: Any) -> Iterator[Client]:
    """A server over a store."""
    app = TrackerApp(store, Faults(), **settings)
    with listening(app.app) as url:
        yield Client(url, app)


@pytest.fixture(scope="session")
def story() -> Story:
    """The invented company."""
    return tell(generate(seed=5, tasks=200, days=40))


@pytest.fixture
def store(story: Story) -> TrackerStore:
    """Its Tracker."""
    return tracker_store(story)


@pytest.fixture
def tracker(store: TrackerStore) -> Iterator[Client]:
    """A server over it."""
    with served(store) as client:
        yield client


def keys(answer: requests.Response) -> list[str]:
    """The keys of a page of issues."""
    assert answer.status_code == 200, answer.text
    return [row["key"] for row in answer.json()]
