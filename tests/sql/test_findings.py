"""Each issue has the findings that are worked out here, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowmart.calendars.resolve import resolve
from flowmart.calendars.settings import CalendarSettings
from flowmart.transform.fields import Field
from tests.sql.tracker import DAY, Tracker, phid
from tests.sql.warehouse import CONTEXT

SECOND = 1 / DAY
ANN, BOB = phid("USER", "ann"), phid("USER", "bob")
# Before 1991 nobody knows Russia's holidays.
RUSSIAN = CalendarSettings(timezone="UTC", hours={"mon-fri": ["09:00-17:00"]}, country="RU")
SETTINGS = replace(
    CONTEXT,
    fields=(Field("effort", ("effort",), "bigint"),),
    calendars=tuple(resolve({"russian": RUSSIAN}, "test").values()),
    team_calendars={"Delta": "russian"},
)
PAGES = replace(
    SETTINGS,
    issue_page="https://phorge.test/{readable_id}",
    rules_off=frozenset({"created_in_progress"}),
    rule_limits={"moved_back_to_todo": 0},
)
RULES = {
    1: set(),
    2: {"status_disagrees_with_history", "closed_at_disagrees_with_history"},
    3: {"status_chain_broken"},
    4: {"closed_at_disagrees_with_history", "delivered_without_start"},
    5: {"unmapped_status"},
    6: {"started_and_done_at_once"},
    7: {"transaction_without_detail"},
    8: {"closed_at_disagrees_with_history", "delivered_without_start"},
    9: {"delivered_without_start"},
    10: {"closed_at_disagrees_with_history", "delivered_without_start"},
    11: {"status_change_before_creation"},
    12: {"created_in_progress"},
    13: {"moved_back_to_todo"},
    14: set(),
    15: {"reopened_often"},
    16: set(),
    17: {"in_progress_without_assignee"},
    18: {"delivered_without_assignee"},
    19: set(),
    20: {"user_not_listed"},
    21: {"estimate_not_positive"},
    22: {"estimate_not_positive", "without_title"},
    23: {"without_project"},
    24: {"field_chain_broken"},
    25: {"field_disagrees_with_history"},
    26: {"change_before_creation"},
    27: {"times_out_of_order", "closed_at_disagrees_with_history"},
    28: {"dated_in_the_future"},
    29: {"open_subtasks_of_done_issue"},
    30: set(),
    31: set(),
    32: set(),
    33: set(),
    34: set(),
    35: {"assignee_inactive"},
    36: set(),
    40: set(),
    41: set(),
    42: {"estimate_missing", "in_progress_without_sprint"},
    44: {"column_disagrees_with_board"},
    45: {"field_of_another_type"},
    46: {"unreadable_value"},
    47: {"created_as_done"},
    48: {"beyond_calendar"},
}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Assigned()
    broken_histories(tracker)
    flow(tracker)
    people_and_plans(tracker)
    fields(tracker)
    related(tracker)
    warehouse.run(tracker.records(), SETTINGS)


class Assigned(Tracker):
    """Whose tasks are ann's and in Beta, which has no board, unless they say otherwise."""

    def task(self, number, **more):
        super().task(number, **{"projects": (2,), "ownerPHID": ANN, **more})

    def finished(self, number, **more):
        self.task(number, status="resolved", closed=2, **more)
        self.moves(number, (1, "progress"), (2, "resolved"))


