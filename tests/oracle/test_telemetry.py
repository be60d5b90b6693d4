"""
Telemetry against plain Python, with data that comes late and in any order.

Long with ``SOAK=1``: three months of more systems. ``SEED`` repeats a run.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.oracle.telemetry import MEASURES, SERVICES, Oracle, installations
from tests.sql.telemetry.world import DEV, PROD, day, publish
from tests.sql.warehouse import Warehouse

IS_LONG = bool(os.environ.get("SOAK"))
SEED = int(os.environ.get("SEED") or random.randrange(10_000))
SYSTEMS, DAYS, BATCHES = (400, 92, 12) if IS_LONG else (50, 40, 3)
UNTIL = day(DAYS - 1)  # the last day is not over
KNOWN = (0, DAYS - 0.5)
SETTINGS = {"production": (PROD, True, 1), "all": (DEV, False, 0)}
VIEWS = (
    "v_telemetry_retention", "v_telemetry_churn", "v_telemetry_upgrades",
    "v_telemetry_upgrade_speed",
)  # fmt: skip


@pytest.fixture(scope="module")
def posts():
    print(f"SEED={SEED}")
    return installations(random.Random(SEED), SYSTEMS, DAYS)


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn, tmp_path_factory):
    return Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"), "telemetry")


@pytest.fixture(scope="module")
def published(posts, warehouse):
    """
    Settings -> table -> rows: after batches in any order, then after other settings.

    Most of a batch is of days side by side; the rest is late, first reports of systems included.
    """
    dice = random.Random(SEED + 1)
    batches = [[] for _ in range(BATCHES)]
    for post in posts:
        usual = int(post.at * BATCHES / DAYS)
        batches[dice.randrange(BATCHES) if dice.random() < 0.2 else usual].append(post)
    dice.shuffle(batches)
    for batch in batches:
        publish(warehouse, [p.record() for p in batch], days=KNOWN, **PROD)
    found = {"production": marts(warehouse)}
    publish(warehouse, [], days=KNOWN, **DEV)
    return found | {"all": marts(warehouse)}


def marts(warehouse):
    views = {view: warehouse.rows(f"mart.{view}") for view in VIEWS}
    return warehouse.marts() | views


@pytest.fixture(params=SETTINGS)
def settings(request):
    return request.param


@pytest.fixture
def oracle(posts, settings):
    _, production_only, minimum_age = SETTINGS[settings]
    return Oracle(posts, production_only, minimum_age)


@pytest.fixture
def rows(published, settings):
    def of(table, *columns):
        return [tuple(row[c] for c in columns) for row in published[settings][table]]

    return of


def counts(rows, table, *columns):
    """Key -> the last column."""
    found = rows(table, *columns, "systems")
    assert len({row[:-1] for row in found}) == len(found)
    return {row[:-1]: row[-1] for row in found}


def test_reports(rows, oracle):
    found = rows(
        "fct_telemetry_reports", "system_id", "reported_on", "first_seen_on", "duplicate_reports",
        "dropped_reports", "database_version", *SERVICES, *MEASURES,
    )  # fmt: skip
    assert len(found) == len(oracle.shown)
    assert set(found) == oracle.reports()


def test_days(rows, oracle):
    found = rows("agg_telemetry_daily", "reported_on", "received_reports", "systems",
                 "dropped_systems", "new_systems")  # fmt: skip
    assert set(found) == oracle.daily()


def test_ages(rows, oracle):
    assert counts(rows, "agg_telemetry_daily_ages", "reported_on", "age_days") == oracle.ages()


def test_components(rows, oracle):
    columns = ("reported_on", "component", "precision", "version")
    assert counts(rows, "agg_telemetry_daily_components", *columns) == oracle.components()


def test_databases(rows, oracle):
    columns = ("reported_on", "database_version")
    assert counts(rows, "agg_telemetry_daily_databases", *columns) == oracle.databases()


def test_numbers(rows, oracle):
    columns = ("reported_on", "measure", "number")
    assert counts(rows, "agg_telemetry_daily_numbers", *columns) == oracle.measures()


def test_services(rows, oracle):
    found = rows("agg_telemetry_daily_services", "reported_on", "service", "average")
    expected = oracle.services()
    assert {(on, service) for on, service, _ in found} == set(expected)
    for on, service, average in found:
        assert average == (
            None
            if expected[on, service] is None
            else pytest.approx(expected[on, service], rel=1e-12)
        )


def test_retention(rows, oracle):
    found = rows("v_telemetry_retention", "cohort_on", "week_on", "systems", "cohort_systems")
    assert len({row[:2] for row in found}) == len(found)
    assert {row[:2]: row[2:] for row in found} == oracle.retention(UNTIL)


def test_churn(rows, oracle):
    found = rows("v_telemetry_churn", "week_on", "active_systems", "lost_systems",
                 "returned_systems")  # fmt: skip
    assert {week: tuple(numbers) for week, *numbers in found} == oracle.churn(UNTIL)
    assert any(lost for _, _, lost, _ in found)


def test_upgrades(rows, oracle, published, settings):
    systems = published[settings]["dim_telemetry_systems"]
    ids = {row["system_key"]: row["system_id"] for row in systems}
    found = rows("v_telemetry_upgrades", "system_key", "component", "release", "released_on",
                 "upgraded_on")  # fmt: skip
    expected = oracle.upgrades(UNTIL)
    assert {(ids[row[0]], *row[1:3]): row[3:] for row in found} == expected
    assert any(upgraded and upgraded > released for released, upgraded in expected.values())


def test_upgrade_speed(rows, oracle):
    found = rows("v_telemetry_upgrade_speed", "component", "release", "released_on", "half_on")
    assert {(c, r): (a, b) for c, r, a, b in found} == oracle.speed(UNTIL)


def test_a_replay_gives_the_same(warehouse, published):
    publish(warehouse, [], days=KNOWN, everything=True, **DEV)
    assert marts(warehouse) == published["all"]
