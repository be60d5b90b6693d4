"""``make migration`` compares the contracts with a server of each engine."""

from __future__ import annotations

import yaml

from local import new_migration
from tests.migrate.contracts import FLOWERS
from tests.servers import copy_migrations_without_marts


def test_each_engine_gets_a_file_of_the_same_name(tmp_path, monkeypatch, capsys):
    migrations, models = tmp_path / "migrations", tmp_path / "sql" / "garden" / "marts"
    for engine in ("postgres", "clickhouse"):
        (migrations / engine).mkdir(parents=True)
        copy_migrations_without_marts(engine, migrations / engine)
    models.mkdir(parents=True)
    (models / "_models.yaml").write_text(yaml.safe_dump({"models": [yaml.safe_load(FLOWERS)]}))
    monkeypatch.setattr(new_migration, "PROJECT", tmp_path)
    monkeypatch.setattr(new_migration, "MIGRATIONS_FOLDER", migrations)
    monkeypatch.setattr(new_migration, "SQL_FOLDER", tmp_path / "sql")
    assert new_migration.main(["add_flowers"]) == 0
    written = sorted(migrations.rglob("*_add_flowers.sql"))
    assert [file.parent.name for file in written] == ["clickhouse", "postgres"]
    assert written[0].name == written[1].name
    assert f"  migrations/postgres/{written[0].name}\n" in capsys.readouterr().out