def broken_histories(tracker):
    tracker.task(1, status="duplicate", closed=2)
    tracker.moves(1, (1, "progress"), (2, "resolved"), (3, "duplicate"))
    tracker.task(2, status="resolved", closed=4)
    tracker.moves(2, (1, "progress"))
    tracker.task(3, status="resolved", closed=4)
    tracker.moves(3, (1, "progress"))
    tracker.moves(3, (4, "resolved"), first="stalled")
    tracker.task(4, status="resolved", closed=3)
    tracker.moves(4, (4, "resolved"))
    tracker.task(5, status="limbo")
    tracker.moves(5, (1, "limbo"), (2, "open"), (3, "limbo"))
    tracker.task(6, status="resolved", closed=3)
    tracker.moves(6, (3, "progress"), (3, "resolved"))
    tracker.task(7)
    tracker.event(7, 1, None)
    tracker.event(7, 2, None)
    tracker.task(8, status="resolved")
    tracker.moves(8, (4, "resolved"))
    tracker.task(9, status="resolved", closed=4 + 1 * SECOND)
    tracker.moves(9, (4, "resolved"))
    tracker.task(10, status="resolved", closed=4 - 2 * SECOND)
    tracker.moves(10, (4, "resolved"))
    tracker.task(11, created=2, status="progress")
    tracker.moves(11, (2 - 1 * SECOND, "progress"))
    tracker.task(47, status="resolved", closed=0)
    # From 1990-12-31 on.
    tracker.project(5, "Delta")
    tracker.task(48, created=-12_785, status="resolved", closed=-12_783, projects=(5,))
    tracker.moves(48, (-12_784, "progress"), (-12_783, "resolved"))


def flow(tracker):
    tracker.task(12, status="progress")
    tracker.task(13)
    tracker.moves(13, (1, "progress"), (2, "open"), (3, "progress"), (4, "open"))
    tracker.task(14)
    tracker.moves(14, (1, "progress"), (2, "open"))
    once = [(1, "resolved"), (2, "open"), (3, "resolved"), (4, "open")]
    tracker.task(15)
    tracker.moves(15, *once, (5, "resolved"), (6, "open"))
    tracker.task(16)
    tracker.moves(16, *once)


def people_and_plans(tracker):
    tracker.user("carl", "disabled")
    tracker.task(17, status="progress", ownerPHID=None)
    tracker.moves(17, (1, "progress"))
    tracker.finished(18, ownerPHID=None)
    tracker.task(19, status="duplicate", closed=2, ownerPHID=None)
    tracker.moves(19, (2, "duplicate"))
    tracker.task(20, ownerPHID=phid("USER", "zed"))
    tracker.task(21, points=-1)
    tracker.task(22, points=0, name="")
    tracker.task(23, projects=())
    tracker.task(35, ownerPHID=phid("USER", "carl"))
    tracker.finished(36, ownerPHID=phid("USER", "carl"))
    tracker.project(3, "Gamma")
    tracker.project(4, "Gamma, first", parent=3, milestone=1)
    for number in (40, 41, 42):
        in_plan = number < 42
        tracker.task(number, status="progress", projects=(4 if in_plan else 3,),
                     points=2 if in_plan else None)  # fmt: skip
        tracker.moves(number, (1, "progress"))


def fields(tracker):
    tracker.task(24)
    tracker.event(24, 1, "owner", {"old": BOB, "new": ANN})
    tracker.event(24, 2, "owner", {"old": BOB, "new": ANN})
    tracker.task(25)
    tracker.event(25, 1, "owner", {"old": ANN, "new": BOB})
    tracker.task(26)
    tracker.event(26, -1, "title", {"old": "A", "new": "Task 26"})
    tracker.task(27, closed=-1)
    tracker.task(28, created=20_000)
    tracker.task(45, **{"custom.effort": "much"})
    tracker.task(46, points="many")
    tracker.task(44, projects=(1,), columns={1: 2})
    tracker.joins(44, 1, 1)
    tracker.drags(44, 2, 1, 1, 0)


def related(tracker):
    """29 to 34: a sub-task that is open, one that is none any more, one that is done."""
    subtask_of = 4
    for parent, child in ((29, 30), (31, 32), (33, 34)):
        tracker.finished(parent)
        (tracker.finished if child == 34 else tracker.task)(child)
        tracker.edge(child, 1, subtask_of, [], [phid("TASK", parent)])
    tracker.edge(32, 2, subtask_of, [phid("TASK", 31)], [])


