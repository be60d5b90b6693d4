"""Contracts, migrations and macros agree with each other."""

from __future__ import annotations

import re

import pytest

from flowmart.transform import template
from flowmart.transform.folders import all_contracts
from flowmart.transform.project import load_project
from flowmart.transform.views import load_views
from tests.sql.warehouse import INCLUDE

PROJECT = load_project(INCLUDE / "sql", "phabricator", "postgres")
TYPES = {
    "postgres": {
        "text": "text",
        "label": "text",
        "bigint": "bigint",
        "decimal": "numeric",
        "double": "double precision",
        "boolean": "boolean",
        "date": "date",
        "timestamp": "timestamp with time zone",
    },
    "clickhouse": {
        "text": "String",
        "label": "String",
        "bigint": "Int64",
        "decimal": "Decimal(38, 9)",
        "double": "Float64",
        "boolean": "Bool",
        "date": "Date",
        "timestamp": "DateTime64(6, 'UTC')",
    },
}
WRAPPED = re.compile(r"^((?:LowCardinality\(|Nullable\()*)(\w+(?:\(\d.*?\))?)\)*$")
MACROS = INCLUDE / "sql" / "macros"
FILES = [path for path in sorted((INCLUDE / "sql").rglob("*.sql")) if MACROS not in path.parents]
LAYERS = ("staging", "intermediate", "marts", "views")
MODELS = [path for path in FILES if path.parent.name in LAYERS or path.parents[1].name == "staging"]


def columns_of(warehouse, contract):
    """Name, type and whether it may be null of every column that readers of a table see."""
    schema = "ops" if contract.layer == "ops" else "mart"
    if warehouse.engine.name == "postgres":
        rows = warehouse.engine.query(
            "select column_name, data_type, is_nullable = 'YES' as is_nullable "
            "from information_schema.columns "
            "where table_schema = %(schema)s and table_name = %(table)s order by ordinal_position",
            {"schema": schema, "table": contract.name},
        )
        return [tuple(row.values()) for row in rows]
    described = warehouse.engine.query(f"describe table {schema}.{contract.name}")
    return [
        (row["name"], WRAPPED.sub(r"\2", row["type"]), "Nullable(" in row["type"])
        for row in described
    ]


@pytest.mark.parametrize("model", PROJECT.published(), ids=lambda model: model.name)
def test_readers_see_the_columns_of_a_contract(warehouse, model):
    types = TYPES[warehouse.engine.name]
    described = [(c.name, types[c.type], c.nullable) for c in model.contract.columns]
    assert sorted(columns_of(warehouse, model.contract)) == sorted(described)


@pytest.mark.parametrize("view", load_views(INCLUDE / "sql", "postgres"), ids=lambda v: v.name)
def test_view_has_the_columns_of_its_contract(warehouse, view):
    types = TYPES[warehouse.engine.name]
    found = [(name, data_type) for name, data_type, _ in columns_of(warehouse, view.contract)]
    assert found == [(column.name, types[column.type]) for column in view.contract.columns]


def test_the_database_describes_what_readers_see_as_contracts_do(warehouse):
    for contract in all_contracts(INCLUDE / "sql").values():
        if contract.layer in ("mart", "ops"):
            described = {column.name: column.description for column in contract.columns}
            assert comments_of(warehouse, contract) == described, contract.name


def comments_of(warehouse, contract):
    schema = "ops" if contract.layer == "ops" else "mart"
    if warehouse.engine.name == "clickhouse":
        described = warehouse.engine.query(f"describe table {schema}.{contract.name}")
        return {row["name"]: row["comment"] for row in described}
    rows = warehouse.engine.query(
        "select attname as name, col_description(attrelid, attnum) as comment from pg_attribute "
        "where attrelid = cast(%(table)s as regclass) and attnum > 0 and not attisdropped",
        {"table": f"{schema}.{contract.name}"},
    )
    return {row["name"]: row["comment"] for row in rows}


def test_marts_of_issues_can_be_filtered_by_the_same_four_columns():
    """Steps are of days, whose quarter they are in; stretches of visits are of any length."""
    without = ("fct_issue_flow_steps", "fct_issue_status_stretches")
    filters = {"team", "issue_type", "sprint", "quarter"}
    for model in PROJECT.published():
        if model.entity == "issue" and model.name.startswith("fct_") and model.name not in without:
            assert filters <= set(model.contract.column_names), model.name


FORBIDDEN = {
    "a cast with colons": r"::",
    "distinct on": r"\bdistinct on\b",
    "qualify": r"\bqualify\b",
    "filter (where)": r"\bfilter\s*\(",
    "lateral": r"\blateral\b",
    "a bare division": r"[^-/*]\s/\s",
    "extract": r"\bextract\s*\(",
    "in over columns": r"\bin\s*\(\s*\w+\.\w",
    "a join without an equality": r"\bon\s+\w+\.\w+\s*=\s*'",
    "lag or lead without the macro": r"(?<!\{\{ )\b(lag|lead)\s*\(",
    "a number that is signed in one engine only": r"\b9223372036854775807\b",
    "columns of one joined table by star": r"\b\w+\.\*",
    "rounding": r"\bround\s*\(",
    "md5": r"\bmd5\s*\(",
    "an order of the whole": r"(?m)^order by",
    "the clock": r"\b(now\(\)|current_timestamp)",
    "an engine's name": r"\b(postgres|clickhouse)\b",
    "a schema": r"\b(from|join)\s+(raw|stage|mart|ops)\.",
}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_model_keeps_to_the_common_subset(path):
    text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}", "", path.read_text(), flags=re.DOTALL)
    assert [hazard for hazard, found in FORBIDDEN.items() if re.search(found, text)] == []


