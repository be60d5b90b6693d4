"""How many people are active, and the teams that they are in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flowmart.core.people import Member
from tests.sql.test_people import ANN, CAT, ROBOT, company
from tests.sql.warehouse import CONTEXT

WEEKS = "phabricator__weeks"
HOUR = 1 / 24
NEW_YEAR, FIFTH, TWELFTH, NINETEENTH, TWENTY_SIXTH = (
    date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 26),
)  # fmt: skip


@pytest.fixture(scope="module")
def built(warehouse):
    return warehouse.run(weeks().records(), CONTEXT_OF_WEEKS, instance=WEEKS)


CONTEXT_OF_WEEKS = replace(
    CONTEXT,
    reporting_timezone="Europe/Moscow",
    members=(
        Member("Backend", "ann", None, None),
        Member("Backend", "cat", None, date(2026, 1, 12)),
        Member("Frontend", CAT, date(2026, 1, 12), None),
        Member("Backend", "robot", None, None),
        Member("Frontend", "dan", date(2026, 1, 1), date(2026, 2, 1)),
    ),
)


def weeks():
    """
    Task 101 is in Alpha, and in Beta since Tuesday, January 20; task 102 is in no project.

    Cat writes on Tuesday, January 6; on January 11 at 22:00, which is Monday in Moscow; and on
    January 21. In the week of February 2, only a bot is active.
    """
    tracker = company()
    tracker.task(101, projects=(2,))
    tracker.joins(101, 0, 1)
    tracker.event(101, 5, "comment", actor=CAT)
    tracker.event(101, 5.5, "comment", actor=CAT)
    tracker.event(101, 6, "comment", actor=ROBOT)
    tracker.event(101, 10 + 22 * HOUR, "comment", actor=CAT)
    tracker.joins(101, 19, 2, leaves=(1,))
    tracker.event(101, 20, "comment", actor=CAT)
    tracker.task(102, created=26)
    tracker.event(102, 33, "comment", actor=ROBOT)
    return tracker


def contributors(warehouse, view):
    rows = warehouse.rows(f"mart.{view}", "*", f"instance = '{WEEKS}'")
    found = {}
    for row in rows:
        found.setdefault(row["team"], {})[row["week_on"]] = row["contributors"]
    return found


def test_contributors_count_under_the_team_of_the_moment_and_once_in_all(warehouse, built):
    assert contributors(warehouse, "v_contributors_weekly") == {
        "Alpha": {NEW_YEAR: 2, FIFTH: 1, TWELFTH: 1, NINETEENTH: 0, TWENTY_SIXTH: 0},
        "Beta": {NINETEENTH: 2, TWENTY_SIXTH: 0},
        "(no project)": {TWENTY_SIXTH: 1},
        "(all)": {NEW_YEAR: 2, FIFTH: 1, TWELFTH: 1, NINETEENTH: 2, TWENTY_SIXTH: 1},
    }


def test_people_count_under_the_team_that_they_were_in_on_that_day(warehouse, built):
    assert contributors(warehouse, "v_team_contributors_weekly") == {
        "Backend": {NEW_YEAR: 1, FIFTH: 1, TWELFTH: 0, NINETEENTH: 0, TWENTY_SIXTH: 1},
        "Frontend": {TWELFTH: 1, NINETEENTH: 1, TWENTY_SIXTH: 0},
    }


def test_members_are_found_by_login_or_id(warehouse, built):
    rows = warehouse.rows("mart.dim_team_members", "team, user_ref, user_key, is_known")
    assert {tuple(row.values()) for row in rows} == {
        ("Backend", "ann", f"{WEEKS}:{ANN}", True),
        ("Backend", "cat", f"{WEEKS}:{CAT}", True),
        ("Backend", "robot", f"{WEEKS}:{ROBOT}", True),
        ("Frontend", CAT, f"{WEEKS}:{CAT}", True),
        ("Frontend", "dan", f"{WEEKS}:dan", False),
    }
    times = warehouse.rows(
        "mart.dim_team_members", "user_ref, valid_from, valid_to", "team = 'Frontend'"
    )
    assert {tuple(row.values()) for row in times} == {
        (CAT, date(2026, 1, 12), None), ("dan", date(2026, 1, 1), date(2026, 2, 1))
    }  # fmt: skip


def test_another_configuration_replaces_the_members(warehouse, built):
    left = replace(CONTEXT_OF_WEEKS, members=(Member("Backend", "bob", None, None),))
    warehouse.run({}, left, instance=WEEKS)
    rows = warehouse.rows("mart.dim_team_members", "team, user_ref")
    assert [tuple(row.values()) for row in rows] == [("Backend", "bob")]
    assert contributors(warehouse, "v_team_contributors_weekly")["Backend"][NEW_YEAR] == 1
