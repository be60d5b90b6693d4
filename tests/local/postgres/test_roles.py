"""The reader of the warehouse: it sees what is published, also later, and changes nothing."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from flowmart.core.errors import FlowmartError
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.engines.roles import LOADER, PUBLISHER, READER
from flowmart.migrate.grants import grant
from flowmart.settings import GRANTS_FOLDER
from flowmart.ui.queries import read_page
from local.postgres.roles import ensure_roles
from local.stack.connecting import reading_lines
from local.stack.settings import LocalSettings
from local.stack.stack import Stack
from local.stack.warehouse import open_warehouse
from tests.rows import at
from tests.warehouses import migrated

if TYPE_CHECKING:
    from flowmart.engines.base import Engine


@pytest.fixture(scope="module")
def owner(postgres_dsn: str) -> Engine:
    """A migrated warehouse with a reader whose password was changed once."""
    engine = migrated(postgres_dsn)
    for password in ("first", "it's 2nd"):
        ensure_roles(postgres_dsn, {READER: password})
        assert READER in grant(engine, GRANTS_FOLDER)
    engine.execute("create view mart.v_later as select 7 as n")
    return engine


@pytest.fixture(scope="module")
def reader(owner: Engine, postgres_dsn: str) -> str:
    return make_conninfo(postgres_dsn, user=READER, password="it's 2nd")


def test_n3_the_reader_sees_what_the_page_shows(reader: str) -> None:
    engine = open_engine(reader, Schemas.with_prefix(""))
    assert read_page(engine, {}, "UTC", at(20)).runs == []
    assert engine.query("select n from mart.v_later") == [{"n": 7}]


@pytest.mark.parametrize(
    "statement",
    [
        "with gone as (delete from ops.ops_runs returning 1) select count(*) from gone",
        "insert into mart.dim_users (user_key) values ('x')",
        "drop table mart.fct_issues",
        "create table mart.mine (n int)",
        "select * from raw.anything",
        "create role other",
    ],
)
@pytest.mark.parametrize("mode", ["on", "off"])
def test_n3_the_reader_changes_nothing(reader: str, statement: str, mode: str) -> None:
    """Not even in a session that switches its read-only mode off."""
    with psycopg.connect(reader, autocommit=True) as connection:
        connection.execute(f"set default_transaction_read_only = {mode}")
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.Error)) as caught:
            connection.execute(statement)
    known = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)
    assert isinstance(caught.value, known)


def who(dsn: str) -> str:
    [row] = open_warehouse(dsn).query("select current_user as who")
    return str(row["who"])


def test_n3_a_stack_says_how_to_connect_and_reads_as_the_reader(tmp_path: Path) -> None:
    stack = Stack(LocalSettings(tmp_path, environment={}))
    tmp_path.chmod(0o711)
    try:
        stack._databases.start(port=0)
        migrated(stack.warehouse_dsn)
        stack.reader.prepare_roles()
        engine = open_warehouse(stack.reader.reader_dsn)
        assert engine.query("select current_user as who") == [{"who": READER}]
        with pytest.raises(FlowmartError):
            engine.query_csv("with x as (delete from ops.ops_runs returning 1) table x", StringIO())
        assert [who(dsn) for dsn in stack.reader.role_dsns.values()] == [LOADER, PUBLISHER, READER]
        place, password = reading_lines(stack.reader)
        given = conninfo_to_dict(stack.warehouse_dsn)
        assert f"{given['host']}:{given['port']}, database flowmart, user {READER}" in place
        file = re.search(r"in (\S+); `make psql`", password)
        assert file
        secret = Path(file[1]).read_text()
        assert secret == conninfo_to_dict(stack.reader.reader_dsn)["password"]
        assert secret not in place + password
    finally:
        stack._databases.remove()


def test_n3_a_server_of_the_users_is_read_in_read_only_mode(
    tmp_path: Path, postgres_dsn: str
) -> None:
    own = LocalSettings(tmp_path, postgres_dsn=postgres_dsn)
    reader = Stack(own).reader.reader_dsn
    mode = make_conninfo(reader, dbname=str(conninfo_to_dict(postgres_dsn)["dbname"]))
    with psycopg.connect(mode) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("create table made (n int)")
