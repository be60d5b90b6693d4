"""The time zone of queries: read from the token owner's profile, checked by the answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from flowmart.core.errors import ConfigError
from flowmart.sources.wall_clock import Span
from flowmart.sources.youtrack.records import Issue

if TYPE_CHECKING:
    from flowmart.sources.wall_clock import WallClock
    from flowmart.sources.youtrack.api import YouTrack
    from flowmart.sources.youtrack.search import IssueSearch

_SECOND = 1000


def find_zone(api: YouTrack, timezone: str | None) -> ZoneInfo:
    """
    The zone in which the server reads times.

    :param api: the server.
    :param timezone: the option; by default the zone in the token owner's profile.
    :raises ConfigError: if neither is a known time zone.
    """
    name = timezone or _profile_zone(api)
    if name not in available_timezones():
        raise ConfigError(
            f"The profile of the token's owner has an unknown time zone: {name!r}",
            where=f"{api.instance}: users/me",
            next_step=f"set timezone in flowmart.yaml, instances.{api.instance}.options",
        )
    return ZoneInfo(name)


def _profile_zone(api: YouTrack) -> str:
    profiles = api.me("profiles(general(timezone(id)))").profiles
    general = profiles.general if profiles else None
    timezone = general.timezone if general else None
    return (timezone.id if timezone else None) or ""


class ZoneProof:
    """
    Checks the time zone with the answers of searches.

    Rows outside the range of the query prove a wrong zone. Missing rows cannot be seen, so issues
    are also searched by the exact second in their payload.

    :param api: the server.
    :param search: over the issues that the instance reads.
    :param clock: assumed local time of the server.
    """

    def __init__(self, api: YouTrack, search: IssueSearch, clock: WallClock) -> None:
        self._api = api
        self._search = search
        self._clock = clock
        self._is_proved = False

    def check(self, asked: Span, rows: list[Issue]) -> None:
        """
        Check an answer.

        :param asked: the span of the query.
        :param rows: its issues.
        :raises ConfigError: if the server reads the span's ends in another zone.
        """
        by_update = sorted(rows, key=lambda row: row.updated)
        if by_update and by_update[0].updated < (asked.first or 0) * _SECOND:
            told = _text(by_update[0].updated)
            raise self.error(f"an issue updated at {told} was not asked for")
        if by_update and not self._is_proved:
            # The zone may be right at one end of the span only.
            ends = {row.id: row for row in (by_update[0], by_update[-1])}
            self._is_proved = all(self._prove(row) for row in ends.values())

    def error(self, evidence: str) -> ConfigError:
        """
        The error for a wrong time zone.

        :param evidence: what proves it.
        """
        return ConfigError(
            "YouTrack reads the times of a query in another time zone than "
            f"{self._clock.zone}, or does not understand the query: {evidence}",
            where=f"flowmart.yaml, instances.{self._api.instance}.options.timezone",
            next_step="set it to the zone in which YouTrack shows times to the token's owner, "
            "check query and saved_query, then rerun the windows that ran before",
        )

    def _prove(self, row: Issue) -> bool:
        """Find an issue by the time of its last update; False if it was edited in the meantime."""
        at = row.updated
        span = Span(self._clock.before(at - _SECOND), self._clock.after(at + _SECOND))
        found = self._search.first_page(span)
        if any(_holds(span, other) for other in found):
            return True
        now = self._api.of_issue(row.id, Issue, {"fields": "id,created,updated"})
        if now is None or now.updated != at:
            return False
        raise self.error(f"{row.name}, updated at {_text(at)}, is not found then")


def _holds(span: Span, row: Issue) -> bool:
    first, last = span.first or 0, span.last or 0
    return first * _SECOND <= row.updated < (last + 1) * _SECOND


def _text(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
