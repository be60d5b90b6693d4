"""
Conformance, section 11: telemetry.

A case is a day of an instance. `dev` keeps development versions and counts systems at once; `prod`
leaves them out, and counts systems from an age of one day on.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conformance.telemetry_cases import LONG, ages, cases, imported, long, numbers
from tests.sql.page_queries import answers
from tests.sql.telemetry.world import DEV, PROD, day, publish
from tests.sql.warehouse import Warehouse

# The last moment that is known, so that day 40 is not over.
KNOWN = (0, 40.5)


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn, tmp_path_factory):
    return Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"), "telemetry")


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    reports = cases()
    publish(warehouse, reports, "telemetry__dev", days=KNOWN, **DEV)
    as_written = PROD | {"production_versions_only": "yes"}
    publish(warehouse, reports, "telemetry__prod", days=KNOWN, **as_written)
    publish(warehouse, ages(), "telemetry__ages", days=KNOWN)
    publish(warehouse, numbers(), "telemetry__numbers", days=KNOWN)
    publish(warehouse, long(), "telemetry__long", days=KNOWN, **DEV)
    publish(warehouse, imported(), "telemetry__imported", days=KNOWN)
    publish(warehouse, [], "telemetry__empty", days=KNOWN)


def rows(warehouse, table, columns, instance, on, where="true"):
    """Tuples of a table or view, of an instance and a day."""
    when = "true" if on is None else f"reported_on = '{day(on)}'"
    found = warehouse.rows(
        f"mart.{table}", columns, f"instance = 'telemetry__{instance}' and {when} and {where}"
    )
    return [tuple(row.values()) for row in found]


def test_1_a_system_has_one_row_a_day_and_the_others_are_counted(warehouse):
    found = warehouse.rows(
        "mart.fct_telemetry_reports",
        "reported_on, age_days, duplicate_reports",
        f"instance = 'telemetry__dev' and reported_on between '{day(1)}' and '{day(2)}'",
    )
    assert [tuple(row.values()) for row in found] == [(day(1), 0, 0), (day(2), 1, 1)]


def test_2_production_leaves_a_system_with_a_development_version_out_and_says_so(warehouse):
    columns = "systems, dropped_systems, dropped_reports"
    assert rows(warehouse, "v_telemetry_daily", columns, "prod", 3) == [(0, 1, 1)]
    [found] = rows(warehouse, "fct_telemetry_reports",
                   "is_counted, has_development_version, first_seen_on", "prod", 3)  # fmt: skip
    assert found == (False, True, None)
    assert rows(warehouse, "v_telemetry_ages", "*", "prod", 3) == []


def test_3_without_the_filter_it_is_kept_with_its_components(warehouse):
    columns = "systems, dropped_systems"
    assert rows(warehouse, "v_telemetry_daily", columns, "dev", 3) == [(1, 0)]
    found = rows(warehouse, "fct_telemetry_components", "component, version", "dev", 3)
    assert found == [("core", "1.2.3-dev"), ("rpm", "1.0.0")]


def test_4_numbers_of_an_absent_message_are_unknown(warehouse):
    """The predecessor's own rule for these; for services it stores 0."""
    columns = "users, groups, domains, custom_access_policies, custom_roles, worker_hosts"
    assert rows(warehouse, "fct_telemetry_reports", columns, "dev", 8) == [(None,) * 6]


def test_5_services(warehouse):
    columns = "content_app_processes, content_app_hosts, worker_processes, worker_hosts"
    assert rows(warehouse, "fct_telemetry_reports", columns, "dev", 5) == [(1, 2, 3, 4)]


def test_6_without_reports_there_is_no_summary(warehouse):
    assert rows(warehouse, "v_telemetry_daily", "*", "empty", None) == []
    assert rows(warehouse, "v_telemetry_demography", "*", "empty", None) == []


