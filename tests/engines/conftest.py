"""These tests run on each engine, and on the oldest PostgreSQL."""

from __future__ import annotations

import pytest

from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from tests.servers import any_postgres_dsn as any_postgres_dsn
from tests.servers import oldest_postgres_dsn as oldest_postgres_dsn
from tests.servers import oldest_postgres_server as oldest_postgres_server
from tests.servers import warehouse_dsn as warehouse_dsn

SCHEMA = {"postgres": "schema", "clickhouse": "database"}


@pytest.fixture(scope="module")
def engine(warehouse_dsn):
    """A warehouse with schemas and nothing in them."""
    engine = open_engine(warehouse_dsn, Schemas.with_prefix("t_"))
    for schema in ("t_raw", "t_stage", "t_ops"):
        engine.execute(f"create {SCHEMA[engine.name]} {schema}")
    return engine


@pytest.fixture
def numbers(engine):
    """An empty table of numbers and their labels."""
    with engine.session() as session:
        session.create_table("t_stage.numbers", {"n": "bigint", "label": "text"})
    return "t_stage.numbers"
