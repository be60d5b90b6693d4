"""Whatever facts copy: a change touches the issues that show it, and no others."""

from __future__ import annotations

import functools
import importlib
import logging
from dataclasses import replace

import pytest

from flowmart.sources.registry import get_spec, source_names
from flowmart.transform.project import load_project
from tests.sql.copied.world import marks
from tests.sql.warehouse import INCLUDE, Warehouse

# What reports copy is in tests/oracle/test_telemetry.py: late data makes systems older.
WALKS = {
    name: importlib.import_module(f"tests.sql.copied.{name}").WALK
    for name in source_names()
    if "issue" in get_spec(name).entities
}
CASES = [(source, dimension) for source, walk in WALKS.items() for dimension in walk.changes]


@pytest.mark.parametrize("source", WALKS)
def test_b1_every_marked_column_has_a_change_here(source):
    """Whoever marks another column in a contract, or takes a mark away, finds this test failing."""
    walk = WALKS[source]
    known = {
        dimension: {mark for change in changes for mark in change.marks}
        for dimension, changes in walk.changes.items()
    }
    marked = marks(load_project(INCLUDE / "sql", source, "postgres"))
    assert {d: known.get(d, set()) | (walk.fixed.keys() & m) for d, m in marked.items()} == marked
    assert walk.fixed.keys() <= set().union(*marked.values())


@pytest.fixture(scope="module")
def warehouse_of(postgres_dsn, tmp_path_factory):
    """The warehouse on PostgreSQL with the models of a source."""
    return functools.cache(
        lambda source: Warehouse(postgres_dsn, tmp_path_factory.mktemp("landing"), source)
    )


@pytest.mark.parametrize(("source", "dimension"), CASES)
def test_b1_change_touches_the_issues_that_show_it(warehouse_of, source, dimension, caplog):
    walk, warehouse = WALKS[source], warehouse_of(source)
    world = walk.make()
    warehouse.clear()
    warehouse.run(world.records(), world.context, warehouse.source)
    for number, change in enumerate(walk.changes[dimension], start=1):
        change.apply(world)
        with caplog.at_level(logging.INFO):
            caplog.clear()
            batch = run_snapshots(warehouse, world)
        what = f"change {number}: {', '.join(change.marks)}"
        assert touched(warehouse, walk, batch) == change.touched, what
        assert f"{len(change.touched)} keys of issue are rebuilt" in caplog.text, what
        before = warehouse.marts()
        assert keys(before, "dim_projects").isdisjoint(keys(before, "dim_sprints")), what
        warehouse.run({}, replace(world.context, everything=True), warehouse.source)
        assert warehouse.marts() == before, what


def run_snapshots(warehouse, world):
    """A window in which no issue changed."""
    return warehouse.run(world.records(*world.snapshots), world.context, warehouse.source)


def touched(warehouse, walk, batch):
    rows = warehouse.rows(f"stage.int_touched_issue__{batch.batch_id}", "issue_id")
    return {walk.number(row["issue_id"]) for row in rows}


def keys(marts, dimension):
    """What `project_key` of facts may stand for, by the dimension that holds it."""
    return {row[dimension.replace("dim_", "")[:-1] + "_key"] for row in marts[dimension]}
