"""Visits to statuses: several state fields, moves between projects, ties, and no state at all."""

from __future__ import annotations

import pytest

from tests.sql.youtrack.youtrack import (
    ALPHA,
    APPROVED,
    BETA,
    BETA_DOING,
    BETA_DONE,
    BETA_OPEN,
    DOING,
    DONE,
    GAMMA,
    GAMMA_DOING,
    GAMMA_OPEN,
    OPEN,
    REVIEW,
    STAGE,
    STATE,
    WAITING,
    YouTrack,
    day_of,
    run,
    state,
)

# Issue -> (status, day entered, day left); and what writes the issues.
VISITS = {}
CASES = []


def case(number, *visits):
    """Remember a case and what it has to give."""

    def remember(function):
        VISITS[number] = list(visits)
        CASES.append(function)

    return remember


@case(1, (OPEN, 0, 1), (DOING, 1, 4), (DONE, 4, 6), (DOING, 6, 7), (DONE, 7, None))
def reopened(youtrack):
    youtrack.issue(1, DONE, resolved=7)
    youtrack.moves(1, (1, DOING), (4, DONE), (6, DOING), (7, DONE))


@case(2, (WAITING, 3, None))
def never_changed(youtrack):
    youtrack.issue(2, WAITING, created=3)


@case(3, (OPEN, 0, 2), (DOING, 2, 2), (DONE, 2, 2), (WAITING, 2, None))
def at_one_instant(youtrack):
    """Ids tell the order: 99 comes before 100, whatever their first digits and arrival."""
    youtrack.issue(3, WAITING)
    youtrack.change(3, 2, STATE, state(DONE), state(WAITING), number=10_000)
    youtrack.change(3, 2, STATE, state(OPEN), state(DOING), number=998)
    youtrack.change(3, 2, STATE, state(DOING), state(DONE), number=999)


@case(4, (OPEN, 0, 2), (DOING, 2, None))
def other_state_field(youtrack):
    """Alpha has two fields of states: the second one is no status."""
    youtrack.issue(4, DOING, values={REVIEW: APPROVED})
    youtrack.change(4, 1, REVIEW, None, APPROVED)
    youtrack.change(4, 2, STATE, state(OPEN), state(DOING))


@case(5, (OPEN, 0, 1), (DOING, 1, 3), (BETA_DOING, 3, 5), (BETA_DONE, 5, None))
def moved_in_silence(youtrack):
    """The same field with the other project's elements; no activity says that they changed."""
    youtrack.issue(5, BETA_DONE, project=BETA, resolved=5)
    youtrack.moves(5, (1, DOING))
    youtrack.transfer(5, 3, ALPHA, BETA)
    youtrack.moves(5, (5, BETA_DONE), first=BETA_DOING)


@case(6, (OPEN, 0, 1), (DOING, 1, 3), (BETA_OPEN, 3, None))
def moved_in_silence_and_left_alone(youtrack):
    youtrack.issue(6, BETA_OPEN, project=BETA)
    youtrack.moves(6, (1, DOING))
    youtrack.transfer(6, 3, ALPHA, BETA)


@case(7, (OPEN, 0, 1), (DOING, 1, 3), (BETA_OPEN, 3, None))
def moved_with_a_status(youtrack):
    """The edit says both; its activities may come in either order."""
    youtrack.issue(7, BETA_OPEN, project=BETA)
    youtrack.moves(7, (1, DOING))
    youtrack.change(7, 3, STATE, state(DOING), state(BETA_OPEN))
    youtrack.transfer(7, 3, ALPHA, BETA)


@case(8, (OPEN, 0, 1), (DOING, 1, 3), (GAMMA_OPEN, 3, 4), (GAMMA_DOING, 4, None))
def moved_to_another_field(youtrack):
    """Гамма's field is another one; what happens to Alpha's in the same edit is no status."""
    youtrack.issue(8, GAMMA_DOING, project=GAMMA)
    youtrack.moves(8, (1, DOING))
    youtrack.transfer(8, 3, ALPHA, GAMMA)
    youtrack.change(8, 3, STATE, state(DOING), None)
    youtrack.change(8, 3, STAGE, None, state(GAMMA_OPEN))
    youtrack.moves(8, (4, GAMMA_DOING), first=GAMMA_OPEN, custom=STAGE)


@case(9, (OPEN, 0, 1), (DOING, 1, 4), (BETA_OPEN, 4, None))
def moved_twice(youtrack):
    """Nothing tells the status in Гамма, where the issue was from day 3 to day 4."""
    youtrack.issue(9, BETA_OPEN, project=BETA)
    youtrack.moves(9, (1, DOING))
    youtrack.transfer(9, 3, ALPHA, GAMMA)
    youtrack.transfer(9, 4, GAMMA, BETA)


@case(10, (OPEN, 0, 1), ("none", 1, 2), (DOING, 2, None))
def without_a_state_for_a_day(youtrack):
    youtrack.issue(10, DOING)
    youtrack.moves(10, (1, None), (2, DOING))


@case(11, ("none", 0, None))
def without_a_state(youtrack):
    youtrack.issue(11, None)


@case(12, (BETA_OPEN, 0, 2), (BETA_DOING, 2, 3), (DOING, 3, None))
def moved_from_a_project_that_is_gone(youtrack):
    """The old project is invisible: the issue's own project tells what its fields mean."""
    youtrack.issue(12, DOING)
    youtrack.moves(12, (2, BETA_DOING), first=BETA_OPEN)
    youtrack.transfer(12, 3, BETA._replace(id="0-99"), ALPHA)


