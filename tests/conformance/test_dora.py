"""Conformance, section 8: delivery metrics from deployments, pull requests and incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from flowmart.core.window import Window
from flowmart.incident_settings import IncidentSettings
from tests.conformance.dora_cases import CASES
from tests.sql.github.github import CONTEXT, GitHub, instant
from tests.sql.warehouse import Warehouse

INCIDENTS = IncidentSettings.model_validate(
    {
        "labels": ["incident"],
        "types": ["Outage"],
        "matching": [{"labels": ["production"], "types": ["Bug"]}],
    }
)
SETTINGS = replace(CONTEXT, incidents=INCIDENTS.rows())
# The last moment that is known of all instances.
KNOWN = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC))


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn, tmp_path_factory):
    return Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"), "github")


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    """Each case is a team with a repository of its own, whose numbers are a hundred of theirs."""
    github = GitHub()
    teams = {}
    for number, build in enumerate(CASES, start=1):
        name = build.__name__.removeprefix("_")
        github.home, github.base = f"R_{name}", 100 * number
        github.repository(github.home, 10 + number)
        teams[f"acme/{name}"] = name
        build(github)
    warehouse.run(github.records(), replace(SETTINGS, teams=teams), "github", window=KNOWN)


def month(warehouse, name, month_on="2026-01-01"):
    [row] = warehouse.rows(
        "mart.v_dora_monthly", "*",
        f"team = '{name}' and project = '(all)' and month_on = '{month_on}'",
    )  # fmt: skip
    return row


@pytest.mark.parametrize(
    ("name", "deployments", "failed", "rate"),
    [
        ("one_of_four", 4, 1, 0.25),
        ("two_of_five", 5, 2, 0.40),
        ("four_of_23", 23, 4, pytest.approx(0.174, abs=5e-4)),  # 6 / 23 would be 26.1 %
        ("between", 6, 4, pytest.approx(0.6667, abs=5e-5)),
    ],
)
def test_8_change_failure_rate_is_of_deployments(warehouse, name, deployments, failed, rate):
    row = month(warehouse, name)
    assert (row["deployments"], row["failed_deployments"]) == (deployments, failed)
    assert row["change_failure_rate"] == rate


def test_8_an_incident_before_the_first_deployment_is_put_down_to_nothing_middleware(warehouse):
    rows = warehouse.rows("mart.v_dora_incidents", "readable_id, deployment_key",
                          "team = 'between'")  # fmt: skip
    assert [row["deployment_key"] and row["deployment_key"][-1] for row in rows] == [
        None, "2", "3", "4", "5", "5", "5",
    ]  # fmt: skip


def test_8_one_incident_between_two_deployments_is_half_middleware(warehouse):
    """The first two of the five deployments of another case."""
    rows = warehouse.rows("mart.v_dora_deployments", "finished_at, is_change_failure",
                          "team = 'two_of_five'")  # fmt: skip
    assert [row["is_change_failure"] for row in rows[1:3]] == [True, False]


def test_8_without_deployments_the_rate_is_unknown(warehouse):
    """Middleware returns 0 for it."""
    assert warehouse.rows("mart.v_dora_monthly", "*", "team = 'none'") == []
    [row] = warehouse.rows("mart.v_dora_incidents", "deployment_key", "team = 'none'")
    assert row["deployment_key"] is None
    empty = month(warehouse, "one_of_four", "2026-02-01")
    assert (empty["deployments"], empty["change_failure_rate"]) == (0, None)
    assert (empty["deployments_per_day"], empty["recovery_p50_seconds"]) == (0, None)


def test_8_recovery_time_is_the_median_of_failed_deployments_dora(warehouse):
    """Of 100, 300 and 800 seconds 300; Middleware's mean is 400. A false alarm is no failure."""
    row = month(warehouse, "restored")
    assert (row["recoveries"], row["recovery_p50_seconds"]) == (3, 300)
    assert row["failed_deployments"] == 3


def test_8_ten_deployments_in_a_month_of_31_days(warehouse):
    assert month(warehouse, "ten_in_january")["deployments_per_day"] == pytest.approx(
        0.32, abs=5e-3
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("every_other_day", "daily"),
        ("once_a_week", "weekly"),
        ("once_a_month", "monthly"),
        ("rarely", "yearly"),
    ],
)
def test_8_frequency_counts_days_without_deployments_fourkeys(warehouse, name, expected):
    [row] = warehouse.rows("mart.v_dora_frequency", "as_of_on, frequency",
                           f"team = '{name}'")  # fmt: skip
    assert row == {"as_of_on": date(2026, 4, 6), "frequency": expected}