def test_7_the_day_that_is_not_over_has_no_summary(warehouse):
    assert rows(warehouse, "v_telemetry_daily", "*", "dev", 40) == []
    assert rows(warehouse, "v_telemetry_ages", "*", "dev", 40) == []
    assert len(rows(warehouse, "fct_telemetry_reports", "*", "dev", 40)) == 1


def test_long_names_and_versions_are_cut_and_those_that_become_equal_are_one(warehouse):
    columns = "component, version, systems"
    table = "agg_telemetry_daily_components"
    version = f"1.2.{LONG[:196]}"
    whole = rows(warehouse, table, columns, "long", 1, "precision = 'x.y.z'")
    assert set(whole) == {("core", version, 1), (LONG[:200], "1.1.0", 1)}
    assert len(whole) == 2
    found = rows(warehouse, "fct_telemetry_components", "component, version", "long", 1)
    assert sorted(found) == [("core", version), (LONG[:200], "1.1.0")]


@pytest.mark.parametrize("instance", ["dev", "prod"])
def test_8_ages_count_systems_of_any_age(warehouse, instance):
    assert rows(warehouse, "v_telemetry_ages", "age_days, systems", instance, 8) == [(0, 1)]


def test_9_averages_are_over_those_that_tell(warehouse):
    found = rows(warehouse, "v_telemetry_services", "service, average, systems", "dev", 9)
    assert found == [
        ("content_app_hosts", None, 0),
        ("content_app_processes", None, 0),
        ("worker_hosts", 1.0, 1),
        ("worker_processes", 2.0, 1),
    ]


def test_10_of_no_persistent_system_nothing_is_known(warehouse):
    found = rows(warehouse, "v_telemetry_services", "average, systems", "prod", 9)
    assert found == [(None, 0)] * 4


def test_11_components_and_a_version_without_a_dot(warehouse):
    """The predecessor fails at a version without a dot, and summarises no further day."""
    columns = "component, version, systems"
    table = "agg_telemetry_daily_components"
    short = rows(warehouse, table, columns, "dev", 11, "precision = 'x.y'")
    assert short == [
        ("p1", "1.0", 3), ("p2", "2.0", 1), ("p3", "3.0", 1), ("p4", "4.0", 1), ("p5", "main", 1),
    ]  # fmt: skip
    whole = rows(warehouse, table, columns, "dev", 11, "precision = 'x.y.z'")
    assert whole == [
        ("p1", "1.0.0", 2), ("p1", "1.0.1", 1), ("p2", "2.0.0", 1), ("p3", "3.0.0", 1),
        ("p4", "4.0.0", 1), ("p5", "main", 1),
    ]  # fmt: skip


def test_12_databases(warehouse):
    found = rows(warehouse, "v_telemetry_databases", "database_version, systems", "dev", 12)
    assert sorted(found) == [(0, 1), (90200, 2), (100001, 1)]


def test_13_database_versions_as_text(warehouse):
    columns = "database_version, database_version_text"
    assert dict(rows(warehouse, "fct_telemetry_reports", columns, "dev", 13)) == {
        90105: "9.1.5", 90200: "9.2.0", 100001: "10.1", 110000: "11.0", 140005: "14.5",
        150004: "15.4", 0: "Unknown",
    }  # fmt: skip


def test_14_numbers_of_systems(warehouse):
    found = rows(warehouse, "v_telemetry_numbers", "measure, number, systems", "dev", 14)
    assert sorted(found) == [
        ("custom_access_policies", 1, 1), ("custom_access_policies", 2, 1),
        ("custom_access_policies", 3, 1), ("custom_access_policies", 4, 2),
        *(("custom_roles", number, 1) for number in range(1, 6)),
        ("domains", 1, 1), ("domains", 2, 1), ("domains", 3, 3),
        ("groups", 1, 1), ("groups", 2, 4),
        ("users", 1, 5),
    ]  # fmt: skip


