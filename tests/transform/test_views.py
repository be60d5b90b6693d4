"""Views over published tables."""

from __future__ import annotations

import pytest

from flowmart.core.errors import ConfigError
from flowmart.transform.views import create_views
from tests.servers import warehouse_without_marts


@pytest.fixture(scope="module")
def engine(warehouse_dsn, tmp_path_factory):
    engine = warehouse_without_marts(warehouse_dsn, tmp_path_factory.mktemp("migrations"))
    engine.execute("create table mart.fct_issues as select 'T1' as id, 'x' as other")
    return engine


def test_view_has_the_columns_of_its_contract(engine, sql_folder):
    sql = "select * from {{ published('fct_issues') }}"
    sql_folder.model("v_issues", sql, materialized="view")
    assert create_views(engine, sql_folder.path) == ["v_issues"]
    assert engine.query("select * from mart.v_issues") == [{"id": "T1"}]


def test_view_may_change_its_columns(engine, sql_folder):
    sql = "select other as id from {{ published('fct_issues') }}"
    sql_folder.model("v_issues", sql, materialized="view")
    create_views(engine, sql_folder.path)
    assert engine.query("select * from mart.v_issues") == [{"id": "x"}]


def test_view_keeps_the_grants_of_its_readers(engine, sql_folder):
    """A dashboard's role goes on reading after the next `make migrate`."""
    if engine.name == "clickhouse":
        pytest.skip("the local server over chDB has no roles and grants")
    sql = "select * from {{ published('fct_issues') }}"
    sql_folder.model("v_issues", sql, materialized="view")
    create_views(engine, sql_folder.path)
    engine.execute("grant select on mart.v_issues to public")
    create_views(engine, sql_folder.path)
    [row] = engine.query(
        "select has_table_privilege('public', 'mart.v_issues', 'select') as may_read"
    )
    assert row["may_read"]


def test_view_gives_way_to_one_with_other_columns(engine, sql_folder):
    engine.execute("drop view mart.v_issues; create view mart.v_issues as select 1 as number")
    sql = "select * from {{ published('fct_issues') }}"
    sql_folder.model("v_issues", sql, materialized="view")
    create_views(engine, sql_folder.path)
    assert engine.query("select * from mart.v_issues") == [{"id": "T1"}]


def test_view_that_others_read_may_change_its_columns(engine, sql_folder):
    """PostgreSQL does neither replace nor drop it as long as they are there."""
    base = "select cast(id as {{ type_text() }}) as id from {{ published('fct_issues') }}"
    sql_folder.model("v_base", base, materialized="view")
    for name, read in (("v_above", "v_base"), ("v_atop", "v_above")):
        sql = f"select id from {{{{ published('{read}') }}}}"
        sql_folder.model(name, sql, materialized="view")
    create_views(engine, sql_folder.path)
    number = "select cast(1 as {{ type_bigint() }}) as id from {{ published('fct_issues') }}"
    sql_folder.sql("v_base", number)
    assert create_views(engine, sql_folder.path) == ["v_base", "v_above", "v_atop"]
    assert engine.query("select * from mart.v_atop") == [{"id": 1}]


def test_view_may_not_read_stage_tables(engine, sql_folder):
    sql_folder.model("v_wrong", "select id from {{ raw('tasks') }}", materialized="view")
    with pytest.raises(ConfigError):
        create_views(engine, sql_folder.path)
