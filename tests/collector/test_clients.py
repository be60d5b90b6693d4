"""A flood from one client is held back, and nobody else is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from starlette.datastructures import Headers

from collector.rate import Buckets, client_of
from tests.collector.running import analytics

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.collector.running import RunningCollector


def test_a_flood_from_one_client_is_held_back_and_another_is_not(
    starting: Callable[..., RunningCollector],
) -> None:
    # A token comes back every two seconds.
    collector = starting(client_rate=0.5, client_burst=5, proxies=1)
    began = time.monotonic()
    answers = [collector.post(analytics(), x_forwarded_for="192.0.2.1") for _ in range(30)]
    took = time.monotonic() - began
    taken = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status == 429]
    assert len(taken) + len(refused) == 30
    assert 5 <= len(taken) <= 6 + took / 2
    assert all(1 <= int(answer.headers["retry-after"]) <= 2 for answer in refused)
    assert collector.metric("refused_total", reason="rate") == len(refused)
    assert collector.post(analytics(), x_forwarded_for="192.0.2.2").status == 200
    # What the flooder writes into the header itself stands left of what the proxy adds.
    assert collector.post(analytics(), x_forwarded_for="192.0.2.9, 192.0.2.1").status == 429
    time.sleep(int(refused[-1].headers["retry-after"]) + 1)
    assert collector.post(analytics(), x_forwarded_for="192.0.2.1").status == 200


def test_a_bucket_gives_its_burst_and_then_the_rate() -> None:
    buckets = Buckets(rate=2, burst=3)
    # Three at once; then one each half second, in whole seconds to wait.
    assert [buckets.take("a", 100.0) for _ in range(4)] == [0, 0, 0, 1]
    assert buckets.take("a", 100.4) == 1
    assert buckets.take("a", 100.5) == 0
    assert buckets.take("a", 100.5) == 1
    assert buckets.take("b", 100.5) == 0
    # Full again, and no fuller.
    assert [buckets.take("a", 1000.0) for _ in range(4)] == [0, 0, 0, 1]


def test_a_flood_from_many_addresses_takes_bounded_memory_and_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("collector.rate._CLIENTS", 100)
    buckets = Buckets(rate=0.001, burst=1)
    for number in range(1000):
        assert buckets.take(f"client {number}", 5.0 + number / 1000) == 0
    assert len(buckets._full_at) == 100


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "192.0.2.7", "198.51.100.1"),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "192.0.2.8, 192.0.2.7", "192.0.2.7"),
        (2, "192.0.2.9, 192.0.2.8,192.0.2.7", "192.0.2.8"),
        (2, "192.0.2.7", "198.51.100.1"),
        (1, "", "198.51.100.1"),
        (1, "2001:db8:1:2:3:4:5:6", "20010db800010002::"),
        (1, "::ffff:192.0.2.7", "192.0.2.7"),
        (1, "192.0.2.7:51000", "192.0.2.7"),
        (1, "[2001:db8:1:2:3:4:5:6]:51000", "20010db800010002::"),
        (1, "x" * 1000, "x" * 64),
    ],
)
def test_the_client_is_who_the_outermost_of_our_proxies_saw(
    proxies: int, forwarded: str, client: str
) -> None:
    headers = Headers({"x-forwarded-for": forwarded} if forwarded else {})
    assert client_of("198.51.100.1", headers, "X-Forwarded-For", proxies) == client


def test_several_headers_are_one_list() -> None:
    headers = Headers(raw=[(b"x-forwarded-for", b"192.0.2.9"), (b"x-forwarded-for", b"192.0.2.7")])
    assert client_of(None, headers, "X-Forwarded-For", 2) == "192.0.2.9"
    assert client_of(None, headers, "X-Forwarded-For", 0) == "local"
