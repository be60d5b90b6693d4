"""Dates and times in search queries: literals of the token owner's time zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from local.sandbox.youtrack.errors import invalid_query

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

# form -> how much time a literal of it names
_FORMS = {
    "%Y-%m-%dT%H:%M:%S": timedelta(seconds=1),
    "%Y-%m-%dT%H:%M": timedelta(minutes=1),
    "%Y-%m-%d": timedelta(days=1),
}
_SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?")
_ALWAYS = 1 << 62


class Times:
    """
    Reads literals.

    What YouTrack does here is not documented; the choices are: a literal is read in the zone of the
    token owner's profile and names the whole second, minute or day; where the clock is set back,
    it means the first of the two.

    :param zone: the time zone of the token owner.
    :param includes_end: whether a range holds the second, minute or day of its last literal.
    """

    def __init__(self, zone: ZoneInfo, *, includes_end: bool) -> None:
        self.zone = zone
        self.includes_end = includes_end

    def span(self, text: str, until: str | None) -> tuple[int, int]:
        """
        A literal, or a range with ``*`` for an open end, as epoch milliseconds ``[first, last)``.

        :raises ApiError: 400 for what is no literal.
        """
        if until is None:
            return self._literal(text)
        first = -_ALWAYS if text == "*" else self._literal(text)[0]
        if until == "*":
            return first, _ALWAYS
        start, end = self._literal(until)
        return first, end if self.includes_end else start

    def _literal(self, text: str) -> tuple[int, int]:
        for form, length in _FORMS.items():
            try:
                local = datetime.strptime(text, form).replace(tzinfo=self.zone)
            except ValueError:
                continue
            if _SHAPE.fullmatch(text):
                start = _milliseconds(local)
                # A day ends when the next begins, be it 23, 24 or 25 hours later.
                is_day = length == timedelta(days=1)
                return start, _milliseconds(local + length) if is_day else start + length // _TICK
        raise invalid_query(f'The value "{text}" isn\'t a date or a time.')


_TICK = timedelta(milliseconds=1)


def _milliseconds(local: datetime) -> int:
    return round(local.timestamp() * 1000)
