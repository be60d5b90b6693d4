"""Building a batch: counts, retries, and a clear word about the model that cannot be built."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowmart.core.batch import Batch
from flowmart.core.errors import ContractError, FatalError
from flowmart.core.window import Window
from flowmart.landing.load import load_batch
from flowmart.landing.writer import write_stream
from flowmart.ops.runs import open_run
from flowmart.sources.base import Page
from flowmart.transform import runner
from flowmart.transform.runner import BatchContext, build_batch
from tests.meanings import meaning
from tests.records import make_record
from tests.servers import warehouse_without_marts
from tests.transform.conftest import SPEC

BATCH = Batch("toy", "toy", "run", Window.parse("2026-01-01T00:00Z", "2026-01-02T00:00Z"))


@pytest.fixture(scope="module")
def engine(warehouse_dsn, tmp_path_factory):
    """A warehouse into which two tasks were loaded, one of them in two versions."""
    engine = warehouse_without_marts(warehouse_dsn, tmp_path_factory.mktemp("migrations"))
    records = [
        make_record("T1", None, 1, {}),
        make_record("T1", None, 2, {}),
        make_record("T2", None, 1, {}),
    ]
    landing = tmp_path_factory.mktemp("landing")
    manifest = write_stream(landing, BATCH, "tasks", [Page(records)], lambda: 0)
    open_run(engine, BATCH, "manual", "test")
    load_batch(engine, SPEC, BATCH, [manifest])
    return engine


def build(engine, sql_folder, context=None):
    return build_batch(engine, sql_folder.load(engine.name), BATCH, context or BatchContext())


def stage_tables(engine):
    rows = engine.query(
        "select table_name from information_schema.tables where table_schema = 'stage'"
    )
    return {row["table_name"].removesuffix(f"__{BATCH.batch_id}") for row in rows}


def test_counts_of_all_models(engine, sql_folder):
    counts = build(engine, sql_folder)
    assert counts == {
        "int_changes_of_issue": 0,
        "int_touched_issue": 2,
        "stg_toy__issues": 2,
        "fct_issues": 2,
    }
    assert {*counts, "loaded_issue"} <= stage_tables(engine)


def test_types_are_those_of_the_contract(engine, sql_folder):
    columns = "id: text, n: bigint, x: double, is_it: boolean, on_day: date, at: timestamp"
    at = {"postgres": "to_timestamp(0)", "clickhouse": "toDateTime64(0, 6, 'UTC')"}
    sql = f"""
        select 'a' as id, cast(1 as bigint) as n, cast(1 as double precision) as x, true as is_it,
            cast('2026-01-01' as date) as on_day, {at[engine.name]} as at
    """
    sql_folder.model("fct_types", sql, columns)
    assert build(engine, sql_folder)["fct_types"] == 1


def test_columns_are_found_out_once_for_all_batches(engine, sql_folder, monkeypatch):
    project, asked = sql_folder.load(engine.name), []
    with engine.session() as session:
        session_type = type(session)
    find_out = session_type.columns_of

    def columns_of(session, select):
        asked.append(select)
        return find_out(session, select)

    monkeypatch.setattr(session_type, "columns_of", columns_of)
    build_batch(engine, project, BATCH, BatchContext())
    assert len(asked) == len(project.models)
    other = replace(BATCH, run_id="another run")
    load_batch(engine, SPEC, other, [])
    build_batch(engine, project, other, BatchContext())
    assert len(asked) == len(project.models)


def test_settings_are_tables(engine, sql_folder):
    """Configured statuses, and those that are usual on installations of the source."""
    sql_folder.model("int_statuses", "select status_id as id from {{ settings_table('status') }}")
    sql_folder.model("int_teams", "select team as id from {{ settings_table('team') }}")
    context = BatchContext(statuses={"review": meaning("in_progress")}, teams={"1": "A", "x": "B"})
    counts = build(engine, sql_folder, context)
    assert (counts["int_statuses"], counts["int_teams"]) == (1, 2)


@pytest.mark.parametrize(("most_issues", "in_memory"), [(2, {"int_more"}), (1, set())])
def test_small_tables_that_only_the_build_reads_are_kept_in_memory(
    engine, sql_folder, monkeypatch, most_issues, in_memory
):
    """The batch has two issues; tables that checks and publishing read are kept on disk."""
    if engine.name != "clickhouse":
        pytest.skip("PostgreSQL has no tables in memory")
    monkeypatch.setattr(runner, "_SMALL_BATCH_KEYS", most_issues)
    sql_folder.model("int_more", "select issue_key as id from {{ ref('int_touched_issue') }}")
    counts = build(engine, sql_folder)
    assert counts["int_more"] == 2
    rows = engine.query(
        "select name from system.tables where database = 'stage' and engine = 'Memory' "
        "and not startsWith(name, 'stg_')"
    )
    assert {row["name"].removesuffix(f"__{BATCH.batch_id}") for row in rows} == in_memory


def test_each_build_draws_a_higher_generation(engine, sql_folder):
    def generation():
        return engine.query("select generation from ops.ops_runs")[0]["generation"]

    build(engine, sql_folder)
    first = generation()
    build(engine, sql_folder)
    assert generation() > first


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select 'a' as id", "name is missing"),
        ("select 'a' as id, 'b' as name, 1 as extra", "extra is not in the contract"),
        ("select 'a' as id, cast(1 as bigint) as name", "name is bigint, not text"),
    ],
)
def test_select_that_breaks_its_contract_is_told_by_column(engine, sql_folder, sql, words):
    sql_folder.model("fct_wrong", sql, "id: text, name: text")
    with pytest.raises(ContractError) as raised:
        build(engine, sql_folder)
    assert words in raised.value.what
    assert raised.value.where == "issue/marts/fct_wrong.sql"


@pytest.mark.parametrize(
    "sql", ["select nothing as id", "select concat('a', cast('b' as bigint)) as id"]
)
def test_refused_statement_names_the_model(engine, sql_folder, sql):
    sql_folder.model("fct_wrong", sql)
    with pytest.raises(FatalError) as raised:
        build(engine, sql_folder)
    assert "issue/marts/fct_wrong.sql" in raised.value.where


def test_failed_build_leaves_the_tables_of_the_try_before(engine, sql_folder):
    if not engine.has_transactions:
        pytest.skip("without transactions the next try starts with what the failed one made")
    build(engine, sql_folder)
    before = stage_tables(engine)
    sql_folder.model("int_first", "select 'a' as id")
    sql_folder.model("fct_wrong", "select nothing as id from {{ ref('int_first') }}")
    with pytest.raises(FatalError):
        build(engine, sql_folder)
    assert stage_tables(engine) == before
    assert "int_first" not in before