# Columns that are unique among the rows of the partitions that end in them. Stretches of time have
# beginnings of their own. Places are numbers of
# rows; an issue's events, its changes of one field, and its steps on a board have an order without
# ties.
UNIQUE = re.compile(
    r"^(\w+\.)?(\w*_id|step|\w*_key|id|position|sequence|place|path|event_order|instance|status_ref|team|"
    r"rule|value|week_on|happened_on|status_category|begins_at)$"
)
# Running sums count rows of one instant together; equal values, and rows that are equal in all
# columns, are equal, whichever comes first.
TIES_ALLOWED = {
    "int_sprint_dates": ["ends_at", "ends_at"],
    "assert_fct_issue_deliveries_unmapped_resolution": ["detail"],
    "assert_fct_issues_unmapped_status": ["detail"],
    "stg_youtrack__activities": ["changed_at"],
    "v_estimate_correlation": ["{{ name }}"],
    "int_reviews": ["turns"],  # a rank that equal rows share
    "v_dora_production": ["base_branch"],  # rows are of one branch each
    "parents": ["{{ change }}"],  # the id of a change
    # A system has a report a day; an edge comes once before it goes; versions, ages and buckets
    # are what is counted.
    "v_telemetry_churn": ["reports.reported_on"],
    "int_issue_edges": ["added_at"],
    "v_telemetry_component_versions": ["version"],
    "v_telemetry_demography": ["filled.age_days"],
    "telemetry": ["bucket"],
    "stg_youtrack__board_sprints": ["is_archived"],
    "stg_youtrack__statuses": ["is_closed"],
    "stg_yandex_tracker__changelog_fields": ["new_json"],
    "stg_yandex_tracker__issue_changes": ["changed_fields.occurrence"],
}


def last_terms(sql):
    """The last term of each ordering of rows; those of lists are the values themselves."""
    for found in re.finditer(r"\border by\s", sql):
        depth, term = 0, ""
        for character in sql[found.end() :]:
            depth += (character == "(") - (character == ")")
            if depth < 0:
                break
            term = "" if character == "," and depth == 0 else term + character
        term = re.split(r"\s(?:limit|rows between|asc|desc)\b", term)[0].strip()
        yield re.sub(r"^coalesce\((.*), \S+\)$", r"\1", term)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_b4_every_ordering_ends_in_a_unique_key(path):
    sql = re.sub(r"\{#.*?#\}|--[^\n]*", "", path.read_text(), flags=re.DOTALL)
    ties = [term for term in last_terms(sql) if not UNIQUE.match(term)]
    assert ties == TIES_ALLOWED.get(path.stem, [])


def test_only_views_read_the_clock():
    clocked = [path.stem for path in MODELS if "now()" in path.read_text()]
    assert clocked == [
        "ops_coverage", "v_current_findings", "v_issue_ageing", "v_stale_pull_requests",
    ]  # fmt: skip


def test_both_engines_have_the_same_macros_with_the_same_arguments():
    signatures = {
        engine: {
            path.name: re.findall(r"\{% macro ([a-z]\w*\(.*?\)) -?%\}", path.read_text())
            for path in (MACROS / engine).iterdir()
        }
        for engine in ("postgres", "clickhouse")
    }
    assert signatures["postgres"] == signatures["clickhouse"]
    assert sum(map(len, signatures["postgres"].values())) > 20


@pytest.mark.parametrize("logical", TYPES["postgres"])
def test_a_cast_to_a_type_gives_what_tables_have_for_it(warehouse, logical):
    jinja = template.environment(INCLUDE / "sql", warehouse.engine.name)
    texts = frozenset({"text", "label"})
    macro = "type_text" if logical in texts else f"type_{logical}"
    found = {"value": texts if logical in texts else frozenset({logical})}
    with warehouse.engine.session() as session:
        cast = f"cast(null as {jinja.globals[macro]()})"
        assert session.columns_of(f"select {cast} as value") == found
        session.create_table("stage.types_probe", {"value": logical})
        assert session.columns_of("select value from stage.types_probe") == found
        session.execute("drop table stage.types_probe")


def test_every_macro_is_used_and_has_a_line_of_its_own():
    text = "\n".join(path.read_text() for path in (MACROS / "postgres").iterdir())
    tested = (INCLUDE.parent / "tests" / "entities" / "project" / "sql").rglob("*.sql")
    used = "\n".join(path.read_text() for path in (*FILES, *tested))
    render = (INCLUDE.parent / "plugins" / "flowmart" / "transform").glob("*.py")
    used += "\n".join(path.read_text() for path in render)
    macros = re.findall(r"(#\}\n|\n\n)\{% macro ([a-z]\w*)\(", text)
    names = re.findall(r"\{% macro ([a-z]\w*)\(", text)
    types = {name for name in names if name.startswith("type_")}
    assert {name for _, name in macros} | types == set(names)
    for name in set(names) - types:
        assert re.search(rf"\b{name}\b", used + text.replace(f"macro {name}(", "")), name
