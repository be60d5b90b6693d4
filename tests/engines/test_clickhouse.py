"""ClickHouse's own ways: its connection string, its age, and leases in place of locks."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy

from flowmart.core.errors import ConfigError, WarehouseUnavailableError
from flowmart.engines import clickhouse_client
from flowmart.engines.base import Schemas
from flowmart.engines.clickhouse import ClickHouseEngine

SCHEMAS = Schemas.with_prefix("t_")


@pytest.fixture(scope="module")
def warehouse_dsn(clickhouse_dsn):
    """PostgreSQL has locks."""
    return clickhouse_dsn


def test_a_raw_table_of_the_first_version_is_renewed_with_its_rows(engine):
    """It was sorted by a column that is called otherwise now, which cannot be renamed."""
    engine.execute("create database if not exists t_raw; drop table if exists t_raw.toy__tasks")
    engine.execute("""
        create table t_raw.toy__tasks (
            instance LowCardinality(String), record_id String, parent_id Nullable(String),
            issue_id String materialized ifNull(parent_id, record_id), version Int64,
            payload String, window_start DateTime64(6, 'UTC'), window_end DateTime64(6, 'UTC'),
            run_id String, landed_at DateTime64(6, 'UTC')
        ) engine = ReplacingMergeTree(landed_at)
        order by (instance, issue_id, record_id, version);
        insert into t_raw.toy__tasks (
            instance, record_id, parent_id, version, payload, window_start, window_end, run_id,
            landed_at
        ) values ('toy', 'C1', 'T1', 7, '{"a":1}', 0, 0, 'r', 0)
    """)
    for _ in range(2):
        engine.ensure_raw_table("toy", "tasks")
        rows = engine.query("select record_id, entity_id, version, payload from t_raw.toy__tasks")
        assert rows == [{"record_id": "C1", "entity_id": "T1", "version": 7, "payload": '{"a":1}'}]
    engine.execute("drop table t_raw.toy__tasks")


@pytest.fixture
def lease_times(monkeypatch):
    """Set how often a lease is renewed, and how long a holder may show no sign of life."""

    def set_to(renewal_seconds, patience_seconds):
        lease = "flowmart.engines.clickhouse_lease"
        monkeypatch.setattr(f"{lease}._RENEWAL_SECONDS", renewal_seconds)
        monkeypatch.setattr(f"{lease}.EXPIRES_AFTER", timedelta(seconds=patience_seconds))

    return set_to


def leases(engine, name):
    rows = engine.query(
        "select name from system.tables where database = 't_ops' and startsWith(name, %(name)s)",
        {"name": f"lease__{name}__"},
    )
    return [row["name"] for row in rows]


def test_the_sqlalchemy_url_carries_odd_passwords_and_settings():
    dsn = "clickhouse://u:p%40ss%2Fw%3Ard@db:9440/w?secure=True&cluster=main&join_use_nulls=0"
    url = sqlalchemy.make_url(ClickHouseEngine(dsn, SCHEMAS).sqlalchemy_url())
    assert (url.drivername, url.password, url.database) == ("clickhouse+native", "p@ss/w:rd", "w")
    assert (url.host, url.port, url.query["secure"]) == ("db", 9440, "True")
    assert url.query["join_use_nulls"] == "0"  # what somebody set stays
    assert url.query["session_timezone"] == "UTC"
    assert "cluster" not in url.query


def test_without_a_port_and_a_database_the_usual_ones_are_meant():
    assert ClickHouseEngine("clickhouse://db", SCHEMAS).where == "db:9000/default"
    assert ClickHouseEngine("clickhouses://u@db/", SCHEMAS).where == "db:9440/default"


def test_queries_mean_what_they_mean_on_postgresql(engine):
    """Nulls where a join finds nothing and where nothing is summed up."""
    sql = """
    select l.n as n, r.n as found, (select sum(number) from numbers(0)) as total
    from (select 1 as n) as l left join (select 2 as n) as r on l.n = r.n
    """
    assert engine.query(sql) == [{"n": 1, "found": None, "total": None}]


def test_settings_of_the_connection_string_reach_the_server(clickhouse_dsn):
    engine = ClickHouseEngine(f"{clickhouse_dsn}?max_threads=3", SCHEMAS)
    assert engine.query("select getSetting('max_threads') as n") == [{"n": 3}]


def test_a_server_that_is_too_old_is_named(engine, monkeypatch):
    monkeypatch.setattr(clickhouse_client, "OLDEST_VERSION", (99, 3))
    with pytest.raises(ConfigError, match=r"The server is ClickHouse \d+\.\d+ ") as caught:
        engine.query("select 1")
    assert caught.value.next_step == "update it to 99.3 or later"


def test_a_lease_goes_over_from_a_holder_that_shows_no_sign_of_life(engine, lease_times):
    lease_times(renewal_seconds=60, patience_seconds=0.5)
    with engine.lock("mart", 1):
        started = time.monotonic()
        with engine.lock("mart", 5):
            assert 0.3 < time.monotonic() - started < 4
        # The first holder ends now, which the next one must not feel.
    with engine.lock("mart", 1):
        assert len(leases(engine, "mart")) == 1


def test_a_lease_stays_with_a_holder_that_works_for_long(engine, lease_times):
    lease_times(renewal_seconds=0.2, patience_seconds=1.5)
    with (
        engine.lock("mart", 1),
        pytest.raises(WarehouseUnavailableError, match="timed out after 3 s: mart") as caught,
        engine.lock("mart", 3),
    ):
        pass
    assert caught.value.where.startswith("t_ops.lease__mart__")
    assert "the lock of a killed task expires" in caught.value.next_step


def test_a_lease_goes_over_from_a_holder_that_died_before_it_began(engine, lease_times):
    """It was killed between the two statements that take a lease."""
    lease_times(renewal_seconds=60, patience_seconds=1)
    table = engine._tables.create(
        "t_ops.lease__stillborn__7", "renewed_at DateTime64(6, 'UTC'), is_over Bool"
    )
    engine.execute(table)
    with engine.lock("stillborn", 10):
        assert leases(engine, "stillborn") == ["lease__stillborn__8"]


def test_many_that_ask_at_once_hold_a_lease_one_after_the_other(engine):
    holders, most = [], []

    def hold(number):
        with engine.lock("crowded", 60):
            holders.append(number)
            most.append(len(holders))
            time.sleep(0.02)
            holders.remove(number)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(hold, range(12)))
    assert most == [1] * 12


def test_leases_leave_one_table_behind(engine):
    for _ in range(3):
        with engine.lock("tidy", 5):
            pass
    assert leases(engine, "tidy") == ["lease__tidy__3"]


def test_a_raw_table_that_is_there_is_ensured_while_a_load_writes_it(engine):
    """A long load of one instance must not hold up the loads of all others."""
    table = engine.ensure_raw_table("toy", "busy")
    begun, enough = threading.Event(), threading.Event()

    def rows():
        begun.set()
        assert enough.wait(30)
        yield from ()

    def load():
        with engine.session() as session:
            session.land_rows(table, "t_stage.landed", rows())

    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load)
        assert begun.wait(30)
        assert engine.ensure_raw_table("toy", "busy") == table
        enough.set()
        loading.result(30)
