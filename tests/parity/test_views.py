"""Views give the same rows on both engines, whatever settings their readers have."""

from __future__ import annotations

import pytest
from clickhouse_driver import Client

from flowmart.transform.project import load_views
from local.sandbox.company.generator import generate
from tests.oracle.reading import read_streams
from tests.parity.normal import rounded
from tests.sql.warehouse import INCLUDE

# Columns that the clock changes between two looks.
AGES = {"age_seconds", "total_age_seconds", "seconds_in_status"}
COLUMNS = {
    view.name: [name for name in view.contract.column_names if name not in AGES]
    for view in load_views(INCLUDE / "sql", "postgres")
}


@pytest.fixture(scope="module")
def both(warehouses):
    """Both warehouses, with a made-up company whose milestones are sprints."""
    streams = read_streams(generate(seed=31, tasks=200, transitions=9).store)
    for warehouse in warehouses:
        warehouse.run(streams)
    return warehouses


def rows(warehouse, view):
    return rounded(warehouse.rows(f"mart.{view}", ", ".join(COLUMNS[view])))


@pytest.mark.parametrize("view", COLUMNS)
def test_a_view_is_the_same_on_both_engines(both, view):
    postgres, clickhouse = (rows(warehouse, view) for warehouse in both)
    assert clickhouse == postgres
    assert postgres


@pytest.mark.parametrize("view", COLUMNS)
def test_a_reader_needs_no_settings_on_clickhouse(both, clickhouse_dsn, view):
    """Superset and DataLens do not know how Flowmart sets up its sessions."""
    with Client.from_url(clickhouse_dsn) as client:
        found = client.execute(f"select {', '.join(COLUMNS[view])} from mart.{view}")
    plain = [dict(zip(COLUMNS[view], row, strict=True)) for row in found]
    assert rounded(plain) == rows(both[1], view)
