"""
Settings of tracker-exporter 2.0.0, by their own names, with or without ``EXPORTER_``.

They mean what they mean there: hours in UTC, Russia's holidays without the days that the state
moves, and the two moved days that its table of holidays has all the same (holidays 0.34,
countries/russia.py).
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flowmart.calendars.texts import WEEKDAYS

_DEFAULTS = {
    "workdays": [0, 1, 2, 3, 4],
    "business_hours_start": "09:00:00",
    "business_hours_end": "22:00:00",
}
_CALENDAR = {"timezone": "UTC", "country": "RU", "moved_days": False}
_DAYS_OFF = (date(2023, 2, 24), date(2023, 5, 8))


def as_calendar(given: dict[str, Any]) -> dict[str, Any]:
    """
    A calendar with the exporter's settings replaced by ours; without any of them, as it is.

    :raises ValueError: if they are malformed, or there are hours besides.
    """
    named = {str(key).lower().removeprefix("exporter_"): key for key in given}
    if not named.keys() & _DEFAULTS.keys():
        return given
    own = {name: given[key] for name, key in named.items() if name in _DEFAULTS}
    rest = {key: given[key] for name, key in named.items() if name not in _DEFAULTS}
    if "hours" in rest:
        raise ValueError("it has hours, and tracker-exporter's settings too; leave one of them")
    calendar = {**_CALENDAR, **rest, "hours": _hours(**{**_DEFAULTS, **own})}
    if calendar["country"] == "RU" and not calendar["moved_days"]:
        calendar["days_off"] = [*_DAYS_OFF, *(rest.get("days_off") or [])]
    return calendar


def _hours(workdays: Any, business_hours_start: Any, business_hours_end: Any) -> dict[str, str]:
    days = json.loads(workdays) if isinstance(workdays, str) else workdays
    if not isinstance(days, list) or not all(day in range(7) for day in days):
        raise ValueError(f"workdays: {workdays!r} is not a list of weekdays from 0, Monday, to 6")
    stretch = f"{_time(business_hours_start)}-{_time(business_hours_end)}"
    return {WEEKDAYS[day]: stretch for day in days}


def _time(given: object) -> str:
    """YAML reads 22:00:00 without quotes as a number of seconds."""
    if isinstance(given, int):
        return f"{given // 3600:02}:{given // 60 % 60:02}:{given % 60:02}"
    return str(given)
