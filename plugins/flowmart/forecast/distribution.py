"""
How much is done in some periods, and how many periods some work takes: exact distributions.

Periods are drawn from a sample with replacement, as a Monte Carlo simulation does, but all draws
are followed at once, by convolution. So there is no seed and no noise.
"""

from __future__ import annotations

from functools import reduce
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Probabilities = NDArray[np.float64]

LEVELS = (50, 70, 85, 95)
"""Percentages that forecasts are made for."""

# Far above the rounding errors of sums of products, far below what anybody reads.
_ROUNDING = 1e-9


class Answer(NamedTuple):
    """
    An answer to one question at one level.

    :param value: items, or periods.
    :param probability: the exact one; at least that of the level.
    """

    value: int
    probability: float


def how_many(sample: Sequence[int], periods: int, levels: Iterable[int]) -> dict[int, Answer]:
    """
    How many items are done in some periods, at least: the lower tail.

    :param sample: items done in each of the periods of the past, those without any included.
    :param levels: percentages.
    :return: level -> the largest number that is reached with at least that probability.
    """
    done = reduce(np.convolve, repeat(_distribution(sample), periods), np.ones(1))
    reached = np.cumsum(done[::-1])[::-1]  # of each number: the probability of it or more
    answers = {}
    for level in levels:
        value = int(np.flatnonzero(_holds(reached, level))[-1])
        answers[level] = Answer(value, _clean(reached[value]))
    return answers


def how_long(
    sample: Sequence[int], items: int, levels: Iterable[int], longest: int
) -> dict[int, Answer]:
    """
    How many periods it takes to get some items done.

    :param sample: items done in each of the periods of the past, those without any included.
    :param items: how many are to be done; at least one.
    :param levels: percentages.
    :param longest: periods that are looked at.
    :return: level -> the smallest number of periods with at least that probability; levels that
        are not reached in the longest time are left out.
    """
    period, waiting = _distribution(sample), sorted(levels)
    unfinished = np.ones(1)  # probability of each number of items done, as long as it is too low
    answers = {}
    for passed in range(1, longest + 1):
        unfinished = np.convolve(unfinished, period)[:items]
        finished = 1 - unfinished.sum()
        while waiting and _holds(finished, waiting[0]):
            answers[waiting.pop(0)] = Answer(passed, _clean(finished))
        if not waiting:
            break
    return answers


def _distribution(sample: Sequence[int]) -> Probabilities:
    """Probability of 0, 1, 2, ... items in a period."""
    return np.bincount(sample) / len(sample)


def _holds(probability: Probabilities | np.float64, level: int) -> NDArray[np.bool_] | np.bool_:
    return probability >= level / 100 - _ROUNDING


def _clean(probability: np.float64) -> float:
    """Sums may end a rounding error beside 0 or 1."""
    return round(min(1.0, max(0.0, float(probability))), 9)