@pytest.mark.parametrize(
    ("month_on", "hours", "band"),
    [("2026-01-01", 23, "day"), ("2026-02-01", 167, "week"), ("2026-03-01", 729, "month")],
)
def test_8_bands_of_lead_time_fourkeys(warehouse, month_on, hours, band):
    row = month(warehouse, "bands", month_on)
    assert (row["lead_time_p50_seconds"], row["lead_time_band"]) == (hours * 3600, band)


def test_8_lead_time_is_first_commit_to_production_devlake(warehouse):
    """What is negative is null, and seconds are not rounded up to minutes, as DevLake's are."""
    columns = "pull_request_key, deployment_key, lead_time_seconds"
    rows = warehouse.rows("mart.v_dora_changes", columns,
                          "team = 'lead_times'")  # fmt: skip
    assert [
        (row["pull_request_key"][-1], row["deployment_key"][-1], row["lead_time_seconds"])
        for row in rows
    ] == [("2", "2", 30 * 3600), ("3", "2", 10 * 3600), ("6", "2", None), ("7", "3", 9 * 3600)]
    assert month(warehouse, "lead_times")["lead_time_p50_seconds"] == 10 * 3600


def test_8_the_first_deployment_claims_no_history_devlake(warehouse):
    rows = warehouse.rows("mart.v_dora_deployments", "finished_at, is_seed, changes",
                          "team = 'lead_times'")  # fmt: skip
    assert [(row["is_seed"], row["changes"]) for row in rows] == [(True, 0), (False, 3), (False, 1)]


def test_8_rework_is_a_deployment_that_repairs_an_incident(warehouse):
    row = month(warehouse, "rework")
    assert (row["rework_deployments"], row["deployments_with_changes"]) == (1, 2)
    assert row["rework_rate"] == 0.5


def test_8_all_conditions_of_a_query_make_an_incident(warehouse):
    rows = warehouse.rows("mart.fct_incidents", "readable_id, told_by", "team = 'queries'")
    assert [row["told_by"] for row in rows] == ["query"]
    assert rows[0]["readable_id"].endswith("01")


def test_an_issue_whose_label_was_deleted_is_no_incident(warehouse):
    rows = warehouse.rows("mart.fct_incidents", "readable_id", "team = 'label_gone'")
    assert [row["readable_id"].rpartition("#")[2][-1] for row in rows] == ["1"]


def test_a_release_and_the_deployment_that_brings_it_are_one(warehouse):
    row = month(warehouse, "released")
    assert (row["deployments"], row["failed_deployments"]) == (3, 2)


def test_a_change_comes_with_the_first_deployment_after_its_merge(warehouse):
    [change] = warehouse.rows("mart.v_dora_changes",
                              "deployed_at, lead_time_seconds, merge_to_deployment_seconds",
                              "team = 'fast_forward'")  # fmt: skip
    assert change["deployed_at"] == instant(40)
    assert change["lead_time_seconds"] == 30 * 3600
    assert change["merge_to_deployment_seconds"] == 10 * 3600


def test_8_stages_of_an_issue_gitlab(warehouse):
    """Test, 5 minutes, is the time of a pipeline: GitHub's checks have no more than an outcome."""
    [row] = warehouse.rows("mart.v_issue_stages", "*", "team = 'stages'")
    stages = ("issue", "plan", "code", "review", "staging")
    assert [row[f"{stage}_seconds"] / 3600 for stage in stages] == [2, 1, 2, 5, 0.5]


def test_8_steps_of_a_change_gitlab(warehouse):
    rows = warehouse.rows("mart.fct_pull_request_steps", "sequence, step, duration_seconds",
                          "team = 'stages'")  # fmt: skip
    assert [(row["step"], row["duration_seconds"] / 3600) for row in rows] == [
        ("coding", 2), ("waiting_for_review", 5),
    ]  # fmt: skip
    [change] = warehouse.rows("mart.v_dora_changes", "merge_to_deployment_seconds, deployed_at",
                              "team = 'stages'")  # fmt: skip
    assert change == {"merge_to_deployment_seconds": 1800, "deployed_at": instant(19.5)}


def test_8_bands_are_a_dated_table(warehouse):
    rows = warehouse.rows("mart.dim_dora_benchmarks", "cluster, number",
                          "report_year = 2023 and metric = 'change_failure_rate'")  # fmt: skip
    assert {row["cluster"]: row["number"] for row in rows} == {
        "elite": 5, "high": 10, "medium": 15, "low": 64,
    }  # fmt: skip
    [share] = warehouse.rows("mart.dim_dora_benchmarks", "sum(number) as share",
                             "metric = 'share_of_respondents'")  # fmt: skip
    assert share["share"] == 101  # as published: 19, 22, 35 and 25
