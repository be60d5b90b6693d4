"""Limits in all their forms: how long a task waits, and when it gives its place away."""

from __future__ import annotations

import email.utils
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flowmart.core.errors import ConfigError, RateLimitError, SourceUnavailableError
from flowmart.sources.github.limits import HeavyError
from tests.sources.github.scripted import Told, api_of, scripted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD = Told(body={"data": {"viewer": {"login": "ann"}}})
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes"}
USED_UP = {"message": "API rate limit exceeded for user ID 1."}
QUERY = "query { viewer { login } }"


def budget(remaining: int, seconds: float, limit: int = 5000, resource: str = "graphql") -> dict:
    """Headers of a budget that is reset so many seconds from now."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(int(time.time() + seconds)),
        "X-RateLimit-Resource": resource,
    }


def _filled(name: str, value: str) -> str:
    """A recorded header, with what hub4j's tests put in as they run."""
    if "{{" not in value:
        return value
    if "unix" in value:
        return str(int(time.time()) + 3)
    return email.utils.formatdate(time.time() + (name == "Retry-After") * 8, usegmt=True)


def now_header(ahead_seconds: float = 0) -> dict[str, str]:
    return {"Date": email.utils.formatdate(time.time() + ahead_seconds, usegmt=True)}


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        (lambda: Told(403, SECONDARY, {"Retry-After": "17"}), 17),
        (lambda: Told(429, SECONDARY, {"Retry-After": "17"}), 17),
        (lambda: Told(403, SECONDARY), 60),
        (lambda: Told(429, SECONDARY), 60),
        (lambda: Told(429, b"slow down"), 60),
        (lambda: Told(403, USED_UP, budget(0, 20)), 21),
        (lambda: Told(429, USED_UP, budget(0, 20)), 21),
        (lambda: Told(200, {"errors": [{"type": "RATE_LIMITED"}]}, budget(0, 20)), 21),
        (lambda: Told(200, {"errors": [{"type": "RATE_LIMIT"}]}, budget(0, 20)), 21),
        (lambda: Told(200, {"errors": [{"type": "RATE_LIMITED"}]}), 60),
    ],
)
def test_a_limit_is_waited_for_in_whatever_form_it_comes(
    waits: list[float], told: Callable[[], Told], wait: float
) -> None:
    with scripted(told(), GOOD) as server:
        reply = api_of(server).query(QUERY, {})
    assert bytes(reply.data["viewer"]) == b'{"login": "ann"}'
    assert waits == [pytest.approx(wait, abs=2)]


def test_secondary_limits_without_a_word_are_waited_for_longer_each_time(
    waits: list[float],
) -> None:
    with (
        scripted(Told(403, SECONDARY), Told(403, SECONDARY), GOOD) as server,
        pytest.raises(RateLimitError) as caught,
    ):
        api_of(server).query(QUERY, {})
    assert waits == [60]
    in_two_minutes = datetime.now(UTC) + timedelta(minutes=2)
    assert abs(caught.value.resume_at - in_two_minutes) < timedelta(seconds=5)


def test_a_reset_that_is_far_away_is_told_instead_of_waited_for(waits: list[float]) -> None:
    with (
        scripted(Told(403, USED_UP, budget(0, 1800))) as server,
        pytest.raises(RateLimitError, match="primary rate limit") as caught,
    ):
        api_of(server).query(QUERY, {})
    assert waits == []
    assert len(server.asked) == 1
    in_half_an_hour = datetime.now(UTC) + timedelta(minutes=30)
    assert abs(caught.value.resume_at - in_half_an_hour) < timedelta(seconds=5)


def test_the_servers_clock_counts_where_it_is_ahead(waits: list[float]) -> None:
    """Ten minutes ahead, it names a reset half an hour later: that is twenty minutes from then."""
    told = Told(403, USED_UP, budget(0, 1800) | now_header(600))
    with scripted(told) as server, pytest.raises(RateLimitError) as caught:
        api_of(server).query(QUERY, {})
    in_twenty_minutes = datetime.now(UTC) + timedelta(minutes=20)
    assert abs(caught.value.resume_at - in_twenty_minutes) < timedelta(seconds=5)


