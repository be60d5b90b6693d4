"""
Three months of 2,000 issues in Yandex Tracker and in YouTrack, against what really happened.

The servers are in trouble while they are read, tasks die, and people go on working: pages shift.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest

from flowmart.core.window import Window
from flowmart.publish.publisher import publish_batch
from flowmart.quality.checkpoint import validate_batch
from flowmart.settings import DEFAULT_CONFIG, load_settings
from flowmart.sources.census import take_census
from flowmart.transform.runner import BatchContext, build_batch
from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.server import listening
from tests.oracle.extraction import Reader
from tests.oracle.players import PLAYERS
from tests.oracle.statuses import Visit, flow
from tests.parity.normal import normal, rounded
from tests.parity.views import EMPTY, MAY_BE_EMPTY, VIEWS
from tests.sql.coverage import cover
from tests.sql.warehouse import Warehouse

ISSUES, DAYS = 1_200, 92
UNTIL = datetime(2026, 11, 23, tzinfo=UTC)
FIRST = UNTIL - timedelta(days=DAYS)
MONTH = timedelta(days=31)
AFTERWARDS = timedelta(days=60)
# Phabricator alone of the trackers has boards that issues are moved on.
OF_BOARDS = {"v_column_burn_up_weekly", "v_column_moves_monthly"}


@dataclass
class Meanings:
    """What statuses mean, by the names of the truth."""

    given: dict[str, tuple[str, bool]]

    def category(self, status):
        return self.given[status][0]

    def is_waiting(self, status):
        return self.given[status][1]


@pytest.fixture(scope="module")
def story():
    return tell(generate(seed=5, tasks=ISSUES, days=DAYS, until=date(2026, 11, 23)))


@pytest.fixture(scope="module", params=PLAYERS)
def played(request, story, tmp_path_factory):
    """A tracker, and what a run of each window has landed of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flowmart.http.retry._wait", lambda _: 0)
        patch.setattr("flowmart.sources.yandex_tracker.search.PAGE_SIZE", 100)
        player = PLAYERS[request.param](story)
        with listening(player.app.app) as url:
            reader = Reader(player, url, tmp_path_factory.mktemp("landing"), Random(1))
            bounds = [FIRST, FIRST + MONTH, FIRST + 2 * MONTH, UNTIL]
            windows = [reader.read(Window(*ends)) for ends in pairwise(bounds)]
            player.live_on()
            player.faults.clear()
            windows.append(reader.read(Window(UNTIL, UNTIL + AFTERWARDS)))
            seen = {record.record_id: False for window in windows for record in window["issues"]}
            lost = player.lose()
            now = datetime.now(UTC) + AFTERWARDS * 10
            windows.append({"issue_tombstones": tombstones(reader.source(), seen, now)})
        assert reader.deaths
        return player, windows, lost


def tombstones(source, seen, now):
    return [record for page in take_census(source, "issue", seen, now) for record in page.records]


@pytest.fixture(scope="module")
def warehouse_on(request, played, tmp_path_factory):
    """Name of an engine -> a warehouse on it, into which the windows are published once."""
    player, windows, _ = played
    context = BatchContext(statuses=load_settings(DEFAULT_CONFIG).instances[player.source].statuses)

    @cache
    def warehouse(engine):
        dsn = request.getfixturevalue(f"migrated_{engine}")
        warehouse = Warehouse(dsn, tmp_path_factory.mktemp("landing"), player.source)
        warehouse.clear()
        first, *others = windows
        validated(warehouse, first, context, tmp_path_factory.mktemp("validation"))
        for streams in others:
            warehouse.run(streams, context, player.source)
        cover(warehouse, -1000, 300, player.source)
        return warehouse

    return warehouse


@pytest.fixture(params=["postgres", "clickhouse"])
def warehouse(warehouse_on, request):
    return warehouse_on(request.param)


def validated(warehouse, streams, context, folder):
    """What a run does with a window: nothing is published that does not pass the checks."""
    batch = warehouse.batch(warehouse.source)
    warehouse.load(batch, streams)
    counts = build_batch(warehouse.engine, warehouse.project, batch, context)
    validate_batch(warehouse.engine, warehouse.project, batch, counts, folder, strict=True)
    publish_batch(warehouse.engine, warehouse.project, batch)


def epoch_ms(instant):
    return None if instant is None else round(instant.timestamp() * 1000)


def bare(key):
    return key.partition(":")[2]


def test_every_issue_is_there_under_its_last_key_and_project(warehouse, played):
    player, *_ = played
    slugs = {row["project_key"]: row["slug"] for row in warehouse.rows("mart.dim_projects")}
    found = {
        row["issue_id"]: (row["readable_id"], slugs[row["project_key"]])
        for row in warehouse.rows("mart.fct_issues")
        if row["missing_reason"] is None
    }
    assert found == {
        issue: (told.readable_id, told.project) for issue, told in player.truth().items()
    }
    assert len(found) > 0.95 * ISSUES


