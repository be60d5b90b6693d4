"""Migrations: up, down, status, and everything that stops them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flowmart.core.errors import MigrationError
from flowmart.engines.base import Schemas
from flowmart.engines.postgres import PostgresEngine
from flowmart.migrate import runner
from tests.servers import MIGRATIONS

FIRST = """-- migrate:up
create schema if not exists {{ mart }};
create table {{ mart }}.flowers (id bigint primary key);
-- migrate:down
drop table {{ mart }}.flowers;
"""
SECOND = """-- migrate:up
alter table {{ mart }}.flowers add column colour text;
create index flowers_colour on {{ mart }}.flowers (colour);
-- migrate:down
alter table {{ mart }}.flowers drop column colour;
"""
BROKEN = """-- migrate:up
create table {{ mart }}.weeds (id bigint);
select 1 / 0;
-- migrate:down
"""


@pytest.fixture
def engine(postgres_dsn):
    engine = PostgresEngine(postgres_dsn, Schemas.with_prefix("t_"))
    engine.execute("drop schema if exists t_ops, t_mart, t_stage, t_raw cascade")
    return engine


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "migrations" / "postgres"
    folder.mkdir(parents=True)
    (folder / "20261101000000_flowers.sql").write_text(FIRST)
    (folder / "20261102000000_colours.sql").write_text(SECOND)
    return folder


def catalog(engine):
    """Every table, column, default, index and sequence of the four schemas, in a stable order."""
    return engine.query(
        """
        select table_schema || '.' || table_name || '.' || column_name as thing,
            concat_ws(' ', data_type, is_nullable, column_default) as detail
        from information_schema.columns where table_schema like 't\\_%'
        union all
        select schemaname || '.' || indexname, indexdef from pg_indexes
        where schemaname like 't\\_%'
        union all
        select schemaname || '.' || sequencename, '' from pg_sequences
        where schemaname like 't\\_%'
        order by thing
        """
    )


def states(engine, folder):
    return [(str(state), state.state) for state in runner.status(engine, folder)]


def test_up_applies_what_is_pending_in_the_order_of_versions(engine, folder):
    assert runner.up(engine, folder) == ["20261101000000_flowers.sql", "20261102000000_colours.sql"]
    assert runner.up(engine, folder) == []
    engine.execute("insert into t_mart.flowers (id, colour) values (1, 'red')")


def test_a_file_of_a_parallel_branch_is_applied_although_it_is_older(engine, folder):
    late = folder / "20261101000000_flowers.sql"
    text, other = late.read_text(), folder / "20261102000000_colours.sql"
    other.write_text(text.replace("flowers", "trees"))
    late.unlink()
    assert runner.up(engine, folder) == [other.name]
    late.write_text(text)
    assert runner.up(engine, folder) == [late.name]


def test_down_undoes_the_latest_first(engine, folder):
    runner.up(engine, folder)
    assert runner.down(engine, folder) == ["20261102000000_colours.sql"]
    assert runner.down(engine, folder, steps=5) == ["20261101000000_flowers.sql"]
    assert runner.down(engine, folder) == []


def test_down_takes_along_views_that_read_its_tables(engine, folder):
    runner.up(engine, folder)
    engine.execute(
        "create view t_mart.v_flowers as select * from t_mart.flowers; "
        "create view t_mart.v_bunches as select * from t_mart.v_flowers"
    )
    assert runner.down(engine, folder, steps=2) != []
    assert (
        engine.query("select 1 from information_schema.views where table_schema = 't_mart'") == []
    )


def test_a_down_that_fails_keeps_the_views(engine, folder):
    broken = SECOND.replace("drop column colour", "drop column scent")
    (folder / "20261102000000_colours.sql").write_text(broken)
    runner.up(engine, folder)
    engine.execute("create view t_mart.v_flowers as select * from t_mart.flowers")
    with pytest.raises(MigrationError, match="scent"):
        runner.down(engine, folder)
    assert engine.query("select * from t_mart.v_flowers") == []
    assert states(engine, folder)[-1] == ("20261102000000_colours.sql", "applied")


def test_flowmarts_own_migrations_survive_a_round_trip(engine):
    applied = runner.up(engine, MIGRATIONS)
    before = catalog(engine)
    assert "t_ops.ops_runs.run_id" in [row["thing"] for row in before]
    assert runner.down(engine, MIGRATIONS, steps=len(applied)) == applied[::-1]
    left = {row["thing"].split(".")[1] for row in catalog(engine)}
    assert left == {"schema_migrations", "schema_migrations_pkey"}
    assert runner.up(engine, MIGRATIONS) == applied
    assert catalog(engine) == before


def test_status_changes_nothing(engine, folder):
    assert states(engine, folder) == [
        ("20261101000000_flowers.sql", "pending"),
        ("20261102000000_colours.sql", "pending"),
    ]
    assert catalog(engine) == []


def test_status_tells_when_a_file_was_applied(engine, folder):
    runner.up(engine, folder)
    now = engine.query("select now() as now")[0]["now"]
    for state in runner.status(engine, folder):
        assert state.state == "applied"
        assert abs((now - state.applied_at).total_seconds()) < 60


def test_a_file_that_fails_leaves_nothing_and_keeps_what_came_before(engine, folder):
    (folder / "20261103000000_weeds.sql").write_text(BROKEN)
    with pytest.raises(MigrationError, match=r"20261103000000_weeds\.sql failed") as caught:
        runner.up(engine, folder)
    assert "division by zero" in caught.value.what
    assert "t_mart.weeds.id" not in [row["thing"] for row in catalog(engine)]
    assert [state for _, state in states(engine, folder)] == ["applied", "applied", "pending"]


def test_an_applied_file_that_was_edited_stops_everything(engine, folder):
    runner.up(engine, folder)
    (folder / "20261101000000_flowers.sql").write_text(FIRST.replace("bigint", "text"))
    (folder / "20261103000000_trees.sql").write_text(FIRST.replace("flowers", "trees"))
    for command in (runner.up, runner.down, runner.require_current):
        with pytest.raises(MigrationError, match=r"flowers\.sql is edited") as caught:
            command(engine, folder)
        assert "new migration" in caught.value.next_step
    assert "t_mart.trees.id" not in [row["thing"] for row in catalog(engine)]


def test_an_applied_file_that_is_gone_stops_everything(engine, folder):
    runner.up(engine, folder)
    (folder / "20261102000000_colours.sql").unlink()
    for command in (runner.up, runner.down, runner.require_current):
        with pytest.raises(MigrationError, match=r"colours\.sql is missing") as caught:
            command(engine, folder)
        assert "restore the file" in caught.value.next_step


def test_other_line_ends_are_no_edit(engine, folder):
    runner.up(engine, folder)
    (folder / "20261101000000_flowers.sql").write_text(FIRST, newline="\r\n")
    runner.require_current(engine, folder)


def test_a_warehouse_that_is_behind_is_named_before_any_work_is_done(engine, folder):
    with pytest.raises(MigrationError, match="lacks 2 migrations") as caught:
        runner.require_current(engine, folder)
    assert (caught.value.where, caught.value.next_step) == (engine.where, "run `make migrate`")
    runner.up(engine, folder)
    runner.require_current(engine, folder)


def test_two_processes_may_migrate_at_once(engine, folder, postgres_dsn):
    slow = SECOND.replace("-- migrate:down", "select pg_sleep(0.5);\n-- migrate:down")
    (folder / "20261102000000_colours.sql").write_text(slow)
    program = (
        "import pathlib, sys\n"
        "from flowmart.engines.base import Schemas\n"
        "from flowmart.engines.postgres import PostgresEngine\n"
        "from flowmart.migrate.runner import up\n"
        "engine = PostgresEngine(sys.argv[1], Schemas.with_prefix('t_'))\n"
        "print(len(up(engine, pathlib.Path(sys.argv[2]))))\n"
    )
    command = [sys.executable, "-c", program, postgres_dsn, str(folder)]
    plugins = {"PYTHONPATH": str(MIGRATIONS.parents[2] / "plugins")}
    processes = [
        subprocess.Popen(command, env=plugins, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    answers = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert sorted(answers) == ["0", "2"]
