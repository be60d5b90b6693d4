"""How fast and how often a task may ask."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from flowmart.core.errors import BudgetError
from flowmart.http.limits import Limits, RequestLimiter


def test_requests_are_as_far_apart_as_the_rate_says():
    limiter = RequestLimiter(Limits(requests_per_second=20), "acme")
    began = time.monotonic()
    for _ in range(6):
        limiter.acquire()
    # Six requests have five gaps of 1/20 s between them.
    assert 0.25 <= time.monotonic() - began < 0.75


def test_threads_share_the_rate():
    limiter = RequestLimiter(Limits(requests_per_second=20, concurrency=4), "acme")
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: limiter.acquire(), range(6)))
    assert time.monotonic() - began >= 0.25


def test_a_budget_ends_the_task_and_says_how_to_go_on():
    limiter = RequestLimiter(Limits(requests_per_task=3), "acme")
    for _ in range(3):
        limiter.acquire()
    with pytest.raises(BudgetError, match="used up its 3 requests") as caught:
        limiter.acquire()
    assert caught.value.where == "acme"
    assert "requests_per_task in flowmart.yaml" in caught.value.next_step
    assert limiter.requests_made == 3


def test_without_limits_nothing_waits():
    limiter = RequestLimiter(Limits(), "acme")
    began = time.monotonic()
    for _ in range(1000):
        limiter.acquire()
    assert time.monotonic() - began < 0.5
    assert limiter.requests_made == 1000
