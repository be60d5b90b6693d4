"""Settings that name what the source does not have, or one thing in two ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flowmart.core.people import Member
from flowmart.core.status import ConfiguredMeaning, Measure
from tests.meanings import meaning
from tests.sql.tracker import DAY, Tracker, phid
from tests.sql.warehouse import CONTEXT

ALPHA, BETA = phid("PROJ", 1), phid("PROJ", 2)
WEEK, MONTH = (date(2026, 1, 5), date(2026, 1, 11)), (date(2026, 1, 5), date(2026, 2, 1))
# Each name that is right has a neighbour that is not.
SETTINGS = replace(
    CONTEXT,
    statuses={
        "progress": meaning("in_progress"),
        "Progress": meaning("todo"),  # the name of the same one
        "stalled": meaning("in_progress"),
        "Stalled": meaning("in_progress"),  # says the same
        "stoled": meaning("todo"),
        "limbo": [
            ConfiguredMeaning(category="todo", project="Alpha"),
            ConfiguredMeaning(category="done", project=ALPHA),
            ConfiguredMeaning(category="done", project="Gamma"),
        ],
        "gone": meaning("done"),  # in no snapshot, but issues were in it
    },
    teams={"Alpha": "One", ALPHA: "Two", "Beta": "Two", "Betta": "Two", "Sprint 1": "One"},
    sprints={"Sprint 1": WEEK, phid("PROJ", 3): MONTH, "Sprint 2": WEEK},
    levels={"epic": "epic", "bug": "subtask", "bugg": "subtask"},
    measures={"wait": Measure.model_validate({"from": ["Open"], "to": ["resolved", "solved"]})},
    blocked={"custom:flag": ["Impediment", "Impedimnt"], "custom:flagg": ["x"], "priority": ["80"]},
    blocked_by=("subtask", "mention"),
    team_calendars={"Beta": "x"},
    members=(Member("Us", "ann", None, None), Member("Us", "anna", None, None)),
)


def world():
    tracker = Tracker()
    tracker.project(3, "Sprint 1", parent=1, milestone=1)
    tracker.task(1, status="resolved", closed=3, subtype="bug", **{"custom.flag": None})
    tracker.moves(1, (1, "progress"), (2, "gone"), (3, "resolved"))
    for day, old, new in ((1.5, None, "Impediment"), (1.75, "Impediment", None)):
        tracker.event(1, day, None, older={
            "transactionType": "core:customfield", "oldValue": old, "newValue": new,
            "meta": {"customfield:key": "std:maniphest:flag"},
        })  # fmt: skip
    older = {"transactionType": "core:subtype", "oldValue": "epic", "newValue": "bug"}
    tracker.event(1, 1, None, older=older)
    tracker.edge(1, 1, 3, [], [phid("TASK", 9)])
    return tracker.records()


def findings(warehouse, columns="setting, value, rule"):
    return {tuple(row.values()) for row in warehouse.rows("mart.v_setting_findings", columns)}


def test_a_name_that_nothing_has_and_one_thing_named_twice_are_findings(warehouse):
    warehouse.clear()
    warehouse.run(world(), SETTINGS)
    assert findings(warehouse) == {
        ("statuses", "stoled", "setting_matches_nothing"),
        ("statuses.limbo", "Gamma", "setting_matches_nothing"),
        ("measures.wait.to", "solved", "setting_matches_nothing"),
        ("teams", "Betta", "setting_matches_nothing"),
        ("sprints", "Sprint 2", "setting_matches_nothing"),
        ("levels.subtask", "bugg", "setting_matches_nothing"),
        ("blocked", "custom:flagg", "setting_matches_nothing"),
        ("blocked.custom:flag", "Impedimnt", "setting_matches_nothing"),
        ("blocked.custom:flagg", "x", "setting_matches_nothing"),
        ("blocked.priority", "80", "setting_matches_nothing"),
        ("blocked_by", "mention", "setting_matches_nothing"),
        ("team_calendars", "Beta", "setting_matches_nothing"),
        ("people.Us", "anna", "setting_matches_nothing"),
        ("statuses", "Progress", "setting_given_twice"),
        ("statuses.limbo", "Alpha", "setting_given_twice"),
        ("teams", "Alpha", "setting_given_twice"),
        ("sprints", phid("PROJ", 3), "setting_given_twice"),
    }


def test_a_finding_says_what_to_do(warehouse):
    warehouse.clear()
    warehouse.run(world(), replace(CONTEXT, teams={"Alpha": "One", ALPHA: "Two", "Betta": "Two"}))
    assert findings(warehouse, "detail, next_step") == {
        (
            "no record of the source has the project Betta",
            "Correct or remove `teams: Betta` in `instances.phabricator` of flowmart.yaml. "
            "dim_statuses, dim_projects, dim_sprints, dim_users and the fields of "
            "fct_issue_changes tell what there is.",
        ),
        (
            f"Alpha and {ALPHA} are one project ({ALPHA}), and mean different things",
            "Leave one of the names that the detail lists in `instances.phabricator` of "
            "flowmart.yaml.",
        ),
    }
    warehouse.run({}, replace(CONTEXT, teams={"Alpha": "One"}))
    assert findings(warehouse) == set()
    hidden = replace(
        CONTEXT, teams={"Betta": "Two"}, rules_off=frozenset({"setting_matches_nothing"})
    )
    warehouse.run({}, hidden)
    assert findings(warehouse) == set()


def test_blocked_time_is_unknown_until_something_can_say_it(warehouse):
    """The field comes with a later version of the task, a link with the settings."""
    warehouse.clear()
    tracker = Tracker()
    tracker.task(1, status="resolved", closed=3)
    tracker.moves(1, (1, "progress"), (3, "resolved"))
    flagged = replace(CONTEXT, statuses={"progress": meaning("in_progress"),
                                         "stalled": meaning("in_progress")},
                      blocked={"custom:flag": ["Impediment"]})  # fmt: skip
    assert blocked(warehouse, tracker.records(), flagged) == (None, None, 2 * DAY)
    tracker.task(1, status="resolved", closed=3, version=1, **{"custom.flag": None})
    assert blocked(warehouse, tracker.records(), flagged) == (0, 1.0, 2 * DAY)
    tracker.task(1, status="resolved", closed=3, version=2)
    assert blocked(warehouse, tracker.records(), flagged) == (None, None, 2 * DAY)
    linked = replace(flagged, blocked_by=("subtask",))
    assert blocked(warehouse, {}, linked) == (0, 1.0, 2 * DAY)
    of_all = replace(flagged, blocked={"priority": ["High"]})  # every task has one
    assert blocked(warehouse, {}, of_all) == (0, 1.0, 2 * DAY)


def blocked(warehouse, records, context):
    warehouse.run(records, context)
    columns = "blocked_seconds, flow_efficiency, active_seconds"
    (row,) = warehouse.rows("mart.fct_issue_flow", columns)
    return tuple(row.values())