def key(number):
    return f"phabricator:{phid('TASK', number)}"


@pytest.mark.parametrize("number", RULES)
def test_rules(warehouse, number):
    rows = warehouse.rows("mart.v_data_quality", "rule", f"issue_key = '{key(number)}'")
    assert sorted(row["rule"] for row in rows) == sorted(RULES[number])


def test_details_name_what_disagrees(warehouse):
    rows = warehouse.rows("ops.ops_data_quality", "rule, detail", f"issue_key = '{key(2)}'")
    assert {row["rule"]: row["detail"] for row in rows} == {
        "status_disagrees_with_history": "the issue is resolved, its history leads to progress",
        "closed_at_disagrees_with_history": "the source closes the issue, the history does not",
    }


@pytest.mark.parametrize(
    ("number", "rule", "detail"),
    [
        (5, "unmapped_status", "nothing says what the status Limbo means; the time in it counts "
         "as neither work nor waiting"),
        (13, "moved_back_to_todo", "times that work was put back from in progress to to do: 2"),
        (15, "reopened_often", "times that the issue was reopened: 3"),
        (24, "field_chain_broken", "1 changes of assignee leave another value than the change "
         "before led to, such as that of "),
        (25, "field_disagrees_with_history", f"assignee is {ANN}, its history leads to {BOB}"),
        (29, "open_subtasks_of_done_issue", "the issue is done, and 1 of its sub-tasks are not, "
         "such as T30"),
        (35, "assignee_inactive", "the issue is open, and the account of Carl is disabled"),
    ],
)  # fmt: skip
def test_details_say_what_is_wrong(warehouse, number, rule, detail):
    where = f"issue_key = '{key(number)}' and rule = '{rule}'"
    (row,) = warehouse.rows("mart.v_data_quality", "detail", where)
    assert row["detail"].startswith(detail)


def test_c4_a_change_before_the_creation_is_told(warehouse):
    (row,) = warehouse.rows(
        "ops.ops_data_quality", "detail", "rule = 'status_change_before_creation'"
    )
    assert row["detail"].endswith(
        "changed the status 1 seconds before the issue was created; it counts from the creation"
    )


def test_a_finding_says_where_and_what_to_do(warehouse):
    (row,) = warehouse.rows("mart.v_data_quality", "*", "rule = 'unmapped_status'")
    told = ("instance", "readable_id", "title", "url", "team", "level", "kind", "next_step")
    assert [row[name] for name in told] == [
        "phabricator", "T5", "Task 5", None, "Beta", "item", "contradiction",
        "Add to `instances.phabricator.statuses` in flowmart.yaml, with the right category (todo, "
        "in_progress or done): `'limbo': {category: in_progress}`.",
    ]  # fmt: skip


def test_every_finding_has_a_next_step_and_a_key_of_its_own(warehouse):
    rows = warehouse.rows("mart.v_data_quality", "finding_key, next_step, explanation, kind")
    assert all(all(row.values()) for row in rows)
    assert len({row["finding_key"] for row in rows}) == len(rows) == sum(map(len, RULES.values()))


def test_rules_are_switched_off_and_limits_changed_without_a_rebuild(warehouse):
    """A batch in which nothing was loaded; only the addresses of issues are of facts."""
    before = warehouse.rows("ops.ops_data_quality")
    warehouse.run({"tasks": [], "transactions": []}, PAGES)
    assert warehouse.rows("ops.ops_data_quality") == before
    rows = warehouse.rows("mart.v_data_quality", "readable_id, rule, url")
    found = {(row["readable_id"], row["rule"]) for row in rows}
    wanted = {(f"T{number}", rule) for number, rules in RULES.items() for rule in rules}
    assert found == wanted - {("T12", "created_in_progress")} | {("T14", "moved_back_to_todo")}
    assert {row["url"] for row in rows if row["readable_id"] == "T5"} == {"https://phorge.test/T5"}
