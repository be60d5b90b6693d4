"""What a model's template becomes for one batch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowmart.core.batch import Batch
from flowmart.core.errors import ConfigError
from flowmart.core.window import Window
from flowmart.engines.base import Schemas
from flowmart.transform.render import BatchContext, Renderer

BATCH = Batch("toy__it's", "toy", "run", Window.parse("2026-01-01T00:00Z", "2026-01-02T00:00Z"))
ID = BATCH.batch_id


@pytest.fixture
def render(sql_folder):
    def rendered(sql, context=BatchContext(), name="int_model"):  # noqa: B008
        sql_folder.model(name, sql)
        project = sql_folder.load()
        renderer = Renderer(project, Schemas.with_prefix("x_"), BATCH, context)
        return " ".join(renderer.select(project.model(name)).split())

    return rendered


def test_tables_of_the_batch_and_published_ones(render):
    sql = "{{ ref('stg_toy__issues') }} {{ staged('issues') }} {{ published('fct_issues') }}"
    stage = f"x_stage.stg_toy__issues__{ID}"
    assert render(sql) == f"{stage} {stage} x_mart.fct_issues"


def test_settings_are_quoted_literals(render):
    context = BatchContext(reporting_timezone="Europe/Berlin")
    sql = "{{ setting('instance') }} {{ setting('reporting_timezone') }}"
    assert render(sql, context) == "'toy__it''s' 'Europe/Berlin'"


def test_settings_tables_belong_to_the_batch(render):
    assert render("{{ settings_table('team') }}") == f"x_stage.team_settings__{ID}"


@pytest.mark.parametrize(("stream", "column"), [("tasks", "record_id"), ("comments", "parent_id")])
def test_records_of_issues_are_cut_to_the_touched_ones(render, stream, column):
    sql = render(f"{{{{ raw('{stream}') }}}}", name="stg_toy__model")
    assert f"from (select issue_id from x_stage.int_touched_issue__{ID}) as wanted" in sql
    assert f"wanted.id = records.{column}" in sql
    assert f"inner join x_raw.toy__{stream} as records" in sql


def test_snapshots_are_read_whole(render):
    sql = render("{{ raw('users') }}", name="stg_toy__model")
    assert "x_raw.toy__users" in sql
    assert "touched" not in sql


def test_loaded_keys_are_all_keys_in_a_replay(render):
    everything = replace(BatchContext(), everything=True)
    assert render("{{ loaded('issue') }}") == f"x_stage.loaded_issue__{ID}"
    replayed = render("{{ loaded('issue') }}", everything, name="int_other")
    assert "distinct record_id from x_raw.toy__tasks" in replayed


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ nothing('x') }}", "'nothing' is undefined"),
        ("{{ setting('secret') }}", "no setting 'secret'"),
        ("{{ published('fct_nothing') }}", "no published model 'fct_nothing'"),
    ],
)
def test_unknown_name_is_an_error_that_says_it(render, sql, words):
    with pytest.raises(ConfigError, match=words):
        render(sql)
