"""
ClickHouse: a warehouse from when every publication had a version of every table is brought along.

The migration ``20261129001000_publication_versions`` notes which version of each table is current.
"""

from __future__ import annotations

import shutil

import pytest

from flowmart.migrate import runner
from tests.servers import MIGRATIONS

FOLDER = MIGRATIONS / "clickhouse"
MIGRATION = "20261129001000_publication_versions.sql"
ISSUE = "insert into {table} (issue_key, instance, generation) values ('{key}', 'toy', 1)"
PROJECT = "insert into {table} (issue_key, instance, project_key) values ('{key}', 'toy', 'P')"
LEASE = "t_ops.lease__flowmart_publish__7"
LEASE_COLUMNS = "renewed_at DateTime64(6, 'UTC'), is_over Bool"


@pytest.fixture
def warehouse_dsn(clickhouse_dsn):
    """PostgreSQL has one version of each table."""
    return clickhouse_dsn


@pytest.fixture
def old(clickhouse, tmp_path):
    """A warehouse as of the day before, in which two publications added an issue each."""
    folder = tmp_path / "old" / "migrations" / "clickhouse"
    folder.mkdir(parents=True)
    for path in FOLDER.glob("*.sql"):
        if path.name < MIGRATION:
            shutil.copy(path, folder)
    runner.up(clickhouse, folder)
    for publication, base in ((4, 0), (7, 4)):
        publish_as_before(clickhouse, publication, base)
    return clickhouse


def publish_as_before(engine, publication, base):
    """Clone every table, add an issue and show the clones."""
    tables = engine.query(
        "select name from system.tables where database = 't_store' and endsWith(name, %(base)s)",
        {"base": f"__p{base}"},
    )
    assert len(tables) == 13
    for table in tables:
        source = f"t_store.{table['name']}"
        clone = f"{source.removesuffix(f'__p{base}')}__p{publication}"
        engine.execute(f"create table {clone} as {source}")
        engine.execute(f"alter table {clone} attach partition all from {source}")
    key = f"toy:{publication}"
    engine.execute(ISSUE.format(table=f"t_store.published_issues__p{publication}", key=key))
    engine.execute(PROJECT.format(table=f"t_store.ops_issue_projects__p{publication}", key=key))
    engine.execute(
        "insert into t_ops.publications (publication, base, instance, published_at) "
        f"values ({publication}, {base}, 'toy', now64(6))"
    )


def keys(engine, table, column="issue_key"):
    rows = engine.query(f"select {column} as k from t_ops.{table} order by k")
    return [row["k"] for row in rows]


def published(engine):
    """The keys that generations are noted for."""
    return keys(engine, "published_keys", "record_key")


def test_what_was_published_stays_published(old):
    assert keys(old, "ops_issue_projects") == ["toy:4", "toy:7"]
    applied = runner.up(old, FOLDER)
    assert applied[0] == MIGRATION
    assert keys(old, "ops_issue_projects") == published(old) == ["toy:4", "toy:7"]
    rows = old.query("select publication, base, versions from t_ops.publications order by 1")
    assert [(row["publication"], row["base"]) for row in rows] == [(0, 0), (4, 0), (7, 4)]
    assert [set(row["versions"].values()) for row in rows] == [set(), {4}, {7}]
    assert len(rows[2]["versions"]) == 13


def test_the_next_publication_goes_on_from_there(old):
    runner.up(old, FOLDER)
    publish_one(old)
    assert published(old) == ["toy:4", "toy:7", "toy:new"]
    assert keys(old, "ops_issue_projects") == ["toy:4", "toy:7"]


def publish_one(engine):
    """Change one table; the lease's number has to be above those that were published."""
    engine.execute(f"create table {LEASE} ({LEASE_COLUMNS}) engine = MergeTree order by is_over")
    engine.execute(f"insert into {LEASE} values (now64(6), true)")
    with engine.publication("toy") as publication:
        publication.execute(
            f"insert into {publication.table('published_keys')} "
            "(instance, entity, record_key, generation) values ('toy', 'issue', 'toy:new', 1)"
        )


def test_the_way_back_shows_the_current_version_of_every_table(old):
    later = [path.name for path in FOLDER.glob("*.sql") if path.name >= MIGRATION]
    runner.up(old, FOLDER)
    publish_one(old)
    assert runner.down(old, FOLDER, len(later))[-1] == MIGRATION
    assert keys(old, "published_issues") == ["toy:4", "toy:7", "toy:new"]
    assert keys(old, "ops_issue_projects") == ["toy:4", "toy:7"]
    [row] = old.query("select max(publication) as last from t_ops.publications")
    tables = old.query(
        "select name from system.tables where database = 't_store' and endsWith(name, %(last)s)",
        {"last": f"__p{row['last']}"},
    )
    assert len(tables) == 13
    runner.up(old, FOLDER)
    assert keys(old, "ops_issue_projects") == ["toy:4", "toy:7"]
