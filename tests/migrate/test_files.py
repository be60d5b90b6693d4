"""What a migration file has to look like."""

from __future__ import annotations

import re

import pytest
import sqlparse

from flowmart.core.errors import MigrationError
from flowmart.engines import clickhouse_migrations
from flowmart.engines.base import Schemas
from flowmart.engines.clickhouse_versions import Version
from flowmart.engines.open import open_engine
from flowmart.migrate.files import read_migrations
from tests.servers import MIGRATIONS

TEXT = (
    "-- migrate:up\ncreate table {{ raw }}.a (b text);\n-- migrate:down\ndrop table {{ raw }}.a;\n"
)


def engine(prefix, dsn="postgresql://nobody@nowhere/w"):
    """An engine that connects to nothing."""
    return open_engine(dsn, Schemas.with_prefix(prefix))


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name.lstrip('_')}.sql").write_text(text)
    return folder


def test_a_file_is_known_by_its_version_and_its_two_parts(tmp_path):
    migrations = read_migrations(write(tmp_path, _20261101000000_make_a=TEXT))
    migration = migrations["20261101000000"]
    assert migration.name == "make_a"
    assert migration.render("up", engine("x_")) == "create table x_raw.a (b text);"
    assert migration.render("down", engine("")).strip() == "drop table raw.a;"


@pytest.mark.parametrize(
    "text",
    [
        "create table a (b text);",
        "-- migrate:up\ncreate table a (b text);",
        "-- migrate:down\n-- migrate:up\n",
        "select 1; -- migrate:up\n-- migrate:down\n",
    ],
)
def test_a_file_without_its_two_parts_is_named(tmp_path, text):
    write(tmp_path, _20261101000000_make_a=text)
    with pytest.raises(MigrationError, match=r"20261101000000_make_a\.sql") as caught:
        read_migrations(tmp_path)
    assert "-- migrate:down" in caught.value.next_step


@pytest.mark.parametrize("name", ["1_short", "_20261101000000", "_20261101000000_Not-Snake"])
def test_a_file_with_another_name_is_named(tmp_path, name):
    with pytest.raises(MigrationError, match="not a migration"):
        read_migrations(write(tmp_path, **{name: TEXT}))


def test_two_files_may_not_share_a_version(tmp_path):
    write(tmp_path, _20261101000000_a=TEXT, _20261101000000_b=TEXT)
    with pytest.raises(MigrationError, match=r"20261101000000_a\.sql has the same version"):
        read_migrations(tmp_path)


def test_an_empty_folder_is_not_taken_for_an_up_to_date_warehouse(tmp_path):
    with pytest.raises(MigrationError, match="no migrations"):
        read_migrations(tmp_path)


def test_an_unknown_placeholder_is_named(tmp_path):
    text = TEXT.replace("raw", "staging")
    migration = read_migrations(write(tmp_path, _20261101000000_a=text))["20261101000000"]
    with pytest.raises(MigrationError, match="'staging' is undefined"):
        migration.render("up", engine(""))


@pytest.fixture
def nothing_published(monkeypatch):
    """No server has to be asked which versions are current."""
    monkeypatch.setattr(clickhouse_migrations, "_latest_row", lambda engine: {"publication": 0})
    monkeypatch.setattr(clickhouse_migrations, "existing", lambda _: {Version("fct_issues", 0)})


@pytest.mark.parametrize("part", ["up", "down"])
def test_on_a_cluster_every_table_is_on_every_server(part, nothing_published):
    """There is no cluster to try it on; this is the text that it would be sent."""
    cluster = engine("x_", "clickhouse://nobody@nowhere/?cluster=main")
    for migration in read_migrations(MIGRATIONS / "clickhouse").values():
        text = migration.render(part, cluster)
        statements = [
            statement
            for statement in sqlparse.split(sqlparse.format(text, strip_comments=True))
            if statement.lstrip("; \n")
        ]
        assert statements
        # What is inserted into a replicated table reaches the other servers by itself.
        changes = [s for s in statements if not s.startswith("insert into")]
        assert [s for s in changes if "on cluster 'main'" not in s] == []
        engines = set(re.findall(r"engine = (\w+)", text))
        assert engines <= {"ReplicatedMergeTree", "ReplicatedReplacingMergeTree"}


def test_on_one_server_no_cluster_is_named(nothing_published):
    server = engine("", "clickhouse://nobody@nowhere/")
    for migration in read_migrations(MIGRATIONS / "clickhouse").values():
        text = migration.render("up", server)
        assert "cluster" not in text
        assert "Replicated" not in text
