"""What tables are made from: of a small project worked out by hand, and some facts of ours."""

from __future__ import annotations

import pytest

from local.catalogue.diagram import diagram_of
from local.catalogue.lineage import read_lineage
from local.catalogue.tables import read_tables
from tests.transform.conftest import SPEC, SqlFolder

OF_ISSUE = "issue_key: text, instance: text"


@pytest.fixture
def folder(tmp_path):
    """
    Two chains from raw streams to one fact, and what is made from it.

    tasks -> issues -> int_issue_flow -> fct_issue_flow -> v_flow, fct_issue_sums
    comments, tasks -> issue_changes -> int_visits -> int_issue_flow
    users -> users -> dim_users, which also has a row for each key in fct_issue_flow
    """
    folder = SqlFolder(tmp_path / "sql")
    folder.model("stg_toy__comments", "select record_id as id from {{ raw('comments') }}")
    folder.model(
        "stg_toy__issue_changes",
        "select id from {{ staged('comments') }} union all select id from {{ staged('issues') }}",
    )
    folder.model("stg_toy__users", "select record_id as id from {{ raw('users') }}")
    folder.model("int_visits", "select id from {{ staged('issue_changes') }}")
    folder.model(
        "int_issue_flow",
        """select id from {{ ref('int_visits') }} {# ref('int_nothing') #}
        union all select id from {{ staged('issues') }}
        {% if has_part('boards') %} union all select id from {{ ref('int_boards') }} {% endif %}""",
    )
    folder.model("int_unused", "select id from {{ staged('users') }}")
    folder.model(
        "fct_issue_flow",
        "select id as issue_key, 'toy' as instance, id as user_key\n"
        "from {{ ref('int_issue_flow') }}",
        f"{OF_ISSUE}, user_key: text",
        key="issue_key",
        publish="{by: issue_key}",
    )
    folder.contract(
        "fct_issue_sums",
        "instance: text, fact_rows: bigint",
        key="instance",
        publish="{sum: {of: fct_issue_flow, by: [instance]}}",
    )
    folder.model(
        "dim_users",
        "select id as user_key, 'toy' as instance from {{ staged('users') }}\n"
        "union select user_key, instance from {{ mentioned('dim_users') }}",
        "user_key: text, instance: text",
        key="user_key",
        publish="upsert",
    )
    folder.model("v_flow", "select id from {{ published('fct_issue_flow') }}", materialized="view")
    part = folder.path / "issue" / "boards" / "marts"
    part.mkdir(parents=True)
    (part / "_models.yaml").write_text("models: []\n")
    contracts = folder.path / "issue/marts/_models.yaml"
    text = contracts.read_text()
    before = "      - {name: user_key, type: text, description: d}\n"
    assert text.count(before) == 2
    after = before.replace("text,", "text, references: [dim_users],")
    contracts.write_text(text.replace(before, after, 1))
    return folder


@pytest.fixture
def lineage(folder):
    return read_lineage(folder.path, [SPEC])


def test_each_table_is_made_from_what_its_template_calls(lineage):
    assert lineage.parents["fct_issue_flow"] == {"int_issue_flow"}
    assert lineage.parents["int_issue_flow"] == {"int_visits", "stg_toy__issues"}
    assert lineage.parents["int_visits"] == {"stg_toy__issue_changes"}
    assert lineage.parents["fct_issue_sums"] == {"fct_issue_flow"}
    assert lineage.parents["v_flow"] == {"fct_issue_flow"}
    assert lineage.parents["dim_users"] == {"stg_toy__users"}
    assert lineage.keys_from["dim_users"] == {"fct_issue_flow"}


def test_lineage_goes_down_to_raw_streams(lineage):
    for table in ("fct_issue_flow", "fct_issue_sums", "v_flow"):
        assert lineage.streams_of(table) == {"toy": ["comments", "tasks"]}, table
    assert lineage.streams_of("dim_users") == {"toy": ["users"]}
    assert lineage.streams_of("fct_issues") == {"toy": ["tasks"]}
    assert lineage.streams_of("nothing") == {}


def test_what_an_engine_s_own_file_reads_belongs_to_it(folder, lineage):
    assert lineage.streams_of("int_visits") == {"toy": ["comments", "tasks"]}
    own = folder.path / "issue/intermediate/int_visits.clickhouse.sql"
    own.write_text("select id from {{ staged('users') }}")
    assert read_lineage(folder.path, [SPEC]).streams_of("int_visits") == {
        "toy": ["comments", "tasks", "users"]
    }


def test_aggregates_are_made_from_published_tables(folder):
    place = folder.path / "aggregates" / "marts"
    place.mkdir(parents=True)
    contract = """models:
  - name: agg_pace
    description: d
    grain: g
    layer: mart
    key: [instance]
    publish: {slice: {of: fct_issues, by: [instance]}}
    columns: [{name: instance, type: label, description: d}]
"""
    (place / "_models.yaml").write_text(contract)
    (place / "agg_pace.sql").write_text("select instance from {{ published('fct_issue_flow') }}")
    lineage = read_lineage(folder.path, [SPEC])
    assert lineage.parents["agg_pace"] == {"fct_issues", "fct_issue_flow"}
    assert lineage.streams_of("agg_pace") == {"toy": ["comments", "tasks"]}


def test_the_diagram_of_a_table_shows_this_and_no_more(folder, lineage):
    tables = read_tables(folder.path, lineage, [])
    diagram = diagram_of(tables["fct_issue_flow"], tables, lineage, {"toy": "Toy"})
    assert diagram.edges == {
        ("source toy", "staged issues"),
        ("source toy", "staged issue_changes"),
        ("staged issue_changes", "int_visits"),
        ("staged issues", "int_issue_flow"),
        ("int_visits", "int_issue_flow"),
        ("int_issue_flow", "fct_issue_flow"),
    }
    assert diagram.nodes["source toy"].lines == ["Toy", "comments", "tasks"]
    view = diagram_of(tables["v_flow"], tables, lineage, {"toy": "Toy"})
    assert view.edges == {("fct_issue_flow", "v_flow")}


def test_what_a_table_is_used_by(folder, lineage):
    tables = read_tables(folder.path, lineage, [])
    assert tables["fct_issue_flow"].used_by == ["fct_issue_sums", "v_flow"]
    assert tables["v_flow"].used_by == []


@pytest.mark.parametrize(
    ("table", "sources"),
    [
        ("fct_issue_flow", {"github", "phabricator", "yandex_tracker", "youtrack"}),
        ("v_lead_time_percentiles", {"github", "phabricator", "yandex_tracker", "youtrack"}),
        ("fct_issue_column_intervals", {"github", "phabricator"}),  # those with `parts: [boards]`
        ("dim_board_columns", {"github", "phabricator"}),
        ("fct_pull_requests", {"github"}),
        ("ops_sprint_projects", {"youtrack"}),
        ("ops_coverage", set()),  # of runs, not of records
    ],
)
def test_a_table_has_the_sources_that_fill_it(our_lineage, table, sources):
    assert set(our_lineage.streams_of(table)) == sources
