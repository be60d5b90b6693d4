"""Working calendars, and their stretches of work as instants."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from flowmart.core.schedule import midnight
from flowmart.transform.public_holidays import PublicHolidays, known_years, public_days

if TYPE_CHECKING:
    from collections.abc import Iterator

COVERED_FROM, COVERED_TO = date(1990, 1, 1), date(2060, 1, 1)
"""The days that calendars tell of; the second one is not among them."""

DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()

Hours = tuple[tuple[int, int], ...]
"""Stretches of work in a day, as seconds that the clock shows: half-open, in order."""


class Opening(NamedTuple):
    """
    A stretch of work.

    :param worked_on: its day in the calendar's time zone.
    :param opens_at: its first second.
    :param closes_at: the second after its last one.
    :param working_seconds_before: of the calendar, from the beginning of its coverage.
    """

    worked_on: date
    opens_at: datetime
    closes_at: datetime
    working_seconds_before: int


@dataclass(frozen=True)
class Version:
    """
    What holds from a day on.

    :param valid_from: the day.
    :param timezone: IANA zone.
    :param week: the hours from Monday to Sunday.
    :param holidays: days on which they do not hold, and others on which they do.
    """

    valid_from: date
    timezone: str
    week: tuple[Hours, ...]
    holidays: PublicHolidays | None = None

    @functools.cached_property
    def usual_hours(self) -> Hours:
        """Those of the first day of the week that is worked."""
        return next(hours for hours in self.week if hours)


@dataclass(frozen=True)
class Calendar:
    """
    Who works when.

    :param name: its name in ``flowmart.yaml``.
    :param versions: in the order of their days; the first one is valid from
        :data:`COVERED_FROM` on.
    :param days: single days with their hours; None: those of the weekday.
    """

    name: str
    versions: tuple[Version, ...]
    days: tuple[tuple[date, Hours | None], ...] = ()

    @property
    def covered(self) -> tuple[datetime, datetime]:
        """From when to when it tells of work: as far as holidays are known."""
        first, last = COVERED_FROM, COVERED_TO
        for version, until in self._in_force():
            years = known_years(version.holidays)
            if version.valid_from.year < years.start:
                first = max(first, date(years.start, 1, 1))
            if until.year > years.stop:
                last = min(last, date(years.stop, 1, 1))
        return (
            midnight(first, self.versions[0].timezone),
            midnight(last, self.versions[-1].timezone),
        )

    @functools.cached_property
    def openings(self) -> tuple[Opening, ...]:
        """All stretches of work in order, without overlap."""
        return tuple(self._openings())

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that change with the working time."""
        text = repr([self.covered, *((o.opens_at, o.closes_at) for o in self.openings)])
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def _in_force(self) -> Iterator[tuple[Version, date]]:
        """The versions, and the days on which they end."""
        ends = [*(version.valid_from for version in self.versions[1:]), COVERED_TO]
        return zip(self.versions, ends, strict=True)

    def _openings(self) -> Iterator[Opening]:
        before, (closed, end) = 0, (int(instant.timestamp()) for instant in self.covered)
        for day, opens, closes in self._stretches():
            opens_at, closes_at = max(opens, closed), min(closes, end)
            if opens_at < closes_at:
                yield Opening(day, _instant(opens_at), _instant(closes_at), before)
                before += closes_at - opens_at
                closed = closes_at

    def _stretches(self) -> Iterator[tuple[date, int, int]]:
        """
        Day, first second and last second + 1 of each stretch.

        A second is worked if the clock shows a time of the stretch in it: so a stretch may be cut
        by a change of clocks, take place twice, or not at all.
        """
        for version, until in self._in_force():
            hours = _HoursOfDays(version, dict(self.days))
            for begins, ends, offset in _offsets(version.timezone, version.valid_from, until):
                for number in range((begins + offset) // DAY, (ends + offset - 1) // DAY + 1):
                    day = date.fromordinal(_EPOCH + number)
                    for first, last in hours.of(day):
                        opens = max(begins, number * DAY + first - offset)
                        closes = min(ends, number * DAY + last - offset)
                        if opens < closes:
                            yield day, opens, closes


class _HoursOfDays:
    """Own days before public ones before the week."""

    def __init__(self, version: Version, days: dict[date, Hours | None]) -> None:
        self._version = version
        self._days = days
        self._off, self._worked = public_days(
            version.holidays, range(COVERED_FROM.year, COVERED_TO.year)
        )

    def of(self, day: date) -> Hours:
        usual = self._version.week[day.weekday()]
        if day in self._days:
            hours = self._days[day]
            return usual or self._version.usual_hours if hours is None else hours
        if day in self._off:
            return ()
        if day in self._worked:
            return usual or self._version.usual_hours
        return usual


def _offsets(timezone: str, first: date, until: date) -> Iterator[tuple[int, int, int]]:
    """The stretches of time between two midnights in which a zone's offset from UTC is the same."""
    zone = ZoneInfo(timezone)
    begin, end = (int(midnight(day, timezone).timestamp()) for day in (first, until))
    boundaries = [begin]
    for earlier, later in pairwise([*range(begin, end, DAY), end]):
        if _offset(zone, earlier) != _offset(zone, later):
            boundaries.append(_transition(zone, earlier, later))
    for begins, ends in pairwise([*boundaries, end]):
        if begins < ends:
            yield begins, ends, _offset(zone, begins)


def _transition(zone: ZoneInfo, earlier: int, later: int) -> int:
    """The first second with the offset of the later one."""
    while later - earlier > 1:
        middle = (earlier + later) // 2
        if _offset(zone, middle) == _offset(zone, later):
            later = middle
        else:
            earlier = middle
    return later


def _offset(zone: ZoneInfo, second: int) -> int:
    shift = datetime.fromtimestamp(second, zone).utcoffset()
    assert shift is not None
    return int(shift.total_seconds())


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
