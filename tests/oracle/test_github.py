"""
Three months of GitHub, read while its server is in trouble and people go on, against the truth.

`make soak` compares 1,000 issues and their pull requests, `make test` a month of a fifteenth.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom
from typing import TYPE_CHECKING

import pytest

from flowmart.calendars.resolve import resolve
from flowmart.calendars.settings import CalendarSettings
from flowmart.core.batch import Batch
from flowmart.core.window import Window
from flowmart.ops.runs import close_run, open_run
from flowmart.publish.publisher import publish_batch
from flowmart.quality.checkpoint import validate_batch
from flowmart.settings import SQL_FOLDER
from flowmart.sources.census import take_census
from flowmart.sources.github import limits
from flowmart.sources.github.queries import forget_schemas
from flowmart.sources.github.walks import choose
from flowmart.transform.census import known_records, records_to_reconcile
from flowmart.transform.runner import BatchContext, build_batch
from local.sandbox.company.demo import demo
from local.sandbox.github.app import GitHubApp
from local.sandbox.github.faults import GitHubFaults
from local.sandbox.github.limits import LIMITS
from local.sandbox.server import listening
from local.sandbox.trackers import company_apps
from tests.meanings import meaning
from tests.oracle.flow.compare import by_key, differences, plain, shown
from tests.oracle.flow.office import HOURS, ZONE
from tests.oracle.github.delivery_rows import deployment_rows, dora_rows, monthly_rows
from tests.oracle.github.issue_rows import (
    delivery_rows,
    issue_rows,
    joined,
    redirects,
    transfer_rows,
    visit_rows,
)
from tests.oracle.github.living import Living
from tests.oracle.github.pull_rows import link_rows, pull_rows, review_rows, step_rows
from tests.oracle.github.reading import OPTIONS, SOURCE, Reader
from tests.oracle.github.truth import truth_of
from tests.sql.warehouse import Warehouse

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore
    from tests.oracle.github.reading import Streams

# Five batches on each engine, on a busy machine.
pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]
IS_LONG = bool(os.environ.get("SOAK"))
TASKS, DAYS = (3_000, 92) if IS_LONG else (200, 31)
SEED = int(os.environ.get("SEED") or (SystemRandom().randrange(10**6) if IS_LONG else 16))
UNTIL = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)
HISTORY = Window(UNTIL - timedelta(days=DAYS + 60), UNTIL)
LATER = [Window(UNTIL, UNTIL + DAY), Window(UNTIL + DAY, UNTIL + 2 * DAY)]
PAST = Window(UNTIL - 20 * DAY, UNTIL - 13 * DAY)
AFTERWARDS = Window(UNTIL + 2 * DAY, UNTIL + 3 * DAY)
CLOSED_SINCE = AFTERWARDS.end - timedelta(days=30)
TROUBLES = {
    "shifts", "unicorns", "largest_page", "primary_limits", "secondary_limits", "graphql_limits",
    "timeouts", "truncated", "null_nodes",
}  # fmt: skip
TEAMS = ("operations", "payments", "platform", "search", "storefront")
_OFFICE = {
    "timezone": str(ZONE),
    "hours": {"mon-fri": [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in HOURS]},
}
CONTEXT = BatchContext(
    statuses={
        "open": meaning("todo"),
        "in progress": meaning("in_progress"),
        "blocked": meaning("in_progress", is_waiting=True),
    },
    teams={f"acme/{name}": name.upper() for name in TEAMS},
    incidents=[("labels", "labels", "incident")],
    calendars=tuple(resolve({"office": CalendarSettings.model_validate(_OFFICE)}, "test").values()),
    calendar="office",
    options=OPTIONS,
)


@dataclass
class Played:
    """A running GitHub, and what a run of each window has landed of it."""

    store: GitHubStore
    reader: Reader
    windows: list[tuple[Window, Streams]]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    print(f"SEED={SEED}")
    parts = demo(SEED, TASKS, DAYS, UNTIL.date())
    store = company_apps(parts)["github"].store
    app = GitHubApp(store, GitHubFaults(), limits={"core": 10**6, "graphql": 10**6})
    limits._account.cache_clear()
    forget_schemas()
    with pytest.MonkeyPatch.context() as patch, listening(app.app) as url:
        patch.setattr("flowmart.http.retry._backoff", lambda _: 0)
        patch.setattr(limits, "_SECONDARY_SECONDS", 0.1)
        patch.setattr("local.sandbox.github.limits._SPANS", dict.fromkeys(LIMITS, 1))
        patch.setattr(
            "flowmart.sources.github.windows.choose",
            lambda repository, window, start, _: choose(repository, window, start, now_of(store)),
        )
        reader = Reader(app, url, tmp_path_factory.mktemp("landing"), Random(SEED))
        living = Living(store, round(UNTIL.timestamp()))
        reader.between = in_the_middle(living)
        windows = [read(reader, store, HISTORY)]
        for number, window in enumerate(LATER):
            living.spend_a_day(number)
            windows.append(read(reader, store, window))
        assert living.has_moved
        windows.append(read(reader, store, PAST))
        app.faults.clear()
        living.act_quietly()
        yield Played(store, reader, windows)
    assert set(reader.met) >= TROUBLES


def now_of(store):
    return datetime.fromtimestamp(store.now, UTC)


def read(reader, store, window):
    """Read a window once it is over: what happens meanwhile comes after it."""
    store.now = max(store.now, round(window.end.timestamp()))
    return window, reader.read(window)


def in_the_middle(living):
    """Transfer and delete issues between two pages of a repository's."""

    def between(stream, page):
        if stream == "issues" and b"acme/platform" in page.records[0].payload:
            living.move_and_delete()

    return between


