"""The PostgreSQL engine: statements, transactions, streams, locks and raw tables."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy
from psycopg.conninfo import make_conninfo

from flowmart.core.errors import WarehouseUnavailableError
from flowmart.engines.base import RAW_COLUMNS, Schemas
from flowmart.engines.postgres import PostgresEngine

MORNING = datetime(2026, 11, 1, 6, tzinfo=UTC)
EVENING = datetime(2026, 11, 1, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine(postgres_dsn):
    engine = PostgresEngine(postgres_dsn, Schemas.with_prefix("t_"))
    engine.execute("create schema t_raw")
    return engine


@pytest.fixture
def numbers(engine):
    engine.execute("drop table if exists numbers; create table numbers (n bigint, label text)")
    return "numbers"


def count(engine, table):
    return engine.query(f"select count(*) as rows from {table}")[0]["rows"]


def test_rows_come_as_dictionaries_and_parameters_by_name(engine):
    rows = engine.query("select %(n)s::bigint + 1 as n, %(t)s as t", {"n": 41, "t": "50 %"})
    assert rows == [{"n": 42, "t": "50 %"}]


def test_a_per_cent_sign_needs_no_care_without_parameters(engine):
    assert engine.query("select 7 % 4 as rest, 'a' like '%' as found") == [
        {"rest": 3, "found": True}
    ]


def test_timestamps_are_read_in_utc(engine):
    read = engine.query("select timestamptz '2026-11-01 09:00:00+03' as at")[0]["at"]
    assert read == MORNING
    assert read.utcoffset().total_seconds() == 0


def test_sessions_bear_the_name_of_the_application(engine):
    assert engine.query("show application_name") == [{"application_name": "flowmart"}]


def test_execute_tells_how_many_rows_changed(engine, numbers):
    assert engine.execute(f"insert into {numbers} (n) values (1), (2), (3)") == 3
    assert engine.execute(f"delete from {numbers} where n > 1") == 2


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


def test_copied_rows_keep_every_character(engine, numbers):
    rows = [(1, "tab\there, line\nthere"), (2, "back\\slash, \\N, Жук, 🐞"), (3, None), (4, "")]
    with engine.session() as session:
        assert session.copy_rows(numbers, ("n", "label"), iter(rows)) == 4
    stored = engine.query(f"select n, label from {numbers} order by n")
    assert [(row["n"], row["label"]) for row in stored] == rows


def test_a_source_of_rows_that_fails_copies_nothing(engine, numbers):
    def rows():
        yield (1, "one")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), engine.session() as session:
        session.copy_rows(numbers, ("n", "label"), rows())
    assert count(engine, numbers) == 0


def test_csv_has_a_header_and_quotes_what_it_must(engine):
    out = io.StringIO()
    engine.query_csv("select 1 as n, 'a,\"b\"' as t union all select 2, 'Ж' order by 1; ", out)
    assert out.getvalue() == 'n,t\n1,"a,""b"""\n2,Ж\n'


def test_csv_of_a_query_that_ends_in_a_comment(engine):
    out = io.StringIO()
    engine.query_csv("select null as nothing -- and why not", out)
    assert out.getvalue() == "nothing\n\n"


def test_a_lock_keeps_others_out_until_it_is_released(engine):
    with engine.lock("mart", 1):
        with engine.lock("another", 1):
            pass
        with pytest.raises(WarehouseUnavailableError, match="lock"), engine.lock("mart", 0.1):
            pass
    with engine.lock("mart", 1):
        pass


def test_a_lock_dies_with_its_holders_session(engine):
    with engine.lock("mart", 1):
        engine.query(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' "
            "and database = (select oid from pg_database where datname = current_database())"
        )
        with engine.lock("mart", 5):
            pass


def test_the_sqlalchemy_url_leads_to_the_same_database(engine):
    def database_of(connection):
        return connection.execute(sqlalchemy.text("select current_database()")).scalar_one()

    url = sqlalchemy.create_engine(engine.sqlalchemy_url())
    with url.connect() as connection:
        assert (
            database_of(connection)
            == engine.query("select current_database() as d")[0]["d"]
            == engine.where.split("/")[1]
        )
    url.dispose()


