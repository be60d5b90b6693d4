"""Reports in databases: the collector's table, and the tables of Pulp analytics."""

from __future__ import annotations

import json
import uuid

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from flowmart.core.errors import AuthError, ConfigError, SourceError, SourceUnavailableError
from flowmart.core.window import Window
from tests.records import payload_of
from tests.sources.telemetry.pulp import ANALYTICS_TABLES
from tests.sources.telemetry.reports import components, read, source, system

DAY = Window.parse("2026-11-02T00:00Z", "2026-11-03T00:00Z")
ONE, TWO = system("one"), system("two")

_COLLECTOR = """
create schema telemetry;
create table telemetry.reports (
    report_id uuid primary key, received_at timestamptz not null, product text not null,
    body bytea not null, report jsonb not null
);
"""


@pytest.fixture(scope="module")
def database(postgres_dsn):
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(_COLLECTOR + ANALYTICS_TABLES)
    return postgres_dsn


@pytest.fixture
def tables(database):
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection
        connection.execute("truncate telemetry.reports, pulpanalytics_system cascade")


def add_report(tables, at, system_id=ONE, product="pulp"):
    tables.execute(
        "insert into telemetry.reports values (%s, %s, %s, '', %s)",
        [uuid.uuid4(), at, product, json.dumps({"system_id": system_id})],
    )


def test_the_collectors_table_is_read_by_half_open_windows_with_its_count(tables, database):
    for at in ("2026-11-01T23:49:59.999999Z", "2026-11-01T23:50Z", "2026-11-02T23:59:59.999999Z",
               "2026-11-03T00:00Z"):  # fmt: skip
        add_report(tables, at)
    add_report(tables, "2026-11-02T10:00Z", product="other")
    pages = list(source(dsn=database, reader="segments_in_postgres").read("reports", DAY, []))
    [page] = pages
    assert page.source_total == len(page.records) == 2
    assert payload_of(page.records[1])["received_at"] == "2026-11-02T23:59:59.999999+00:00"
    assert page.records[1].version % 10**12 == 1793663999999999 % 10**12


def test_a_bad_row_is_told_and_blocks_nothing(tables, database):
    add_report(tables, "2026-11-02T10:00Z", system_id="nobody")
    add_report(tables, "2026-11-02T11:00Z")
    bad, good = read(source(dsn=database, reader="segments_in_postgres"), DAY)
    assert "'nobody', which is no UUID" in payload_of(bad)["problem"]
    assert payload_of(good)["report"]["system_id"] == ONE


def test_pulps_database_gives_reports_in_the_messages_form(tables, database):
    """0 stands for absent where the predecessor writes it so; null stays absent."""
    tables.execute(
        "insert into pulpanalytics_system values "
        "(1, %s, '2026-11-02T08:00:00.000001Z', '2026-10-30T07:00Z', 1, 3, 150004, 0, 0, 2, 4, "
        "null, 0, null), "
        "(2, %s, '2026-11-02T09:00Z', '2026-11-02T08:59Z', null, null, 0, 0, 0, 0, 0, null, null, "
        "null)",
        [ONE, TWO],
    )
    tables.execute(
        "insert into pulpanalytics_component values (1, 'rpm', '3.19.0', 1), (2, 'core', '3.20', 1)"
    )
    first, second = map(payload_of, read(source(dsn=database, reader="pulp_database"), DAY))
    assert first == {
        "report_id": "pulp:1",
        "received_at": "2026-11-02T08:00:00.000001+00:00",
        "first_seen_at": "2026-10-30T07:00:00+00:00",
        "product": "pulp",
        "report": {
            "system_id": ONE,
            "components": components(core="3.20", rpm="3.19.0"),
            "online_workers": {"processes": 4, "hosts": 2},
            "postgresql_version": 150004,
            "rbac_stats": {"users": 3, "groups": 1, "custom_roles": 0},
        },
    }
    assert second["report"] == {"system_id": TWO, "components": []}


@pytest.mark.parametrize("reader", ["segments_in_postgres", "pulp_database"])
def test_an_empty_window_has_a_count_too(tables, database, reader):
    [page] = source(dsn=database, reader=reader).read("reports", DAY, [])
    assert (page.records, page.source_total) == ([], 0)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"dbname": "postgres"}, SourceError, "A table or a column is missing"),
        ({"dbname": "nowhere"}, ConfigError, "There is no such database"),
        ({"user": "nobody_known", "password": "x"}, AuthError, "refuses the login"),
        ({"host": "127.0.0.1", "port": "1"}, SourceUnavailableError, "The database cannot be read"),
    ],
)
def test_a_wrong_database_is_told(database, change, error, said):
    wrong = make_conninfo(database, **change)
    with pytest.raises(error, match=said) as caught:
        read(source(dsn=wrong, reader="segments_in_postgres"), DAY)
    assert "flowmart_telemetry" in caught.value.where
    assert "connect_timeout" not in str(caught.value)


def test_a_reader_of_a_database_needs_one():
    with pytest.raises(ConfigError, match="needs a database"):
        source(reader="pulp_database")