@pytest.fixture(scope="module")
def truth(played):
    return truth_of(played.store)


@pytest.fixture(scope="module")
def warehouse(played, warehouse_dsn, tmp_path_factory):
    """A warehouse into which all windows, the reconciliation and the census are published."""
    warehouse = Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"), SOURCE)
    folder = tmp_path_factory.mktemp("validation")
    (first, streams), *others = played.windows
    publish(warehouse, first, streams, folder)
    for window, streams in others:
        warehouse.run(streams, CONTEXT, SOURCE, window=window)
    for _ in range(2):  # the second finds sub-tasks of what the first found gone
        publish(warehouse, AFTERWARDS, read_again(warehouse, played), folder)
    batch = Batch(SOURCE, SOURCE, "covers all", Window(HISTORY.start, AFTERWARDS.end))
    open_run(warehouse.engine, batch, "window", "test")
    close_run(warehouse.engine, batch, "OK")
    return warehouse


def read_again(warehouse, played):
    """What the reconciliation and the census read."""
    streams = {}
    for entity, spec in warehouse.project.spec.entities.items():
        ids = records_to_reconcile(warehouse.engine, SQL_FOLDER, entity, SOURCE, CLOSED_SINCE)
        streams[spec.stream] = played.reader.read_again(AFTERWARDS, entity, ids)
        known = known_records(warehouse.engine, SQL_FOLDER, entity, SOURCE)
        pages = take_census(
            played.reader.source(), entity, known.gone, AFTERWARDS.end, urls=known.urls
        )
        streams[f"{entity}_tombstones"] = [record for page in pages for record in page.records]
    return streams


def publish(warehouse, window, streams, folder):
    """What a run does: nothing is published that does not pass the checks."""
    batch = warehouse.batch(SOURCE, window)
    warehouse.load(batch, streams)
    counts = build_batch(warehouse.engine, warehouse.project, batch, CONTEXT)
    validate_batch(warehouse.engine, warehouse.project, batch, counts, folder, strict=True)
    publish_batch(warehouse.engine, warehouse.project, batch)


@pytest.fixture(scope="module")
def gone(warehouse):
    """Ids of what is marked as gone."""
    return {
        row[f"{item}_id"]
        for item in ("issue", "pull_request")
        for row in warehouse.rows(f"mart.fct_{item}s", f"{item}_id, missing_reason")
        if row["missing_reason"]
    }


