"""The same landed data through both engines: every row of every mart is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowmart.transform.runner import build_batch
from local.sandbox.company.generator import generate
from local.sandbox.phabricator.recordings import recorded_store
from tests.oracle.reading import read_streams
from tests.parity.normal import normal
from tests.sql.warehouse import CONTEXT

KINDS = ("recorded", "generated")


@pytest.fixture(scope="module", params=KINDS)
def streams(request):
    """Everything that a source tells: real recordings, or a made-up company of 400 tasks."""
    if request.param == "recorded":
        return read_streams(recorded_store(request.getfixturevalue("recordings_folder")))
    return read_streams(generate(seed=31, tasks=400, transitions=9).store)


@pytest.fixture(scope="module")
def both(warehouses, streams):
    """Both warehouses after three windows: some issues, the others, and all with other settings."""
    for warehouse in warehouses:
        warehouse.clear()
        wanted = {record.record_id for record in streams["tasks"][::3]}
        warehouse.run(only(streams, wanted))
        warehouse.run(streams)
        warehouse.run(
            streams, replace(CONTEXT, teams={"1": "One"}, reporting_timezone="Asia/Kathmandu")
        )
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


def test_every_row_of_every_mart_is_the_same(both):
    postgres, clickhouse = (warehouse.marts() for warehouse in both)
    assert postgres.keys() == clickhouse.keys()
    for name, rows in postgres.items():
        assert normal(clickhouse[name]) == normal(rows), name
    assert len(postgres["fct_issue_status_intervals"]) > len(postgres["fct_issues"]) > 20


def test_the_view_of_open_work_is_the_same_but_for_the_clock(both):
    ages = ("age_seconds", "total_age_seconds", "seconds_in_status")
    postgres, clickhouse = (
        [
            {name: value for name, value in row.items() if name not in ages}
            for row in warehouse.rows("mart.v_issue_ageing")
        ]
        for warehouse in both
    )
    assert normal(clickhouse) == normal(postgres)
    assert postgres


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


def test_every_table_on_the_way_is_the_same(warehouses, streams):
    """Whatever differs in a mart is first seen here, in the model that makes the difference."""
    found = [stage_rows(warehouse, streams) for warehouse in warehouses]
    for name, rows in found[0].items():
        assert normal(found[1][name]) == normal(rows), name


def stage_rows(warehouse, streams):
    batch = warehouse.batch()
    warehouse.load(batch, streams)
    build_batch(warehouse.engine, warehouse.project, batch, CONTEXT)
    return {
        model.name: warehouse.rows(f"stage.{model.name}__{batch.batch_id}")
        for model in warehouse.project.models
    }
