"""What a template calls is found without rendering it, and what it cannot call is named."""

from __future__ import annotations

import pytest

from flowmart.core.errors import ConfigError
from flowmart.transform.calls import calls_of
from flowmart.transform.template import environment, render

PATH = "issue/intermediate/int_model.sql"
IF = "{% if has_part('a') %}{{ ref('x') }}{% elif is_everything %}{{ ref('y') }}"


@pytest.mark.parametrize(
    ("sql", "without", "with_part"),
    [
        (IF + "{% else %}{{ ref('z') }}{% endif %}", "y z", "x"),
        (
            "{% if fields %}{{ ref('x') }}{% elif has_part('a') %}{{ ref('y') }}{% endif %}",
            "x",
            "x y",
        ),
        (
            "{% if fields %}{{ ref('x') }}{% elif has_part('a') %}{{ ref('y') }}"
            "{% elif fields %}{{ ref('z') }}{% else %}{{ ref('u') }}{% endif %}",
            "u x z",
            "x y",
        ),
        ("{{ ref('x') if has_part('a') else ref('y') }}", "y", "x"),
        ("{{ ref('x') if has_part('a') }}", "", "x"),
        ("{{ ref('x') if is_everything else ref('y') }}", "x y", "x y"),
        ("{% if not has_part('a') %}{{ ref('x') }}{% else %}{{ ref('y') }}{% endif %}", "x", "y"),
        ("{% if has_part('a') and fields %}{{ ref('x') }}{% endif %}", "", "x"),
        (
            "{% if fields or has_part('a') %}{{ ref('x') }}{% else %}{{ ref('y') }}{% endif %}",
            "x y",
            "x",
        ),
        ("{% if ref('x') %}{{ 1 }}{% endif %}", "x", "x"),
        ("{{ (fields | default(ref('x')))[ref('y')] ~ ref('z') }}", "x y z", "x y z"),
        ("{% set name = ref('x') %}{% for f in [ref('y')] %}{{ f }}{% endfor %}", "x y", "x y"),
        ("{% macro own() %}{{ ref('x') }}{% endmacro %}{{ ref('y') }}", "x y", "x y"),
        ("{% for raw in fields %}{{ raw }}{% endfor %}", "", ""),
        ("{# {{ ref('x') }} #}{% raw %}{{ ref('y') }}{% endraw %}", "", ""),
    ],
)
def test_calls_are_found_wherever_they_can_be_reached(sql_folder, sql, without, with_part):
    sql_folder.sql("int_model", sql)
    jinja = environment(sql_folder.path, "postgres")
    assert " ".join(sorted(calls_of(jinja, PATH)["ref"])) == without
    assert " ".join(sorted(calls_of(jinja, PATH, ["a"])["ref"])) == with_part


