"""A running GitHub over an invented company, and small ones whose numbers can be read off."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.sandbox.access import ACCESS
from local.sandbox.company.generator import Generated, generate
from local.sandbox.github.app import TOKEN, GitHubApp
from local.sandbox.github.faults import GitHubFaults
from local.sandbox.github.issues import open_issue
from local.sandbox.github.store import GitHubStore
from local.sandbox.server import listening
from local.sandbox.trackers import company_apps

if TYPE_CHECKING:
    from collections.abc import Iterator

# 2026-09-01 00:00:00 UTC
START = 1_788_220_800
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/vnd.github+json"}


@dataclass(frozen=True)
class Client:
    """
    Calls one server as a client with a good token does.

    :param app: the application behind it.
    """

    url: str
    app: GitHubApp

    @property
    def store(self) -> GitHubStore:
        return self.app.store

    def get(
        self, path: str, headers: dict[str, str] | None = None, **query: Any
    ) -> requests.Response:
        """GET a path, without following redirects."""
        url = path if path.startswith("http") else f"{self.url}/{path}"
        told = HEADERS | (headers or {})
        return requests.get(url, params=query, headers=told, allow_redirects=False, timeout=30)

    def query(self, text: str, **variables: Any) -> requests.Response:
        """POST a query."""
        body = {"query": text, "variables": variables}
        return requests.post(f"{self.url}/graphql", json=body, headers=HEADERS, timeout=30)

    def data(self, text: str, **variables: Any) -> Any:
        """What a query without errors gives."""
        answer = self.query(text, **variables)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert "errors" not in told, told
        return told["data"]

    def all_of(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every row of a list, by following its links."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        rows = list(answer.json())
        while "next" in answer.links:
            answer = self.get(answer.links["next"]["url"])
            rows += answer.json()
        return rows


@contextmanager
def served(store: GitHubStore, **settings: Any) -> Iterator[Client]:
    """A server over a store."""
    app = GitHubApp(store, GitHubFaults(), **settings)
    with listening(app.app) as url:
        yield Client(url, app)


def small_store(issues: int = 0) -> GitHubStore:
    """
    An organization with two empty repositories and one person.

    :param issues: how many issues ``acme/one`` has, opened a minute after each other from START on.
    """
    store = GitHubStore("acme", "etlbot", START - 86_400)
    store.add_user("etlbot", "ETL Reader", START, role="MEMBER")
    home = store.add_repository("one", START)
    store.add_repository("two", START)
    for number in range(1, issues + 1):
        author = store.users["etlbot"]
        open_issue(store, home, START + 60 * number, author, f"Issue {number}", "")
    return store


def company_store(generated: Generated) -> GitHubStore:
    """GitHub's part of a company whose trackers all have the same teams."""
    app = company_apps(dict.fromkeys(ACCESS, generated))["github"]
    assert isinstance(app, GitHubApp)
    return app.store


@pytest.fixture
def store() -> GitHubStore:
    """The invented company."""
    return company_store(generate(seed=5, tasks=120, days=60))


@pytest.fixture
def github(store: GitHubStore) -> Iterator[Client]:
    """A server over it."""
    with served(store) as client:
        yield client
