"""Retries of requests that failed for a transient reason."""

from __future__ import annotations

import email.utils
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class TransientError(Exception):
    """
    A failure that a retry may fix.

    :param reason: what happened, without secrets.
    :param next_step: what the reader can do if it keeps failing.
    :param retry_after_seconds: how long the server asked to wait, if it did.
    """

    def __init__(
        self, reason: str, *, next_step: str, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class RetryPolicy:
    """
    How often a task retries a request by itself, before Airflow's own retries.

    :param tries: maximum number of tries.
    :param longest_wait_seconds: give up at once if the server asks for a longer wait.
    :param sleep: how to wait; replaced in tests.
    """

    tries: int = 4
    longest_wait_seconds: float = 60
    sleep: Callable[[float], None] = time.sleep

    def run(self, exchange: Callable[[], Answer], *, where: str) -> Answer:
        """
        Call until it succeeds or the policy gives up.

        :param exchange: raises :class:`TransientError` if a retry may help.
        :param where: host and endpoint, for the log.
        :raises TransientError: the last one, with its number of tries in ``args``.
        """

        def give_up(state: RetryCallState) -> bool:
            asked = _asked_wait(state) or 0
            return state.attempt_number >= self.tries or asked > self.longest_wait_seconds

        def log_failure(state: RetryCallState) -> None:
            assert state.outcome is not None
            assert state.next_action is not None
            log.warning(
                "%s: try %s of %s failed: %s; next try in %.1f s",
                where,
                state.attempt_number,
                self.tries,
                state.outcome.exception(),
                state.next_action.sleep,
            )

        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=give_up,
            wait=_wait,
            before_sleep=log_failure,
            sleep=self.sleep,
            reraise=True,
        )
        return retrying(exchange)


_backoff = wait_exponential_jitter(multiplier=0.5, max=10, jitter=0.5)


def _wait(state: RetryCallState) -> float:
    """Exponential backoff with jitter, or longer if the server asks for it."""
    return max(_backoff(state), _asked_wait(state) or 0)


def _asked_wait(state: RetryCallState) -> float | None:
    failure = state.outcome.exception() if state.outcome else None
    return failure.retry_after_seconds if isinstance(failure, TransientError) else None


def parse_retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """
    Read a ``Retry-After`` header.

    :param header: seconds, or an HTTP date; ``None`` if the answer had none.
    :param now: moment that a date is counted from; the current one where it is left out.
    :return: seconds to wait, never negative; ``None`` if there is no such header or it is neither.
    """
    if header is None:
        return None
    # strip() takes control characters for blanks, float() does not.
    if (number := header.strip()).isdecimal():
        return float(number)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
