"""Stage tables go when their batch is published, or when nobody looks at them any more."""

from __future__ import annotations

from datetime import timedelta

from flowmart.publish.cleanup import drop_stage, drop_stage_leftovers
from tests.publish.warehouse import build, make_batch


def stage_tables(engine):
    rows = engine.query(
        "select table_name from information_schema.tables where table_schema = 'stage'"
    )
    return sorted(row["table_name"] for row in rows)


def age(engine, batch, days):
    [row] = engine.query(
        "select * from ops.ops_runs where instance = %(instance)s and run_id = %(run_id)s",
        {"instance": batch.instance, "run_id": batch.run_id},
    )
    started_at = row["started_at"] - timedelta(days=days)
    engine.upsert("ops.ops_runs", ("instance", "run_id"), row | {"started_at": started_at})


def test_a_batchs_tables_go_and_no_others(engine):
    mine, other = build(engine, make_batch("r1"), {"1": 1}), build(engine, make_batch("r2"), {})
    dropped = drop_stage(engine, mine)
    assert f"fct_things__{mine.batch_id}" in dropped
    assert len(dropped) == len(stage_tables(engine)) == 5
    assert all(table.endswith(other.batch_id) for table in stage_tables(engine))
    assert drop_stage(engine, mine) == []


def test_leftovers_go_once_they_are_old_and_of_the_instance(engine):
    old, new = build(engine, make_batch("r1"), {}), build(engine, make_batch("r2"), {})
    elsewhere = build(engine, make_batch("r3", instance="toy__acme"), {})
    age(engine, old, days=8)
    age(engine, new, days=6)
    age(engine, elsewhere, days=8)
    dropped = drop_stage_leftovers(engine, "toy", timedelta(days=7))
    assert len(dropped) == 5
    assert all(table.endswith(old.batch_id) for table in dropped)
    assert len(stage_tables(engine)) == 10
