"""The same landed data through both engines: every row of every mart and view is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from clickhouse_driver import Client

from flowmart.calendars.resolve import resolve
from flowmart.calendars.settings import CalendarSettings
from flowmart.publish.publisher import publish_batch
from flowmart.transform.runner import build_batch
from local.sandbox.company.generator import generate
from local.sandbox.phabricator.recordings import recorded_store
from tests.oracle.reading import read_streams
from tests.parity.normal import normal, rounded
from tests.parity.views import EMPTY, MAY_BE_EMPTY, VIEWS
from tests.sql.coverage import cover
from tests.sql.warehouse import CONTEXT

KINDS = ("recorded", "generated")
OFFICE = {"timezone": "Asia/Kathmandu", "hours": {"mon-wed": ["09:00-13:00", "14:00-18:00"]}}
OTHERWISE = replace(
    CONTEXT,
    teams={"1": "One"},
    reporting_timezone="Asia/Kathmandu",
    calendars=tuple(resolve({"a": CalendarSettings.model_validate(OFFICE)}, "test").values()),
    calendar="a",
)


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    """Real recordings, or a made-up company of 400 tasks whose milestones are sprints."""
    return request.param


@pytest.fixture(scope="module")
def streams(request, kind):
    """Everything that a source tells."""
    if kind == "recorded":
        return read_streams(recorded_store(request.getfixturevalue("recordings_folder")))
    return read_streams(generate(seed=31, tasks=400, transitions=9).store)


@pytest.fixture(scope="module")
def stages(warehouses, streams, kind):
    """
    The stage tables of each warehouse after three windows.

    These are: some issues, the others, and all with other settings.
    """
    found = []
    for warehouse in warehouses:
        warehouse.clear()
        wanted = {record.record_id for record in streams["tasks"][::3]}
        warehouse.run(only(streams, wanted))
        warehouse.run(streams)
        batch = warehouse.batch()
        warehouse.load(batch, streams)
        build_batch(warehouse.engine, warehouse.project, batch, OTHERWISE)
        found.append(stage_rows(warehouse, batch))
        publish_batch(warehouse.engine, warehouse.project, batch)
        if kind == "generated":  # the views by day show what is loaded, else all
            cover(warehouse, -1000, 300)
    return found


@pytest.fixture(scope="module")
def both(warehouses, stages):
    """Both warehouses, filled."""
    return warehouses


def only(streams, issues):
    """The snapshots, and what belongs to some issues."""
    return {
        stream: [
            record
            for record in records
            if stream not in ("tasks", "transactions", "task_transactions")
            or (record.parent_id or record.record_id) in issues
        ]
        for stream, records in streams.items()
    }


def stage_rows(warehouse, batch):
    return {
        model.name: warehouse.rows(f"stage.{model.name}__{batch.batch_id}")
        for model in warehouse.project.models
    }


def test_every_table_on_the_way_is_the_same(stages):
    """Whatever differs in a mart is first seen here, in the model that makes the difference."""
    postgres, clickhouse = stages
    for name, rows in postgres.items():
        assert normal(clickhouse[name]) == normal(rows), name


def test_every_row_of_every_mart_is_the_same(both):
    postgres, clickhouse = (warehouse.marts() for warehouse in both)
    assert postgres.keys() == clickhouse.keys()
    for name, rows in postgres.items():
        assert normal(clickhouse[name]) == normal(rows), name
    assert len(postgres["fct_issue_status_intervals"]) > len(postgres["fct_issues"]) > 20


@pytest.mark.parametrize("view", VIEWS)
def test_every_row_of_every_view_is_the_same(both, kind, view):
    postgres, clickhouse = (
        rounded(warehouse.rows(f"mart.{view}", VIEWS[view])) for warehouse in both
    )
    assert clickhouse == postgres
    if view not in EMPTY | MAY_BE_EMPTY and (kind == "generated" or view == "v_issue_ageing"):
        assert postgres


@pytest.mark.parametrize("view", VIEWS)
def test_a_reader_needs_no_settings_on_clickhouse(both, clickhouse_server, view):
    """Superset and DataLens do not know how Flowmart sets up its sessions."""
    with Client.from_url(clickhouse_server) as client:
        found, columns = client.execute(
            f"select {VIEWS[view]} from mart.{view}", with_column_types=True
        )
    plain = [dict(zip([name for name, _ in columns], row, strict=True)) for row in found]
    assert rounded(plain) == rounded(both[1].rows(f"mart.{view}", VIEWS[view]))


def test_the_row_accounting_is_the_same(both):
    lines = "run_id, layer, subject, expected_rows, actual_rows, is_balanced"
    postgres, clickhouse = (warehouse.rows("ops.ops_ledger", lines) for warehouse in both)
    renumbered = [normal(renumber(rows)) for rows in (postgres, clickhouse)]
    assert renumbered[0] == renumbered[1]
    assert all(row["is_balanced"] for row in postgres)


def renumber(rows):
    """Runs by their order: each warehouse counts on."""
    runs = sorted({row["run_id"] for row in rows}, key=lambda run: int(run.split()[1]))
    return [row | {"run_id": runs.index(row["run_id"])} for row in rows]
