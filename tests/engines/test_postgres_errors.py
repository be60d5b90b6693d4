"""Every way in which PostgreSQL fails says what happened, where, and what to do."""

from __future__ import annotations

import threading

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from flowmart.core.errors import (
    ConfigError,
    FatalError,
    MigrationError,
    RetryableError,
    WarehouseUnavailableError,
)
from flowmart.engines.base import Schemas
from flowmart.engines.postgres import PostgresEngine
from flowmart.engines.postgres_errors import explain
from local.ports import free_port

SCHEMAS = Schemas.with_prefix("")


@pytest.fixture(scope="module")
def engine(any_postgres_dsn):
    engine = PostgresEngine(any_postgres_dsn, SCHEMAS)
    engine.execute("create table things (id bigint primary key, n bigint)")
    engine.execute("insert into things values (1, 0), (2, 0)")
    return engine


@pytest.fixture(scope="module")
def guest(engine, any_postgres_dsn):
    """An engine of a role that has no rights yet."""
    role = f"guest_{engine.query('select current_database() as d')[0]['d'][-8:]}"
    engine.execute(f"create role {role} login password 'hunter2'")
    yield PostgresEngine(make_conninfo(any_postgres_dsn, user=role, password="hunter2"), SCHEMAS)
    engine.execute(f"drop owned by {role}; drop role {role}")


def pid_of(session):
    return session.query("select pg_backend_pid() as pid")[0]["pid"]


def test_a_server_that_is_down_is_tried_again():
    port = free_port()
    engine = PostgresEngine(f"postgresql://me:hunter2@127.0.0.1:{port}/w", SCHEMAS)
    with pytest.raises(WarehouseUnavailableError, match="cannot be reached") as caught:
        engine.query("select 1")
    assert caught.value.where == f"127.0.0.1:{port}/w"
    assert "flowmart_warehouse" in caught.value.next_step
    assert "hunter2" not in str(caught.value)


def test_a_host_that_does_not_exist_is_named():
    engine = PostgresEngine("postgresql://me:hunter2@nowhere.invalid/w", SCHEMAS)
    with pytest.raises(WarehouseUnavailableError, match=r"nowhere\.invalid:5432/w"):
        engine.query("select 1")


@pytest.mark.parametrize("wrong", [{"dbname": "no_such_database"}, {"user": "nobody_here"}])
def test_a_wrong_database_or_user_is_not_tried_again(engine, any_postgres_dsn, wrong):
    stranger = PostgresEngine(make_conninfo(any_postgres_dsn, **wrong), SCHEMAS)
    with pytest.raises(ConfigError, match="refused the connection"):
        stranger.query("select 1")


def test_a_wrong_password_is_not_tried_again():
    refusal = psycopg.OperationalError('FATAL:  password authentication failed for user "me"')
    error = explain(refusal, "db:5432/w", "me")
    assert isinstance(error, ConfigError)
    assert "correct the user, password or database" in error.next_step


@pytest.mark.parametrize("dsn", ["password=hunter2 nonsense", "postgresql://u:hunter2@h/d?what=1"])
def test_an_unreadable_connection_string_is_not_quoted(dsn):
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        PostgresEngine(dsn, SCHEMAS)
    assert "hunter2" not in str(caught.value)


def test_a_session_ended_by_an_administrator_leaves_nothing(engine):
    def update_and_lose_the_session():
        with engine.session() as session:
            session.execute("update things set n = 1 where id = 1")
            engine.query("select pg_terminate_backend(%(pid)s, 5000)", {"pid": pid_of(session)})
            session.execute("update things set n = 1 where id = 2")

    with pytest.raises(WarehouseUnavailableError, match="administrator"):
        update_and_lose_the_session()
    assert engine.query("select sum(n) as n from things") == [{"n": 0}]


