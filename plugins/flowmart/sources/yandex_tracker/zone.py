"""Checks that the server reads the times of a query in the configured time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.sources.base import RecordState
from flowmart.sources.rows import read_json
from flowmart.sources.wall_clock import Span
from flowmart.sources.yandex_tracker.records import Issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowmart.sources.wall_clock import WallClock
    from flowmart.sources.yandex_tracker.api import Tracker

_SECOND = 1000


class ZoneProof:
    """
    Checks the time zone with the answers of searches.

    Rows outside the range of the query prove a wrong zone. Missing rows cannot be seen, so an issue
    is also searched by the exact second in its payload.

    :param tracker: the instance.
    :param clock: assumed local time of the server.
    :param search: gives the issues of a span.
    """

    def __init__(
        self, tracker: Tracker, clock: WallClock, search: Callable[[Span], list[Issue]]
    ) -> None:
        self._tracker = tracker
        self._clock = clock
        self._search = search
        self._is_proved = False

    def check(self, asked: Span, rows: list[Issue], expected: Issue | None) -> None:
        """
        Check an answer.

        :param asked: the span of the query.
        :param rows: its issues, the oldest update first.
        :param expected: an issue that belongs to the span unless it was edited in the meantime.
        :raises ConfigError: if the server reads the span's ends in another zone.
        """
        if rows and asked.first is not None and rows[0].updated_ms < (asked.first - 1) * _SECOND:
            raise self.error(f"an issue updated at {rows[0].updatedAt} was not asked for")
        if expected and all(row.id != expected.id for row in rows):
            self._prove(expected)
        for row in (rows[-1], rows[0]) if rows else ():
            # If the issue is edited at this moment, another one is tried later.
            self._is_proved = self._is_proved or self._prove(row)

    def error(self, evidence: str) -> ConfigError:
        """
        The error for a wrong time zone.

        :param evidence: what proves it.
        """
        return ConfigError(
            "Tracker reads the times of a query in another time zone than "
            f"{self._clock.zone}: {evidence}",
            where=f"flowmart.yaml, instances.{self._tracker.instance}.options.timezone",
            next_step="set it to the time zone in the profile of the token's owner in Tracker, "
            "then rerun the windows that ran before",
        )

    def _prove(self, row: Issue) -> bool:
        """Find an issue by the time of its last update; False if it was edited in the meantime."""
        at = row.updated_ms
        first, last = self._clock.before(at - _SECOND), self._clock.after(at + _SECOND)
        found = self._search(Span(first, last))
        if any(first * _SECOND <= other.updated_ms < (last + 1) * _SECOND for other in found):
            return True
        answer = self._tracker.issue(str(row.id))
        if isinstance(answer, RecordState):
            return False
        with self._tracker.expecting("issue", f"issues/{row.id}"):
            issue = read_json(answer.text, Issue)
        if issue.updated_ms != at:
            return False
        moment = datetime.fromtimestamp(at / 1000, UTC)
        raise self.error(f"{row.name}, updated at {moment:%Y-%m-%dT%H:%M:%SZ}, is not found then")