def test_an_instance_keeps_to_its_share_of_the_budget(waits: list[float]) -> None:
    """Of 5,000 points, 80 % may be used: with 1,000 left nothing more is asked."""
    good = Told(body=GOOD.body, headers=budget(1001, 900))
    last = Told(body=GOOD.body, headers=budget(1000, 900))
    with scripted(good, last) as server:
        api = api_of(server, share=0.8)
        api.query(QUERY, {})
        api.query(QUERY, {})
        with pytest.raises(RateLimitError, match="share of the hourly budget is used up"):
            api.query(QUERY, {})
        # REST has a budget of its own.
        server.answers = [Told(body={"id": 1})]
        api.get("user", dict[str, Any])
    assert len(server.asked) == 3


def test_a_share_is_there_again_after_the_reset(waits: list[float]) -> None:
    with scripted(Told(body=GOOD.body, headers=budget(10, -5))) as server:
        api = api_of(server, share=0.8)
        api.query(QUERY, {})
        api.query(QUERY, {})
    assert len(server.asked) == 2


def test_a_token_without_any_budget_is_a_matter_for_people(waits: list[float]) -> None:
    with (
        scripted(Told(403, USED_UP, budget(0, 60, limit=0))) as server,
        pytest.raises(ConfigError, match="budget of 0 requests"),
    ):
        api_of(server).query(QUERY, {})


@pytest.mark.parametrize("status", [502, 504])
def test_a_unicorn_asks_for_a_smaller_query(status: int) -> None:
    with (
        scripted(Told(status, b"<!DOCTYPE html><title>Unicorn!</title>")) as server,
        pytest.raises(HeavyError, match=str(status)),
    ):
        api_of(server).query(QUERY, {})
    assert len(server.asked) == 1


def test_the_smallest_query_is_asked_again(waits: list[float]) -> None:
    unicorn = Told(502, b"<!DOCTYPE html><title>Unicorn!</title>")
    with scripted(unicorn, unicorn, GOOD) as server:
        assert api_of(server).query(QUERY, {}, patient=True).data
        server.answers = [unicorn]
        with pytest.raises(SourceUnavailableError, match="smallest query is too much"):
            api_of(server).query(QUERY, {}, patient=True)


@pytest.mark.parametrize(
    "error",
    [
        {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."},
        {"message": "Something went wrong while executing your query. This may be the result of a"},
    ],
)
def test_errors_in_http_200_that_ask_for_a_smaller_query(error: dict[str, str]) -> None:
    with (
        scripted(Told(body={"data": None, "errors": [error]})) as server,
        pytest.raises(HeavyError),
    ):
        api_of(server).query(QUERY, {})


def test_one_request_at_a_time_whatever_threads_want() -> None:
    with scripted(GOOD) as server:
        server.answer = lambda _: time.sleep(0.02) or GOOD  # type: ignore[func-returns-value]
        apis = [api_of(server) for _ in range(4)]
        threads = [threading.Thread(target=api.query, args=(QUERY, {})) for api in apis * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.asked) == 12
    assert server.most_at_once == 1


def test_recorded_limits_are_understood(fixtures: Path, waits: list[float]) -> None:
    """Every limit that hub4j recorded: a wait, and never a refusal of the token."""
    seen = 0
    for file in sorted(fixtures.glob("hub4j/*LimitHandlerTest/wiremock/*/mappings/2-*.json")):
        response = json.loads(file.read_text())["response"]
        headers = {
            name: _filled(name, value)
            for name, value in response["headers"].items()
            if isinstance(value, str) and name != "Content-Length"
        }
        told = Told(response["status"], response.get("body", "").encode(), headers)
        with scripted(told, Told(body={"id": 1})) as server:
            try:
                api_of(server).get("repos/x", dict[str, Any])
            except RateLimitError:
                continue
            finally:
                seen += 1
    assert seen >= 12
    assert len(waits) >= 12
