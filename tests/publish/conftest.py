"""These tests run on each engine, and on the oldest PostgreSQL."""

from __future__ import annotations

import pytest

from tests.clearing import clear
from tests.publish.warehouse import create_marts
from tests.servers import oldest_postgres_dsn as oldest_postgres_dsn
from tests.servers import oldest_postgres_server as oldest_postgres_server
from tests.servers import warehouse_dsn as warehouse_dsn
from tests.servers import warehouse_without_marts


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("migrations") / "migrations" / "small"
    folder.mkdir(parents=True)
    engine = warehouse_without_marts(warehouse_dsn, folder)
    create_marts(engine)
    return engine


@pytest.fixture
def engine(warehouse):
    """A warehouse in which nothing is published."""
    clear(warehouse)
    return warehouse


@pytest.fixture
def postgres(engine):
    """For what PostgreSQL alone promises."""
    if engine.name != "postgres":
        pytest.skip("ClickHouse has neither unique keys nor locks on tables")
    return engine
