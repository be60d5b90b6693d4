"""Warehouses with all migrations applied, without the time that these take for each module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from tests.clearing import clear
from tests.databases import MIGRATED, empty_database, few_threads, without_databases
from tests.warehouses import migrated

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def template(postgres_server: str) -> Iterator[str]:
    """Name of a database that is migrated, to copy."""
    with empty_database(postgres_server, "template") as dsn:
        migrated(dsn)
        name = str(conninfo_to_dict(dsn)["dbname"])
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
            )
        yield name


@pytest.fixture(scope="module")
def migrated_postgres(
    postgres_server: str, template: str, request: pytest.FixtureRequest
) -> Iterator[str]:
    """DSN of a migrated database of the test module's own."""
    module = request.node.name.removesuffix(".py")
    with empty_database(postgres_server, module, template) as dsn:
        yield dsn


@pytest.fixture(scope="module")
def migrated_clickhouse(clickhouse_server: str) -> str:
    """DSN of a migrated ClickHouse server without rows."""
    return few_threads(_cleared(clickhouse_server))


@pytest.fixture(scope="module", params=["postgres", "clickhouse"])
def migrated_dsn(request: pytest.FixtureRequest) -> str:
    """DSN of a migrated warehouse of the test module's own, on each engine."""
    return str(request.getfixturevalue(f"migrated_{request.param}"))


def _cleared(server: str) -> str:
    """The server's warehouse of the module before, emptied; else a new one."""
    if server not in MIGRATED:
        migrated(without_databases(server))
        MIGRATED.add(server)
        return server
    engine = open_engine(server, Schemas.with_prefix(""))
    views = "select name from system.tables where database = 'mart' and name like 'v_issues__%%'"
    for view in engine.query(views):
        engine.execute(f"drop view mart.{view['name']}")
    clear(engine)
    return server
