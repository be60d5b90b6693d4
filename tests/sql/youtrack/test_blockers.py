"""Issues of YouTrack that depend on others, and what they are sub-tasks of; worked out by hand."""

from __future__ import annotations

from dataclasses import replace

from tests.sql.youtrack.youtrack import CONTEXT, DOING, DONE, OPEN, YouTrack

DAY = 86_400
SETTINGS = replace(CONTEXT, blocked_by=("link:depends on",))


def link(youtrack, number, day, phrase, other, *, ends=False):
    sides = [{"id": f"2-{other}"}], []
    youtrack.activity(
        number, day, "Links", *(reversed(sides) if ends else sides), field={"name": phrase}
    )


def cases():
    youtrack = YouTrack()
    # 1: depends on 2 on days 2 to 9; a sub-task of 3, and for a day of 4.
    youtrack.issue(1, DONE, resolved=10)
    youtrack.moves(1, (1, DOING), (10, DONE))
    link(youtrack, 1, 2, "depends on", 2)
    link(youtrack, 1, 9, "depends on", 2, ends=True)
    link(youtrack, 1, 3, "subtask of", 3)
    link(youtrack, 1, 4, "subtask of", 4)
    link(youtrack, 1, 5, "subtask of", 4, ends=True)
    # 2: is required for 1, which blocks nobody; done on days 4 to 6 and from day 7 on.
    youtrack.issue(2, DONE, resolved=7)
    youtrack.moves(2, (1, DOING), (4, DONE), (6, OPEN), (7, DONE))
    link(youtrack, 2, 2, "is required for", 1)
    link(youtrack, 2, 2, "parent for", 1)
    return youtrack


def only(records, *numbers):
    """Issues with their histories, and all that is no issue's."""
    ids = {f"2-{number}" for number in numbers}
    return {
        stream: [r for r in listed if stream not in OF_ISSUES or {r.record_id, r.parent_id} & ids]
        for stream, listed in records.items()
    }


OF_ISSUES = ("issues", "activities")


def blocked_days(warehouse, number):
    where = f"issue_key = 'youtrack:2-{number}'"
    (row,) = warehouse.rows("mart.fct_issue_flow", "blocked_seconds", where)
    return row["blocked_seconds"] / DAY


def test_an_issue_is_blocked_until_the_one_that_it_depends_on_is_done(warehouse):
    records = cases().records()
    warehouse.run(only(records, 1), SETTINGS, "youtrack")
    assert blocked_days(warehouse, 1) == 7
    warehouse.run(only(records, 2), SETTINGS, "youtrack")
    assert (blocked_days(warehouse, 1), blocked_days(warehouse, 2)) == (2 + 1, 0)
    issues = warehouse.rows("mart.fct_issues", "readable_id, parent_key")
    assert [row["parent_key"] for row in issues] == ["youtrack:2-3", None]
    before = warehouse.marts()
    warehouse.run({}, replace(SETTINGS, everything=True), "youtrack")
    assert warehouse.marts() == before
