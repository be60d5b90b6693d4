"""What tests of the GitHub source share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from flowmart.http import retry
from flowmart.sources.github import limits
from flowmart.sources.github.queries import forget_schemas
from local.sandbox.company.demo import demo
from local.sandbox.company.story import Story, tell
from local.sandbox.github.from_story import github_store
from tests.conftest import PROJECT
from tests.sources.github.sandbox import Server, open_source, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flowmart.sources.github.source import GithubSource
    from local.sandbox.github.store import GitHubStore

FIXTURES = PROJECT.parent / "shared" / "fixtures" / "github"


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    """Every test begins with full budgets, and asks for schemas."""
    limits._account.cache_clear()
    forget_schemas()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let time pass without waiting, and collect how long."""
    waited: list[float] = []
    now = limits.Clock.now
    later = lambda clock: now(clock) + timedelta(seconds=sum(waited))  # noqa: E731
    monkeypatch.setattr(limits.Clock, "now", later)
    tries, longest_wait, _ = retry.RetryPolicy.__init__.__defaults__ or ()
    defaults = (tries, longest_wait, waited.append)
    monkeypatch.setattr(retry.RetryPolicy.__init__, "__defaults__", defaults)
    return waited


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """Recordings and GitHub's published schema."""
    if not FIXTURES.is_dir():
        pytest.skip(f"there are no recordings in {FIXTURES}")
    return FIXTURES


@pytest.fixture(scope="session")
def stories() -> dict[str, Story]:
    """Sixty days of the invented company, as each of its trackers has it."""
    parts = demo(7, 300, 60, date(2026, 11, 23))
    return {name: tell(part) for name, part in parts.items()}


@pytest.fixture
def store(stories: dict[str, Story]) -> GitHubStore:
    """Its GitHub."""
    return github_store(stories, {})


@pytest.fixture
def server(store: GitHubStore) -> Iterator[Server]:
    with served(store) as running:
        yield running


@pytest.fixture
def source(server: Server) -> GithubSource:
    return open_source(server)