def test_issues_that_are_gone_are_told(warehouse, played):
    _, _, lost = played
    rows = warehouse.rows("mart.fct_issues", "issue_id, missing_reason")
    found = {row["issue_id"]: row["missing_reason"] for row in rows}
    assert {issue: reason for issue, reason in found.items() if reason} == lost


def test_status_intervals_are_what_happened(warehouse, played):
    player, *_ = played
    found = found_visits(warehouse, player)
    for issue, told in player.truth().items():
        expected = [(v.where, v.entered_at, v.left_at) for v in joined(told.visits)]
        assert [(v.where, v.entered_at, v.left_at) for v in found[issue]] == expected, issue
    assert sum(map(len, found.values())) > 3 * ISSUES


def found_visits(warehouse, player):
    """Issue -> its visits; a move to a project with states of its own begins no other one here."""
    found = defaultdict(list)
    intervals = warehouse.rows("mart.fct_issue_status_intervals")
    for row in sorted(intervals, key=lambda row: (row["entered_at"], row["sequence"])):
        where = player.name_of(bare(row["status_key"]))
        times = (epoch_ms(row["entered_at"]), epoch_ms(row["left_at"]))
        found[bare(row["issue_key"])].append(Visit(where, *times, None))
    return {issue: joined(visits) for issue, visits in found.items()}


def joined(visits):
    """Visits to one status that follow each other as one."""
    told = []
    for visit in visits:
        if told and told[-1].where == visit.where:
            visit = visit._replace(entered_at=told.pop().entered_at)
        told.append(visit)
    return told


def test_flow_is_what_happened(warehouse, played):
    player, *_ = played
    rows = {bare(row["issue_key"]): row for row in warehouse.rows("mart.fct_issue_flow")}
    meanings = Meanings(player.statuses)
    for issue, told in player.truth().items():
        expected = flow(meanings, joined(told.visits))
        row = rows[issue]
        for moment in ("first_started_at", "last_started_at", "first_done_at", "last_done_at"):
            assert epoch_ms(row[moment]) == expected[moment], (issue, moment)
        for name in ("is_done", "reopen_count"):
            assert row[name] == expected[name], (issue, name)
        for name, measured in expected.items():
            if name.endswith("_seconds"):
                assert_seconds(row[name], measured, len(told.visits), (issue, name))
    assert sum(row["reopen_count"] for row in rows.values()) > ISSUES / 100


def assert_seconds(found, measured_ms, visits, where):
    """Durations are whole seconds: a sum of parts may be off by one for each of them."""
    if measured_ms is None:
        assert found is None, where
    else:
        assert abs(found - measured_ms / 1000) < visits, (where, found, measured_ms)


def test_nothing_contradicts_itself(warehouse):
    """
    But that it names a person whose account is gone, and that some work was left behind.

    In YouTrack, an estimate is gone with a move to a project that has no such field.
    """
    expected = {"user_not_listed", "open_subtasks_of_done_issue"}
    found = warehouse.rows("mart.v_data_quality", "issue_key, rule", "kind = 'contradiction'")
    left = {(row["issue_key"], row["rule"]) for row in found if row["rule"] not in expected}
    lost = {(issue, "field_disagrees_with_history") for issue in lost_estimates(warehouse)}
    assert left == (lost if warehouse.source == "youtrack" else set())


def lost_estimates(warehouse):
    """The issues that moved, and whose last change of the estimate gave one that they lack now."""
    columns = "issue_key, field, old_value, new_value, changed_at"
    changes = warehouse.rows("mart.fct_issue_changes", columns, "field in ('project', 'estimate')")
    changes.sort(key=lambda row: row["changed_at"])
    led_to = {row["issue_key"]: row["new_value"] for row in changes if row["field"] == "estimate"}
    moved = {row["issue_key"] for row in changes if (row["old_value"] or "").startswith("project:")}
    now = warehouse.rows("mart.fct_issues", "issue_key, estimate")
    without = {row["issue_key"] for row in now if row["estimate"] is None}
    return {issue for issue in moved & without if led_to.get(issue) is not None}


def test_every_row_of_every_mart_is_the_same_on_both_engines(warehouse_on):
    postgres, clickhouse = (warehouse_on(engine).marts() for engine in ("postgres", "clickhouse"))
    assert postgres.keys() == clickhouse.keys()
    for name, rows in postgres.items():
        assert normal(clickhouse[name]) == normal(rows), name


def test_every_row_of_every_view_is_the_same_on_both_engines(warehouse_on):
    for view, columns in VIEWS.items():
        postgres, clickhouse = (
            rounded(warehouse_on(engine).rows(f"mart.{view}", columns))
            for engine in ("postgres", "clickhouse")
        )
        assert clickhouse == postgres, view
        if view not in MAY_BE_EMPTY:
            assert bool(postgres) == (view not in EMPTY | OF_BOARDS), view
