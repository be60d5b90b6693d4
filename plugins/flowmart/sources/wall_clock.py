"""Times as query languages spell them: whole seconds of a wall clock, without an offset."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

# Clocks are set at full quarters of an hour.
_QUARTER = 900


class Span(NamedTuple):
    """
    What a query asks for, in epoch seconds; both are clear (see :class:`WallClock`).

    :param first: the span's first second; ``None`` if it has no beginning.
    :param last: the span's last second; ``None`` if it has no end.
    """

    first: int | None = None
    last: int | None = None


class WallClock:
    """
    The clock by which the server reads literals.

    In the night in which clocks are set back, an hour is shown twice. A second is clear if its
    literal can be read in one way only.

    :param zone: its time zone.
    :param separator: what the query language writes between a date and a time.
    """

    def __init__(self, zone: ZoneInfo, separator: str = " ") -> None:
        self.zone = zone
        self._separator = separator

    def literal(self, second: int) -> str:
        """How the query language spells an epoch second."""
        return f"{datetime.fromtimestamp(second, self.zone):%Y-%m-%d{self._separator}%H:%M:%S}"

    def before(self, at_ms: int) -> int:
        """The latest clear second that does not lie after an epoch millisecond."""
        second = at_ms // 1000
        if self._is_clear(second):
            return second
        second -= second % _QUARTER + 1
        while not self._is_clear(second):
            second -= _QUARTER
        return second

    def after(self, at_ms: int) -> int:
        """The earliest clear second that does not lie before an epoch millisecond."""
        second = -(-at_ms // 1000)
        if self._is_clear(second):
            return second
        second += -second % _QUARTER
        while not self._is_clear(second):
            second += _QUARTER
        return second

    def _is_clear(self, second: int) -> bool:
        shown = datetime.fromtimestamp(second, self.zone)
        readings = {shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
        return len(readings) == 1