@pytest.fixture(scope="module")
def kept(warehouse, truth):
    """Ids of issues that were deleted after they had been read: closed periods keep them."""
    read = {row["issue_id"] for row in warehouse.rows("mart.fct_issues", "issue_id")}
    return {issue for issue in read if truth.by_id[issue]["deleted_at"] is not None}


@pytest.fixture
def rows(warehouse, gone):
    """Published rows of a table, without those of items that are gone."""

    def of(table, where="true"):
        found = map(plain, warehouse.rows(f"mart.{table}", "*", where))
        return [r for r in found if not {r.get("issue_id"), r.get("pull_request_id")} & gone]

    return of


def assert_same(found, expected):
    lines = differences(found, expected)
    assert not lines, f"SEED={SEED}\n{shown(lines)}"
    assert expected


def test_issues(rows, truth):
    assert_same(by_key(rows("fct_issues"), "issue_id"), issue_rows(truth))


def test_issues_that_are_gone(warehouse, truth):
    """Those that were deleted after they had been read, and the former ids of others."""
    columns = "issue_id, missing_reason"
    found = {r["issue_id"]: r["missing_reason"] for r in warehouse.rows("mart.fct_issues", columns)}
    expected = {}
    for issue in found:
        item = truth.by_id[issue]
        current = None if item["deleted_at"] else item["homes"][-1][0]
        if current != issue:
            expected[issue] = "deleted" if current is None else "transferred"
    assert {issue: reason for issue, reason in found.items() if reason} == expected
    assert set(expected.values()) == {"deleted", "transferred"}


def test_status_intervals(rows, truth):
    assert_same(joined(rows("fct_issue_status_intervals")), visit_rows(truth))


def test_deliveries(rows, truth):
    assert_same(by_key(rows("fct_issue_deliveries"), "issue_id", "sequence"), delivery_rows(truth))


def test_transfers(rows, truth):
    told = rows("fct_transfers", "not is_redirect")
    there = [row for row in told if row["item_id"] == row["current_item_id"]]
    assert_same(by_key(there, "item_id", "transferred_at"), transfer_rows(truth))


def test_redirects(rows, truth, gone):
    found = {r["item_id"]: r["current_item_id"] for r in rows("fct_transfers", "is_redirect")}
    assert found == redirects(truth, gone)
    assert len(found) > 1


def test_pull_requests(rows, truth):
    assert_same(by_key(rows("fct_pull_requests"), "pull_request_id"), pull_rows(truth))


def test_steps(rows, truth):
    found = by_key(rows("fct_pull_request_steps"), "pull_request_id", "sequence")
    assert_same(found, step_rows(truth))


def test_reviews(rows, truth):
    found = by_key(rows("fct_reviews"), "pull_request_id", "submitted_at", "reviewer_login")
    assert_same(found, review_rows(truth))


def test_issues_and_their_pull_requests(warehouse, rows, truth):
    found = by_key(rows("v_issue_pull_requests"), "issue_id", "pull_request_id")
    known = {row["issue_id"] for row in map(plain, warehouse.rows("mart.fct_issues", "issue_id"))}
    assert_same(found, link_rows(truth, known))


def test_deployments(rows, truth):
    assert_same(by_key(rows("fct_deployments"), "deployment_id"), deployment_rows(truth))


def test_deployments_to_production(rows, truth, kept):
    assert_same(by_key(rows("v_dora_deployments"), "deployment_id"), dora_rows(truth, kept))


def test_five_metrics(rows, truth, kept):
    found = by_key(rows("v_dora_monthly"), "team", "project", "month_on")
    assert_same(found, monthly_rows(truth, kept, AFTERWARDS.end.date()))
    scopes = [row for (team, *_), row in found.items() if team != "(all)"]
    for metric in ("failed_deployments", "rework_deployments", "recoveries", "lead_time_n"):
        assert any(row[metric] for row in scopes), metric