@pytest.mark.parametrize(
    ("sql", "what", "next_step"),
    [
        ("{% if has_part('typo') %}1{% endif %}", "no part of this entity 'typo'", "boards"),
        ("{{ settings_table('nope') }}", "no table of settings 'nope'", "status, team"),
        ("{{ setting('nope') }}", "no setting 'nope'", "cycle_time_policy, fields"),
        ("{{ loaded('nope') }}", "no entity 'nope'", "use one of issue"),
        ("{{ published('nope') }}", "no published model 'nope'", "use one of fct_issues"),
        ("{{ published('int_model') }}", "no published model 'int_model'", "fct_issues"),
        ("{{ as_published('nope') }}", "no fact of this entity 'nope'", "fct_issues"),
        ("{{ mentioned('fct_issues') }}", "no dimension that facts refer to 'fct_", "remove it"),
        ("{{ raw('taskz') }}", "no stream 'taskz'", "comments, issue_tombstones, tasks, users"),
        ("{{ raw_of_loaded('comments') }}", "no stream of an entity's own records", "tasks"),
        ("{{ jsn_text('a', []) }}", "'jsn_text' is undefined", "has_part, is_everything"),
        ("{{ nope }}", "'nope' is undefined", "include/sql/macros"),
        ("{% if has_part('boards') %}{{ nope() }}{% endif %}", "'nope' is undefined", "macros"),
        ("{{ touched_slices() }}", "'touched_slices' is undefined", "macros"),
        ("{{ 'a' | nope }}", "No filter named 'nope'", "correct the file"),
        ("{{ 'a' is nope }}", "No test named 'nope'", "correct the file"),
        ("{% set read = ref %}{{ read('x') }}", "ref is not called here, which hides", "macros"),
        ("{% include 'templates/changes.sql' %}", "Another file is included", "macros"),
        ("{{ ref('int' ~ 'x') }}", "one plain string", "ref('int_status_intervals')"),
        ("{{ ref(name='x') }}", "one plain string", "ref('int_status_intervals')"),
        ("{{ ref('x', 'y') }}", "one plain string", "ref('int_status_intervals')"),
    ],
)
def test_what_a_model_cannot_call_is_named_when_the_project_is_loaded(
    sql_folder, sql, what, next_step
):
    (sql_folder.path / "issue/boards/marts").mkdir(parents=True)
    (sql_folder.path / "issue/boards/marts/_models.yaml").write_text("models: []")
    sql_folder.model("int_model", f"select 1 as id\n{sql}")
    with pytest.raises(ConfigError) as caught:
        sql_folder.load()
    assert what in caught.value.what
    assert next_step in caught.value.next_step
    assert caught.value.where == f"{PATH}, line 2"


@pytest.mark.parametrize("path", ["issue/census.sql", "issue/instance/v_issues.sql"])
@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("{{ published('nope') }}", "no published model 'nope'"),
        ("{{ setting('fields') }}", "no setting 'fields'"),
        ("{{ ref('fct_issues') }}", "'ref' is undefined"),
        ("{% if %}", "Expected an expression"),
    ],
)
def test_what_a_query_beside_the_models_cannot_call_is_named_too(sql_folder, path, sql, what):
    (sql_folder.path / path).parent.mkdir(exist_ok=True)
    (sql_folder.path / path).write_text(sql)
    with pytest.raises(ConfigError, match=what) as caught:
        sql_folder.load()
    assert caught.value.where == f"{path}, line 1"


def test_a_file_that_is_not_utf8_is_named_with_its_line(sql_folder):
    sql_folder.model("int_model", "")
    (sql_folder.path / PATH).write_bytes(b"select 1\n-- caf\xe9\n")
    with pytest.raises(ConfigError, match="cannot be rendered: 'utf-8' codec") as caught:
        sql_folder.load()
    assert caught.value.where == f"{PATH}, line 2"


def test_macros_that_cannot_be_read_are_named(sql_folder):
    file = sql_folder.path / "macros/postgres/raw.sql"
    file.write_bytes(file.read_bytes() + b"\n{{ 1 // 0 }}")
    with pytest.raises(ConfigError, match="division") as caught:
        sql_folder.load()
    lines = file.read_text().count("\n") + 1
    assert caught.value.where == f"macros/postgres/raw.sql, line {lines}"


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("{{ 1 // 0 }}", "division"),
        ("{{ 1 + 'a' }}", "unsupported operand"),
        ("{{ type_text(1, 2) }}", "macro 'type_text' takes not more than 0"),
        ("{{ setting.nope }}", "has no attribute 'nope'"),
        ("{{ [][3] }}", "has no element 3"),
    ],
)
def test_what_fails_while_rendering_is_named_with_its_line(sql_folder, sql, what):
    sql_folder.sql("int_model", f"select 1\n{sql}")
    jinja = environment(sql_folder.path, "postgres")
    with pytest.raises(ConfigError, match=what) as caught:
        render(jinja, PATH, {"setting": len})
    assert caught.value.where == f"{PATH}, line 2"
    assert caught.value.next_step
