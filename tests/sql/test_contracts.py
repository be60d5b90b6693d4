"""Contracts, migrations and macros agree with each other."""

from __future__ import annotations

import re

import pytest

from flowmart.transform.project import load_project, load_views
from tests.sql.warehouse import INCLUDE

PROJECT = load_project(INCLUDE / "sql", "phabricator", "postgres")
TYPES = {
    "text": "text",
    "bigint": "bigint",
    "double": "double precision",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp with time zone",
}
FILES = [path for path in sorted((INCLUDE / "sql").rglob("*.sql")) if path.parent.name != "macros"]
MODELS = [p for p in FILES if p.parents[0].name in ("intermediate", "marts", "phabricator")]


def columns_of(warehouse, contract):
    schema = "ops" if contract.layer == "ops" else "mart"
    rows = warehouse.engine.query(
        "select column_name, data_type, is_nullable from information_schema.columns "
        "where table_schema = %(schema)s and table_name = %(table)s order by ordinal_position",
        {"schema": schema, "table": contract.name},
    )
    return [tuple(row.values()) for row in rows]


@pytest.mark.parametrize("model", PROJECT.published(), ids=lambda model: model.name)
def test_migrated_table_has_the_columns_of_its_contract(warehouse, model):
    assert columns_of(warehouse, model.contract) == [
        (column.name, TYPES[column.type], "YES" if column.nullable else "NO")
        for column in model.contract.columns
    ]


@pytest.mark.parametrize("view", load_views(INCLUDE / "sql", "postgres"), ids=lambda v: v.name)
def test_view_has_the_columns_of_its_contract(warehouse, view):
    found = [(name, data_type) for name, data_type, _ in columns_of(warehouse, view.contract)]
    assert found == [(column.name, TYPES[column.type]) for column in view.contract.columns]


@pytest.mark.parametrize("model", PROJECT.published(), ids=lambda model: model.name)
def test_migrated_table_has_the_primary_key_of_its_contract(warehouse, model):
    schema = "ops" if model.contract.layer == "ops" else "mart"
    rows = warehouse.engine.query(
        "select attname from pg_index join pg_attribute on attrelid = indrelid "
        "and attnum = any(indkey) where indisprimary and indrelid = %(table)s::regclass",
        {"table": f"{schema}.{model.name}"},
    )
    assert tuple(row["attname"] for row in rows) == model.contract.key


def test_marts_of_issues_can_be_filtered_by_the_same_four_columns():
    filters = {"team", "issue_type", "sprint", "quarter"}
    for model in PROJECT.published():
        if model.name.startswith("fct_"):
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
    "a window over a constant": r"\b(lag|lead)\s*\(\s*case\b",
    "a number that is signed in one engine only": r"\b9223372036854775807\b",
    "columns of one joined table by star": r"\b\w+\.\*",
    "the clock": r"\b(now\(\)|current_timestamp)",
    "an engine's name": r"\b(postgres|clickhouse)\b",
    "a schema": r"\b(from|join)\s+(raw|stage|mart|ops)\.",
}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_model_keeps_to_the_common_subset(path):
    text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}", "", path.read_text(), flags=re.DOTALL)
    assert [hazard for hazard, found in FORBIDDEN.items() if re.search(found, text)] == []


def test_only_the_view_reads_the_clock():
    assert [path.stem for path in MODELS if "now()" in path.read_text()] == ["v_issue_ageing"]


def test_every_macro_is_used_and_has_a_line_of_its_own():
    text = (INCLUDE / "sql" / "macros" / "postgres.sql").read_text()
    used = "\n".join(path.read_text() for path in FILES)
    render = (INCLUDE.parent / "plugins" / "flowmart" / "transform").glob("*.py")
    used += "\n".join(path.read_text() for path in render)
    macros = re.findall(r"(#\}\n|\n\n)\{% macro ([a-z]\w*)\(", text)
    names = re.findall(r"\{% macro ([a-z]\w*)\(", text)
    types = {name for name in names if name.startswith("type_")}
    assert {name for _, name in macros} | types == set(names)
    for name in set(names) - types:
        assert re.search(rf"\b{name}\b", used + text.replace(f"macro {name}(", "")), name
