"""Order, layers and contracts of a project, and the errors that a mistake in it gives."""

from __future__ import annotations

import pytest

from flowmart.core.errors import ConfigError, ContractError
from flowmart.transform.project import load_project
from flowmart.transform.template import environment
from flowmart.transform.views import load_views
from tests.transform.conftest import SPEC


def names(project):
    return [model.name for model in project.models]


def test_models_come_after_those_that_they_read(sql_folder):
    sql_folder.model("int_between", "select id from {{ ref('stg_toy__issues') }}")
    sql_folder.model("fct_after", "select id from {{ ref('int_between') }}")
    order = names(sql_folder.load())
    for earlier, later in (
        ("int_touched_issue", "stg_toy__issues"),
        ("stg_toy__issues", "int_between"),
        ("int_between", "fct_after"),
    ):
        assert order.index(earlier) < order.index(later)


def test_snapshots_do_not_wait_for_the_touched_issues(sql_folder):
    """Otherwise the touched issues could not depend on dimensions."""
    sql_folder.model("stg_toy__users", "select record_id as id from {{ raw('users') }}")
    sql_folder.model("int_users", "select id from {{ ref('stg_toy__users') }}")
    sql_folder.contract(
        "dim_users",
        "id: text, instance: text",
        publish="upsert",
        copied_into_facts="{compared: int_users, shown: [{columns: [id], by: {fct_issues: id}}]}",
    )
    sql_folder.sql("dim_users", "select id, 'toy' as instance from {{ ref('int_users') }}")
    order = names(sql_folder.load())
    assert order.index("stg_toy__users") < order.index("int_touched_issue")


def test_views_are_no_part_of_a_batch(sql_folder):
    sql_folder.model(
        "v_issues", "select id from {{ published('fct_issues') }}", materialized="view"
    )
    assert "v_issues" not in names(sql_folder.load())
    assert [view.name for view in load_views(sql_folder.path, "postgres")] == ["v_issues"]


def test_views_come_after_those_that_they_read(sql_folder):
    for name, read in (("v_first", "v_second"), ("v_second", "v_third"), ("v_third", "fct_issues")):
        sql = f"select id from {{{{ published('{read}') }}}}"
        sql_folder.model(name, sql, materialized="view")
    found = [view.name for view in load_views(sql_folder.path, "postgres")]
    assert found == ["v_third", "v_second", "v_first"]


def test_circle_of_views_is_told_as_a_path(sql_folder):
    for name, read in (("v_one", "v_two"), ("v_two", "v_one")):
        sql = f"select id from {{{{ published('{read}') }}}}"
        sql_folder.model(name, sql, materialized="view")
    with pytest.raises(ConfigError, match=r"v_(one|two) -> v_(one|two) -> v_") as raised:
        load_views(sql_folder.path, "postgres")
    assert raised.value.where.startswith("issue/views/v_")


def test_override_of_the_engine_is_taken(sql_folder):
    sql_folder.sql("fct_issues", "select 1").with_suffix(".postgres.sql").write_text("select 2")
    assert sql_folder.load().model("fct_issues").path == "issue/marts/fct_issues.postgres.sql"


def test_published_models_are_those_that_say_so(sql_folder):
    assert [model.name for model in sql_folder.load().published()] == ["fct_issues"]


@pytest.mark.parametrize(
    ("sql", "error", "words"),
    [
        ("select id from {{ ref('int_nothing') }}", ConfigError, "int_nothing, which does not"),
        ("select id from {{ staged('nothing') }}", ConfigError, "stg_toy__nothing, which does"),
        ("select id from {{ ref('fct_issues') }}", ContractError, "reads fct_issues (mart)"),
        ("select id from {{ raw('tasks') }}", ContractError, "reads raw tables"),
        ("select id from {{ ref('int_wrong') }}", ConfigError, "int_wrong -> int_wrong"),
        ("select id from {{ ref('int_' ~ 'x') }}", ConfigError, "one plain string"),
        ("select {{ from", ConfigError, "cannot be rendered"),
    ],
    ids=[
        "unknown model",
        "unknown staging model",
        "a higher layer",
        "raw outside staging",
        "itself",
        "a computed name",
        "no template",
    ],
)
def test_wrong_reference_names_file_and_next_step(sql_folder, sql, error, words):
    sql_folder.model("int_wrong", sql)
    with pytest.raises(error) as raised:
        sql_folder.load()
    assert words in raised.value.what
    assert "intermediate/int_wrong.sql" in raised.value.where
    assert raised.value.next_step


def test_circle_is_told_as_a_path(sql_folder):
    sql_folder.model("int_one", "select id from {{ ref('int_two') }}")
    sql_folder.model("int_two", "select id from {{ ref('int_one') }}")
    with pytest.raises(ConfigError, match=r"int_(one|two) -> int_(one|two) -> int_"):
        sql_folder.load()


def test_unknown_stream_lists_those_that_there_are(sql_folder):
    sql_folder.model("stg_toy__wrong", "select record_id as id from {{ raw('taskz') }}")
    with pytest.raises(ConfigError, match="comments, issue_tombstones, tasks, users"):
        sql_folder.load()


def test_model_and_contract_need_each_other(sql_folder):
    sql_folder.sql("fct_alone", "select 1 as id")
    with pytest.raises(ContractError, match="fct_alone has no contract"):
        sql_folder.load()
    sql_folder.contract("fct_alone", "id: text")
    sql_folder.contract("fct_promised", "id: text")
    with pytest.raises(ContractError, match="fct_promised has no file"):
        sql_folder.load()


@pytest.mark.parametrize(
    ("columns", "more", "words"),
    [
        ("id: string", {}, "type"),
        ("id: text, id: text", {}, "lists id twice"),
        ("name: text", {}, "no column id for its key"),
        ("id: text, instance: text", {"publish": "{by: issue_key}"}, "no column issue_key"),
        ("id: text", {"publish": "upsert"}, "no column instance"),
        ("id: text", {"owner": "me"}, "owner"),
    ],
)
def test_wrong_contract_names_file_and_key(sql_folder, columns, more, words):
    sql_folder.model("fct_wrong", "select 1", columns, **more)
    with pytest.raises(ConfigError, match=words) as raised:
        sql_folder.load()
    assert raised.value.where.endswith("marts/_models.yaml")


def test_layer_has_to_fit_the_folder(sql_folder):
    sql_folder.model("int_misplaced", "select 1 as id", layer="mart")
    with pytest.raises(ContractError, match="belongs to the layer mart"):
        sql_folder.load()


def test_views_and_tables_have_folders_of_their_own(sql_folder):
    sql_folder.model("v_wrong", "select id from {{ published('fct_issues') }}")
    with pytest.raises(ContractError, match="v_wrong says that it is a table"):
        load_views(sql_folder.path, "postgres")
    sql_folder.model("int_wrong", "select id from {{ staged('issues') }}", materialized="view")
    with pytest.raises(ContractError, match="int_wrong says that it is a view"):
        sql_folder.load()


def test_view_over_a_batch_is_refused(sql_folder):
    sql_folder.model("v_wrong", "select id from {{ ref('fct_issues') }}", materialized="view")
    with pytest.raises(ContractError, match="which are stage tables"):
        load_views(sql_folder.path, "postgres")


def test_engine_without_macros_is_told(sql_folder):
    with pytest.raises(ConfigError, match="nosuch"):
        environment(sql_folder.path, "nosuch")


def test_source_without_models_is_told(sql_folder):
    other = SPEC.model_copy(update={"name": "other"})
    with pytest.raises(ConfigError, match="cannot be read"):
        load_project(sql_folder.path, "other", "postgres", other)