def test_the_sqlalchemy_url_carries_odd_passwords_and_options():
    engine = PostgresEngine(
        "host=db port=5433 dbname=w user=u password='p@ss/w:rd' sslmode=require",
        Schemas("", "", "", ""),
    )
    url = sqlalchemy.make_url(engine.sqlalchemy_url())
    assert (url.password, url.database) == ("p@ss/w:rd", "w")
    assert (url.query["host"], url.query["port"], url.query["sslmode"]) == ("db", "5433", "require")


def test_neither_place_nor_repr_shows_the_password():
    engine = PostgresEngine("postgresql://u:hunter2@db:5433/w", Schemas.with_prefix(""))
    assert engine.where == "db:5433/w"
    assert "hunter2" not in repr(engine)


def row(version, landed_at, label, record_id="T1"):
    """A raw row in the order of RAW_COLUMNS."""
    window = (MORNING, EVENING)
    return ("i", record_id, "P1", version, f'{{"label": "{label}"}}', *window, "run", landed_at)


def land(engine, table, *rows):
    with engine.session() as session:
        return session.land_rows(table, "landed", rows)


def labels(engine, table):
    rows = engine.query(
        f"select version, payload->>'label' as label from {table} order by record_id, version"
    )
    return [(row["version"], row["label"]) for row in rows]


@pytest.fixture
def raw_table(engine):
    engine.execute("drop table if exists t_raw.toy__tasks")
    return engine.ensure_raw_table("toy", "tasks")


def test_a_raw_table_has_the_shape_of_all_raw_tables(engine, raw_table):
    columns = engine.query(
        "select column_name from information_schema.columns "
        "where table_schema = 't_raw' and table_name = 'toy__tasks' order by ordinal_position"
    )
    assert raw_table == "t_raw.toy__tasks"
    assert tuple(column["column_name"] for column in columns) == RAW_COLUMNS


def test_a_raw_table_may_be_ensured_by_many_at_once(engine):
    barrier = threading.Barrier(4)

    def ensure(_):
        barrier.wait()
        return engine.ensure_raw_table("toy", "raced")

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ensure, range(4))) == {"t_raw.toy__raced"}


def test_versions_of_a_record_live_side_by_side(engine, raw_table):
    assert land(engine, raw_table, row(1, MORNING, "old"), row(2, MORNING, "new")) == 2
    assert labels(engine, raw_table) == [(1, "old"), (2, "new")]


@pytest.mark.parametrize("order", [(MORNING, EVENING), (EVENING, MORNING)])
def test_the_row_landed_last_wins_whichever_is_loaded_last(engine, raw_table, order):
    for landed_at in order:
        land(engine, raw_table, row(1, landed_at, f"at {landed_at.hour}"))
    assert labels(engine, raw_table) == [(1, "at 18")]


def test_the_row_landed_last_wins_within_one_load(engine, raw_table):
    landed = land(engine, raw_table, row(1, EVENING, "late"), row(1, MORNING, "early"))
    assert (landed, labels(engine, raw_table)) == (2, [(1, "late")])


def test_of_rows_landed_together_the_last_one_wins(engine, raw_table):
    land(engine, raw_table, row(1, MORNING, "first page"), row(1, MORNING, "second page"))
    assert labels(engine, raw_table) == [(1, "second page")]


def test_a_raw_table_that_is_there_is_ensured_while_a_load_writes_it(
    engine, raw_table, postgres_dsn
):
    """A long load of one instance must not hold up the loads of all others."""
    options = "-c lock_timeout=500ms"
    impatient = PostgresEngine(make_conninfo(postgres_dsn, options=options), engine.schemas)
    with engine.session() as session:
        session.land_rows(raw_table, "landed", [row(1, MORNING, "on its way")])
        assert impatient.ensure_raw_table("toy", "tasks") == raw_table
