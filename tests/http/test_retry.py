from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowmart.http.retry import RetryPolicy, TransientError, parse_retry_after

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class FailingExchange:
    """Fails so many times, then returns how often it was called."""

    def __init__(self, failures: int, retry_after_seconds: float | None = None) -> None:
        self.failures = failures
        self.calls = 0
        self.retry_after_seconds = retry_after_seconds

    def __call__(self) -> int:
        self.calls += 1
        if self.calls <= self.failures:
            raise TransientError(
                "busy", next_step="wait", retry_after_seconds=self.retry_after_seconds
            )
        return self.calls


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Monday, 23-Nov-26 12:01:00 GMT", 60),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("\N{SUPERSCRIPT TWO}", None),
        ("+" + "9" * 400, None),
        ("Mon, 23 Nov 99999 12:00:00 GMT", None),
        ("9" * 400, float("inf")),
    ],
)
def test_e2_retry_after_is_read_as_seconds_or_as_a_date(header, seconds):
    assert parse_retry_after(header, now=NOON) == seconds


def test_an_exchange_is_repeated_until_it_succeeds():
    waits: list[float] = []
    assert RetryPolicy(sleep=waits.append).run(FailingExchange(2), where="here") == 3
    assert len(waits) == 2


def test_waits_grow_exponentially_with_jitter():
    waits: list[float] = []
    with pytest.raises(TransientError):
        RetryPolicy(tries=7, sleep=waits.append).run(FailingExchange(99), where="here")
    # 0.5 s doubled each time, plus up to half a second, never above ten.
    for wait, base in zip(waits, [0.5, 1, 2, 4, 8, 10], strict=True):
        assert min(base, 10) <= wait <= min(base + 0.5, 10)


def test_the_policy_gives_up_after_its_tries():
    exchange = FailingExchange(99)
    with pytest.raises(TransientError, match="busy"):
        RetryPolicy(tries=4, sleep=lambda _: None).run(exchange, where="here")
    assert exchange.calls == 4


def test_the_servers_own_wait_is_kept():
    waits: list[float] = []
    RetryPolicy(sleep=waits.append).run(FailingExchange(2, retry_after_seconds=7), where="here")
    assert waits == [7, 7]


@pytest.mark.parametrize("header", ["0", "Mon, 23 Nov 2020 11:00:00 GMT", "1"])
def test_e2_a_server_that_asks_for_less_waits_as_long_as_one_that_asks_for_nothing(header):
    waits: list[float] = []
    asked = parse_retry_after(header)
    exchange = FailingExchange(99, retry_after_seconds=asked)
    with pytest.raises(TransientError):
        RetryPolicy(sleep=waits.append).run(exchange, where="here")
    assert all(wait >= base for wait, base in zip(waits, [0.5, 1, 2], strict=True))


@example(header="0\x1f")
@given(header=st.text(max_size=30) | st.from_regex(r"[-+ ]?[0-9]{1,400}", fullmatch=True))
def test_e2_no_header_ends_in_an_exception(header):
    seconds = parse_retry_after(header)
    assert seconds is None or seconds >= 0


def test_a_server_that_asks_for_too_long_a_wait_is_left_to_airflows_retry():
    exchange, waits = FailingExchange(99, retry_after_seconds=3600), []
    with pytest.raises(TransientError):
        RetryPolicy(sleep=waits.append).run(exchange, where="here")
    assert exchange.calls == 1
    assert waits == []


def test_other_errors_are_not_repeated():
    calls = []

    def broken() -> None:
        calls.append(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RetryPolicy(sleep=lambda _: None).run(broken, where="here")
    assert len(calls) == 1


def test_each_try_that_failed_is_logged(caplog):
    RetryPolicy(sleep=lambda _: None).run(FailingExchange(1), where="acme: host endpoint")
    assert "acme: host endpoint: try 1 of 4 failed: busy" in caplog.text
