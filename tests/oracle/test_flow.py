"""
Flow metrics of a year in three trackers, against plain Python over their event logs.

`make soak` compares 5,000 issues, `make test` a tenth of them.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, timedelta
from random import SystemRandom

import pytest

from tests.oracle.flow.compare import by_key, differences, plain, running_sums, shown
from tests.oracle.flow.meanings import Reading
from tests.oracle.flow.metrics import Flow
from tests.oracle.flow.people import assignment_rows, contributor_rows, participant_rows
from tests.oracle.flow.played import AFTERWARDS, PLAYED, WHOLE
from tests.oracle.flow.rows import delivery_rows, flow_row, issue_row, measure_rows, visit_rows
from tests.oracle.flow.settings import SETTINGS
from tests.oracle.flow.sprints import sprint_rows
from tests.oracle.flow.steps import steps
from tests.oracle.flow.views import ages_at_ends, at_ends, percentiles, sprint_reports, weekly
from tests.sql.warehouse import Warehouse

# Nine batches on each engine, on a busy machine.
pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]
IS_LONG = bool(os.environ.get("SOAK"))
ISSUES = 5_000 if IS_LONG else 500
SEED = int(os.environ.get("SEED") or (SystemRandom().randrange(10**6) if IS_LONG else 15))
DAYS = 365
LAST = date(2026, 12, 30)
COUNTED_DAYS = 50
TABLES = (
    "fct_issues",
    "fct_issue_changes",
    "fct_issue_status_intervals",
    "fct_issue_status_times",
    "fct_issue_flow",
    "fct_issue_deliveries",
    "fct_issue_measures",
    "fct_issue_flow_steps",
    "agg_flow_daily",
    "v_wip_daily",
    "fct_sprint_issues",
    "v_sprint_reports",
    "v_throughput_weekly",
    "v_lead_time_percentiles",
    "fct_issue_assignments",
    "fct_issue_participants",
    "v_contributors_weekly",
)
COUNTS = (
    "entered", "exited", "high_water_entered", "high_water_exited", "arrived", "started",
    "delivered", "discarded", "reopened",
)  # fmt: skip


@pytest.fixture(scope="module")
def played():
    """Source -> (what its runs read, its world as it is in the end)."""
    print(f"SEED={SEED}")
    found = {}
    for source, tracker in PLAYED.items():
        tracker = tracker(seed=SEED, issues=ISSUES // len(PLAYED), days=DAYS)
        windows = {WHOLE: tracker.read(WHOLE)}
        tracker.live_on()
        afterwards = tracker.read(AFTERWARDS)
        world = tracker.world()
        # What is gone stays where it was counted.
        seen = list(world.histories)
        tracker.lose(*seen[-2:])
        windows[AFTERWARDS] = afterwards | tracker.census(seen)
        found[source] = windows, world
    return found


@pytest.fixture(scope="module")
def published(played, warehouse_dsn, tmp_path_factory):
    """(Settings, table) -> published rows of all trackers."""
    found = {}
    for name, settings in SETTINGS.items():
        for source, (windows, _) in played.items():
            warehouse = Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"), source)
            # The second settings meet what is there already.
            batches = windows if name == "as shipped" else {AFTERWARDS: {}}
            for window, streams in batches.items():
                warehouse.run(streams, settings(source), source, window=window)
        found |= {(name, table): warehouse.rows(f"mart.{table}") for table in TABLES}
    return found


@pytest.fixture(params=SETTINGS)
def settings(request):
    return request.param


@pytest.fixture(params=PLAYED)
def source(request):
    return request.param


@pytest.fixture(scope="module")
def flows(played):
    """(Settings, source) -> its issues as plain Python reads them."""
    return {
        (name, source): [
            Flow(Reading(world, make(source)), history) for history in world.histories.values()
        ]
        for name, make in SETTINGS.items()
        for source, (_, world) in played.items()
    }


@pytest.fixture
def rows(published, settings, source):
    def of(table):
        return [row for row in published[settings, table] if row["instance"] == source]

    return of


@pytest.fixture
def issues(flows, settings, source):
    return flows[settings, source]


def assert_same(found, expected):
    lines = differences(found, expected)
    assert not lines, f"SEED={SEED}\n{shown(lines)}"
    assert expected


def test_issues_as_they_are_now(rows, issues):
    expected = {(flow.history.issue_id,): issue_row(flow) for flow in issues}
    assert_same(by_key(rows("fct_issues"), "issue_id"), expected)


def test_visits_and_what_they_mean(rows, issues):
    expected = {
        (flow.history.issue_id, number): row
        for flow in issues
        for number, row in enumerate(visit_rows(flow), start=1)
    }
    assert_same(by_key(rows("fct_issue_status_intervals"), "issue_id", "sequence"), expected)


def test_flow(rows, issues):
    expected = {(flow.history.issue_id,): flow_row(flow) for flow in issues}
    assert_same(by_key(rows("fct_issue_flow"), "issue_id"), expected)


def test_parts_of_a_lead_time_add_up(rows):
    parts = ("backlog_seconds", "active_seconds", "waiting_seconds", "blocked_seconds")
    found = [row for row in rows("fct_issue_flow") if row["lead_time_seconds"] is not None]
    for row in found:
        total = sum(row[name] or 0 for name in parts)
        assert total == row["lead_time_without_done_seconds"], row["issue_key"]
    assert found


def test_deliveries(rows, issues):
    expected = {
        (flow.history.issue_id, row["sequence"]): row
        for flow in issues
        for row in delivery_rows(flow)
    }
    assert_same(by_key(rows("fct_issue_deliveries"), "issue_id", "sequence"), expected)


def test_measures(rows, issues):
    expected = {
        (flow.history.issue_id, name): measure
        for flow in issues
        for name, measure in measure_rows(flow).items()
    }
    assert_same(by_key(rows("fct_issue_measures"), "issue_id", "measure"), expected)


BY = ("happened_on", "team", "issue_type", "level", "category")


def test_flow_steps(rows, issues):
    expected = {
        (flow.history.issue_id, day, *under): {name: counts[name] for name in COUNTS}
        for flow in issues
        for (day, under), counts in steps(flow).items()
    }
    assert_same(by_key(rows("fct_issue_flow_steps"), "issue_id", *BY), expected)


def test_daily_sums(rows, issues):
    sums, facts = {}, Counter()
    for flow in issues:
        for (day, under), counts in steps(flow).items():
            facts[day, *under] += 1
            sums.setdefault((day, *under), Counter()).update(counts)
    expected = {
        key: {name: counts[name] for name in COUNTS} | {"fact_rows": facts[key]}
        for key, counts in sums.items()
    }
    assert_same(by_key(rows("agg_flow_daily"), *BY), expected)


def test_work_in_progress_and_cumulative_flow(rows, issues):
    """Running sums are what was in a category at the end of a day, counted issue by issue."""
    days = [LAST - timedelta(days=back) for back in range(0, DAYS, DAYS // COUNTED_DAYS)]
    assert_same(running_sums(rows("agg_flow_daily"), BY[1:], days), at_ends(issues, days))


def test_work_in_progress_and_its_age(rows, issues):
    found = by_key(rows("v_wip_daily"), *BY[:4])
    last = max(day for day, *_ in found)
    days = [last - timedelta(days=back) for back in range(0, DAYS, DAYS // COUNTED_DAYS)]
    there = {key: row for key, row in found.items() if key[0] in days and row["in_progress_issues"]}
    assert_same(there, ages_at_ends(issues, days))


def test_throughput(rows, issues):
    found = by_key(rows("v_throughput_weekly"), "week_on", *BY[1:4])
    there = {key: row for key, row in found.items() if any(row[name] for name in COUNTS[4:])}
    assert_same(there, weekly(issues))


def test_percentiles(rows, issues):
    found = by_key(rows("v_lead_time_percentiles"), *BY[1:4], "quarter")
    assert_same(found, percentiles(issues))


def test_sprints(rows, issues):
    expected = {
        (flow.history.issue_id, sprint_id): row
        for flow in issues
        for sprint_id, row in sprint_rows(flow)
    }
    assert_same(by_key(rows("fct_sprint_issues"), "issue_id", "sprint_id"), expected)


def test_sprint_reports(rows, issues):
    expected = sprint_reports(issues)
    found = by_key(rows("v_sprint_reports"), "sprint_id", "team", "issue_type", "level")
    there = {key: row for key, row in found.items() if key in expected or row["committed_issues"]}
    lines = differences(there, expected)
    assert not lines, f"SEED={SEED}\n{shown(lines)}"


def test_who_had_an_issue(rows, issues):
    expected = {
        (flow.history.issue_id, row["sequence"]): row
        for flow in issues
        for row in assignment_rows(flow)
    }
    assert_same(by_key(rows("fct_issue_assignments"), "issue_id", "sequence"), expected)


def test_who_took_part(rows, issues):
    expected = {
        (flow.history.issue_id, user): row
        for flow in issues
        for user, row in participant_rows(flow).items()
    }
    assert_same(by_key(rows("fct_issue_participants"), "issue_id", "user_id"), expected)


def test_contributors(rows, issues):
    found = by_key(rows("v_contributors_weekly"), "team", "week_on")
    there = {key: row for key, row in found.items() if row["contributors"]}
    assert_same(there, contributor_rows(issues))


FILTERED = {
    "fct_issue_status_intervals": ("project_id", "team", "issue_type", "sprint", "quarter"),
    "fct_issue_status_times": ("team", "issue_type", "sprint", "quarter"),
    "fct_issue_changes": ("team", "issue_type", "sprint", "quarter"),
}


@pytest.mark.parametrize("table", FILTERED)
def test_what_hangs_on_an_issue_counts_under_what_the_issue_does(rows, issues, table):
    expected = {flow.history.issue_id: flow_row(flow) for flow in issues}
    wrong = {
        f"{row['issue_id']} {name}: published {row[name]!r}, expected {value!r}"
        for row in map(plain, rows(table))
        for name in FILTERED[table]
        if row[name] != (value := expected[row["issue_id"]][name])
    }
    assert not wrong, shown(sorted(wrong))
