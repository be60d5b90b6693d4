"""What tests of the GitHub source share."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from flowmart.http import retry
from flowmart.sources.github import limits
from flowmart.sources.github.queries import forget_schemas
from tests.conftest import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

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
