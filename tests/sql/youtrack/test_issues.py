"""Issues as they are now: what fields mean by type and place, and all others as one JSON object."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.sql.youtrack.youtrack import (
    ALPHA,
    APPROVED,
    ASSIGNEE,
    BETA,
    DONE,
    DUE,
    EFFORT,
    GAMMA,
    GAMMA_DOING,
    KIND,
    NOTE,
    OWNER,
    POINTS,
    PRIORITY,
    REVIEW,
    REVIEWER,
    STATE,
    TYPE,
    URGENCY,
    VERSIONS,
    WATCHERS,
    Project,
    YouTrack,
    at,
    element,
    run,
    user,
)

DELTA = Project("0-4", "DELTA", "Delta", (STATE, WATCHERS, REVIEWER, EFFORT))
MILLISECOND = timedelta(milliseconds=1)
ODD = 'say "1/2 \\ β"'


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    youtrack = YouTrack()
    youtrack.project(DELTA)
    youtrack.issue(
        1, DONE, created=0.5, resolved=2, reporter=user("gone"), summary=ODD,
        values={
            TYPE: element("81-1", "Bug"), PRIORITY: element("82-1", "Critical"),
            ASSIGNEE: user("bob"), REVIEWER: user("ann"), POINTS: 2.5, REVIEW: APPROVED,
            EFFORT: {"id": "P1D", "minutes": 480, "presentation": "1d", "$type": "PeriodValue"},
            DUE: at(30), NOTE: {"id": "1", "text": ODD, "$type": "TextFieldValue"},
            VERSIONS: [element("90-2", "2.0"), element("90-1", ODD)],
            WATCHERS: [user("bob"), user("ann")],
        },
    )  # fmt: skip
    youtrack.issue(2, values={VERSIONS: []})
    youtrack.issue(
        3, GAMMA_DOING, project=GAMMA,
        values={KIND: element("83-1", "Ошибка"), OWNER: user("bob"),
                URGENCY: element("84-1", "Срочный")},
    )  # fmt: skip
    youtrack.issue(
        4, project=DELTA, values={REVIEWER: user("bob"), EFFORT: {"id": "P0", "minutes": 0}}
    )
    youtrack.issue(5, project=ALPHA._replace(id="0-77"), values={ASSIGNEE: user("bob"), POINTS: 0})
    for number in range(100, 200):
        youtrack.issue(number, "72-1", project=BETA, version=7 * number)
    run(warehouse, youtrack)


def issue(warehouse, number):
    (row,) = warehouse.rows("mart.fct_issues", "*", f"issue_key = 'youtrack:2-{number}'")
    return row


# type, priority, estimate, assignee, status
EXPECTED = {
    1: ("Bug", "Critical", 2.5, "youtrack:1-bob", "Done"),
    2: ("default", None, None, None, "Open"),
    3: ("Ошибка", "Срочный", None, "youtrack:1-bob", "In Progress"),
    # Delta has no Assignee: its only field of one person is taken.
    4: ("default", None, None, "youtrack:1-bob", "Open"),
    # The project is invisible, the issue's own fields are not.
    5: ("default", None, 0.0, "youtrack:1-bob", "Open"),
}


@pytest.mark.parametrize("number", EXPECTED)
def test_fields_with_a_meaning(warehouse, number):
    row = issue(warehouse, number)
    columns = ("issue_type", "priority", "estimate", "assignee_key", "status_name")
    assert tuple(row[column] for column in columns) == EXPECTED[number]


def test_the_rest_is_one_object_of_names_and_values(warehouse):
    assert json.loads(issue(warehouse, 1)["custom_fields"]) == {
        "A review state": "Approved",
        "A reviewer": "Ann",
        "Effort": 480,
        "Due": at(30),
        "Note": ODD,
        # By name, in the order of bytes.
        "Fix versions": ["2.0", ODD],
        "Watchers": ["Ann", "Bob"],
    }
    assert json.loads(issue(warehouse, 4)["custom_fields"]) == {"Effort": 0}


def test_nothing_filled_is_null_and_not_an_empty_object(warehouse):
    assert issue(warehouse, 2)["custom_fields"] is None


def test_times_have_milliseconds_and_titles_any_text(warehouse):
    row = issue(warehouse, 1)
    assert row["title"] == ODD
    assert (row["created_at"], row["closed_at"]) == (
        datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
    )  # fmt: skip


def test_updated_time_is_exact_to_the_millisecond(warehouse):
    """A float of seconds does not hold all of these."""
    rows = warehouse.rows("mart.fct_issues", "issue_id, updated_at", "readable_id like 'BETA-%'")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert {r["issue_id"]: (r["updated_at"] - epoch) / MILLISECOND for r in rows} == {
        f"2-{number}": at(0) + 7 * number for number in range(100, 200)
    }


def test_deleted_reporter_gets_a_row(warehouse):
    rows = warehouse.rows("mart.dim_users", "user_id, username, is_active, is_known")
    assert [tuple(row.values()) for row in rows] == [
        ("1-ann", "ann", True, True),
        ("1-bob", "bob", True, True),
        ("1-gone", None, None, False),
    ]
