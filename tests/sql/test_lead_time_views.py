"""Percentiles and distribution of lead time: conformance samples, and a slow oracle."""

from __future__ import annotations

import math
from itertools import product

import pytest

from tests.records import make_record
from tests.sql.tracker import DAY, Tracker, at, phid

PERCENTS = (10, 25, 50, 75, 90)
ALL_PERCENTS = (10, 25, 50, 75, 80, 85, 90, 95)
EXPECTATIONS = (50, 70, 85, 95)
ALL = "(all)"
ALPHA, BETA = 1, 2
WINTER, SPRING, NEXT_WINTER = "2026-Q1", "2026-Q2", "2027-Q1"
DONE_ON = {WINTER: 50, SPRING: 120, NEXT_WINTER: 365 + 50}  # days since 1 January 2026

# (team, type, quarter) -> lead times in days.
LEADS = {
    ("Alpha", "bug", WINTER): (3, 5, 5, 8, 13, 21, 34),
    ("Alpha", "bug", SPRING): (1, 2, 3, 4),
    ("Alpha", "bug", NEXT_WINTER): (2, 100),
    ("Alpha", "story", WINTER): (1,),
    ("Beta", "bug", WINTER): (1, 2, 40),  # the last one was deleted later
}
# It was reopened later; what was delivered was delivered.
REOPENED = {("Alpha", "task", WINTER): (2,)}
# What numpy's default gives for them (conformance 4.3): p10, p25, p50, p75, p90.
EXPECTED = {
    ("Alpha", "bug", WINTER): (4.2, 5, 8, 17, 26.2),
    ("Alpha", "bug", SPRING): (1.3, 1.75, 2.5, 3.25, 3.7),
    ("Alpha", "bug", NEXT_WINTER): (11.8, 26.5, 51, 75.5, 90.2),
    ("Alpha", "story", WINTER): (1, 1, 1, 1, 1),
    ("Beta", "bug", WINTER): (1.2, 1.5, 2, 21, 32.4),
}
# Only these started before they were done: each the given number of days before.
CYCLES = {("Beta", "bug", WINTER): (0.5, 1.5, 40)}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    """All of the above, an issue that is open, and one that was reopened."""
    tracker = Tracker()
    number = 0
    for group, leads in LEADS.items():
        for lead, cycle in zip(leads, CYCLES.get(group, [None] * len(leads)), strict=True):
            number += 1
            finish(tracker, number, group, lead, cycle)
    tracker.task(90, status="progress", projects=(ALPHA,), subtype="epic")
    tracker.moves(90, (1, "progress"))
    tracker.task(91, projects=(ALPHA,), subtype="task")
    tracker.moves(91, (2, "resolved"), (3, "open"))
    warehouse.run(tracker.records())
    issue = phid("TASK", number)
    gone = {"issue_id": issue, "record_state": "deleted"}
    warehouse.run({"issue_tombstones": [make_record(issue, issue, at(500) * 1000, gone)]})


def finish(tracker, number, group, lead, cycle):
    """An issue that was done in a quarter, so and so long after its creation and its start."""
    team, issue_type, quarter = group
    done = DONE_ON[quarter]
    projects = (ALPHA if team == "Alpha" else BETA,)
    tracker.task(number, created=done - lead, status="resolved", projects=projects,
                 subtype=issue_type)  # fmt: skip
    start = [(done - cycle, "progress")] if cycle else []
    tracker.moves(number, *start, (done, "resolved"))


def rows_of(warehouse, view, instance="phabricator"):
    """A view's rows of one instance."""
    return warehouse.rows(f"mart.{view}", "*", f"instance = '{instance}'")


def percentiles(
    warehouse,
    measure="lead_time",
    instance="phabricator",
    level=ALL,
    percents=PERCENTS,
    kind="p",
):
    """(team, type, quarter) -> percentiles in days."""
    rows = rows_of(warehouse, "v_lead_time_percentiles", instance)
    return {
        (row["team"], row["issue_type"], row["quarter"]): tuple(
            row[f"{measure}_{kind}{percent}_days"] for percent in percents
        )
        for row in rows
        if row["level"] == level
    }


def linear(values, percent):
    """Oracle: how numpy interpolates between the two neighbours of rank (n - 1) * p."""
    ordered = sorted(values)
    below, rest = divmod((len(ordered) - 1) * percent, 100)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * rest / 100


def samples(values):
    """Oracle: (team, type, quarter) -> values, each of the three also as all of its kind."""
    found = {}
    for group, own in values.items():
        for total in product(*((name, ALL) for name in group)):
            found[total] = [*found.get(total, ()), *own]
    return found


@pytest.mark.parametrize("group", EXPECTED, ids=lambda group: "/".join(group))
def test_percentiles_interpolate_between_the_neighbours(warehouse, group):
    assert percentiles(warehouse)[group] == pytest.approx(EXPECTED[group])


def test_a_quarter_bears_its_year(warehouse):
    quarters = {quarter for team, kind, quarter in percentiles(warehouse) if kind == "bug"}
    assert quarters == {WINTER, SPRING, NEXT_WINTER, ALL}


