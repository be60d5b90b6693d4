"""Every way in which ClickHouse fails says what happened, where, and what to do."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from clickhouse_driver import Client
from clickhouse_driver.errors import ServerException

from flowmart.core.errors import (
    ConfigError,
    FatalError,
    MigrationError,
    WarehouseUnavailableError,
)
from flowmart.engines.base import Schemas
from flowmart.engines.clickhouse import ClickHouseEngine
from flowmart.engines.clickhouse_errors import explain, translated_errors
from local.clickhouse.process import LocalServer
from local.ports import free_port

SCHEMAS = Schemas.with_prefix("t_")
SLOW = "select sum(sleepEachRow(0.1)) as n from numbers(300) settings max_block_size = 1"


@pytest.fixture(scope="module")
def warehouse_dsn(clickhouse_dsn):
    """PostgreSQL fails in ways of its own."""
    return clickhouse_dsn


@pytest.fixture(scope="module")
def things(engine):
    """A table with two rows."""
    engine.execute("create table t_ops.things (id Int64, n Int64) engine = MergeTree order by id")
    engine.execute("insert into t_ops.things values (1, 0), (2, 0)")
    return "t_ops.things"


def with_settings(dsn, settings):
    return ClickHouseEngine(f"{dsn}?{settings}", SCHEMAS)


def test_a_server_that_is_down_is_tried_again():
    port = free_port()
    engine = ClickHouseEngine(f"clickhouse://me:hunter2@127.0.0.1:{port}/w", SCHEMAS)
    with pytest.raises(WarehouseUnavailableError, match=r"cannot be reached: .*refused") as caught:
        engine.query("select 1")
    assert caught.value.where == f"127.0.0.1:{port}/w"
    assert "flowmart_warehouse" in caught.value.next_step
    assert "hunter2" not in str(caught.value)


def test_a_host_that_does_not_exist_is_named():
    engine = ClickHouseEngine("clickhouse://me:hunter2@nowhere.invalid/w", SCHEMAS)
    with pytest.raises(WarehouseUnavailableError, match=r"nowhere\.invalid:9000") as caught:
        engine.query("select 1")
    assert "hunter2" not in str(caught.value)


def test_a_server_that_does_not_answer_is_tried_again(clickhouse_dsn):
    engine = with_settings(clickhouse_dsn, "send_receive_timeout=1")
    with pytest.raises(WarehouseUnavailableError, match="cannot be reached: timed out"):
        engine.query("select sleep(3)")


@pytest.mark.parametrize("user", ["default", "nobody_here"])
def test_a_wrong_password_or_user_is_not_tried_again(clickhouse_dsn, user):
    parts = urlsplit(clickhouse_dsn)
    if not parts.password:
        pytest.skip("this server asks for no password")
    dsn = f"clickhouse://{user}:hunter2@{parts.hostname}:{parts.port}/"
    with pytest.raises(ConfigError, match="refused the connection") as caught:
        ClickHouseEngine(dsn, SCHEMAS).query("select 1")
    assert "correct the user, password or database" in caught.value.next_step
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "dsn", ["clickhouse://u:hunter2@db:port/", "clickhouse://u:hunter2@/w", "clickhouse://[hunter2"]
)
def test_an_unreadable_connection_string_is_not_quoted(dsn):
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        ClickHouseEngine(dsn, SCHEMAS)
    assert "clickhouse://user:password@host:9000/" in caught.value.next_step
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("level", [1, 2])
def test_a_user_that_may_only_read_is_told_what_it_needs(clickhouse_dsn, things, level):
    guest = with_settings(clickhouse_dsn, f"readonly={level}")
    assert guest.query(f"select count(*) as n from {things}") == [{"n": 2}]
    with pytest.raises(FatalError, match=r"may not do this: .*readonly") as caught:
        guest.execute(f"insert into {things} values (3, 0)")
    assert "readonly = 0 in its profile" in caught.value.next_step


def test_a_user_whose_profile_lets_it_change_no_setting_is_told_the_same(clickhouse_dsn):
    """With ``readonly = 1`` in a profile the settings that come with a query are refused."""
    with Client.from_url(clickhouse_dsn) as client:
        client.execute("set readonly = 1")
        with (
            pytest.raises(FatalError, match=r"may not do this: .*join_use_nulls"),
            translated_errors("db"),
        ):
            client.execute("select 1", settings={"join_use_nulls": 1})


def test_a_missing_grant_is_told_the_same():
    """The local server has no users to grant anything to."""
    refusal = ServerException("default: Not enough privileges. It is necessary to have ...", 497)
    error = explain(refusal, "db:9000/default")
    assert isinstance(error, FatalError)
    assert "grant all on" in error.next_step


def test_a_query_over_its_memory_is_tried_again(clickhouse_dsn):
    engine = with_settings(clickhouse_dsn, "max_memory_usage=1000000")
    with pytest.raises(WarehouseUnavailableError, match="ran out of the memory") as caught:
        engine.query(
            "select n, count(*) from (select number as n from numbers(1000000)) group by n"
        )
    assert "max_memory_usage" in caught.value.next_step


@pytest.mark.parametrize(
    ("code", "what", "next_step"),
    [
        (243, "The warehouse's disk is full", "free disk space on the database server"),
        (252, "The warehouse cannot merge as fast as rows are written", "system.merges"),
        (202, "The warehouse is overloaded", "raise its limits"),
        (242, "The warehouse's table is read-only at the moment", "system.replicas"),
        (999, "The warehouse's table is read-only at the moment", "Keeper"),
    ],
)
def test_what_a_test_cannot_bring_about_is_tried_again(code, what, next_step):
    """Full disks, too many parts, too many queries, replicas: known by their codes only."""
    error = explain(
        ServerException("DB::Exception: the server's words. Stack trace:\n0. main", code),
        "db:9000/w",
    )
    assert isinstance(error, WarehouseUnavailableError)
    assert error.what == f"{what}: the server's words."
    assert error.where == "db:9000/w"
    assert next_step in error.next_step


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_a_broken_part_is_named(engine, damage):
    """Bytes of a column's file change, or the file ends early, or it is not there."""
    table = f"t_ops.{damage}"
    engine.execute(f"create table {table} (n Int64) engine = MergeTree order by tuple()")
    engine.execute(f"insert into {table} select cityHash64(number) from numbers(100000)")
    [row] = engine.query(
        "select path from system.parts where database = 't_ops' and table = %(table)s and active",
        {"table": damage},
    )
    part = Path(row["path"])
    if not part.is_dir():
        pytest.skip("the server is on another machine")
    [data] = part.glob("*.bin")
    content = bytearray(data.read_bytes())
    content[len(content) // 2] ^= 0xFF
    if damage == "gone":
        data.unlink()
    else:
        data.write_bytes(content if damage == "flipped" else content[: len(content) // 2])
    with pytest.raises(FatalError, match=r"A part of a table is broken: .*all_1_1_0") as caught:
        engine.query(f"select sum(n) as n from {table}")
    assert not isinstance(caught.value, MigrationError | ConfigError)
    assert "replay" in caught.value.next_step


@pytest.mark.parametrize("table", ["t_ops.no_such_table", "no_such_database.things"])
def test_a_missing_table_leads_to_the_migrations(engine, table):
    with pytest.raises(
        MigrationError, match=table.split(".")[0 if "base" in table else 1]
    ) as caught:
        engine.query(f"select * from {table}")
    assert "make migrate" in caught.value.next_step


def test_a_missing_database_of_the_connection_leads_to_the_migrations(clickhouse_dsn):
    engine = ClickHouseEngine(f"{clickhouse_dsn}nowhere", SCHEMAS)
    with pytest.raises(MigrationError, match="nowhere"):
        engine.query("select 1")


def in_the_middle(engine, do):
    """Run something while a query is under way, and have the query's error."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(engine.query, SLOW)
        time.sleep(0.7)
        do()
        return running.exception(30)


def test_a_query_that_an_administrator_kills_is_tried_again(engine):
    kill = "kill query where query like '%sleepEachRow%' and query not like '%kill%' async"
    error = in_the_middle(engine, lambda: engine.execute(kill))
    assert isinstance(error, WarehouseUnavailableError)
    assert "The connection to the warehouse broke" in error.what


def test_a_server_that_dies_in_the_middle_of_a_query_is_tried_again(tmp_path):
    server = LocalServer(tmp_path)
    engine = ClickHouseEngine(server.start(), SCHEMAS)
    error = in_the_middle(engine, server.kill)
    assert isinstance(error, WarehouseUnavailableError)
    assert "cannot be reached" in error.what


def test_rows_whose_connection_breaks_are_told_as_such(tmp_path):
    server = LocalServer(tmp_path)
    engine = ClickHouseEngine(server.start(), SCHEMAS)
    engine.execute("create database t_ops")
    engine.execute("create table t_ops.things (n Int64) engine = MergeTree order by n")
    sending = threading.Event()

    def rows():
        for number in range(1_000_000):
            if number == 10_000:
                sending.set()
                server.kill()
            yield (number,)

    def copy():
        with engine.session() as session:
            session.copy_rows("t_ops.things", ["n"], rows())

    with pytest.raises(WarehouseUnavailableError):
        copy()
    assert sending.is_set()


def test_any_other_error_carries_the_servers_words(engine):
    with pytest.raises(FatalError, match=r"refused a statement \(code 153\): Division") as caught:
        engine.query("select intDiv(1, 0)")
    assert not isinstance(caught.value, MigrationError | ConfigError)
    assert "Stack trace" not in str(caught.value)
