"""Working calendars as tables of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.engines.base import LogicalType
    from flowmart.transform.render import BatchContext

CALENDAR_COLUMNS: dict[str, dict[str, LogicalType]] = {
    "calendar": {
        "calendar": "text",
        "timezone": "text",
        "covered_from": "timestamp",
        "covered_to": "timestamp",
        "fingerprint": "text",
    },
    "calendar_hours": {
        "calendar": "text",
        "worked_on": "date",
        "opens_at": "timestamp",
        "closes_at": "timestamp",
        "working_seconds_before": "bigint",
    },
    "team_calendar": {"team": "text", "calendar": "text"},
}


def calendar_rows(context: BatchContext) -> dict[str, list[tuple[object, ...]]]:
    """The calendars that an instance's teams keep, their stretches of work, and who keeps which."""
    return {
        "calendar": [
            (calendar.name, calendar.versions[-1].timezone, *calendar.covered, calendar.fingerprint)
            for calendar in context.calendars
        ],
        "calendar_hours": [
            (calendar.name, *opening)
            for calendar in context.calendars
            for opening in calendar.openings
        ],
        "team_calendar": list(_team_calendars(context)),
    }


def _team_calendars(context: BatchContext) -> Iterator[tuple[str | None, str]]:
    """Team -> calendar; None stands for all other teams."""
    if context.calendar:
        yield None, context.calendar
    yield from context.team_calendars.items()