def test_15_ages_without_buckets(warehouse):
    found = rows(warehouse, "v_telemetry_ages", "age_days, systems", "ages", 20)
    assert sorted(found, reverse=True) == [(6, 5), (5, 4), (3, 3), (2, 1), (1, 2)]


def test_16_ages_in_buckets(warehouse):
    found = Counter()
    for name, systems in rows(warehouse, "v_telemetry_ages", "bucket_name, systems", "ages", 20):
        found[name] += systems
    assert found == {"5-8": 9, "3-4": 3, "2": 1, "0-1": 2}


def test_17_demography(warehouse):
    columns = "age_days, systems, systems_as_old"
    found = rows(warehouse, "v_telemetry_demography", columns, "ages", 20)
    assert sorted(found, reverse=True) == [
        (7, 0, 0), (6, 5, 5), (5, 4, 9), (4, 0, 9), (3, 3, 12), (2, 1, 13), (1, 2, 15),
    ]  # fmt: skip


def test_18_numbers_with_and_without_buckets(warehouse):
    columns = "number, systems"
    unbucketed = rows(warehouse, "v_telemetry_numbers", columns, "numbers", 20,
                      "measure = 'users'")  # fmt: skip
    assert sorted(unbucketed) == [(0, 6), (3, 7), (4, 6), (5, 4)]
    found = Counter()
    for name, systems in rows(warehouse, "v_telemetry_numbers", "bucket_name, systems", "numbers",
                              20, "measure = 'groups'"):  # fmt: skip
        found[name] += systems
    assert found == {"0": 6, "1": 8, "2": 9, "3-4": 13, "5-32": 4}


def test_19_versions_as_series_of_days_the_latest_first(warehouse):
    found = warehouse.rows(
        "mart.v_telemetry_component_versions",
        "place, version, reported_on, systems",
        f"instance = 'telemetry__numbers' and precision = 'x.y' and reported_on >= '{day(21)}'",
    )
    series: dict[str, list[int]] = {}
    for row in sorted(found, key=lambda row: (row["place"], row["reported_on"])):
        series.setdefault(row["version"], []).append(row["systems"])
    assert list(series.items()) == [
        ("2.3", [0, 5]), ("2.0", [0, 3]), ("1.4", [0, 2]), ("1.3", [1, 0]), ("1.2", [2, 1]),
        ("0.5", [0, 4]),
    ]  # fmt: skip


def test_retention_after_an_import_is_of_all_systems_that_are_known(warehouse):
    columns = "cohort_on, week_on, systems, cohort_systems, retention"
    found = rows(warehouse, "v_telemetry_retention", columns, "imported", None)
    assert found == [
        (day(-31), day(11), 1, 1, 1.0),
        (day(4), day(4), 1, 4, 0.25),
        (day(4), day(11), 3, 4, 0.75),
        (day(4), day(18), 1, 4, 0.25),
    ]


def test_the_pages_queries_run_without_settings(warehouse_dsn, warehouse):
    answer = answers(warehouse, warehouse_dsn)
    everything = {(row[0], row[1]): row[2] for row in answer("Versions of a component")}
    assert everything["2.3", day(22)] == 5
    assert everything["2.3", day(21)] == 0
    assert (day(5), "worker_hosts", 4.0) in answer("Services of installations")
    assert answer("Databases of installations") == [("Unknown", 15)]
    assert answer("Demography of installations") == [(2, 0, 0), (1, 1, 1), (0, 14, 15)]
    assert (day(20), "5-8", 9) in answer("Installations by age")
    assert (day(20), "1-4", 13) in answer("Users of installations")
    assert (day(4), 1, 3, 0.75) in answer("Retention of installations")
    assert all(row[2] >= row[3] for row in answer("Installations that went silent"))
    # Eight of fifteen have it or a later one at once; nine had an earlier one by then.
    assert ("2.0", 0, 9, 0, None) in answer("Speed of upgrades")
