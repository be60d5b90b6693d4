"""These tests run on each engine, and on the oldest PostgreSQL."""

from __future__ import annotations

import pytest

from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from tests.migrate.warehouse import FIRST, SECOND, forget
from tests.servers import copy_migrations_without_marts
from tests.servers import oldest_postgres_dsn as oldest_postgres_dsn
from tests.servers import oldest_postgres_server as oldest_postgres_server
from tests.servers import warehouse_dsn as warehouse_dsn


@pytest.fixture
def engine(warehouse_dsn):
    """An empty warehouse."""
    engine = open_engine(warehouse_dsn, Schemas.with_prefix("t_"))
    forget(engine)
    return engine


@pytest.fixture
def postgres(engine):
    """For what PostgreSQL alone has: transactions, keys, views that hold a table back."""
    if engine.name != "postgres":
        pytest.skip("this is about PostgreSQL alone")
    return engine


@pytest.fixture
def clickhouse(engine):
    """For what ClickHouse alone has: files applied by half, sort keys."""
    if engine.name != "clickhouse":
        pytest.skip("this is about ClickHouse alone")
    return engine


@pytest.fixture
def folder(engine, tmp_path):
    """A folder with two migrations."""
    folder = tmp_path / "migrations" / engine.name
    folder.mkdir(parents=True)
    (folder / "20261101000000_flowers.sql").write_text(FIRST[engine.name])
    (folder / "20261102000000_colours.sql").write_text(SECOND[engine.name])
    return folder


@pytest.fixture
def empty(engine, tmp_path):
    """A folder with Flowmart's own migrations of schemas and ops tables."""
    folder = tmp_path / "migrations"
    (folder / engine.name).mkdir(parents=True)
    copy_migrations_without_marts(engine.name, folder / engine.name)
    return folder
