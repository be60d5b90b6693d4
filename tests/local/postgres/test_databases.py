"""The two databases, on the embedded server and on one that the user names."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from local.errors import LocalError
from local.ports import free_port
from local.postgres.cluster import Cluster
from local.postgres.databases import METADATA, WAREHOUSE, Databases

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="flowmart-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    cluster = Cluster(folder / "given")
    yield cluster.start()
    cluster.remove()


def name_of(dsn: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select current_database()").fetchone()
        return row[0] if row else None


def test_the_embedded_server_gets_both(folder: Path) -> None:
    databases = Databases(folder / "embedded", given_dsn="")
    assert not databases.is_running
    databases.start(port=0)
    assert [name_of(databases.dsn(name)) for name in (METADATA, WAREHOUSE)] == [
        "airflow",
        "flowmart",
    ]
    databases.stop()
    assert not databases.is_running
    databases.remove()


def test_a_given_server_gets_both_once_and_stays_up(folder: Path, server: str) -> None:
    databases = Databases(folder / "unused", given_dsn=server)
    databases.start(port=0)
    databases.start(port=0)
    databases.stop()
    assert name_of(databases.dsn(WAREHOUSE)) == "flowmart"
    assert not (folder / "unused").exists()


def test_an_unreachable_server_is_said_without_its_password(folder: Path) -> None:
    dsn = f"postgresql://me:s3cret-word@127.0.0.1:{free_port()}/postgres"
    with pytest.raises(LocalError, match="'airflow' cannot be created") as caught:
        Databases(folder / "unused", given_dsn=dsn).start(port=0)
    assert "s3cret-word" not in str(caught.value)
