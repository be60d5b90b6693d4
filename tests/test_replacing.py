"""The guides of ``docs/replacing`` can be followed: their settings are read, their queries run."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

import psycopg
import pytest
from clickhouse_driver import Client

from flowmart.settings import load_settings
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from tests.conftest import PROJECT
from tests.predecessors import named, rows
from tests.warehouses import migrated

if TYPE_CHECKING:
    from pathlib import Path

GUIDES = sorted((PROJECT / "docs" / "replacing").glob("*.md"))
SOURCES = {
    "contributor-metrics": "github",
    "data3": "phabricator",
    "pulp-analytics": "telemetry",
    "tracker-exporter": "yandex_tracker",
    "youtrack-script": "youtrack",
}


def blocks(guide: Path, language: str) -> list[tuple[str, str]]:
    """What follows the language of a block, and what is in it."""
    text = guide.read_text(encoding="utf-8")
    return re.findall(rf"^```{language} ?(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def connections(guide: Path) -> dict[str, dict[str, object]]:
    """Name of a connection -> what a line for ``.env`` says of it."""
    lines = re.findall(r"^ +AIRFLOW_CONN_(\w+)=(.*)$", guide.read_text("utf-8"), re.MULTILINE)
    return {name.lower(): json.loads(text) for name, text in lines}


def test_every_system_has_a_guide() -> None:
    assert [guide.stem for guide in GUIDES] == sorted(SOURCES)
    overview = (PROJECT / "docs" / "predecessors.md").read_text(encoding="utf-8")
    assert [guide.name for guide in GUIDES if f"(replacing/{guide.name})" not in overview] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_the_settings_of_a_guide_open_its_source(guide: Path, tmp_path: Path) -> None:
    [(_, text)] = blocks(guide, "yaml")
    file = tmp_path / "flowmart.yaml"
    file.write_text(text, encoding="utf-8")
    settings = load_settings(file)
    assert not settings.refused
    name = SOURCES[guide.stem]
    assert list(settings.instances) == [name]
    told = connections(guide)[f"flowmart_{name}"]
    dsn = "postgresql://" if told["conn_type"] == "postgres" else ""
    connection = SourceConnection(
        told["host"], told["password"], extra=told.get("extra", {}), dsn=dsn
    )
    source = make_source(name, connection, name, settings.instance(name).options)
    assert source.spec.name == name
    others = connections(guide).keys() - {f"flowmart_{name}"}
    assert others <= {"flowmart_warehouse"}


def test_settings_that_are_replaced_are_in_the_table() -> None:
    text = (PROJECT / "docs" / "replacing" / "tracker-exporter.md").read_text(encoding="utf-8")
    given = re.findall(r"^ +EXPORTER_(\w+)=", text, re.MULTILINE)
    told = {name for row in rows() if row.number == "S0.7" for name in named(row.there)}
    assert len(given) > 5
    assert [name for name in given if name not in told] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_queries_of_a_guide_run_as_they_are(migrated_dsn: str, guide: Path) -> None:
    """One after the other, in a client that knows nothing of Flowmart."""
    engine = migrated(migrated_dsn)
    queries = [query for only, query in blocks(guide, "sql") if only in ("", engine.name)]
    assert queries
    run = {"postgres": on_postgres, "clickhouse": on_clickhouse}[engine.name]
    run(migrated_dsn, queries)


def on_postgres(dsn: str, queries: list[str]) -> None:
    with psycopg.connect(dsn) as connection:
        for query in queries:
            connection.execute(query)
        connection.rollback()


def on_clickhouse(dsn: str, queries: list[str]) -> None:
    with Client.from_url(dsn) as client:
        for query in queries:
            client.execute(query)


# The tables of Pulp analytics that the guide copies, and what a day's summary left in them.
PULP_TABLES = """
create table pulpanalytics_agecount (summary_id date, age int, count int);
create table pulpanalytics_postgresversioncount (summary_id date, version int, count int);
create table pulpanalytics_numbercount (summary_id date, name text, number int, count int);
create table pulpanalytics_xyversioncount (summary_id date, name text, version text, count int);
create table pulpanalytics_xyzversioncount (summary_id date, name text, version text, count int);
insert into pulpanalytics_agecount values ('2026-11-16', 3, 7);
insert into pulpanalytics_postgresversioncount values ('2026-11-16', 150004, 5);
insert into pulpanalytics_numbercount values ('2026-11-16', 'users', 4, 2);
insert into pulpanalytics_xyversioncount values
    ('2026-11-16', 'core', '3.40', 6), ('2026-11-17', 'core', '3.40', 8);
insert into pulpanalytics_xyzversioncount values ('2026-11-16', 'core', '3.40.1', 6);
insert into mart.agg_telemetry_daily (
    instance, reported_on, received_reports, duplicate_reports, dropped_reports, systems,
    persistent_systems, dropped_systems, new_systems, bad_lines
) values ('telemetry', '2026-11-17', 9, 0, 0, 9, 9, 0, 0, 0);
insert into mart.agg_telemetry_daily_components (
    instance, reported_on, component, precision, version, major, minor, systems
) values ('telemetry', '2026-11-17', 'core', 'x.y', '3.40', 3, 40, 9);
"""


def test_summaries_of_pulp_analytics_go_on_in_the_marts(postgres_dsn: str) -> None:
    """The archive has 6 systems of the 16th and 8 of the 17th, of which Flowmart counts 9."""
    migrated(postgres_dsn)
    guide = PROJECT / "docs" / "replacing" / "pulp-analytics.md"
    copies = re.findall(
        r'copy \((select .*?)\) to stdout csv" \| psql \w+ --command "copy ([\w.]+) from stdin',
        guide.read_text(encoding="utf-8"),
    )
    assert len(copies) == 5
    create, series, differences = (query for only, query in blocks(guide, "sql") if only)
    with psycopg.connect(postgres_dsn) as connection:
        connection.execute(PULP_TABLES)
        connection.execute(create)
        for select, table in copies:
            connection.execute(f"insert into {table} {select}")
        ages = connection.execute("select age_days, systems from archive.pulp_ages").fetchall()
        numbers = connection.execute("select measure, number, systems from archive.pulp_numbers")
        assert (ages, numbers.fetchall()) == ([(3, 7)], [("users", 4, 2)])
        days = connection.execute(series).fetchall()
        assert days == [(date(2026, 11, 16), "3.40", 6), (date(2026, 11, 17), "3.40", 9)]
        found = connection.execute(differences).fetchall()
        assert found == [(date(2026, 11, 17), "core", "3.40", 8, 9)]
        connection.rollback()
