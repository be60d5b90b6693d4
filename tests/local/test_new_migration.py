"""``make migration`` compares the contracts with a server of each engine."""

from __future__ import annotations

import shutil

import pytest
import yaml

from flowmart.settings import SQL_FOLDER
from local import new_migration
from tests.migrate.contracts import FLOWERS
from tests.servers import MIGRATIONS

LONELY = """
name: ops_lonely
description: Sums of a fact that there is not.
grain: instance
layer: ops
key: [instance]
publish: {sum: {of: fct_issues, by: [instance]}}
columns:
  - {name: instance, type: label, description: source instance}
  - {name: fact_rows, type: bigint, description: issues}
  - {name: votes, type: bigint, description: their votes}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the models and of their migrations."""
    migrations = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    shutil.copytree(SQL_FOLDER, tmp_path / "sql")
    monkeypatch.setattr(new_migration, "PROJECT", tmp_path)
    monkeypatch.setattr(new_migration, "MIGRATIONS_FOLDER", migrations)
    monkeypatch.setattr(new_migration, "SQL_FOLDER", tmp_path / "sql")
    return tmp_path


def add(folder, contract):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "_models.yaml"
    models = yaml.safe_load(path.read_text())["models"] if path.exists() else []
    path.write_text(yaml.safe_dump({"models": [*models, yaml.safe_load(contract)]}))


def test_each_engine_gets_a_file_of_the_same_name(project, capsys):
    add(project / "sql/garden/marts", FLOWERS)
    assert new_migration.main(["add_flowers"]) == 0
    written = sorted(project.rglob("*_add_flowers.sql"))
    assert [file.parent.name for file in written] == ["clickhouse", "postgres"]
    assert written[0].name == written[1].name
    assert f"  migrations/postgres/{written[0].name}\n" in capsys.readouterr().out


def test_contracts_that_no_run_would_take_get_no_file(project, capsys):
    """The columns of a sum are those of its fact, which the contract alone does not tell."""
    add(project / "sql/issue/marts", LONELY)
    assert new_migration.main(["add_votes"]) == 1
    assert "ops_lonely groups fct_issues, which has no column votes" in capsys.readouterr().err
    assert not list(project.rglob("*_add_votes.sql"))
