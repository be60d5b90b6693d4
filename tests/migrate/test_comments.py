"""The database says what its tables and columns mean: the descriptions of the contracts."""

from __future__ import annotations

import pytest

from flowmart.migrate.comments import describe_tables
from tests.migrate.contracts import FLOWERS, parse

COLUMNS = "flower_key, colour"
TABLE = {
    "postgres": "create table t_mart.fct_flowers (flower_key text, colour text)",
    "clickhouse": "create view t_mart.fct_flowers as select 'rose' as flower_key, 'red' as colour",
}
VIEW = "create view t_mart.v_flowers as select 'rose' as flower_key, 'red' as colour"
COMMENTS = {
    "postgres": """
        select attname as name, coalesce(col_description(attrelid, attnum), '') as comment
        from pg_attribute where attrelid = '{table}'::regclass and attnum > 0
        union all
        select '', obj_description('{table}'::regclass, 'pg_class')
    """,
    "clickhouse": """
        select name, comment from system.columns where concat(database, '.', table) = '{table}'
        union all
        select '' as name, comment from system.tables where concat(database, '.', name) = '{table}'
    """,
}


@pytest.fixture
def flowers(engine):
    """A warehouse with the table, or its view, and a view over it."""
    create = {"postgres": "create schema", "clickhouse": "create database"}[engine.name]
    engine.execute(f"{create} t_mart; {TABLE[engine.name]}; {VIEW}")
    return engine


def comments(engine, table):
    rows = engine.query(COMMENTS[engine.name].format(table=table))
    return {row["name"]: row["comment"] for row in rows}


def contracts(**changes):
    view = parse(FLOWERS, name="v_flowers", publish=None, materialized="view", **changes)
    return {"fct_flowers": parse(FLOWERS, **changes), "v_flowers": view}


@pytest.mark.parametrize("table", ["fct_flowers", "v_flowers"])
def test_n4_tables_and_columns_have_the_descriptions_of_their_contract(flowers, table):
    describe_tables(flowers, contracts())
    assert comments(flowers, f"t_mart.{table}") == {
        "": "Flowers; that's 100 % of them. One row per flower.",
        "flower_key": "key",
        "colour": "such as red; a florist's word",
    }


def test_a_changed_description_needs_no_migration(flowers):
    describe_tables(flowers, contracts())
    describe_tables(flowers, contracts(description="Blossoms."))
    assert comments(flowers, "t_mart.fct_flowers")[""] == "Blossoms. One row per flower."


def test_comments_that_are_right_are_left_alone(flowers, monkeypatch):
    describe_tables(flowers, contracts())
    statements = []
    monkeypatch.setattr(flowers, "execute", lambda *statement: statements.append(statement))
    describe_tables(flowers, contracts())
    assert statements == []
    describe_tables(flowers, contracts(grain="bunch"))
    assert len(statements) == 2


def test_what_the_warehouse_does_not_have_is_left_out(flowers):
    describe_tables(flowers, {"fct_trees": parse(FLOWERS, name="fct_trees")})
    assert set(comments(flowers, "t_mart.fct_flowers").values()) <= {"", None}