def test_totals_are_percentiles_of_the_issues_and_not_of_the_groups(warehouse):
    expected = {
        group: pytest.approx(tuple(linear(leads, percent) for percent in ALL_PERCENTS))
        for group, leads in samples(LEADS | REOPENED).items()
    }
    for level in (ALL, "item"):
        assert percentiles(warehouse, level=level, percents=ALL_PERCENTS) == expected
    # Of {3, 5, 5, 8, 13, 21, 34}, {1}, {2} and {1, 2, 40}: 1 1 2 2 3 5 5 8 13 21 34 40.
    assert percentiles(warehouse)[ALL, ALL, WINTER][2] == 5


def test_an_expectation_is_the_value_at_its_rank_and_needs_five_deliveries(warehouse):
    def nearest_rank(values, percent):
        return sorted(values)[math.ceil(percent * len(values) / 100) - 1]

    expected = {
        group: tuple(
            nearest_rank(leads, percent) if len(leads) >= 5 else None for percent in EXPECTATIONS
        )
        for group, leads in samples(LEADS | REOPENED).items()
    }
    found = percentiles(warehouse, percents=EXPECTATIONS, kind="sle_")
    assert found == expected
    assert found["Alpha", "bug", WINTER] == (8, 13, 21, 34)
    assert found["Alpha", "bug", SPRING] == (None,) * 4


def test_every_percentile_comes_with_its_count(warehouse):
    counts = {
        (row["team"], row["issue_type"], row["quarter"]): (row["lead_time_n"], row["cycle_time_n"])
        for row in rows_of(warehouse, "v_lead_time_percentiles")
        if row["level"] == ALL
    }
    assert counts["Alpha", "bug", WINTER] == (7, 0)
    assert counts["Beta", "bug", WINTER] == (3, 3)
    assert counts["Alpha", "bug", ALL] == (13, 0)
    assert counts[ALL, ALL, ALL] == (18, 3)


def test_cycle_time_counts_only_what_has_one(warehouse):
    found = percentiles(warehouse, "cycle_time")
    assert found["Beta", "bug", WINTER] == pytest.approx((0.7, 1, 1.5, 20.75, 32.3))
    assert found[ALL, ALL, ALL] == found["Beta", "bug", WINTER]
    assert found["Alpha", "bug", WINTER] == (None,) * 5


def test_seconds_and_days_are_the_same_time(warehouse):
    for row in rows_of(warehouse, "v_lead_time_percentiles"):
        for measure, percent in product(("lead_time", "cycle_time"), PERCENTS):
            seconds, days = (row[f"{measure}_p{percent}_{unit}"] for unit in ("seconds", "days"))
            assert (seconds is None) == (days is None)
            assert seconds is None or seconds == pytest.approx(days * DAY)


def distribution(warehouse, instance="phabricator", measure="lead_time", unit="days"):
    """(team, type, quarter, days) -> deliveries."""
    rows = rows_of(warehouse, "v_lead_time_distribution", instance)
    rows = [row for row in rows if row["measure"] == measure]
    found = {(r["team"], r["issue_type"], r["quarter"], r[unit]): r["deliveries"] for r in rows}
    assert len(found) == len(rows)
    return found


def test_distribution_counts_issues_by_whole_days(warehouse):
    assert distribution(warehouse)["Alpha", "bug", WINTER, 5] == 2
    assert distribution(warehouse) == {
        (*group, days): leads.count(days)
        for group, leads in (LEADS | REOPENED).items()
        for days in leads
    }
    assert distribution(warehouse, unit="inclusive_days")["Alpha", "bug", WINTER, 5 + 1] == 2


def test_distribution_of_cycle_time(warehouse):
    """Half a day, a day and a half, and 40 days before midnight: two, three and 41 dates."""
    beta = ("Beta", "bug", WINTER)
    assert distribution(warehouse, measure="cycle_time") == {
        (*beta, 0): 1, (*beta, 1): 1, (*beta, 40): 1
    }  # fmt: skip
    assert distribution(warehouse, measure="cycle_time", unit="inclusive_days") == {
        (*beta, 2): 1, (*beta, 3): 1, (*beta, 41): 1
    }  # fmt: skip


def test_a_day_that_is_not_over_does_not_count(warehouse):
    """A second less than two days is one day, and a second is no day; percentiles keep both."""
    tracker = Tracker()
    for number, lead in ((101, 2 - 1 / DAY), (102, 2), (103, 1 / DAY)):
        tracker.task(number, created=10, status="resolved", subtype="spike")
        tracker.moves(number, (10 + lead, "resolved"))
    warehouse.run(tracker.records(), instance="phabricator__other")
    group = ("(no project)", "spike", WINTER)
    assert distribution(warehouse, "phabricator__other") == {
        (*group, 0): 1, (*group, 1): 1, (*group, 2): 1
    }  # fmt: skip
    median = percentiles(warehouse, instance="phabricator__other")[group][2]
    assert median == pytest.approx(2 - 1 / DAY, abs=1e-9)


def test_instances_are_not_added_up(warehouse):
    tracker = Tracker()
    finish(tracker, 1, ("Alpha", "bug", WINTER), 1000, None)
    warehouse.run(tracker.records(), instance="phabricator__third")
    assert percentiles(warehouse)["Alpha", "bug", WINTER] == pytest.approx(
        EXPECTED["Alpha", "bug", WINTER]
    )
    totals = percentiles(warehouse, instance="phabricator__third")
    assert set(totals.values()) == {(1000,) * 5}
    assert len(totals) == 8
    assert len(rows_of(warehouse, "v_lead_time_percentiles", "phabricator__third")) == 16
