"""The embedded server: starting, surviving a crash, staying within its own walls."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from local.errors import LocalError
from local.postgres.cluster import Cluster
from local.postgres.files import substitute_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="flowmart-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name) / "cluster"


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(folder)
    yield cluster
    cluster.remove()


def ask(dsn: str, statement: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


def test_serves_utf8_and_utc(cluster: Cluster) -> None:
    dsn = cluster.start()
    assert ask(dsn, "select lower('ПРИВЕТ')") == "привет"
    assert ask(dsn, "show timezone") == "UTC"


def test_a_second_start_finds_the_running_server(cluster: Cluster, folder: Path) -> None:
    dsn = cluster.start()
    assert Cluster(folder).start() == dsn


def test_data_survives_stop_and_start(cluster: Cluster) -> None:
    with psycopg.connect(cluster.start()) as connection:
        connection.execute("create table kept as select 7 as n")
    cluster.stop()
    assert cluster.postmaster() is None
    assert ask(cluster.start(), "select n from kept") == 7


def test_starts_again_after_kill_9(cluster: Cluster) -> None:
    with psycopg.connect(cluster.start()) as connection:
        connection.execute("create table kept as select 7 as n")
    postmaster = cluster.postmaster()
    assert postmaster
    postmaster.kill()
    while cluster.postmaster():
        time.sleep(0.01)
    assert ask(cluster.start(), "select n from kept") == 7


def test_a_stale_pid_file_with_a_strangers_pid_is_no_server(cluster: Cluster, folder: Path) -> None:
    cluster.start()
    cluster.stop()
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}/data\n0\n5432\n")
    assert cluster.postmaster() is None
    assert ask(cluster.start(), "select 1") == 1


def test_a_taken_port_is_said(cluster: Cluster) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LocalError, match=f"Port {port} is taken"):
            cluster.start(port)


def test_nobody_gets_in_without_the_password(cluster: Cluster, folder: Path) -> None:
    dsn = cluster.start()
    without = dsn.split(":")[0] + "://postgres@" + dsn.split("@")[1]
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(without)
    assert (folder / "password").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_a_project_out_of_the_accounts_reach_gets_a_substitute() -> None:
    with tempfile.TemporaryDirectory(prefix="flowmart-closed-") as closed:
        wished = Path(closed) / "cluster"
        cluster = Cluster(wished)
        assert ask(cluster.start(), "select 1") == 1
        assert (substitute_of(wished) / "cluster" / "data").is_dir()
        assert list(wished.iterdir()) == []
        cluster.remove()
        assert not substitute_of(wished).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_root_never_runs_the_server(cluster: Cluster) -> None:
    cluster.start()
    postmaster = cluster.postmaster()
    assert postmaster
    assert postmaster.username() == "flowmart"


def test_runs_other_programs_too(folder: Path) -> None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("no PostgreSQL of the system under /usr/lib/postgresql")
    cluster = Cluster(folder, bin_folder=programs[0])
    version = str(ask(cluster.start(), "show server_version"))
    cluster.remove()
    assert version.startswith(programs[0].parent.name)
