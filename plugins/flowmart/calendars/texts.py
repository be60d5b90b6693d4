"""How hours, weekdays and days are written."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from flowmart.transform.calendar import COVERED_FROM, COVERED_TO, DAY

if TYPE_CHECKING:
    from flowmart.transform.calendar import Hours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME = r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?"
_STRETCH = re.compile(rf"{_TIME}\s*-\s*{_TIME}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_hours(given: object) -> Hours:
    """
    The stretches of a day, such as ``09:00-13:00``; none if the list is empty.

    :raises ValueError: if one is malformed, or two overlap.
    """
    listed = given if isinstance(given, list) else [given]
    stretches = sorted(_read_stretch(text) for text in listed)
    for (_, closes), (opens, _) in pairwise(stretches):
        if opens < closes:
            raise ValueError(f"the stretches {', '.join(map(str, listed))} overlap; separate them")
    return tuple(stretches)


def _read_stretch(text: object) -> tuple[int, int]:
    found = _STRETCH.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is not a stretch of work such as 09:00-13:00")
    opens, closes = (_seconds(*found.groups()[place : place + 3]) for place in (0, 3))
    if closes > DAY:
        raise ValueError(f"{text!r} ends after 24:00")
    if opens >= closes:
        raise ValueError(
            f"{text!r} does not end after it begins; write what goes past midnight as two "
            "stretches: one to 24:00, and one from 00:00 of the next day"
        )
    return opens, closes


def _seconds(hour: str, minute: str, second: str | None) -> int:
    return int(hour) * 3600 + int(minute) * 60 + int(second or 0)


def read_week(given: object) -> tuple[Hours, ...]:
    """
    Weekday, or a range of them such as ``mon-fri`` -> hours, as the hours of each weekday.

    :raises ValueError: naming the weekday.
    """
    if not isinstance(given, dict):
        raise ValueError("it is no mapping of weekdays, such as {mon-fri: [09:00-18:00]}")
    week: dict[int, Hours] = {}
    for key, hours in given.items():
        for number in _weekdays(key):
            if number in week:
                raise ValueError(f"{WEEKDAYS[number]} has hours twice; leave one of them")
            try:
                week[number] = read_hours(hours)
            except ValueError as error:
                raise ValueError(f"{key}: {error}") from None
    if not any(week.values()):
        raise ValueError("no weekday has hours; list some, such as {mon-fri: [09:00-18:00]}")
    return tuple(week.get(number, ()) for number in range(7))


def _weekdays(key: object) -> range:
    first, _, last = str(key).partition("-")
    if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
        raise ValueError(f"{key!r} is none of {', '.join(WEEKDAYS)}, nor a range such as mon-fri")
    found = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
    if not found:
        raise ValueError(f"{key!r} ends before it begins; the week begins on mon")
    return found


def read_day(given: object) -> date:
    """
    A day that calendars tell of.

    :raises ValueError: if it is malformed, or none of those.
    """
    day = given
    if isinstance(given, str) and _DATE.fullmatch(given):
        day = date.fromisoformat(given)
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError(f"{given!r} is not a day such as 2026-12-31")
    if not COVERED_FROM <= day < COVERED_TO:
        raise ValueError(f"{day} is not from {COVERED_FROM} on and before {COVERED_TO}")
    return day


def read_extra_days(given: object) -> dict[date, Hours | None]:
    """
    Day -> its hours; None for ``normal``, which are those of its weekday.

    :raises ValueError: naming the day.
    """
    if not isinstance(given, dict):
        raise ValueError("it is no mapping of days, such as {2026-12-05: [10:00-15:00]}")
    extra: dict[date, Hours | None] = {}
    for key, hours in given.items():
        day = read_day(key)
        try:
            extra[day] = None if hours == "normal" else read_hours(hours)
        except ValueError as error:
            raise ValueError(f"{day}: {error}, or normal") from None
    return extra
