"""A warehouse on each engine: side by side, or one after the other."""

from __future__ import annotations

import pytest

from tests.sql.warehouse import Warehouse


@pytest.fixture(scope="module")
def warehouses(migrated_postgres, migrated_clickhouse, tmp_path_factory):
    """PostgreSQL's and ClickHouse's."""
    landing = tmp_path_factory.mktemp("landing")
    return tuple(Warehouse(dsn, landing) for dsn in (migrated_postgres, migrated_clickhouse))


@pytest.fixture(scope="module")
def warehouse(migrated_dsn, tmp_path_factory):
    """One of them."""
    return Warehouse(migrated_dsn, tmp_path_factory.mktemp("landing"))