def test_a_copy_whose_connection_breaks_leaves_nothing(engine):
    def rows(pid):
        yield (3, 3)
        engine.query("select pg_terminate_backend(%(pid)s, 5000)", {"pid": pid})
        yield from ((n, n) for n in range(4, 100_000))

    def copy():
        with engine.session() as session:
            session.copy_rows("things", ("id", "n"), rows(pid_of(session)))

    with pytest.raises(WarehouseUnavailableError):
        copy()
    assert engine.query("select count(*) as rows from things") == [{"rows": 2}]


def test_a_lock_that_is_not_to_be_had_is_tried_again(engine):
    with engine.session() as holder:
        holder.execute("lock table things")
        with pytest.raises(WarehouseUnavailableError, match="lock") as caught:
            engine.execute("set local lock_timeout = '50ms'; update things set n = 1")
    assert "pg_stat_activity" in caught.value.next_step


def test_a_serialization_failure_is_tried_again(engine):
    def update_what_changed_meanwhile():
        with engine.session("repeatable read") as session:
            session.query("select * from things")
            engine.execute("update things set n = 0")
            session.execute("update things set n = 0")

    with pytest.raises(WarehouseUnavailableError, match="conflicted with another"):
        update_what_changed_meanwhile()


def test_one_of_two_that_deadlock_is_tried_again(engine):
    barrier, errors = threading.Barrier(2), []

    def update(first, second):
        try:
            with engine.session() as session:
                session.execute(f"update things set n = 0 where id = {first}")
                barrier.wait()
                session.execute(f"update things set n = 0 where id = {second}")
        except RetryableError as error:
            errors.append(error)

    threads = [threading.Thread(target=update, args=ids) for ids in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 1
    assert "deadlock" in errors[0].what


def test_a_full_disk_is_tried_again():
    full = psycopg.errors.DiskFull('could not extend file "base/1/2": No space left on device')
    error = explain(full, "db:5432/w", "me")
    assert isinstance(error, WarehouseUnavailableError)
    assert error.what.startswith("The warehouse's disk is full: could not extend file")
    assert (error.where, error.next_step) == (
        "db:5432/w",
        "free disk space on the database server",
    )


def test_a_read_only_server_says_so(engine):
    with pytest.raises(WarehouseUnavailableError, match="is read-only") as caught:
        engine.execute("set transaction read only; update things set n = 1")
    assert "primary" in caught.value.next_step


@pytest.mark.parametrize("table", ["no_such_table", "no_such_schema.things"])
def test_a_missing_table_leads_to_the_migrations(engine, table):
    with pytest.raises(MigrationError, match=table) as caught:
        engine.query(f"select * from {table}")
    assert "make migrate" in caught.value.next_step


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("select * from vault.gold", "schema vault"),
        ("select * from things", "table things"),
        ("select nextval('counter')", "sequence counter"),
    ],
)
def test_the_grant_that_is_named_is_the_one_that_helps(engine, guest, statement, missing):
    engine.execute(
        "create schema if not exists vault; create sequence if not exists counter; "
        "create table if not exists vault.gold (); grant select on vault.gold to public"
    )
    with pytest.raises(FatalError, match=f"permission denied for {missing}") as caught:
        guest.query(statement)
    engine.execute(caught.value.next_step.removeprefix("as its owner, run: "))
    guest.query(statement)


def test_changing_somebody_elses_table_names_its_owner(guest):
    with pytest.raises(FatalError, match="must be owner of table things") as caught:
        guest.execute("alter table things add column colour text")
    assert "the owner of the table things" in caught.value.next_step


def test_any_other_error_carries_the_servers_words(engine):
    with pytest.raises(FatalError, match="division by zero") as caught:
        engine.query("select 1 / 0")
    assert not isinstance(caught.value, MigrationError | ConfigError)


def test_a_broken_rule_is_told_with_its_key_but_without_the_row(engine):
    with pytest.raises(FatalError, match=r"Key \(id\)=\(1\) already exists"):
        engine.execute("insert into things values (1, 5)")
