"""Conformance, section 4: which percentile of which sample, and by which method."""

from __future__ import annotations

import pytest

from flowmart.transform import template
from tests.sql.tracker import DAY, Tracker
from tests.sql.warehouse import INCLUDE

FIVE = (1, 2, 3, 4, 5)
TEN = (1, 2, 2, 3, 4, 5, 7, 8, 13, 30)
SIX = (5, 5, 5, 5, 5, 4)
# In days, as lead times of the issue types of these names.
SAMPLES = {"five": FIVE, "ten": TEN, "six": SIX, "four": (1, 2, 3, 4)}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    leads = [(name, lead) for name, sample in SAMPLES.items() for lead in sample]
    for number, (name, lead) in enumerate(leads, start=1):
        tracker.task(number, created=50 - lead, status="resolved", subtype=name)
        tracker.moves(number, (50, "resolved"))
    warehouse.run(tracker.records())


@pytest.fixture
def measure(warehouse):
    """A macro's result for a sample."""
    jinja = template.environment(INCLUDE / "sql", warehouse.engine.name)

    def measured(macro, percent, sample):
        call = template.macro(jinja, macro, percent / 100, "value")
        number = template.macro(jinja, "type_bigint")
        rows = " union all ".join(f"select cast({value} as {number}) as value" for value in sample)
        source = rows or f"select cast(null as {number}) as value"
        [row] = warehouse.engine.query(f"select {call} as result from ({source}) as rows")
        return row["result"]

    return measured


@pytest.fixture
def columns(warehouse):
    """What the view says of a sample: columns named after percents, in days."""

    def found(sample, kind):
        [row] = warehouse.rows(
            "mart.v_lead_time_percentiles",
            "*",
            f"issue_type = '{sample}' and team = '(all)' and level = '(all)' and quarter = '(all)'",
        )
        prefix, suffix = f"lead_time_{kind}", "_days"
        return {
            int(name.removeprefix(prefix).removeprefix("_").removesuffix(suffix)): value
            for name, value in row.items()
            if name.startswith(prefix) and name.endswith(suffix)
        }

    return found


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 3), (75, 4), (80, 4), (85, 5), (90, 5), (95, 5), (100, 5)]
)
def test_4_1_nearest_rank_of_1_to_5_jirametrics(measure, percent, expected):
    assert measure("percentile_nearest_rank", percent, FIVE) == expected


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(50, 3.0), (75, 4.0), (80, 4.2), (85, 4.4), (90, 4.6), (95, 4.8), (100, 5.0)],
)
def test_4_1_linear_of_1_to_5_jira_agile_metrics(measure, percent, expected):
    assert measure("percentile", percent, FIVE) == pytest.approx(expected)


def test_4_1_both_methods_in_the_view(columns):
    assert columns("five", "sle") == {50: 3, 70: 4, 85: 5, 95: 5}
    linear = {10: 1.4, 25: 2, 50: 3, 75: 4, 80: 4.2, 85: 4.4, 90: 4.6, 95: 4.8}
    assert columns("five", "p") == pytest.approx(linear)


def test_4_2_five_fives_and_a_four_jira_agile_metrics(measure):
    found = [measure("percentile", percent, SIX) for percent in (10, 50, 90)]
    assert found == pytest.approx([4.5, 5, 5])
    assert measure("percentile_nearest_rank", 10, SIX) == 4


def test_4_2_ten_values(measure, columns):
    nearest = [measure("percentile_nearest_rank", p, TEN) for p in (50, 85, 95)]
    linear = [measure("percentile", p, TEN) for p in (50, 85, 95)]
    assert (nearest, linear) == ([4, 13, 30], pytest.approx([4.5, 11.25, 22.35]))
    assert columns("ten", "sle") == {50: 4, 70: 7, 85: 13, 95: 30}
    assert columns("ten", "p")[85] == pytest.approx(11.25)


def test_4_2_a_whole_rank_is_that_rank(measure):
    """Here ClickHouse's own exact functions give 2 and 30."""
    assert [measure("percentile_nearest_rank", p, TEN) for p in (10, 90)] == [1, 13]


def test_4_2_quartiles_insight(columns):
    found = columns("five", "p")
    assert [found[percent] for percent in (25, 50, 75)] == [2, 3, 4]


def test_4_2_expectations_of_four_values_are_withheld_insight(columns):
    assert set(columns("four", "sle").values()) == {None}
    assert columns("four", "p")[50] == 2.5


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ((1,), (1, 1, 1, 1, 1)),
        ((1, 2), (1.1, 1.25, 1.5, 1.75, 1.9)),
        ((1, 2, 3, 4), (1.3, 1.75, 2.5, 3.25, 3.7)),
        ((3, 5, 5, 8, 13, 21, 34), (4.2, 5, 8, 17, 26.2)),
        (range(10, 101, 10), (19, 32.5, 55, 77.5, 91)),
        (range(1, 102), (11, 26, 51, 76, 91)),
        ((0, 100), (10, 25, 50, 75, 90)),
        ((), (None,) * 5),
    ],
)
def test_4_3_linear_as_numpy_has_it(measure, sample, expected):
    found = tuple(measure("percentile", percent, sample) for percent in (10, 25, 50, 75, 90))
    assert found == (pytest.approx(expected) if sample else expected)


def test_4_4_at_least_so_many_of_all_are_within_an_expectation(measure):
    """The property that the method is chosen for, and that no smaller value has it."""
    for n in (1, 2, 3, 7, 20, 40, 100):
        sample = [(number * 37) % n * DAY for number in range(n)]
        for percent in (50, 70, 85, 95):
            found = measure("percentile_nearest_rank", percent, sample)
            assert 100 * sum(value <= found for value in sample) >= percent * n
            assert 100 * sum(value < found for value in sample) < percent * n


def test_4_4_nothing_has_no_expectation(measure):
    assert measure("percentile_nearest_rank", 85, ()) is None
