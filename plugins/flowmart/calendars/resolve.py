"""What calendars mean, with all that they inherit."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from flowmart.calendars.settings import CalendarRules
from flowmart.core.errors import ConfigError
from flowmart.transform.calendar import COVERED_FROM, Calendar, Version
from flowmart.transform.public_holidays import PublicHolidays

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from flowmart.calendars.settings import CalendarSettings
    from flowmart.transform.calendar import Hours

    Timeline = dict[date, CalendarRules]


def resolve(calendars: Mapping[str, CalendarSettings], where: str) -> dict[str, Calendar]:
    """
    Fill in what calendars inherit.

    :param where: the file, for errors.
    :raises ConfigError: if one inherits what there is not, or itself, or lacks hours or a zone.
    """
    timelines: dict[str, Timeline] = {}
    days: dict[str, dict[date, Hours | None]] = {}
    for name in _parents_first(calendars, where):
        settings = calendars[name]
        above = timelines.get(settings.inherits or "", {COVERED_FROM: CalendarRules()})
        timelines[name] = _merged(_own_timeline(settings), above)
        days[name] = {**days.get(settings.inherits or "", {}), **settings.days}
    return {
        name: Calendar(
            name,
            tuple(_version(day, rules, name, where) for day, rules in timelines[name].items()),
            tuple(sorted(days[name].items(), key=lambda item: item[0])),
        )
        for name in calendars
    }


def _parents_first(calendars: Mapping[str, CalendarSettings], where: str) -> list[str]:
    parents = {name: settings.inherits for name, settings in calendars.items()}
    for name, parent in parents.items():
        if parent is not None and parent not in calendars:
            raise ConfigError(
                f"calendars.{name}.inherits: there is no calendar {parent!r}",
                where=where,
                next_step=f"use one of {', '.join(calendars)}, or leave it out",
            )
    try:
        graph = {name: {parent} if parent else set() for name, parent in parents.items()}
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ConfigError(
            f"calendars: {' inherits '.join(reversed(error.args[1]))}",
            where=where,
            next_step="leave `inherits` out of one of them",
        ) from error


def _own_timeline(settings: CalendarSettings) -> Timeline:
    rules: CalendarRules = settings
    timeline = {COVERED_FROM: rules}
    for version in settings.versions:
        rules = timeline[version.valid_from] = _over(version, rules)
    return timeline


def _merged(own: Timeline, above: Timeline) -> Timeline:
    return {
        day: _over(_in_force(own, day), _in_force(above, day)) for day in sorted({*own, *above})
    }


def _in_force(timeline: Timeline, day: date) -> CalendarRules:
    return timeline[max(begin for begin in timeline if begin <= day)]


def _over(rules: CalendarRules, others: CalendarRules) -> CalendarRules:
    """Rules, and where they say nothing, others; a region goes with its country."""
    country = rules if rules.country else others
    moved_days = others.moved_days if rules.moved_days is None else rules.moved_days
    return CalendarRules(
        timezone=rules.timezone or others.timezone,
        country=country.country,
        subdivision=country.subdivision,
        moved_days=moved_days,
    ).model_copy(update={"hours": rules.hours or others.hours})


def _version(day: date, rules: CalendarRules, name: str, where: str) -> Version:
    for what in ("hours", "timezone"):
        if getattr(rules, what) is None:
            raise ConfigError(
                f"calendars.{name}.{what}: nothing says which {what} hold from {day} on",
                where=where,
                next_step=f"give the calendar itself {what}, or let it inherit from one that has "
                f"some; versions that begin later than {COVERED_FROM} only change them",
            )
    assert rules.hours
    assert rules.timezone
    holidays = None
    if rules.country:
        moved_days = rules.moved_days is not False
        holidays = PublicHolidays(rules.country, rules.subdivision, moved_days)
    return Version(day, rules.timezone, rules.hours, holidays)
