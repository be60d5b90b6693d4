"""Times in query languages: seconds of local time, without a UTC offset."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

# Clocks change at full quarters of an hour.
_QUARTER = 900


class Span(NamedTuple):
    """
    The time range of a query, in epoch seconds; both ends are unambiguous (:class:`WallClock`).

    :param first: first second; ``None`` if it has no start.
    :param last: last second; ``None`` if it has no end.
    """

    first: int | None = None
    last: int | None = None


class WallClock:
    """
    The local time in which the server reads literals.

    When clocks are set back, an hour occurs twice. A second is unambiguous if its literal has only
    one meaning.

    :param zone: its time zone.
    :param separator: what the query language writes between a date and a time.
    """

    def __init__(self, zone: ZoneInfo, separator: str = " ") -> None:
        self.zone = zone
        self._separator = separator

    def literal(self, second: int) -> str:
        """The literal of an epoch second."""
        return f"{datetime.fromtimestamp(second, self.zone):%Y-%m-%d{self._separator}%H:%M:%S}"

    def before(self, at_ms: int) -> int:
        """The latest unambiguous second that is not after an epoch millisecond."""
        second = at_ms // 1000
        if self._is_unambiguous(second):
            return second
        second -= second % _QUARTER + 1
        while not self._is_unambiguous(second):
            second -= _QUARTER
        return second

    def after(self, at_ms: int) -> int:
        """The earliest unambiguous second that is not before an epoch millisecond."""
        second = -(-at_ms // 1000)
        if self._is_unambiguous(second):
            return second
        second += -second % _QUARTER
        while not self._is_unambiguous(second):
            second += _QUARTER
        return second

    def _is_unambiguous(self, second: int) -> bool:
        shown = datetime.fromtimestamp(second, self.zone)
        readings = {shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
        return len(readings) == 1
