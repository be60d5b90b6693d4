"""Working time: which calendar counts, and where it does not reach; worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowmart.calendars.resolve import resolve
from flowmart.calendars.settings import CalendarSettings
from tests.sql.tracker import DAY, Tracker, phid
from tests.sql.warehouse import CONTEXT

HOUR = 3_600
CALENDARS = {
    "office": {"timezone": "UTC", "hours": {"mon-fri": ["09:00-13:00", "14:00-18:00"]}},
    "mornings": {"timezone": "UTC", "hours": {"mon-fri": ["09:00-13:00"]}},
    # Before 1991 nobody knows its holidays.
    "russian": {"inherits": "office", "country": "RU"},
}
SETTINGS = replace(
    CONTEXT,
    calendars=tuple(
        resolve(
            {name: CalendarSettings.model_validate(given) for name, given in CALENDARS.items()},
            "test",
        ).values()
    ),
    calendar="office",
    team_calendars={"Beta": "mornings", "Gamma": "russian"},
)
NEW_YEAR_1990 = -13_149  # days before 2026-01-01


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    warehouse.run(cases().records(), SETTINGS)


def cases():
    """Day 4 is Monday, 2026-01-05."""
    tracker = Tracker()
    tracker.project(3, "Gamma")
    noon = 0.5
    # 1: Alpha has no calendar of its own, so the instance's one counts; 2: Beta has.
    for number, project in ((1, 1), (2, 2)):
        tracker.task(number, created=4, status="resolved", closed=6, projects=(project,))
        tracker.moves(number, (4 + noon, "progress"), (6, "resolved"))
    # 3: in no project; 4: was done by Beta, and is reopened in Alpha.
    tracker.task(3, created=4, status="progress")
    tracker.moves(3, (5, "progress"))
    tracker.task(4, created=4, status="progress", projects=(1,))
    tracker.joins(4, 4, 2)
    tracker.moves(4, (5, "resolved"), (6, "progress"))
    tracker.joins(4, 6, 1, leaves=(2,))
    # 5: on a board of Alpha from Monday to Tuesday noon in one column, then in the next.
    tracker.task(5, created=4, projects=(1,), columns={1: 1})
    tracker.drags(5, 5 + noon, 1, 1, 0)
    # 6: begins a day before its calendar does, on 1990-12-31, and goes on in 1991.
    tracker.task(6, created=NEW_YEAR_1990 + 364, status="resolved", closed=0, projects=(3,))
    tracker.moves(6, (NEW_YEAR_1990 + 367, "progress"), (NEW_YEAR_1990 + 369, "stalled"),
                  (NEW_YEAR_1990 + 372, "resolved"))  # fmt: skip
    return tracker


def visits(warehouse, number, columns="sequence, working_duration_seconds"):
    found = warehouse.rows("mart.fct_issue_status_intervals", columns, of(number))
    return [tuple(row.values()) for row in found]


def of(number):
    return f"issue_key = 'phabricator:{phid('TASK', number)}'"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        # Monday until noon: 3 hours. Its afternoon: 1 + 4; Tuesday: 8.
        (1, [(1, 3 * HOUR), (2, 13 * HOUR), (3, None)]),
        # Mornings only: 1 hour is left of Monday, and Tuesday has 4.
        (2, [(1, 3 * HOUR), (2, 5 * HOUR), (3, None)]),
        (3, [(1, 8 * HOUR), (2, None)]),
        # It is open, so today's team counts, which is Alpha.
        (4, [(1, 8 * HOUR), (2, 8 * HOUR), (3, None)]),
    ],
)
def test_the_calendar_is_that_of_the_team_that_the_issue_counts_under(warehouse, number, expected):
    assert visits(warehouse, number) == expected


def test_a_visit_tells_which_calendar_counts(warehouse):
    assert {row[0] for row in visits(warehouse, 1, "calendar_key")} == {"phabricator:office"}
    assert {row[0] for row in visits(warehouse, 2, "calendar_key")} == {"phabricator:mornings"}
    assert {row[0] for row in visits(warehouse, 3, "calendar_key")} == {"phabricator:office"}


def test_visits_to_columns_of_boards(warehouse):
    columns = "column_name, duration_seconds, working_duration_seconds"
    found = warehouse.rows("mart.fct_issue_column_intervals", columns, of(5))
    assert [tuple(row.values()) for row in found] == [
        ("Backlog", DAY + 12 * HOUR, 11 * HOUR),
        ("Doing", None, None),
    ]


def test_times_in_statuses_add_up_the_visits(warehouse):
    columns = "status_name, working_duration_seconds"
    found = warehouse.rows("mart.fct_issue_status_times", columns, of(1))
    assert [tuple(row.values()) for row in found] == [
        ("Open", 3 * HOUR),
        ("Progress", 13 * HOUR),
        ("Resolved", 0),
    ]


def test_beyond_the_calendar_working_time_is_unknown_and_a_finding(warehouse):
    """
    The holidays of Russia are known from 1991-01-01 on. From Thursday the 3rd to Saturday the 5th
    two days are worked, and on Sunday and Monday, which is Christmas, none.
    """
    assert visits(warehouse, 6) == [(1, None), (2, 16 * HOUR), (3, 0), (4, None)]
    times = warehouse.rows(
        "mart.fct_issue_status_times", "status_name, working_duration_seconds", of(6)
    )
    assert {row["status_name"]: row["working_duration_seconds"] for row in times} == {
        "Open": None,
        "Progress": 16 * HOUR,
        "Stalled": 0,
        "Resolved": 0,
    }
    findings = warehouse.rows(
        "ops.ops_data_quality", "issue_key, detail", "rule = 'beyond_calendar'"
    )
    (finding,) = findings
    assert finding["issue_key"] == f"phabricator:{phid('TASK', 6)}"
    assert "the calendar russian does not reach" in finding["detail"]


def test_the_hours_are_published(warehouse):
    hours = warehouse.rows(
        "mart.dim_calendar_hours",
        "opens_at, closes_at, working_seconds_before",
        "calendar_key = 'phabricator:mornings' and worked_on between date '2026-01-02' and "
        "date '2026-01-05'",
    )
    friday, monday = hours
    assert f"{friday['opens_at']:%m-%d %H} {friday['closes_at']:%H}" == "01-02 09 13"
    assert f"{monday['opens_at']:%m-%d %H} {monday['closes_at']:%H}" == "01-05 09 13"
    assert monday["working_seconds_before"] - friday["working_seconds_before"] == 4 * HOUR


def test_who_keeps_which_calendar_is_published(warehouse):
    found = warehouse.rows("mart.dim_team_calendars", "team, calendar_key")
    assert [tuple(row.values()) for row in found] == [
        ("Beta", "phabricator:mornings"),
        ("Gamma", "phabricator:russian"),
        (None, "phabricator:office"),
    ]


def test_another_instance_has_calendars_of_its_own(warehouse):
    """It comes without any; those of the first stay."""
    warehouse.run(cases().records(), CONTEXT, "phabricator__acme")
    assert {row["instance"] for row in warehouse.rows("mart.dim_calendars")} == {"phabricator"}
    acme = warehouse.rows("mart.fct_issue_status_intervals", "*", "instance <> 'phabricator'")
    assert {(row["working_duration_seconds"], row["calendar_key"]) for row in acme} == {
        (None, None)
    }
    assert visits(warehouse, 2) == [(1, 3 * HOUR), (2, 5 * HOUR), (3, None)]
