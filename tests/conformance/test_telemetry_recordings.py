"""Conformance, section 11: recordings of the predecessor, its tables and bodies posted to it."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from pathlib import Path
from statistics import fmean

import psycopg
import pytest

from collector.compile import PRODUCTS
from collector.products import load_products
from flowmart.core.window import Window
from flowmart.sources.registry import get_spec
from flowmart.sources.telemetry.lines import read_line
from flowmart.transform.runner import BatchContext
from tests.conftest import PROJECT
from tests.sources.telemetry.pulp import ANALYTICS_TABLES
from tests.sources.telemetry.reports import read, source
from tests.sql.telemetry.world import DEV, publish
from tests.sql.warehouse import Warehouse

LATE = Window.parse("2026-11-01T00:00Z", "2026-12-01T00:00Z")


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn, tmp_path_factory):
    return Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"), "telemetry")


@pytest.fixture(scope="module")
def folder():
    """The recordings; FLOWMART_PULP_FIXTURES may name another folder."""
    default = PROJECT.parent / "shared" / "fixtures" / "pulp"
    found = Path(os.environ.get("FLOWMART_PULP_FIXTURES") or default)
    if not found.is_dir():
        pytest.skip(f"there are no recordings in {found} (FLOWMART_PULP_FIXTURES names another)")
    return found


@pytest.fixture(scope="module")
def recorded(folder):
    """The tables of a predecessor's server."""
    return {
        name: list(csv.DictReader((folder / f"pulpanalytics_{name}.csv").open()))
        for name in ("system", "component")
    }


@pytest.fixture(scope="module")
def analytics(recorded, postgres_dsn):
    """DSN of a database with these tables."""
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(ANALYTICS_TABLES)
        for name, found in recorded.items():
            columns = ", ".join(f'"{column}"' for column in found[0])
            marks = ", ".join(["%s"] * len(found[0]))
            for row in found:
                connection.execute(
                    f"insert into pulpanalytics_{name} ({columns}) values ({marks})",
                    [value or None for value in row.values()],
                )
    return postgres_dsn


def test_the_predecessors_tables_give_its_numbers(warehouse, recorded, analytics):
    """But for content apps: it stores 0 where a report does not tell, and averages that."""
    records = read(source(dsn=analytics, reader="pulp_database"), LATE)
    warehouse.run({"reports": records}, BatchContext(options=DEV), "telemetry__pulp", window=LATE)
    systems = recorded["system"]
    assert len(systems) == len(records) == 12

    def found(table, columns, where="true"):
        rows = warehouse.rows(f"mart.{table}", columns, f"instance = 'telemetry__pulp' and {where}")
        return [tuple(row.values()) for row in rows]

    versions = Counter(int(row["postgresql_version"]) for row in systems)
    assert sorted(found("v_telemetry_databases", "database_version, systems")) == sorted(
        versions.items()
    )
    whole = Counter((row["name"], row["version"]) for row in recorded["component"])
    counted = found("agg_telemetry_daily_components", "component, version, systems",
                    "precision = 'x.y.z'")  # fmt: skip
    assert {(name, version): systems for name, version, systems in counted} == whole
    users = Counter(int(row["users"]) for row in systems if row["users"])
    assert dict(found("v_telemetry_numbers", "number, systems", "measure = 'users'")) == users
    averages = dict(found("v_telemetry_services", "service, average"))
    assert averages["worker_processes"] == fmean(int(row["worker_processes"]) for row in systems)
    assert {row["content_app_hosts"] for row in systems} == {"0"}
    assert averages["content_app_hosts"] is None
    assert found("v_telemetry_ages", "age_days, systems") == [(0, 12)]


def test_what_a_body_does_not_tell_is_unknown_and_zero_is_told(warehouse, folder):
    """Values as sources.md and predecessors.md, S4, say of the message."""
    pulp = load_products(PRODUCTS)["pulp"]
    bodies = [(folder / f"analytics_{name}.pb").read_bytes() for name in ("full", "minimal")]
    records = [
        read_line(
            json.dumps(
                {
                    "report_id": f"{number:032x}",
                    "received_at": "2026-01-02T10:00:00.000000Z",
                    "product": "pulp",
                    "report": pulp.decode(body),
                }
            ).encode(),
            get_spec("telemetry").products["pulp"],
        ).record
        for number, body in enumerate(bodies)
    ]
    publish(warehouse, records, "telemetry__bodies")
    rows = warehouse.rows(
        "mart.fct_telemetry_reports",
        "report_id, database_version, worker_processes, worker_hosts, content_app_processes, "
        "content_app_hosts, users, groups, domains, custom_access_policies, custom_roles",
        "instance = 'telemetry__bodies'",
    )
    assert [list(row.values())[1:] for row in rows] == [
        [150004, 4, 2, 8, 2, 12, 3, 1, 0, 2],
        [None] * 10,
    ]
