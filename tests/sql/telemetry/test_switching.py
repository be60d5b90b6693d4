"""From the database of Pulp analytics to the collector: nothing is lost, nothing counts twice."""

from __future__ import annotations

import pytest

from tests.sql.telemetry.world import DEV, PROD, day, line, moment, publish


@pytest.fixture(scope="module", autouse=True)
def switched(warehouse):
    """
    Day 10 is read from the old database, then again from the collector's segments.

    `old` posts to the old server only, `both` to both on one day, `new` to the collector only.
    """
    before = [line("old", 10.2, 1, age=30), line("both", 10.3, 2, age=5)]
    after = [line("both", 10.6, 3), line("new", 10.7, 4), line("both", 11.3, 5)]
    publish(warehouse, before, days=(10, 11), **PROD)
    publish(warehouse, after[:2], days=(10, 11), **PROD)
    publish(warehouse, after[2:], days=(11, 12), **PROD)


def test_reports_of_both_are_kept(warehouse):
    [row] = warehouse.engine.query("select count(*) as posts from mart.fct_telemetry_posts")
    assert row["posts"] == 5


def test_each_system_counts_once_a_day_with_its_age_of_before(warehouse):
    rows = warehouse.engine.query(
        "select age_days, duplicate_reports from mart.fct_telemetry_reports "
        "order by reported_on, age_days"
    )
    assert [tuple(row.values()) for row in rows] == [(0, 0), (5, 1), (30, 0), (6, 0)]


def test_summaries_stay_where_raw_rows_and_posts_are_deleted_together(warehouse):
    """As the README of the source says of rows that are deleted by hand."""
    if warehouse.engine.name == "clickhouse":
        pytest.skip("published tables of ClickHouse are views, of which nothing is deleted by hand")
    name = "telemetry__kept"
    publish(warehouse, [line("kept", on + 0.3) for on in (1, 2, 3)], name, days=(0, 4), **PROD)
    before = int(moment(3).timestamp()) * 1_000_000
    with warehouse.engine.session() as session:
        for table, old in (
            ("raw.telemetry__reports", f"version < {before}"),
            ("mart.fct_telemetry_posts", f"reported_on < '{day(3)}'"),
        ):
            session.execute(f"delete from {table} where instance = '{name}' and {old}")
    publish(warehouse, [], name, days=(4, 5), **DEV)
    columns = "reported_on, systems, persistent_systems"
    found = warehouse.rows("mart.agg_telemetry_daily", columns, f"instance = '{name}'")
    assert [tuple(row.values()) for row in found] == [
        (day(1), 1, 0),
        (day(2), 1, 1),
        (day(3), 1, 1),
    ]
