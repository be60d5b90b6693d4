"""GitHub's limits: budgets with their resets, secondary limits, and one request at a time."""

from __future__ import annotations

import email.utils
import functools
import hashlib
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from flowmart.core.errors import ConfigError
from flowmart.http.retry import TransientError, parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SECONDARY = re.compile(rb"secondary rate limit|abuse detection", re.IGNORECASE)
_PRIMARY = re.compile(rb"API rate limit exceeded|rate limit exceeded", re.IGNORECASE)
_LIMITED = frozenset({"RATE_LIMIT", "RATE_LIMITED"})
# "At least a minute", then longer each time (GitHub's best practices).
_SECONDARY_SECONDS = 60.0
_MOST_DOUBLINGS = 5
_WAITING = "Airflow continues the task; if it keeps failing, other programs use the token up"


class HeavyError(Exception):
    """A query was too much for the server; a smaller one may do."""


class MovedError(ConfigError):
    """
    The server redirects: a repository or an issue has another address now.

    :param location: the new address.
    """

    def __init__(self, location: str, where: str) -> None:
        super().__init__(
            f"The server redirects to {location or 'nowhere'}",
            where=where,
            next_step="enter the address that it redirects to as the connection's host",
        )
        self.location = location


class Clock:
    """The server's time, by the header ``Date`` of its last answer."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    @property
    def is_off(self) -> bool:
        """Whether our clock differs by more than a request takes."""
        return abs(self._ahead) > timedelta(seconds=30)

    def now(self) -> datetime:
        """The time there."""
        return datetime.now(UTC) + self._ahead

    def hear(self, date: str | None) -> None:
        """Take over the time of an answer."""
        try:
            told = email.utils.parsedate_to_datetime(date or "")
        except (ValueError, OverflowError):
            return
        self._ahead = told.astimezone(UTC) - datetime.now(UTC)


@dataclass
class Allowance:
    """What is left of a budget."""

    limit: int
    remaining: int
    resets_at: datetime


@dataclass
class Account:
    """What all clients of one token share in this process."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    allowances: dict[str, Allowance] = field(default_factory=dict)
    refusals: int = 0


@functools.cache
def _account(digest: str) -> Account:
    return Account()


def account_of(identity: str) -> Account:
    """The account of a token."""
    return _account(hashlib.sha256(identity.encode()).hexdigest())


class _Error(msgspec.Struct):
    type: str | None = None


class _Errors(msgspec.Struct):
    errors: list[_Error] = []


class Limited:
    """
    Requests of one token: one at a time, within its budgets.

    :param headers: headers of the next request.
    :param clock: the server's time.
    :param identity: whose budgets they are.
    :param share: the part of a budget that may be used up.
    """

    def __init__(
        self,
        headers: Callable[[], Mapping[str, str]],
        clock: Clock,
        identity: str,
        share: float = 1,
    ) -> None:
        self._headers = headers
        self._clock = clock
        self._account = account_of(identity)
        self._share = share

    @property
    def turn(self) -> threading.Lock:
        """One request at a time."""
        return self._account.turn

    def before(self, url: str) -> Mapping[str, str]:
        """
        Headers of the next request.

        :raises TransientError: if the share of the budget is used up.
        """
        allowance = self._account.allowances.get(_resource(url))
        if allowance and allowance.remaining <= allowance.limit - round(
            allowance.limit * self._share
        ):
            wait = self._until(allowance.resets_at)
            if wait > 0:
                raise TransientError(
                    f"The instance's share of the hourly budget is used up: "
                    f"{allowance.remaining} of {allowance.limit} are left",
                    next_step=_WAITING,
                    retry_after_seconds=wait,
                )
        return self._headers()

    def judge(self, url: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """
        Note time and budgets; find limits in all their forms, and what was too heavy.

        :raises TransientError: if GitHub wants to be left alone.
        :raises ConfigError: if the token has no budget at all.
        :raises HeavyError: if a query was too much.
        :raises MovedError: if what was asked for is elsewhere.
        """
        self._clock.hear(headers.get("Date"))
        allowance = self._note(url, headers)
        is_graphql = _resource(url) == "graphql"
        if is_graphql and status in (502, 504):
            raise HeavyError(f"the server answered {status}")
        if status in (301, 302, 307, 308):
            raise MovedError(headers.get("Location", ""), url)
        is_limited = status in (403, 429) and (
            status == 429
            or "Retry-After" in headers
            or bool(allowance and allowance.remaining == 0)
            or bool(_SECONDARY.search(body) or _PRIMARY.search(body))
        )
        if is_graphql and status == 200 and b'"errors"' in body:
            is_limited = _is_limited(body)
        if is_limited:
            raise self._refusal(url, status, headers, body, allowance)
        if status < 400:
            self._account.refusals = 0

    def _note(self, url: str, headers: Mapping[str, str]) -> Allowance | None:
        try:
            found = Allowance(
                int(headers["X-RateLimit-Limit"]),
                int(headers["X-RateLimit-Remaining"]),
                datetime.fromtimestamp(int(headers["X-RateLimit-Reset"]), UTC),
            )
        except (KeyError, ValueError, OverflowError, OSError):
            return None
        self._account.allowances[headers.get("X-RateLimit-Resource") or _resource(url)] = found
        return found

    def _refusal(
        self,
        url: str,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        allowance: Allowance | None,
    ) -> Exception:
        if allowance and allowance.limit == 0:
            return ConfigError(
                "The token has a budget of 0 requests",
                where=url,
                next_step="use a token of an account, or of an App, whose API is not switched off",
            )
        wait = parse_retry_after(headers.get("Retry-After"), self._clock.now())
        kind = "secondary" if _SECONDARY.search(body) or wait is not None else "primary"
        if wait is None and allowance and allowance.remaining == 0:
            wait = self._until(allowance.resets_at)
        if wait is None:
            wait = _SECONDARY_SECONDS * 2 ** min(self._account.refusals, _MOST_DOUBLINGS)
        self._account.refusals += 1
        return TransientError(
            f"GitHub answered {status}: the {kind} rate limit of the token is reached",
            next_step=_WAITING,
            retry_after_seconds=wait,
        )

    def _until(self, moment: datetime) -> float:
        """Seconds until a moment of the server's clock, and one more."""
        return (moment - self._clock.now()).total_seconds() + 1


def _resource(url: str) -> str:
    return "graphql" if url.endswith("/graphql") else "core"


def _is_limited(body: bytes) -> bool:
    try:
        errors = msgspec.json.decode(body, type=_Errors).errors
    except msgspec.DecodeError:
        return False
    return any(error.type in _LIMITED for error in errors)
