"""What PostgreSQL promises beyond what every engine does: transactions, isolation, its locks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy
from psycopg.conninfo import make_conninfo

from flowmart.engines.base import Schemas
from flowmart.engines.postgres import PostgresEngine

MORNING = datetime(2026, 11, 1, 6, tzinfo=UTC)
RAW_ROW = ("i", "T1", None, 1, "{}", MORNING, MORNING, "run", MORNING)


@pytest.fixture(scope="module")
def warehouse_dsn(any_postgres_dsn):
    """ClickHouse has no transactions, and other locks."""
    return any_postgres_dsn


def count(executor, table):
    return executor.query(f"select count(*) as rows from {table}")[0]["rows"]


def test_sessions_bear_the_name_of_the_application(engine):
    assert engine.query("show application_name") == [{"application_name": "flowmart"}]


def test_timestamps_are_read_in_utc(engine):
    read = engine.query("select timestamptz '2026-11-01 09:00:00+03' as at")[0]["at"]
    assert read == MORNING
    assert read.utcoffset().total_seconds() == 0


def test_a_transaction_that_raises_leaves_nothing(engine, numbers):
    def insert_and_fail():
        with engine.session() as session:
            session.execute(f"insert into {numbers} (n) values (1)")
            assert count(session, numbers) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        insert_and_fail()
    assert count(engine, numbers) == 0


@pytest.mark.parametrize(("isolation", "seen"), [(None, 1), ("repeatable read", 0)])
def test_isolation_decides_whether_others_commits_are_seen(engine, numbers, isolation, seen):
    with engine.session(isolation) as session:
        assert count(session, numbers) == 0
        engine.execute(f"insert into {numbers} (n) values (1)")
        assert count(session, numbers) == seen


def test_a_lock_dies_with_its_holders_session(engine):
    with engine.lock("mart", 1):
        engine.query(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' "
            "and database = (select oid from pg_database where datname = current_database())"
        )
        with engine.lock("mart", 5):
            pass


def test_the_sqlalchemy_url_carries_odd_passwords_and_options():
    engine = PostgresEngine(
        "host=db port=5433 dbname=w user=u password='p@ss/w:rd' sslmode=require",
        Schemas.with_prefix(""),
    )
    url = sqlalchemy.make_url(engine.sqlalchemy_url())
    assert (url.password, url.database) == ("p@ss/w:rd", "w")
    assert (url.query["host"], url.query["port"], url.query["sslmode"]) == ("db", "5433", "require")


def test_a_raw_table_that_is_there_is_ensured_while_a_load_writes_it(engine, any_postgres_dsn):
    """A long load of one instance must not hold up the loads of all others."""
    raw_table = engine.ensure_raw_table("toy", "tasks")
    options = "-c lock_timeout=500ms"
    impatient = PostgresEngine(make_conninfo(any_postgres_dsn, options=options), engine.schemas)
    with engine.session() as session:
        session.land_rows(raw_table, "t_stage.landed", [RAW_ROW])
        assert impatient.ensure_raw_table("toy", "tasks") == raw_table


def raw_rows(prefix, count):
    return [("i", f"{prefix}{n}", *RAW_ROW[2:]) for n in range(count)]


def test_the_planner_knows_a_raw_table_once_it_has_grown_by_a_tenth(engine):
    """Without, a small batch on a big base reads all of it until autovacuum has come by."""
    raw_table = engine.ensure_raw_table("toy", "grown")
    known = []
    for landed in (raw_rows("T", 20), raw_rows("U", 2), raw_rows("V", 3)):
        with engine.session() as session:
            session.land_rows(raw_table, "t_stage.landed", landed)
            session.execute("drop table t_stage.landed")
        rows = engine.query("select reltuples from pg_class where relname = 'toy__grown'")
        known.append(rows[0]["reltuples"])
    assert known == [20, 20, 25]


def test_loads_into_one_raw_table_do_not_wait_for_each_other(engine, any_postgres_dsn):
    raw_table = engine.ensure_raw_table("toy", "shared")
    options = "-c lock_timeout=500ms"
    impatient = PostgresEngine(make_conninfo(any_postgres_dsn, options=options), engine.schemas)
    with engine.session() as first, impatient.session() as second:
        first.land_rows(raw_table, "t_stage.landed_a", raw_rows("T", 20))
        landed = second.land_rows(raw_table, "t_stage.landed_b", raw_rows("U", 20))
    assert landed.stored == 20
