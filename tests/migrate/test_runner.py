"""Migrations: up, down, status, and everything that stops them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from flowmart.core.errors import MigrationError, WarehouseUnavailableError
from flowmart.engines.base import PUBLISH_TURN
from flowmart.migrate import runner
from tests.migrate.warehouse import BROKEN, FIRST, SECOND, SLEEP, catalog
from tests.servers import MIGRATIONS


def things(found):
    return {row["thing"] for row in found}


def states(engine, folder):
    return [(str(state), state.state) for state in runner.status(engine, folder)]


def test_up_applies_what_is_pending_in_the_order_of_versions(engine, folder):
    assert runner.up(engine, folder) == ["20261101000000_flowers.sql", "20261102000000_colours.sql"]
    assert runner.up(engine, folder) == []
    engine.execute("insert into t_mart.flowers (id, colour) values (1, 'red')")
    assert engine.query("select * from t_mart.flowers") == [{"id": 1, "colour": "red"}]


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


def test_flowmarts_own_migrations_survive_a_round_trip(engine):
    folder = MIGRATIONS / engine.name
    applied = runner.up(engine, folder)
    before = catalog(engine)
    assert {"t_ops.ops_runs.run_id", "t_mart.fct_issues.title"} <= things(before)
    assert runner.down(engine, folder, steps=len(applied)) == applied[::-1]
    left = {thing.split(".")[1] for thing in things(catalog(engine))}
    assert left - {"schema_migrations_pkey"} == {"schema_migrations"}
    assert runner.up(engine, folder) == applied
    assert catalog(engine) == before


def test_down_takes_along_views_that_read_its_tables(postgres, folder):
    runner.up(postgres, folder)
    postgres.execute(
        "create view t_mart.v_flowers as select * from t_mart.flowers; "
        "create view t_mart.v_bunches as select * from t_mart.v_flowers"
    )
    assert runner.down(postgres, folder, steps=2) != []
    assert (
        postgres.query("select 1 from information_schema.views where table_schema = 't_mart'") == []
    )


def test_a_down_that_fails_keeps_the_views(postgres, folder):
    broken = SECOND["postgres"].replace("drop column colour", "drop column scent")
    (folder / "20261102000000_colours.sql").write_text(broken)
    runner.up(postgres, folder)
    postgres.execute("create view t_mart.v_flowers as select * from t_mart.flowers")
    with pytest.raises(MigrationError, match="scent"):
        runner.down(postgres, folder)
    assert postgres.query("select * from t_mart.v_flowers") == []
    assert states(postgres, folder)[-1] == ("20261102000000_colours.sql", "applied")


def test_status_changes_nothing(engine, folder):
    assert states(engine, folder) == [
        ("20261101000000_flowers.sql", "pending"),
        ("20261102000000_colours.sql", "pending"),
    ]
    assert catalog(engine) == []


def test_status_tells_when_a_file_was_applied(engine, folder):
    runner.up(engine, folder)
    for state in runner.status(engine, folder):
        assert state.state == "applied"
        assert abs((datetime.now(UTC) - state.applied_at).total_seconds()) < 60


def test_a_file_that_fails_keeps_what_came_before(engine, folder):
    (folder / "20261103000000_weeds.sql").write_text(BROKEN[engine.name])
    with pytest.raises(MigrationError, match=r"20261103000000_weeds\.sql failed") as caught:
        runner.up(engine, folder)
    assert "division by zero" in caught.value.what.lower()
    assert caught.value.next_step.endswith("then run `make migrate` again")
    assert [state for _, state in states(engine, folder)] == ["applied", "applied", "pending"]
    is_left = "t_mart.weeds.id" in things(catalog(engine))
    left = "may be half applied" if is_left else "left nothing behind"
    assert f"failed and {left}" in caught.value.what
    assert is_left is not engine.has_transactions


def test_an_applied_file_that_was_edited_stops_everything(engine, folder):
    runner.up(engine, folder)
    (folder / "20261101000000_flowers.sql").write_text(FIRST[engine.name] + "\n")
    (folder / "20261103000000_trees.sql").write_text(FIRST[engine.name].replace("flowers", "trees"))
    for command in (runner.up, runner.down, runner.require_current):
        with pytest.raises(MigrationError, match=r"flowers\.sql is edited") as caught:
            command(engine, folder)
        assert "new migration" in caught.value.next_step
    assert "t_mart.trees.id" not in things(catalog(engine))


def test_an_applied_file_that_is_gone_stops_everything(engine, folder):
    runner.up(engine, folder)
    (folder / "20261102000000_colours.sql").unlink()
    for command in (runner.up, runner.down, runner.require_current):
        with pytest.raises(MigrationError, match=r"colours\.sql is missing") as caught:
            command(engine, folder)
        assert "restore the file" in caught.value.next_step


def test_other_line_ends_are_no_edit(engine, folder):
    runner.up(engine, folder)
    (folder / "20261101000000_flowers.sql").write_text(FIRST[engine.name], newline="\r\n")
    runner.require_current(engine, folder)


def test_a_warehouse_that_is_behind_is_named_before_any_work_is_done(engine, folder):
    with pytest.raises(MigrationError, match="lacks 2 migrations") as caught:
        runner.require_current(engine, folder)
    assert (caught.value.where, caught.value.next_step) == (engine.where, "run `make migrate`")
    runner.up(engine, folder)
    runner.require_current(engine, folder)


def test_nothing_is_migrated_while_somebody_publishes(engine, folder, monkeypatch):
    monkeypatch.setattr(runner, "_LOCK_WAIT_SECONDS", 0.2)
    engine.ensure_history()
    with (
        engine.lock(PUBLISH_TURN, 1),
        pytest.raises(WarehouseUnavailableError, match="lock"),
    ):
        runner.up(engine, folder)
    assert [state for _, state in states(engine, folder)] == ["pending", "pending"]
    runner.up(engine, folder)
    with engine.lock(PUBLISH_TURN, 1):
        assert runner.up(engine, folder) == []


def test_two_processes_may_migrate_at_once(engine, folder, warehouse_dsn):
    slow = SECOND[engine.name].replace("-- migrate:down", f"{SLEEP[engine.name]}\n-- migrate:down")
    (folder / "20261102000000_colours.sql").write_text(slow)
    program = (
        "import pathlib, sys\n"
        "from flowmart.engines.base import Schemas\n"
        "from flowmart.engines.open import open_engine\n"
        "from flowmart.migrate.runner import up\n"
        "engine = open_engine(sys.argv[1], Schemas.with_prefix('t_'))\n"
        "print(len(up(engine, pathlib.Path(sys.argv[2]))))\n"
    )
    command = [sys.executable, "-c", program, warehouse_dsn, str(folder)]
    plugins = {"PYTHONPATH": str(MIGRATIONS.parents[1] / "plugins")}
    processes = [
        subprocess.Popen(command, env=plugins, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    answers = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert sorted(answers) == ["0", "2"]
