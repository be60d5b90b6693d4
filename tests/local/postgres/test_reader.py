"""The reader of the warehouse: it sees what is published, also later, and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.ui.queries import read_page
from local.postgres.reader import READER, ensure_reader
from tests.rows import at
from tests.warehouses import migrated

if TYPE_CHECKING:
    from flowmart.engines.base import Engine


@pytest.fixture(scope="module")
def owner(postgres_dsn: str) -> Engine:
    """A migrated warehouse with a reader whose password was changed once."""
    engine = migrated(postgres_dsn)
    for password in ("first", "it's 2nd"):
        ensure_reader(postgres_dsn, password, ("mart", "ops"))
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
