"""Conformance, section 8: delivery metrics from deployments, pull requests and incidents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from flowmart.core.window import Window
from flowmart.incident_settings import IncidentSettings
from tests.sql.github.github import CONTEXT, GitHub, at, instant, nodes
from tests.sql.warehouse import Warehouse

INCIDENTS = IncidentSettings.model_validate(
    {
        "labels": ["incident"],
        "types": ["Outage"],
        "matching": [{"labels": ["production"], "types": ["Bug"]}],
    }
)
SETTINGS = replace(CONTEXT, incidents=INCIDENTS.rows())
DAY = 24
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


def incident(github, number, hour, *, restored=None, label="incident", **more):
    """An issue with the label; its repair closes it so many seconds later."""
    timeline = [github.event("LabeledEvent", hour, label={"id": "L", "name": label})]
    state = {}
    if restored is not None:
        end = hour + restored / 3600
        timeline.append(github.event("ClosedEvent", end, stateReason="COMPLETED"))
        state = {"state": "CLOSED", "closedAt": at(end)}
    github.issue(number, *timeline, hour=hour, labels=nodes({"id": "L", "name": label}),
                 **state, **more)  # fmt: skip


def deployments(github, *days):
    for number, day in enumerate(days, start=1):
        github.deploy(number, day * DAY)


def _one_of_four(github):
    """fourkeys: 4 deployments, 1 fails."""
    deployments(github, 1, 2, 3, 4)
    incident(github, 1, 3.5 * DAY)


def _two_of_five(github):
    """DevLake: 5 deployments, 2 with an incident or more."""
    deployments(github, 1, 2, 3, 4, 5)
    incident(github, 1, 2.5 * DAY)
    incident(github, 2, 4.5 * DAY)
    incident(github, 3, 4.6 * DAY)


def _four_of_23(github):
    """DevLake: 6 incidents on 4 of 23."""
    deployments(github, *range(23))
    for number, day in enumerate((1.5, 1.6, 5.5, 5.6, 9.5, 22.5), start=1):
        incident(github, number, day * DAY)


def _between(github):
    """
    Middleware: six deployments; an incident before the first, one each after the second, third and
    fourth, three after the fifth, none after the last.
    """
    deployments(github, 1, 2, 3, 4, 5, 6)
    for number, day in enumerate((0.5, 2.5, 3.5, 4.5, 5.2, 5.4, 5.6)):
        incident(github, number + 1, day * DAY)


def _restored(github):
    """Three failed deployments, restored after 100, 300 and 800 seconds; a false alarm."""
    deployments(github, 1, 2, 3, 4)
    for number, seconds in enumerate((100, 300, 800), start=1):
        incident(github, number, (number + 0.5) * DAY, restored=seconds)
    github.issue(
        4, github.event("ClosedEvent", 4.6 * DAY, stateReason="NOT_PLANNED"), hour=4.5 * DAY,
        issueType={"id": "T", "name": "Outage"}, state="CLOSED", closedAt=at(4.6 * DAY),
    )  # fmt: skip


def _ten_in_january(github):
    deployments(github, *range(10))


def _lead_times(github):
    """
    A first deployment, which claims nothing, and a second one.

    1: merged before the first. 2 and 3: written 30 and 10 hours before the second one reached
    production; 3 is squashed. 4: merged into another branch. 5: merged after what was deployed. 6:
    written, by its date, after the deployment. 7: merged before, brought by the third.
    """
    github.deploy(1, 48 - 1 / 12, commit=40)
    github.deploy(2, 72 - 1 / 12, commit=70)
    github.deploy(3, 80 - 1 / 12, commit=78)
    for number, written, merged, more in (
        (1, 1, 30, {}), (2, 42, 60, {}), (3, 62, 70, {}), (4, 50, 60, {"baseRefName": "next"}),
        (5, 60, 79, {}), (6, 90, 65, {}), (7, 71, 75, {}),
    ):  # fmt: skip
        github.pull(number, github.commit(written, f"c{number}"), *github.merge(merged),
                    hour=min(written, merged), **github.merged(merged), **more)  # fmt: skip


def _bands(github):
    """One pull request a month, with lead times just below the bounds, and one above the last."""
    github.deploy(1, 0, commit=0)
    for number, hours in enumerate((23, 167, 729), start=1):
        finished = (number - 1) * 31 * DAY + 10 * DAY
        github.deploy(number + 1, finished - 1 / 12, commit=finished - 1)
        github.pull(number, github.commit(finished - 2, "c", authored=finished - hours),
                    *github.merge(finished - 1), hour=finished - 2,
                    **github.merged(finished - 1))  # fmt: skip


def _every_other_day(github):
    """Monday, Wednesday and Friday of all weeks."""
    deployments(github, *(7 * week + day for week in range(13) for day in (0, 2, 4)))


def _once_a_week(github):
    """Every week but every fourth."""
    deployments(github, *(7 * week + 1 for week in range(13) if week % 4))


def _once_a_month(github):
    deployments(github, 1, 30, 60)


def _rarely(github):
    deployments(github, 1)


def _rework(github):
    """Two of three deployments with changes; one of them repairs an incident."""
    deployments(github, 1, 2, 3)
    incident(github, 1, 1.2 * DAY)
    github.pull(2, github.commit(1.3 * DAY, "a"), *github.merge(1.5 * DAY), hour=1.3 * DAY,
                **github.merged(1.5 * DAY), title=f"Fixes #{github.base + 1}")  # fmt: skip
    github.pull(3, github.commit(2.3 * DAY, "b"), *github.merge(2.5 * DAY), hour=2.3 * DAY,
                **github.merged(2.5 * DAY))  # fmt: skip


def _none(github):
    """No deployments, an incident."""
    incident(github, 1, 5)


def _stages(github):
    """
    GitLab: issue 9:00, milestone 11:00, first commit 12:00, merge request 14:00, merge 19:00,
    production 19:30.
    """
    github.deploy(1, 1, commit=1)
    github.issue(2, github.event("MilestonedEvent", 11, milestoneTitle="Next"), hour=9)
    github.pull(1, github.commit(12, "a"), *github.merge(19), hour=14, **github.merged(19),
                title=f"Fixes #{github.base + 2}")  # fmt: skip
    github.deploy(2, 19.5 - 1 / 12, commit=19)


def _queries(github):
    """A bug in production, a bug elsewhere, and what is in production and no bug."""
    deployments(github, 1, 2, 3, 4)
    bug = {"issueType": {"id": "T2", "name": "Bug"}}
    incident(github, 1, 1.5 * DAY, label="production", **bug)
    incident(github, 2, 2.5 * DAY, label="elsewhere", **bug)
    incident(github, 3, 3.5 * DAY, label="production")


def _released(github):
    """Three releases, each deployed three hours later; an incident after two of them."""
    for number, day in enumerate((1, 2, 3), start=1):
        github.release(number, day * DAY)
        github.deploy(number, day * DAY + 3)
    incident(github, 1, 1.5 * DAY)
    incident(github, 2, 2.5 * DAY)


def _fast_forward(github):
    """Written at 10, pushed to the branch at 30; deployments finish at 20 and 40."""
    github.deploy(1, 1, commit=1)
    github.deploy(2, 20 - 1 / 12, commit=15)
    github.deploy(3, 40 - 1 / 12, commit=30)
    merged = github.merged(30)
    merged["mergeCommit"] = {**merged["mergeCommit"], "committedDate": at(10)}
    github.pull(1, github.commit(10, "a"), *github.merge(30), hour=10, **merged)


CASES = (
    _one_of_four, _two_of_five, _four_of_23, _between, _restored, _ten_in_january, _lead_times,
    _bands, _every_other_day, _once_a_week, _once_a_month, _rarely, _rework, _none, _stages,
    _queries, _released, _fast_forward,
)  # fmt: skip


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
