"""Formats numbers and times for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

SECONDS_PER_DAY = 86_400
_UNITS = (("day", SECONDS_PER_DAY), ("hour", 3_600), ("minute", 60))


def days(seconds: float | None) -> float | None:
    """Seconds as days, for charts; unknown stays unknown."""
    return None if seconds is None else round(float(seconds) / SECONDS_PER_DAY, 4)


def duration(seconds: float | None) -> str:
    """A duration with its unit, such as ``4.2 d`` or ``7.5 h``; a dash where it is unknown."""
    if seconds is None:
        return "–"
    if seconds >= SECONDS_PER_DAY:
        return f"{seconds / SECONDS_PER_DAY:,.1f} d"
    if seconds >= 3_600:
        return f"{seconds / 3_600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"


def ago(then: datetime, now: datetime) -> str:
    """How long ago an instant was, such as ``3 hours ago``."""
    seconds = int((now - then).total_seconds())
    for unit, length in _UNITS:
        if number := seconds // length if seconds > 0 else 0:
            return f"{number:,} {unit}{'' if number == 1 else 's'} ago"
    return "just now" if seconds >= 0 else "in the future"


def day(value: date) -> str:
    """A date such as ``3 Nov 2026``."""
    return f"{value.day} {value:%b %Y}"


def moment(value: datetime) -> str:
    """An instant such as ``3 Nov 2026, 14:05 UTC``."""
    return f"{day(value)}, {value:%H:%M %Z}"
