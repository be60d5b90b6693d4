"""Daily, weekly and monthly figures of one small team; the numbers are worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from flowmart.ops.runs import close_run
from tests.sql.coverage import cover
from tests.sql.tracker import DAY, Tracker

ORIGIN = date(2026, 1, 1)  # a Thursday
AS_OF, LOADED = 20, 24  # days 20 and 21 are a hole
WEEKS = [date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)]


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    warehouse.run(cases().records())
    cover(warehouse, 0, AS_OF)
    cover(warehouse, AS_OF + 2, LOADED)


def cases():
    """Alpha (1), Beta (2), and a milestone of Alpha (11)."""
    tracker = Tracker()
    tracker.project(11, "Sprint 1", parent=1, milestone=1)
    task(tracker, 1, 0, (1, "progress"), (4, "resolved"), (6, "progress"), (7, "resolved"))
    task(tracker, 2, 2, (5, "duplicate"))
    task(tracker, 3, 3, (5, "progress"), (8, "stalled"))
    task(tracker, 4, 9, (10.5, "progress"), (12, "open"), (15, "progress"), (17, "resolved"))
    task(tracker, 5, 22, (23, "resolved"))  # after the hole
    # 6 moves from Beta to Alpha while it is in progress.
    task(tracker, 6, 1, (2, "progress"), (8, "resolved"), join=2)
    tracker.joins(6, 6, 1, leaves=(2,))
    task(tracker, 7, 30, project=2)  # later than what is loaded
    task(tracker, 8, 10, (11, "resolved"), project=11, subtype="spike", points=3)
    task(tracker, 9, 10, (11, "duplicate"), project=11, subtype="spike", points=5)
    task(tracker, 10, 0, (1, "progress"), (3, "resolved"), (8, "progress"), subtype="bug")
    # 11 is in progress over the end of January, and waits over that of February.
    task(tracker, 11, 25, (30, "progress"), (33, "stalled"), (62, "resolved"), subtype="chore")
    return tracker


def task(tracker, number, created, *moves, project=1, join=None, **fields):
    """A task that is in its project from its creation on."""
    status = moves[-1][1] if moves else "open"
    tracker.task(number, created=created, status=status, projects=(project,), **fields)
    tracker.joins(number, created, join or project)
    tracker.moves(number, *moves)


def by_day(warehouse, view, columns, team="Alpha", where="issue_type = 'default'"):
    """Day -> the values of a team, which was something else than nothing on it."""
    found = warehouse.rows(
        f"mart.{view}", f"happened_on, {columns}", f"team = '{team}' and {where}"
    )
    days = {(row.pop("happened_on") - ORIGIN).days: tuple(row.values()) for row in found}
    assert len(days) == len(found)
    return dict(sorted(days.items()))


MEASURES = "arrived, started, delivered, discarded, reopened, net_flow"
NOTHING = (0,) * 6
ALPHA = {
    0: (1, 0, 0, 0, 0, 1),
    1: (0, 1, 0, 0, 0, 0),
    2: (1, 0, 0, 0, 0, 1),
    3: (1, 0, 0, 0, 0, 1),
    4: (0, 0, 1, 0, 0, -1),
    5: (0, 1, 0, 1, 0, 0),
    6: (0, 0, 0, 0, 1, 0),
    7: (0, 0, 1, 0, 0, -1),
    8: (0, 0, 1, 0, 0, -1),
    9: (1, 0, 0, 0, 0, 1),
    10: (0, 1, 0, 0, 0, 0),
    17: (0, 0, 1, 0, 0, -1),
    22: (1, 0, 0, 0, 0, 1),
    23: (0, 0, 1, 0, 0, -1),
}


def test_every_day_has_a_row_from_the_first_of_the_group_to_the_last_that_is_loaded(warehouse):
    expected = {day: ALPHA.get(day, NOTHING) for day in range(LOADED + 1)}
    assert by_day(warehouse, "v_flow_daily", MEASURES) == expected
    beta = by_day(warehouse, "v_flow_daily", MEASURES, team="Beta")
    assert list(beta) == list(range(1, LOADED + 1))
    assert {day: row for day, row in beta.items() if row != NOTHING} == {
        1: (1, 0, 0, 0, 0, 1),
        2: (0, 1, 0, 0, 0, 0),
    }


def test_days_are_complete_up_to_the_first_hole(warehouse):
    complete = [day for day, (known,) in by_day(warehouse, "v_flow_daily", "is_complete").items()
                if known]  # fmt: skip
    assert complete == list(range(AS_OF))


def test_a_move_leaves_one_team_and_enters_the_other(warehouse):
    changes = "todo_change, in_progress_change, done_change"
    beta = by_day(warehouse, "v_flow_daily", changes, team="Beta")
    assert (beta[2], beta[6]) == ((-1, 1, 0), (0, -1, 0))
    # Alpha: issue 1 is reopened, and 6 comes.
    assert by_day(warehouse, "v_flow_daily", changes)[6] == (0, 2, -1)


def test_work_in_progress_at_the_end_of_each_day(warehouse):
    expected = [0, 1, 1, 1, 0, 1, 3, 2, 1, 1, 2, 2, 1, 1, 1, 2, 2, *[1] * 8]
    found = by_day(warehouse, "v_wip_daily", "in_progress_issues")
    assert [count for (count,) in found.values()] == expected
    beta = by_day(warehouse, "v_wip_daily", "in_progress_issues", team="Beta")
    assert [count for (count,) in beta.values()] == [0, 1, 1, 1, 1, *[0] * 19]


def test_total_age_of_what_is_in_progress_at_the_end_of_each_day(warehouse):
    spans = [  # the day on which it started, and the days at whose end it is in progress
        (1, (1, 2, 3, 6)),
        (5, range(5, LOADED + 1)),
        (10, (10, 11, 15, 16)),
        (2, (6, 7)),
    ]
    expected = [0] * (LOADED + 1)
    for started, days in spans:
        for day in days:
            expected[day] += day - started + 1
    found = by_day(warehouse, "v_wip_daily", "total_age_days")
    assert [age for (age,) in found.values()] == expected
    beta = by_day(warehouse, "v_wip_daily", "total_age_days", team="Beta")
    assert [age for (age,) in beta.values()] == [0, 1, 2, 3, 4, *[0] * 19]


def bands(warehouse, day):
    """Category -> issues, issues by high-water mark, edge, correction."""
    return {
        category: by_day(
            warehouse,
            "v_cumulative_flow_daily",
            "issues, high_water_issues, reached_issues, corrected_issues",
            where=f"issue_type = 'default' and category = '{category}'",
        )[day]
        for category in ("todo", "in_progress", "done", "unknown")
    }


def test_bands_keep_what_was_done_and_show_what_was_corrected(warehouse):
    """On day 6 issue 1 is in progress again, 2 is done, 3 and 6 are in progress."""
    assert bands(warehouse, 6) == {
        "todo": (0, 0, 4, 0),
        "in_progress": (3, 2, 4, -1),
        "done": (1, 2, 2, 1),
        "unknown": (0, None, None, None),
    }


def test_bands_keep_what_was_started(warehouse):
    """On day 12 issue 4 is back in todo, 3 waits, and 1, 2 and 6 are done."""
    assert bands(warehouse, 12) == {
        "todo": (1, 0, 5, -1),
        "in_progress": (1, 2, 5, 1),
        "done": (3, 3, 3, 0),
        "unknown": (0, None, None, None),
    }


def periods(warehouse, unit, team="Alpha"):
    found = warehouse.rows(
        f"mart.v_throughput_{unit}ly",
        f"{unit}_on, {MEASURES}, is_complete",
        f"team = '{team}' and issue_type = 'default'",
    )
    return [tuple(row.values()) for row in found]


def test_weeks_begin_on_monday_and_are_complete_if_all_days_are(warehouse):
    assert periods(warehouse, "week") == [
        (WEEKS[0], 3, 1, 0, 0, 0, 3, False),  # begins before the first window
        (WEEKS[1], 1, 2, 3, 1, 1, -2, True),
        (WEEKS[2], 0, 0, 1, 0, 0, -1, True),
        (WEEKS[3], 1, 0, 1, 0, 0, 0, False),
    ]


def test_weeks_without_anything_are_there(warehouse):
    assert periods(warehouse, "week", "Beta") == [
        (WEEKS[0], 1, 1, 0, 0, 0, 1, False),
        (WEEKS[1], 0, 0, 0, 0, 0, 0, True),
        (WEEKS[2], 0, 0, 0, 0, 0, 0, True),
        (WEEKS[3], 0, 0, 0, 0, 0, 0, False),
    ]


@pytest.mark.parametrize("unit", ["month", "quarter"])
def test_months_and_quarters_add_up_the_same_days(warehouse, unit):
    assert periods(warehouse, unit) == [(ORIGIN, 5, 3, 5, 1, 1, 0, False)]
    if unit == "quarter":
        [row] = warehouse.rows("mart.v_throughput_quarterly", "distinct quarter")
        assert row == {"quarter": "2026-Q1"}


def test_throughput_of_a_sprint_in_issues_and_points(warehouse):
    columns = "sprint, team, issue_type, level, delivered, discarded, delivered_points"
    [row] = warehouse.rows("mart.v_throughput_sprint", columns)
    assert tuple(row.values()) == ("Sprint 1", "Alpha", "spike", "item", 1, 1, 3)


def test_age_leaves_out_the_time_that_was_spent_done(warehouse):
    """Created on day 0, started on day 1, and done from day 3 to 8."""
    before = datetime.now(UTC).date()
    [row] = warehouse.rows("mart.v_issue_ageing", "*", "readable_id = 'T10'")
    assert row["age_seconds"] == row["total_age_seconds"] - 6 * DAY
    days = [(today - date(2026, 1, 2)).days + 1 for today in (before, datetime.now(UTC).date())]
    assert row["age_days"] in days
    assert row["level"] == "item"


def test_total_work_item_age_is_that_of_what_was_started_and_is_not_done(warehouse):
    rows = warehouse.rows("mart.v_work_item_age")
    open_rows = warehouse.rows("mart.v_issue_ageing", "*", "readable_id in ('T3', 'T10')")
    ages = {row["issue_type"]: row["age_days"] for row in open_rows}
    found = {
        row["issue_type"]: (row["started_issues"], row["total_age_days"], row["oldest_age_days"])
        for row in rows
    }
    assert found == {
        "default": (1, ages["default"], ages["default"]),
        "bug": (1, ages["bug"], ages["bug"]),
    }
    # Issue 3 started on day 5, issue 10 on day 1.
    assert ages["bug"] - ages["default"] == 4


def status_times(warehouse, issue_type, status):
    """Month -> (days, visits that ended)."""
    found = warehouse.rows(
        "mart.v_status_time_monthly",
        "month_on, duration_seconds, ended_visits",
        f"issue_type = '{issue_type}' and status_name = '{status}'",
    )
    return {
        row["month_on"].month: (row["duration_seconds"] / DAY, row["ended_visits"]) for row in found
    }


def test_time_in_status_counts_in_the_month_in_which_it_was_spent(warehouse):
    assert status_times(warehouse, "chore", "Open") == {1: (5, 1)}
    assert status_times(warehouse, "chore", "Progress") == {1: (1, 0), 2: (2, 1)}
    assert status_times(warehouse, "chore", "Stalled") == {2: (26, 0), 3: (3, 1)}
    assert status_times(warehouse, "chore", "Resolved") == {}


def test_time_in_status_counts_under_the_team_of_that_time(warehouse):
    """Issue 6 moves from Beta to Alpha on day 6, four days into its six in progress."""
    columns = "duration_seconds, ended_visits"
    where = "team = 'Beta' and status_name = 'Progress'"
    found = warehouse.rows("mart.v_status_time_monthly", columns, where)
    assert found == [{"duration_seconds": 4 * DAY, "ended_visits": 0}]
    key = "issue_key = 'phabricator:PHID-TASK-6' and status_name = 'Progress'"
    columns = "team, ends_at, is_end_of_visit"
    found = warehouse.rows("mart.fct_issue_status_stretches", columns, key)
    assert [tuple(row.values()) for row in found] == [
        ("Alpha", datetime(2026, 1, 9, tzinfo=UTC), True),
        ("Beta", datetime(2026, 1, 7, tzinfo=UTC), False),
    ]


def test_a_visit_that_goes_on_counts_up_to_what_is_known(warehouse):
    assert status_times(warehouse, "default", "Stalled") == {1: (AS_OF - 8, 0)}


def test_a_chart_of_throughput_has_complete_weeks_only(warehouse):
    """Alpha's items of all types: three in the second week; issues 4 and 8 in the third."""
    found = warehouse.rows(
        "mart.v_process_behaviour",
        "sequence, observed_on, value, n, mean_value, upper_limit, lower_limit",
        "team = 'Alpha' and measure = 'weekly_throughput'",
    )
    limits = (2, 2.5, pytest.approx(2.5 + 2.66), 0)
    assert [tuple(row.values()) for row in found] == [
        (1, WEEKS[1], 3, *limits),
        (2, WEEKS[1] + timedelta(weeks=1), 2, *limits),
    ]


def test_an_instance_without_a_loaded_window_shows_what_it_has(warehouse):
    tracker = Tracker()
    task(tracker, 1, 0, (3, "resolved"))
    batch = warehouse.run(tracker.records(), instance="phabricator__other")
    close_run(warehouse.engine, batch, "NOK")
    found = warehouse.rows(
        "mart.v_flow_daily", "happened_on, is_complete", "instance = 'phabricator__other'"
    )
    assert [tuple(row.values()) for row in found] == [
        (ORIGIN + timedelta(days=day), False) for day in range(4)
    ]
