"""These tests run on the newest and on the oldest PostgreSQL."""

from __future__ import annotations

import pytest

from tests.publish.warehouse import MARTS, TABLES
from tests.servers import postgres_server as postgres_server
from tests.servers import warehouse_without_marts


@pytest.fixture(scope="module")
def warehouse(postgres_dsn, tmp_path_factory):
    engine = warehouse_without_marts(postgres_dsn, tmp_path_factory.mktemp("migrations"))
    engine.execute(MARTS)
    return engine


@pytest.fixture
def engine(warehouse):
    """A warehouse in which nothing is published."""
    ops = "ops.ops_runs, ops.ops_ledger, ops.published_issues, ops.publications"
    warehouse.execute(f"truncate {', '.join(TABLES)}, {ops}")
    warehouse.execute("drop schema stage cascade; create schema stage")
    return warehouse