@case(13, (OPEN, 0, 1), (DOING, 1, None))
def in_a_project_that_is_invisible(youtrack):
    """The issue's own fields tell: of two states the one with the lower id."""
    hidden = ALPHA._replace(id="0-77")
    youtrack.issue(13, DOING, project=hidden, values={REVIEW: APPROVED})
    youtrack.change(13, 0.5, REVIEW, None, APPROVED)
    youtrack.moves(13, (1, DOING))


@case(14, (OPEN, 0.25, 0.25 + 1 / 86_400_000), (DOING, 0.25 + 1 / 86_400_000, None))
def within_a_millisecond(youtrack):
    youtrack.issue(14, DOING, created=0.25)
    youtrack.moves(14, (0.25 + 1 / 86_400_000, DOING))


@case(15, (OPEN, 0, 2), (DOING, 2, 2), (DONE, 2, None))
def against_their_ids(youtrack):
    """The change with the lower id starts where the one with the higher id leads to."""
    youtrack.issue(15, DONE, resolved=2)
    youtrack.change(15, 2, STATE, state(DOING), state(DONE), number=15_100)
    youtrack.change(15, 2, STATE, state(OPEN), state(DOING), number=15_200)


@case(16, (OPEN, 0, 1), (DOING, 1, 3), (BETA_OPEN, 3, 3), (BETA_DOING, 3, None))
def moved_against_their_ids(youtrack):
    """The same in the instant of a move, which has a change of its own from state to state."""
    youtrack.issue(16, BETA_DOING, project=BETA)
    youtrack.moves(16, (1, DOING))
    youtrack.change(16, 3, STATE, state(BETA_OPEN), state(BETA_DOING), number=16_100)
    youtrack.change(16, 3, STATE, state(DOING), state(BETA_OPEN), number=16_200)
    youtrack.transfer(16, 3, ALPHA, BETA, number=16_300)


@case(17, (OPEN, 0, 1), (DOING, 1, 3), (BETA_OPEN, 3, None))
def moved_twice_against_their_ids(youtrack):
    """Alpha to Гамма to Beta at one instant; in Гамма the field is another one."""
    youtrack.issue(17, BETA_OPEN, project=BETA)
    youtrack.moves(17, (1, DOING))
    youtrack.transfer(17, 3, GAMMA, BETA, number=17_100)
    youtrack.transfer(17, 3, ALPHA, GAMMA, number=17_200)


@case(18, (OPEN, 2, 2), (DOING, 2, None))
def changed_before_creation(youtrack):
    youtrack.issue(18, DOING, created=2)
    youtrack.moves(18, (1, DOING))


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    youtrack = YouTrack()
    for build in CASES:
        build(youtrack)
    run(warehouse, youtrack)


@pytest.mark.parametrize("number", VISITS)
def test_c1_visits(warehouse, number):
    rows = warehouse.rows(
        "mart.fct_issue_status_intervals",
        "sequence, status_key, entered_at, left_at",
        f"issue_key = 'youtrack:2-{number}'",
    )
    visits = [
        (row["status_key"].split(":")[1], day_of(row["entered_at"]), day_of(row["left_at"]))
        for row in sorted(rows, key=lambda row: row["sequence"])
    ]
    assert visits == VISITS[number]


def test_lead_time_and_cycle_times_of_the_reopened_issue(warehouse):
    """Created on day 0, started 1, done 4, reopened 6, done 7; worked on for 3 + 1 days."""
    (flow,) = warehouse.rows("mart.fct_issue_flow", "*", "issue_key = 'youtrack:2-1'")
    day = 86_400
    assert flow["lead_time_seconds"] == 7 * day
    assert flow["first_start_first_done_seconds"] == 3 * day
    assert flow["first_start_last_done_seconds"] == 6 * day
    assert flow["last_start_last_done_seconds"] == 1 * day
    assert flow["active_seconds"] == 4 * day
    assert flow["reopen_count"] == 1


def test_same_named_elements_of_two_bundles_are_two_statuses_with_one_meaning(warehouse):
    rows = warehouse.rows(
        "mart.fct_issue_status_intervals",
        "status_key, status_name, status_category",
        "issue_key = 'youtrack:2-5' and sequence in (2, 3)",
    )
    assert [tuple(row.values()) for row in rows] == [
        (f"youtrack:{DOING}", "In Progress", "in_progress"),
        (f"youtrack:{BETA_DOING}", "In Progress", "in_progress"),
    ]


def test_moved_issue_stays_one_issue_under_its_new_readable_id(warehouse):
    (issue,) = warehouse.rows(
        "mart.fct_issues", "readable_id, team, project_key", "issue_key = 'youtrack:2-5'"
    )
    assert issue == {
        "readable_id": "BETA-5", "team": "Beta", "project_key": "youtrack:project:0-2"
    }  # fmt: skip


def test_what_is_no_status_is_kept_as_a_change(warehouse):
    rows = warehouse.rows(
        "mart.fct_issue_changes",
        "issue_key, old_value, new_value",
        "field in ('custom:A review state', 'custom:State')",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("youtrack:2-13", None, "Approved"),
        ("youtrack:2-4", None, "Approved"),
        ("youtrack:2-8", "In Progress", None),
    ]


def test_nothing_else_contradicts_itself(warehouse):
    """Nobody has mapped what it means to have no state."""
    rows = warehouse.rows("mart.v_data_quality", "issue_key, rule", "kind = 'contradiction'")
    assert [tuple(row.values()) for row in rows] == [
        ("youtrack:2-10", "unmapped_status"),
        ("youtrack:2-11", "unmapped_status"),
        ("youtrack:2-18", "status_change_before_creation"),
    ]


def test_c4_a_change_before_the_creation_is_told(warehouse):
    (row,) = warehouse.rows(
        "ops.ops_data_quality", "detail", "rule = 'status_change_before_creation'"
    )
    assert "changed the status 86400 seconds before the issue was created" in row["detail"]
