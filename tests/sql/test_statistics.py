"""Process behaviour charts by hand, and rank correlation against SciPy's."""

from __future__ import annotations

import random

import pytest
from scipy.stats import spearmanr

from tests.sql.tracker import DAY, Tracker

# Team -> cycle times in days, in the order of delivery.
CHARTS = {
    # Mean 6; moving ranges 2 (seven times) and 8: 22 / 8 = 2.75; limits 13.315 and 0.
    "Alpha": (4, 6, 4, 6, 4, 6, 4, 6, 14),
    # Mean 2; one moving range of 2 among fifteen: 2 / 15; limits 2.35 and 1.65.
    "Beta": (1,) * 8 + (3,) * 8,
    # Mean 187 / 16; ranges 2 (eleven times), 5 (twice) and 0 (twice): 32 / 15; limits 17.36 and
    # 6.01, half way 14.52 and 8.85.
    "Gamma": (10, 12, 10, 12, 10, 12, 10, 15, 15, 15, 10, 12, 10, 12, 10, 12),
}
TIES = ((1, 2), (2, 1), (2, 4), (3, 4), (5, 6), (8, 5))
"""Estimates and days."""
FEW = ((1, 1), (2, 2), (3, 3), (5, 4))


def correlated():
    """Fifty pairs, many of them alike, that go together more or less."""
    dice = random.Random(7)
    estimates = [dice.choice((1, 2, 3, 5, 8, 13)) for _ in range(50)]
    return tuple((estimate, estimate + dice.randint(1, 9)) for estimate in estimates)


PAIRS = {
    "ties": TIES,
    "few": FEW,
    "equal": tuple((3, days) for days in range(1, 8)),
    "backwards": tuple((days, 20 - days) for days in range(1, 8)),
    "random": correlated(),
}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    tracker.project(3, "Gamma")
    teams = {"Alpha": 1, "Beta": 2, "Gamma": 3}
    number = 0
    for team, days in CHARTS.items():
        for place, cycle in enumerate(days):
            number += 1
            deliver(tracker, number, teams[team], 50 + place, cycle)
    deliver(tracker, number + 1, 1, 49, 3, status="duplicate")  # which is not delivered
    warehouse.run(tracker.records())
    other = Tracker()
    number = 0
    for project, (name, pairs) in enumerate(PAIRS.items(), start=11):
        other.project(project, name)
        for estimate, days in pairs:
            number += 1
            deliver(other, number, project, 50, days, points=estimate)
    warehouse.run(other.records(), instance="phabricator__estimates")


def deliver(tracker, number, project, done, cycle, status="resolved", **fields):
    tracker.task(number, status=status, projects=(project,), **fields)
    tracker.joins(number, 0, project)
    tracker.moves(number, (done - cycle, "progress"), (done, status))


def chart(warehouse, team):
    """A team's chart of cycle times in order, in days."""
    rows = warehouse.rows(
        "mart.v_process_behaviour",
        "*",
        f"team = '{team}' and measure = 'cycle_time_seconds' and instance = 'phabricator'",
    )
    rows.sort(key=lambda row: row["sequence"])
    return rows


def signals(rows, name):
    """Places of the values that a rule names."""
    return [row["sequence"] for row in rows if row[name]]


def test_limits_are_the_mean_and_2_66_mean_moving_ranges(warehouse):
    rows = chart(warehouse, "Alpha")
    assert [row["value"] / DAY for row in rows] == list(CHARTS["Alpha"])
    assert [row["moving_range"] for row in rows] == [None, *[2 * DAY] * 7, 8 * DAY]
    for row in rows:
        assert (row["n"], row["mean_value"] / DAY) == (9, 6)
        assert row["mean_moving_range"] / DAY == pytest.approx(2.75)
        assert row["upper_limit"] / DAY == pytest.approx(6 + 2.66 * 2.75)
        assert row["lower_limit"] == 0


def test_a_value_beyond_the_limits_is_a_signal_and_one_on_the_mean_is_on_no_side(warehouse):
    rows = chart(warehouse, "Alpha")
    assert signals(rows, "is_beyond_limits") == [9]
    assert signals(rows, "is_run_of_8") == []
    assert signals(rows, "is_3_of_4_near_limit") == []


def test_eight_in_a_row_on_one_side_are_a_signal(warehouse):
    rows = chart(warehouse, "Beta")
    assert signals(rows, "is_run_of_8") == [8, 16]
    assert signals(rows, "is_beyond_limits") == list(range(1, 17))
    # Three of the last four, and the value itself, on the same side.
    assert signals(rows, "is_3_of_4_near_limit") == [*range(3, 9), *range(11, 17)]


def test_three_of_four_near_a_limit_are_a_signal_without_one_beyond_it(warehouse):
    rows = chart(warehouse, "Gamma")
    assert rows[0]["upper_limit"] / DAY == pytest.approx(17.36, abs=0.01)
    assert rows[0]["lower_limit"] / DAY == pytest.approx(6.01, abs=0.01)
    assert signals(rows, "is_3_of_4_near_limit") == [10]
    assert signals(rows, "is_beyond_limits") == []


def correlations(warehouse):
    """Team -> pairs and their correlation."""
    rows = warehouse.rows("mart.v_estimate_correlation", "team, n, rho")
    return {row["team"]: (row["n"], row["rho"]) for row in rows}


def test_ties_share_the_mean_of_their_ranks(warehouse):
    """Ranks 1 2.5 2.5 4 5 6 and 2 1 3.5 3.5 6 5: 13.75 / 17."""
    assert correlations(warehouse)["ties"] == (6, pytest.approx(13.75 / 17))


@pytest.mark.parametrize("team", ["ties", "backwards", "random"])
def test_correlation_is_scipy_s(warehouse, team):
    rho = spearmanr(*zip(*PAIRS[team], strict=True)).statistic
    assert correlations(warehouse)[team] == (len(PAIRS[team]), pytest.approx(rho))


def test_too_few_and_equal_ones_say_nothing(warehouse):
    assert correlations(warehouse)["few"] == (4, None)
    assert correlations(warehouse)["equal"] == (7, None)
