"""Fields of projects may say that issues are blocked; others leave it unknown."""

from __future__ import annotations

from dataclasses import replace

from tests.meanings import meaning
from tests.sql.youtrack.youtrack import CONTEXT, DOING, DONE, OPEN, YouTrack

DAY = 86_400


def test_blocked_time_is_known_where_a_project_has_the_field(warehouse):
    youtrack = YouTrack()
    youtrack.issue(1, DONE, resolved=3)
    youtrack.moves(1, (1, DOING), (3, DONE))
    for field, expected in (
        ("custom:Note", 0), ("custom:Notes", None), ("tag", 0), ("tags", None),
    ):  # fmt: skip
        context = replace(CONTEXT, blocked={field: ["yes"]})
        warehouse.run(youtrack.records(), context, "youtrack")
        (row,) = warehouse.rows("mart.fct_issue_flow", "active_seconds, blocked_seconds")
        assert tuple(row.values()) == (2 * DAY, expected), field


def test_a_state_by_name_and_by_id_is_one(warehouse):
    """Each of the three projects has a state of this name."""
    statuses = {**CONTEXT.statuses, OPEN: meaning("in_progress"), "Opened": meaning("todo")}
    warehouse.run(YouTrack().records(), replace(CONTEXT, statuses=statuses), "youtrack")
    found = warehouse.rows("mart.v_setting_findings", "value, rule, detail")
    assert [tuple(row.values()) for row in found] == [
        ("71-1", "setting_given_twice",
         "71-1 and Open are one status (71-1), and mean different things"),
        ("Opened", "setting_matches_nothing", "no record of the source has the status Opened"),
    ]  # fmt: skip
