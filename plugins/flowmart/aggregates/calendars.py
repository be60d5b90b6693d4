"""The days on which teams work, from the published calendars."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from flowmart.forecast.calendar import TeamCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


class Calendars:
    """
    The calendars of an instance.

    :param teams: rows of ``int_calendars_of_teams``.
    :param days: rows of ``int_worked_days``.
    """

    def __init__(self, teams: Iterable[Mapping[str, Any]], days: Iterable[Mapping[str, Any]]):
        worked: dict[str, set[date]] = defaultdict(set)
        for row in days:
            worked[row["calendar_key"]].add(row["worked_on"])
        self._calendars = {
            row["team"]: TeamCalendar(worked[row["calendar_key"]].__contains__, row["known_until"])
            for row in teams
        }

    def of(self, team: str) -> TeamCalendar:
        """A team's own calendar, else that of all others, else every day."""
        usual = self._calendars.get(None, TeamCalendar())
        return self._calendars.get(team, usual)
