"""ClickHouse in a stack: it starts, survives a crash, and is told apart from one of the user's."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import pytest

from flowmart.core.errors import FlowmartError
from local.clickhouse.component import CLICKHOUSE, GivenClickHouse, LocalClickHouse
from local.errors import LocalError
from local.ports import free_port
from local.processes import ProcessTable
from local.stack.connecting import reading_lines
from local.stack.warehouse import open_warehouse
from local.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD_FILE = f"{CLICKHOUSE}.secret"


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[ProcessTable]:
    table = ProcessTable(tmp_path / "processes.json")
    yield table
    table.stop()


@pytest.fixture
def server(tmp_path: Path, processes: ProcessTable) -> LocalClickHouse:
    return LocalClickHouse(State(tmp_path), processes, os.environ)


def test_it_answers_as_soon_as_it_is_started(
    server: LocalClickHouse, processes: ProcessTable, tmp_path: Path
) -> None:
    assert not server.is_running
    server.start(0)
    assert open_warehouse(server.dsn).query("select 7 as n") == [{"n": 7}]
    started = processes.all()[CLICKHOUSE]
    assert 0 < started.port != started.http_port > 0
    assert (tmp_path / "logs" / "clickhouse.log").read_text().startswith("ready ")
    assert (tmp_path / PASSWORD_FILE).stat().st_mode & 0o077 == 0


def test_data_and_password_survive_kill_9(server: LocalClickHouse, processes: ProcessTable) -> None:
    server.start(0)
    dsn, port = server.dsn, processes.all()[CLICKHOUSE].port
    open_warehouse(dsn).execute(
        "create database kept; create table kept.t engine = MergeTree order by n as select 7 as n"
    )
    process = psutil.Process(processes.all()[CLICKHOUSE].pid)
    process.kill()
    process.wait()
    with pytest.raises(LocalError, match="ClickHouse is down"):
        _ = server.dsn
    server.start(port)
    assert server.dsn == dsn
    assert open_warehouse(dsn).query("select n from kept.t") == [{"n": 7}]


def test_nobody_gets_in_with_another_password(server: LocalClickHouse) -> None:
    server.start(0)
    _, _, address = server.dsn.rpartition("@")
    with pytest.raises(Exception, match="refused the connection"):
        open_warehouse(f"clickhouse://default:wrong@{address}").query("select 1")


def test_one_that_does_not_come_up_is_told_with_its_log(
    server: LocalClickHouse, tmp_path: Path
) -> None:
    (tmp_path / CLICKHOUSE).write_text("a file where its folder should be")
    with pytest.raises(LocalError, match=r"does not start; its log .*clickhouse.log ends:\n +\S"):
        server.start(0)


def test_a_server_of_the_users_is_asked_only(server: LocalClickHouse) -> None:
    server.start(0)
    given = GivenClickHouse(server.dsn)
    given.start(0)
    assert given.is_running
    assert given.components == ()


def test_n3_a_reader_changes_nothing(server: LocalClickHouse, tmp_path: Path) -> None:
    """Over its address alone: chDB has no users with rights of their own."""
    server.start(0)
    open_warehouse(server.dsn).execute(
        "create database mart; create table mart.t engine = MergeTree order by n as select 7 as n"
    )
    for warehouse in (server, GivenClickHouse(server.dsn)):
        reader, out = open_warehouse(warehouse.reader_dsn), io.StringIO()
        for statement in (
            "delete from mart.t where true",
            "drop table mart.t",
            "create database x",
        ):
            with pytest.raises(FlowmartError, match="may not do this"):
                reader.execute(statement)
        reader.query_csv("select n from mart.t", out)
        assert out.getvalue().split() == ["n", "7"]
    place, password = reading_lines(server)
    assert place.endswith(f"127.0.0.1:{port_of(server)} (native), user default")
    assert f"in {tmp_path / PASSWORD_FILE}; set readonly=2" in password


def port_of(server: LocalClickHouse) -> int:
    """The port of its address."""
    return urlsplit(server.dsn).port or 0


def test_one_that_is_away_is_told_without_its_password() -> None:
    away = GivenClickHouse(f"clickhouse://me:s3cret-word@127.0.0.1:{free_port()}/")
    with pytest.raises(LocalError, match=r"CLICKHOUSE_DSN: .*cannot be reached") as caught:
        away.start(0)
    assert "s3cret-word" not in str(caught.value)
