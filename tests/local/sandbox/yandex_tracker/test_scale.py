"""Three months of 2,000 issues are there in seconds, and twice the issues take twice the work."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.yandex_tracker.history import tracker_store
from local.sandbox.yandex_tracker.search import Search

if TYPE_CHECKING:
    from types import FrameType


def _calls(tasks: int) -> int:
    """How many Python calls building a store of some tasks makes; no clock is asked."""
    story = tell(generate(seed=3, tasks=tasks, days=90))
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        tracker_store(story, long_history=0)
    finally:
        sys.setprofile(None)
    return calls


def test_work_grows_with_issues_and_not_faster() -> None:
    small, large = _calls(500), _calls(2000)
    assert large < 4.5 * small


def test_a_page_of_what_was_just_searched_looks_at_no_issue() -> None:
    store = tracker_store(tell(generate(seed=3, tasks=100, days=30)))
    search = Search(store, ZoneInfo("UTC"))
    body = {"query": '"Sort by": Updated ASC'}
    assert search.issues(body) is search.issues(body)
    store.touch(store.visible()[0].id, store.now + 1)
    assert search.issues(body)[-1] is store.visible()[0]
