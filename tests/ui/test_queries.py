"""The page's numbers against ones worked out by hand (see conftest)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from psycopg.conninfo import make_conninfo

from flowmart.core.errors import FlowmartError
from flowmart.engines.open import open_engine
from flowmart.ops.coverage import Hole
from flowmart.ui.queries import NoSuchValueError, read_page, read_runs
from local.clickhouse.component import GivenClickHouse
from tests.rows import DAY, at

TRACKER = "https://tracker.test/"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def read(marts, timezone="UTC", **wanted):
    return read_page(marts.engine, wanted, timezone, NOW)


def weeks_of(data, *columns):
    """Week -> its values, those in seconds as days."""
    return {
        week["week_on"]: tuple(
            week[name] / DAY if name.startswith("lead") and week[name] is not None else week[name]
            for name in columns
        )
        for week in data.weeks
    }


def test_percentiles_by_week_interpolate_and_a_week_without_completions_has_none(marts):
    found = weeks_of(
        read(marts), "delivered_issues", "lead_time_p50", "lead_time_p85", "lead_time_p95"
    )
    assert found[date(2026, 11, 2)] == (5, 3, pytest.approx(4.4), pytest.approx(4.8))
    assert found[date(2026, 11, 9)] == (0, None, None, None)
    assert found[date(2026, 11, 16)] == (2, 50, pytest.approx(85), pytest.approx(95))


def test_all_of_the_last_26_weeks_are_there(marts):
    weeks = [week["week_on"] for week in read(marts).weeks]
    assert len(weeks) == 26
    assert weeks[0] == date(2026, 5, 25)
    assert weeks[-1] == date(2026, 11, 16)  # the window ends on Monday the 23rd, exclusive


def test_weeks_begin_with_the_first_issue(empty):
    """One created on Wednesday, 4 November, and done on the 10th; the window ends on the 23rd."""
    empty.insert_run()
    empty.insert_done(1, at(9), 6, created_at=at(3))
    data = read(empty)
    assert [week["week_on"].day for week in data.weeks] == [2, 9, 16]
    assert [week["delivered_issues"] for week in data.weeks] == [0, 1, 0]
    assert data.period.name == "last 3 weeks"


def test_a1_what_no_good_window_covers_stays_in_sight(marts):
    """Freshness alone would hide it behind the next good run."""
    marts.insert_run(run_id="a", window_start=at(4), window_end=at(5))
    marts.insert_run(run_id="b", window_start=at(8), window_end=at(9), status="NOK")
    marts.insert_run(run_id="r", window_start=at(8), window_end=at(9), run_type="replay")
    [run] = read(marts).runs
    assert (run["status"], run["fresh_until"]) == ("OK", at(22))
    assert run["holes"] == [Hole(at(5), at(21))]
    marts.insert_run(run_id="c", window_start=at(5), window_end=at(10))
    [run] = read(marts).runs
    assert run["holes"] == [Hole(at(10), at(21))]


def test_a1_intervals_that_are_over_and_were_not_run_are_a_hole_at_the_end(marts):
    """A paused DAG: three days later, at noon, three daily intervals are due."""
    [run] = read_runs(marts.engine, NOW + timedelta(days=3))
    assert run["holes"] == [Hole(at(22), at(25))]
    ten_past_midnight = at(23) + timedelta(minutes=10)
    [run] = read_runs(marts.engine, ten_past_midnight)
    assert run["holes"] == []


def test_headline_percentiles_cover_the_period(marts):
    # {0, 1, 2, 3, 4, 5, 100}: p50 = 3; p85 lies 0.1 between the 6th and the 7th: 5 + 0.1 * 95.
    flow = read(marts).flow
    assert flow["lead_time_n"] == 7
    assert flow["lead_time_p50"] / DAY == 3
    assert flow["lead_time_p85"] / DAY == pytest.approx(14.5)
    assert (flow["cycle_time_n"], flow["cycle_time_p50"], flow["cycle_time_p85"]) == (5, DAY, DAY)


def test_what_is_older_than_the_period_or_than_four_weeks(marts):
    marts.insert_done(20, at(-6), 9)  # 26 October: 28 days before the window's end, the first day
    marts.insert_done(21, at(-6.01), 9)
    marts.insert_done(22, datetime(2026, 5, 25, tzinfo=UTC), 9)
    marts.insert_done(23, datetime(2026, 5, 24, 23, 59, tzinfo=UTC), 9)
    flow = read(marts).flow
    assert flow["recently_delivered_issues"] == 8
    assert flow["lead_time_n"] == 10


def test_weeks_begin_in_the_reporting_time_zone(marts):
    marts.insert_done(20, datetime(2026, 11, 8, 23, 30, tzinfo=UTC), 9)
    in_utc = weeks_of(read(marts), "delivered_issues")
    in_berlin = weeks_of(read(marts, "Europe/Berlin"), "delivered_issues")
    assert (in_utc[date(2026, 11, 2)], in_utc[date(2026, 11, 9)]) == ((6,), (0,))
    assert (in_berlin[date(2026, 11, 2)], in_berlin[date(2026, 11, 9)]) == ((5,), (1,))


def test_open_work_statuses_and_findings(marts):
    data = read(marts)
    assert data.open_work == {
        "open_issues": 3,
        "in_progress_issues": 2,
        "started_issues": 2,
        "deleted_issues": 0,
        "hidden_issues": 0,
    }
    assert [tuple(row.values()) for row in data.statuses] == [
        ("Resolved", "done", 7),
        ("In Progress", "in_progress", 2),
        ("Open", "todo", 1),
    ]
    assert [tuple(row.values()) for row in data.findings] == [
        (
            "started_and_done_at_once",
            "practice",
            "It has no cycle time.",
            3,
            3,
            "T1",
            TRACKER + "T1",
        )
    ]


@pytest.fixture
def gone(marts):
    """Two done and three open issues that are deleted or out of sight, beside those of `marts`."""
    deleted = {"is_deleted": True, "missing_reason": "deleted"}
    hidden = {"is_deleted": False, "missing_reason": "access_lost"}
    marts.insert_done(31, at(17), 7, **deleted)
    marts.insert_done(32, at(17), 7, **hidden)
    progress = {"status_name": "In Progress", "status_category": "in_progress"}
    marts.insert_issue(33, first_started_at=at(1), **progress, **deleted)
    marts.insert_issue(34, first_started_at=at(1), **progress, **hidden)
    marts.insert_issue(35, is_deleted=True, missing_reason="missing")
    return marts


def test_f1_page_and_views_count_the_same_completions(gone):
    """Seven of `marts`, and two that are gone: what was delivered was delivered."""
    data = read(gone)
    [row] = gone.engine.query(
        "select lead_time_n, lead_time_p50_days from mart.v_lead_time_percentiles "
        "where team = '(all)' and issue_type = '(all)' and level = '(all)' and quarter = '(all)'"
    )
    [counted] = gone.engine.query(
        "select sum(deliveries) as deliveries from mart.v_lead_time_distribution "
        "where measure = 'lead_time'"
    )
    # {0, 1, 2, 3, 4, 5, 7, 7, 100}: the middle one is 4.
    assert data.flow["lead_time_n"] == row["lead_time_n"] == counted["deliveries"] == 9
    assert data.flow["lead_time_p50"] / DAY == row["lead_time_p50_days"] == 4
    assert sum(week["delivered_issues"] for week in data.weeks) == 9
    assert ("Resolved", "done", 9) in [tuple(row.values()) for row in data.statuses]


def test_f2_open_work_leaves_out_what_is_gone_and_says_what(gone):
    data = read(gone)
    assert data.open_work == {
        "open_issues": 3,
        "in_progress_issues": 2,
        "started_issues": 2,
        "deleted_issues": 2,
        "hidden_issues": 1,
    }
    assert {row["readable_id"] for row in data.ageing} == {"T8", "T9"}


def test_n6_in_progress_is_one_number(gone):
    """
    One that was started is back in an open status, one is in progress without a start on record,
    and one waits.
    """
    gone.insert_issue(41, first_started_at=at(1))
    gone.insert_issue(42, status_name="Review", status_category="in_progress")
    gone.insert_issue(43, status_name="Waiting", status_category="in_progress")
    data = read(gone)
    bars = sum(r["issue_count"] for r in data.statuses if r["status_category"] == "in_progress")
    assert data.open_work["in_progress_issues"] == bars == 4
    assert data.open_work["started_issues"] == 3
    assert data.open_work["open_issues"] == 6
    assert sum(r["issue_count"] for r in data.statuses if r["status_category"] != "done") == 6


def test_f4_what_was_created_as_done_counts_and_has_no_times(marts):
    marts.insert_done(44, at(17), 0, lead_time_seconds=None, cycle_time_seconds=None)
    data = read(marts)
    assert data.flow["recently_delivered_issues"] == 8
    assert data.flow["lead_time_n"] == 7
    assert data.flow["lead_time_p50"] / DAY == 3


def test_what_was_discarded_stands_beside_and_never_inside(marts):
    marts.insert_done(45, at(17), 9, team="app", outcome="discarded")
    data = read(marts)
    flow = data.flow
    assert (flow["recently_delivered_issues"], flow["recently_discarded_issues"]) == (7, 1)
    assert flow["lead_time_n"] == 7
    found = weeks_of(data, "delivered_issues", "discarded_issues", "lead_time_p50")
    assert found[date(2026, 11, 16)] == (2, 1, 50)


def test_the_longest_in_progress_come_first_and_what_never_started_is_left_out(marts):
    data = read(marts)
    assert [row["readable_id"] for row in data.ageing] == ["T9", "T8"]
    assert data.ageing[0]["age_seconds"] - data.ageing[1]["age_seconds"] == 5 * DAY


@pytest.mark.parametrize(
    ("wanted", "lead_time_n", "open_issues", "statuses", "findings"),
    [
        ({"team": "web"}, 5, 3, 8, 2),
        ({"team": "app"}, 2, 0, 2, 1),
        ({"issue_type": "task"}, 2, 3, 5, 1),
        ({"sprint": "S1"}, 2, 0, 2, 1),
        ({"quarter": "2026-Q4"}, 7, 0, 7, 3),
        ({"team": "web", "issue_type": "bug", "quarter": "2026-Q4"}, 5, 0, 5, 2),
        ({"team": "web", "sprint": "S1"}, 0, 0, 0, 0),
    ],
)
def test_each_filter_cuts_everything(marts, wanted, lead_time_n, open_issues, statuses, findings):
    data = read(marts, **wanted)
    assert data.filters == wanted
    assert data.flow["lead_time_n"] == lead_time_n
    assert sum(week["delivered_issues"] for week in data.weeks) == lead_time_n
    assert data.open_work["open_issues"] == open_issues
    assert sum(row["issue_count"] for row in data.statuses) == statuses
    assert sum(row["finding_count"] for row in data.findings) == findings


def test_a_quarter_shows_its_own_weeks(marts):
    marts.insert_done(20, datetime(2026, 4, 1, tzinfo=UTC), 9, quarter="2026-Q2")
    data = read(marts, quarter="2026-Q2")
    # 1 April is a Wednesday and 30 June a Tuesday: 30 March to 29 June are 14 Mondays.
    assert len(data.weeks) == 14
    assert weeks_of(data, "delivered_issues")[date(2026, 3, 30)] == (1,)
    assert data.flow["recently_delivered_issues"] == 1


def test_n8_filter_values_are_parameters_and_unknown_ones_are_refused(marts):
    odd = "o'neil\"; drop table mart.fct_issues; -- %(team)s"
    marts.insert_done(20, at(17), 9, team=odd)
    assert read(marts, team=odd).flow["lead_time_n"] == 1
    with pytest.raises(NoSuchValueError, match="No such team: ' or true --"):
        read(marts, team="' or true --")
    with pytest.raises(NoSuchValueError, match="No such issue type: epic"):
        read(marts, team=odd, issue_type="epic")
    assert odd in read(marts).options["team"]


def test_n3_a_connection_that_only_reads_is_enough(marts, warehouse_dsn):
    if marts.engine.name == "postgres":
        dsn = make_conninfo(warehouse_dsn, options="-c default_transaction_read_only=on")
    else:
        dsn = GivenClickHouse(warehouse_dsn).reader_dsn
    reader = open_engine(dsn, marts.engine.schemas)
    # Ages grow between the two looks.
    found, expected = (
        replace(page, ageing=[row["readable_id"] for row in page.ageing])
        for page in (read_page(reader, {}, "UTC", NOW), read(marts))
    )
    assert found == expected
    with pytest.raises(FlowmartError):
        reader.execute("delete from mart.dim_users where true")


def test_the_last_run_of_each_instance_and_the_end_of_its_last_good_window(marts):
    marts.insert_run(
        run_id="scheduled__2026-11-23",
        window_end=at(23),
        started_at=at(23),
        status="NOK",
        error="The source refused the credentials",
        records=None,
    )
    marts.insert_run(instance="phabricator__acme", status="NOK", records=None)
    ours, acme = read(marts).runs
    assert (ours["instance"], ours["status"]) == ("phabricator", "NOK")
    assert ours["fresh_until"] == at(22)
    assert ours["published_issues"] == 10
    assert (acme["status"], acme["fresh_until"], acme["published_issues"]) == ("NOK", None, 0)


def test_an_empty_warehouse_has_weeks_of_nothing_up_to_now(empty):
    data = read(empty)
    assert data.runs == []
    assert data.period.as_of == NOW
    assert [week["delivered_issues"] for week in data.weeks] == [0]
    assert data.flow["recently_delivered_issues"] == 0
    assert data.flow["lead_time_p50"] is None
