"""Servers and warehouses that several test packages share."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flowmart.engines.base import Schemas
from flowmart.engines.postgres import PostgresEngine
from flowmart.migrate import runner
from local.postgres import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

MIGRATIONS = Path(__file__).resolve().parents[1] / "include" / "migrations" / "postgres"
OLDEST_POSTGRES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="session", params=["newest", "oldest"])
def postgres_server(request: pytest.FixtureRequest, postgres_server: str) -> Iterator[str]:
    """The server of all tests, and then the oldest PostgreSQL that Flowmart promises to run on."""
    if request.param == "newest":
        yield postgres_server
        return
    if not OLDEST_POSTGRES.is_dir():
        pytest.skip(f"there is no PostgreSQL 15 in {OLDEST_POSTGRES}")
    with tempfile.TemporaryDirectory(prefix="flowmart-postgres-15-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "cluster", OLDEST_POSTGRES, options={"fsync": "off"})
        yield cluster.start()
        cluster.remove()


def warehouse_without_marts(dsn: str, folder: Path) -> PostgresEngine:
    """
    A migrated warehouse that has schemas and ops tables only.

    :param dsn: an empty database.
    :param folder: an empty folder, for the migrations in use.
    """
    for migration in MIGRATIONS.glob("20261123000[12]00_*.sql"):
        shutil.copy(migration, folder)
    engine = PostgresEngine(dsn, Schemas.with_prefix(""))
    runner.up(engine, folder)
    return engine
