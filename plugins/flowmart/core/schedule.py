"""The boundaries of data intervals: a cron expression, read in a time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = 5
_LARGEST_SHIFT = timedelta(hours=3)


@dataclass(frozen=True)
class Schedule:
    """
    Instants that follow each other; a data interval reaches from one to the next.

    As in Debian's cron, a time that the clock skips in spring is the next one that exists, and one
    that it shows twice in autumn is the first; minutes and hours that begin with ``*`` follow the
    clock through both.

    :param expression: cron expression of five fields.
    :param timezone: IANA zone.
    :raises ValueError: if the expression is not one.
    """

    expression: str
    timezone: str

    def __post_init__(self) -> None:
        try:
            if len(self.expression.split()) != _FIELDS:
                raise CronSimError("it does not have five fields")
            next(CronSim(self.expression, datetime(2000, 1, 1, tzinfo=UTC)))
        except (CronSimError, StopIteration) as error:
            raise ValueError(
                f"{self.expression!r} is not a cron expression such as '0 6 * * 1-5', or @daily: "
                f"{error}"
            ) from error

    def after(self, instant: datetime) -> datetime:
        """The first boundary after an instant, in UTC."""
        found = self._found_by_cron(instant)
        return next(boundary for boundary in found if boundary > instant)

    def before(self, instant: datetime) -> datetime:
        """The last boundary before an instant, in UTC: the last step of :meth:`after` to it."""
        for earlier in self._found_by_cron(instant, reverse=True):
            last = None
            boundary = self.after(earlier - _LARGEST_SHIFT)
            while boundary < instant:
                last, boundary = boundary, self.after(boundary)
            if last:
                return last
        raise AssertionError("a cron expression has boundaries for ever")

    def at_or_after(self, instant: datetime) -> datetime:
        """The first boundary that is not before an instant, in UTC."""
        return self.after(instant - timedelta(microseconds=1))

    def at_or_before(self, instant: datetime) -> datetime:
        """The last boundary that is not after an instant, in UTC."""
        return self.before(instant + timedelta(microseconds=1))

    def _found_by_cron(self, instant: datetime, *, reverse: bool = False) -> Iterator[datetime]:
        """Near a change of clocks the library can repeat an instant, or miss it one way round."""
        local = instant.astimezone(ZoneInfo(self.timezone))
        return (found.astimezone(UTC) for found in CronSim(self.expression, local, reverse))


def midnight(day: date, timezone: str) -> datetime:
    """The instant at which a day begins in a time zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
