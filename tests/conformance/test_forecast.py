"""
Conformance, section 9: Monte Carlo forecasts, exact answers.

Data: https://agentskills.market/skills/blujaxfan-claude-skill-monte-carlo-flow-thrivve-mc-when
"""

from __future__ import annotations

import numpy as np
import pytest

from flowmart.forecast.distribution import LEVELS, how_long, how_many

DAILY = (3, 5, 4, 2, 6, 4, 5, 3, 7, 4, 5, 6, 3, 4, 5)

# level -> days to finish 100 items, the probability of that, and of one day less.
DAYS_FOR_100 = {
    50: (23, 0.6051, 0.3288),
    70: (24, 0.8293, 0.6051),
    85: (25, 0.9469, 0.8293),
    95: (26, 0.9881, 0.9469),
}
# level -> items in 10 days, at least; the probability of that, and of one item more.
ITEMS_IN_10 = {
    50: (44, 0.5452, 0.4494),
    70: (42, 0.7250, 0.6387),
    85: (40, 0.8617, 0.8001),
    95: (37, 0.9670, 0.9436),
}


@pytest.mark.parametrize("level", LEVELS)
def test_days_to_finish_100_items(level: int) -> None:
    days, probability, _ = DAYS_FOR_100[level]
    answer = how_long(DAILY, 100, LEVELS, longest=100)[level]
    assert answer.value == days
    assert answer.probability == pytest.approx(probability, abs=5e-5)


@pytest.mark.parametrize("level", LEVELS)
def test_items_in_10_days(level: int) -> None:
    items, probability, _ = ITEMS_IN_10[level]
    answer = how_many(DAILY, 10, LEVELS)[level]
    assert answer.value == items
    assert answer.probability == pytest.approx(probability, abs=5e-5)


@pytest.mark.parametrize("level", LEVELS)
def test_one_day_less_is_less_probable_than_the_level(level: int) -> None:
    days, _, one_less = DAYS_FOR_100[level]
    assert level / 100 > one_less
    # In percent of a percent: the answer at exactly that probability is one day less.
    [answer] = how_long(DAILY, 100, [one_less * 100 - 0.01], longest=100).values()
    assert answer.value == days - 1
    assert answer.probability == pytest.approx(one_less, abs=5e-5)


@pytest.mark.parametrize("level", LEVELS)
def test_one_item_more_is_less_probable_than_the_level(level: int) -> None:
    items, _, one_more = ITEMS_IN_10[level]
    assert level / 100 > one_more
    [answer] = how_many(DAILY, 10, [one_more * 100 - 0.01]).values()
    assert answer.value == items + 1
    assert answer.probability == pytest.approx(one_more, abs=5e-5)


def test_a_seeded_simulation_agrees_within_one() -> None:
    """A simulation may flip by one where a probability lies close to its level."""
    draws = np.random.default_rng(9).choice(DAILY, size=(20_000, 40))
    items = np.sort(draws[:, :10].sum(axis=1))[::-1]
    days = np.sort((draws.cumsum(axis=1) < 100).sum(axis=1) + 1)
    for level in LEVELS:
        place = int(len(items) * level / 100) - 1
        assert abs(int(items[place]) - ITEMS_IN_10[level][0]) <= 1
        assert abs(int(days[place]) - DAYS_FOR_100[level][0]) <= 1


def test_periods_are_drawn_and_not_distinct_numbers() -> None:
    """3 of 4 days bring nothing: of the distinct numbers 0 and 4, half would."""
    answer = how_many((0, 0, 0, 4), 1, [50])[50]
    assert answer == (0, 1.0)
    assert how_long((0, 0, 0, 4), 1, [50], longest=10)[50] == (3, 1 - 0.75**3)
