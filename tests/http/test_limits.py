"""How fast and how often a task may ask."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from flowmart.core.errors import BudgetError
from flowmart.http.limits import Gate, Limits


def test_requests_are_as_far_apart_as_the_rate_says():
    gate = Gate(Limits(requests_per_second=20), "acme")
    began = time.monotonic()
    for _ in range(6):
        gate.enter()
    # Six requests have five gaps of 1/20 s between them.
    assert 0.25 <= time.monotonic() - began < 0.75


def test_threads_share_the_rate():
    gate = Gate(Limits(requests_per_second=20, concurrency=4), "acme")
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: gate.enter(), range(6)))
    assert time.monotonic() - began >= 0.25


def test_a_budget_ends_the_task_and_says_how_to_go_on():
    gate = Gate(Limits(requests_per_task=3), "acme")
    for _ in range(3):
        gate.enter()
    with pytest.raises(BudgetError, match="used up its 3 requests") as caught:
        gate.enter()
    assert caught.value.where == "acme"
    assert "requests_per_task in flowmart.yaml" in caught.value.next_step
    assert gate.passed == 3


def test_without_limits_nothing_waits():
    gate = Gate(Limits(), "acme")
    began = time.monotonic()
    for _ in range(1000):
        gate.enter()
    assert time.monotonic() - began < 0.5
    assert gate.passed == 1000
