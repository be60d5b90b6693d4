"""Servers and warehouses that several test packages share."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.migrate import runner
from local.postgres.cluster import Cluster
from tests.conftest import empty_warehouse
from tests.databases import empty_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.engines.base import Engine

MIGRATIONS = Path(__file__).resolve().parents[1] / "include" / "migrations"
OLDEST_POSTGRES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="session")
def oldest_postgres_server() -> Iterator[str]:
    """The oldest PostgreSQL that Flowmart promises to run on."""
    if not OLDEST_POSTGRES.is_dir():
        pytest.skip(f"there is no PostgreSQL 15 in {OLDEST_POSTGRES}")
    with tempfile.TemporaryDirectory(prefix="flowmart-postgres-15-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "cluster", OLDEST_POSTGRES, options={"fsync": "off"})
        yield cluster.start()
        cluster.remove()


@pytest.fixture(scope="module")
def oldest_postgres_dsn(oldest_postgres_server: str) -> Iterator[str]:
    """DSN of an empty database on the oldest PostgreSQL."""
    with empty_database(oldest_postgres_server, "oldest") as dsn:
        yield dsn


@pytest.fixture(scope="module", params=["postgres", "oldest_postgres"])
def any_postgres_dsn(request: pytest.FixtureRequest) -> str:
    """DSN of an empty database on the newest and on the oldest PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_dsn"))


@pytest.fixture(scope="module", params=["postgres", "oldest_postgres", "clickhouse"])
def warehouse_dsn(request: pytest.FixtureRequest) -> str:
    """DSN of an empty warehouse on each engine, and on the oldest PostgreSQL."""
    return empty_warehouse(request)


def warehouse_without_marts(dsn: str, folder: Path) -> Engine:
    """
    A migrated warehouse that has schemas and ops tables only.

    :param dsn: an empty warehouse.
    :param folder: an empty folder, for the migrations in use.
    """
    engine = open_engine(dsn, Schemas.with_prefix(""))
    copy_migrations_without_marts(engine.name, folder)
    runner.up(engine, folder)
    return engine


def copy_migrations_without_marts(engine_name: str, folder: Path) -> None:
    """Copy the migrations in use that make schemas and ops tables."""
    for pattern in (
        "*000[12]00_*.sql",
        "*_publication_versions.sql",
        "*_keys_per_entity.sql",
        "*_coverage.sql",
    ):
        for migration in (MIGRATIONS / engine_name).glob(pattern):
            shutil.copy(migration, folder)
