"""What every test may ask for: database servers, empty warehouses on them, the recordings."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from collector.compile import compile_stale
from local.clickhouse.process import LocalServer
from local.postgres.cluster import Cluster
from tests.databases import empty_database, few_threads, without_databases
from tests.migrated import (  # noqa: F401 fixtures
    migrated_clickhouse,
    migrated_dsn,
    migrated_postgres,
    template,
)
from tests.sharing import ByFile, is_case_by_case, is_left_to_soak, longest_first

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


def pytest_configure() -> None:
    """Compile what telemetry's products post, as `make` does."""
    compile_stale()


def pytest_unconfigure() -> None:
    """Leave nothing behind in the temporary folder."""
    shutil.rmtree(_AIRFLOW_HOME, ignore_errors=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what `make soak` runs on ClickHouse."""
    if is_case_by_case(item):
        item.add_marker("long_on_clickhouse")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest comes first, or is left to `make soak`."""
    items.sort(key=longest_first)
    if left := [item for item in items if is_left_to_soak(item)]:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not is_left_to_soak(item)]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """How several processes share the tests."""
    return ByFile(config, log)


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
    with empty_database(postgres_server, request.node.name.removesuffix(".py")) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def clickhouse_server() -> Iterator[str]:
    """
    DSN of a server whose databases of Flowmart's names may be dropped.

    The one that CLICKHOUSE_DSN names, else a local one over chDB that dies with the session.
    """
    if given := os.environ.get("CLICKHOUSE_DSN"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="flowmart-clickhouse-") as folder:
        server = LocalServer(Path(folder))
        yield server.start()
        server.stop()


@pytest.fixture(scope="module")
def clickhouse_dsn(clickhouse_server: str) -> str:
    """DSN of a server without any of Flowmart's databases."""
    return without_databases(clickhouse_server)


@pytest.fixture(scope="module", params=["postgres", "clickhouse"])
def warehouse_dsn(request: pytest.FixtureRequest) -> str:
    """DSN of an empty warehouse of the test module's own, on each engine."""
    return empty_warehouse(request)


def empty_warehouse(request: pytest.FixtureRequest) -> str:
    """DSN of an empty warehouse on the server that a fixture's parameter names."""
    dsn = str(request.getfixturevalue(f"{request.param}_dsn"))
    return few_threads(dsn) if request.param == "clickhouse" else dsn


@pytest.fixture(scope="session")
def recordings_folder() -> Path:
    """Recorded answers of a real Phorge server; FLOWMART_RECORDINGS may name the folder."""
    default = PROJECT.parent / "shared" / "fixtures" / "phorge-live"
    folder = Path(os.environ.get("FLOWMART_RECORDINGS") or default)
    if not folder.is_dir():
        pytest.skip(f"there are no recordings in {folder} (FLOWMART_RECORDINGS names another)")
    return folder
