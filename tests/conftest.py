"""What every test may ask for: a PostgreSQL server, a database in it, the recordings."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from local.postgres import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[1]

# Airflow reads these when it is imported for the first time, so they are set before any test is.
_AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="flowmart-airflow-"))
os.environ |= {
    "AIRFLOW_HOME": str(_AIRFLOW_HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_AIRFLOW_HOME}/airflow.db",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "GX_ANALYTICS_ENABLED": "False",
}


def pytest_unconfigure() -> None:
    """Leave nothing behind in the temporary folder."""
    shutil.rmtree(_AIRFLOW_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """
    DSN of a server on which databases may be created.

    The one that FLOWMART_TEST_POSTGRES names, else an embedded one that dies with the session.
    """
    if given := os.environ.get("FLOWMART_TEST_POSTGRES"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="flowmart-postgres-") as folder:
        # Temporary folders are closed to others, and as root the server runs as somebody else.
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "cluster", options={"fsync": "off"})
        yield cluster.start()
        cluster.remove()


@pytest.fixture(scope="module")
def postgres_dsn(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """DSN of an empty database of the test module's own."""
    module = re.sub(r"\W", "_", request.node.name.removesuffix(".py"))[-40:].lower()
    name = f"{module}_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield make_conninfo(postgres_server, dbname=name)
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def recordings_folder() -> Path:
    """Recorded answers of a real Phorge server; FLOWMART_RECORDINGS may name the folder."""
    default = PROJECT.parent / "shared" / "fixtures" / "phorge-live"
    folder = Path(os.environ.get("FLOWMART_RECORDINGS") or default)
    if not folder.is_dir():
        pytest.skip(f"there are no recordings in {folder} (FLOWMART_RECORDINGS names another)")
    return folder
