"""When people work: mostly on weekdays from seven to six, UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

DAY = 86_400
_OPENS_AT, _CLOSES_AT = 7 * 3600, 18 * 3600
_OFF_HOURS_SHARE = 0.06
_TRIES = 20
_SAME_SECOND_SHARE = 0.15


def weekday(at: int) -> int:
    """Day of the week of an epoch second, Monday being 0."""
    return (at // DAY + 3) % 7


def moment(rng: Random, start: int, end: int) -> int:
    """
    A second in ``[start, end)``, in working hours where the range has any.

    :param start: epoch seconds.
    :param end: epoch seconds, later than ``start``.
    """
    for _ in range(_TRIES):
        at = rng.randrange(start, end)
        is_open = weekday(at) < 5 and _OPENS_AT <= at % DAY < _CLOSES_AT
        if is_open or rng.random() < _OFF_HOURS_SHARE:
            break
    return at


def moments(rng: Random, start: int, end: int, count: int) -> list[int]:
    """Ascending seconds in ``[start, end)``, some of them the same as the one before."""
    drawn = sorted(moment(rng, start, end) for _ in range(count))
    return [
        drawn[n - 1] if n and rng.random() < _SAME_SECOND_SHARE else at
        for n, at in enumerate(drawn)
    ]
