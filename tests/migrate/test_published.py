"""Migrations of published tables, which on ClickHouse are versions, and of half-made ones."""

from __future__ import annotations

import shutil

import pytest
import sqlparse

from flowmart.core.errors import MigrationError
from flowmart.migrate import runner
from flowmart.migrate.files import read_migrations
from flowmart.settings import SQL_FOLDER
from flowmart.transform.contract_file import CONTRACT_FILE
from tests.migrate.warehouse import (
    BROKEN,
    NEW_COLUMN,
    NEW_COLUMN_CONTRACT,
    NEW_CONTRACT,
    NEW_TABLE,
    catalog,
    forget,
)
from tests.servers import MIGRATIONS


@pytest.fixture
def own_folder(engine, tmp_path):
    """A copy of Flowmart's own migrations, with the contracts and views beside them."""
    shutil.copytree(SQL_FOLDER, tmp_path / "own" / "sql")
    folder = tmp_path / "own" / "migrations" / engine.name
    return shutil.copytree(MIGRATIONS / engine.name, folder)


def publish(engine, columns, *values):
    """Publish one row of ``ops_issue_projects``."""
    row = ", ".join(f"'{value}'" for value in values)
    with engine.publication("toy") as publication:
        table = publication.table("ops_issue_projects")
        publication.execute(f"insert into {table} ({columns}) values ({row})")


def published(engine, columns="*"):
    rows = engine.query(f"select {columns} from t_ops.ops_issue_projects order by issue_key")
    return [tuple(row.values()) for row in rows]


@pytest.mark.parametrize("publications", [0, 2])
def test_a_later_migration_may_change_a_published_table(engine, own_folder, publications):
    runner.up(engine, own_folder)
    for number in range(publications):
        publish(engine, "issue_key, instance, project_key", f"T{number}", "toy", "P")
    (own_folder / "20991231000000_scent.sql").write_text(NEW_COLUMN[engine.name])
    contracts = own_folder.parents[1] / "sql" / "issue" / "marts" / CONTRACT_FILE
    contracts.write_text(contracts.read_text().replace(*NEW_COLUMN_CONTRACT))
    runner.up(engine, own_folder)
    kept = [(f"T{number}", None) for number in range(publications)]
    assert published(engine, "issue_key, scent") == kept
    publish(engine, "issue_key, instance, project_key, scent", "T9", "toy", "P", "rose")
    assert published(engine, "issue_key, scent") == [*kept, ("T9", "rose")]


def test_a_later_migration_may_add_a_published_table(engine, own_folder):
    runner.up(engine, own_folder)
    publish(engine, "issue_key, instance, project_key", "T1", "toy", "P")
    (own_folder / "20991231000000_flowers.sql").write_text(NEW_TABLE[engine.name])
    marts = own_folder.parents[1] / "sql" / "issue" / "marts"
    with (marts / CONTRACT_FILE).open("a") as contracts:
        contracts.write(NEW_CONTRACT)
    (marts / "fct_flowers.sql").write_text("select 'rose' as id")
    runner.up(engine, own_folder)
    with engine.publication("toy") as publication:
        flowers = publication.table("fct_flowers")
        publication.execute(f"insert into {flowers} values ('rose', 'toy')")
    assert engine.query("select * from t_mart.fct_flowers") == [{"id": "rose", "instance": "toy"}]
    assert published(engine, "issue_key") == [("T1",)]


def test_a_half_applied_file_is_completed_once_it_is_mended(clickhouse, folder):
    file = folder / "20261103000000_weeds.sql"
    file.write_text(BROKEN["clickhouse"])
    with pytest.raises(MigrationError, match="may be half applied"):
        runner.up(clickhouse, folder)
    file.write_text(BROKEN["clickhouse"].replace("intDiv(1, 0)", "1"))
    assert runner.up(clickhouse, folder) == [file.name]


def test_flowmarts_own_files_are_completed_wherever_they_broke_off(
    clickhouse, own_folder, tmp_path
):
    """As if a process had been killed in the middle of each file, on its way up and down."""
    runner.up(clickhouse, own_folder)
    whole = catalog(clickhouse)
    forget(clickhouse)
    clickhouse.ensure_history()
    folder = tmp_path / "grows" / "migrations" / "clickhouse"
    folder.mkdir(parents=True)
    migrations = list(read_migrations(own_folder).values())
    for migration in migrations:
        shutil.copy(migration.path, folder)
        half(clickhouse, migration, "up")
        assert runner.up(clickhouse, folder) == [migration.path.name]
    assert runner.up(clickhouse, own_folder) == []  # but the views
    assert catalog(clickhouse) == whole
    for migration in migrations[::-1]:
        half(clickhouse, migration, "down")
        assert runner.down(clickhouse, folder) == [migration.path.name]


def half(engine, migration, part):
    """Run the first half of a file's statements."""
    statements = sqlparse.split(migration.render(part, engine))
    for statement in statements[: len(statements) // 2 + 1]:
        engine.execute(statement)
