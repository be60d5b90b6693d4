"""Issues that wait for others, and their parents; the numbers are worked out by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from flowmart.core.errors import OutdatedBatchError
from flowmart.publish.publisher import publish_batch
from flowmart.transform.runner import build_batch
from tests.meanings import meaning
from tests.sql.test_tombstones import tombstone
from tests.sql.tracker import DAY, Tracker, phid
from tests.sql.warehouse import CONTEXT

SUBTASK, PARENT = 3, 4
BY_LINKS = replace(CONTEXT, blocked_by=("subtask",))
SETTINGS = replace(BY_LINKS, blocked={"custom:flag": ["Impediment"]})


def link(tracker, number, day, other, *, kind=SUBTASK, ends=False):
    sides = [], [phid("TASK", other)]
    tracker.edge(number, day, kind, *(reversed(sides) if ends else sides))


def flag(tracker, number, day, old, new):
    older = {
        "transactionType": "core:customfield", "oldValue": old, "newValue": new,
        "meta": {"customfield:key": "std:maniphest:flag"},
    }  # fmt: skip
    tracker.event(number, day, None, older=older)


def waiting(tracker, number, *, until, **fields):
    """A task in work from day 1 until a day."""
    tracker.task(number, status="resolved", closed=until, **fields)
    tracker.moves(number, (1, "progress"), (until, "resolved"))


def blocked_tasks():
    """Tasks 1 to 10, whose blockers are those below."""
    tracker = Tracker()
    # 1: waits for 20 on days 2 to 9, flagged on days 3 to 5.
    waiting(tracker, 1, until=10)
    link(tracker, 1, 2, 20)
    link(tracker, 1, 9, 20, ends=True)
    flag(tracker, 1, 3, None, "Impediment")
    flag(tracker, 1, 5, "Impediment", None)
    # 2: waits for what nobody has loaded; 3: for 20, and on day 5 for 21, which is never done.
    waiting(tracker, 2, until=6)
    link(tracker, 2, 2, 99)
    link(tracker, 2, 5, 99, ends=True)
    waiting(tracker, 3, until=8)
    link(tracker, 3, 3, 20)
    link(tracker, 3, 5, 21)
    link(tracker, 3, 6, 21, ends=True)
    # 4: for what has always been done; 5: has waited for 21 from the beginning, until day 3.
    waiting(tracker, 4, until=4)
    link(tracker, 4, 2, 22)
    waiting(tracker, 5, until=4)
    link(tracker, 5, 3, 21, ends=True)
    # 6: for 23, which is in limbo from day 3 on; 7: is a sub-task, and waits for nobody.
    waiting(tracker, 6, until=5)
    link(tracker, 6, 2, 23)
    waiting(tracker, 7, until=3)
    link(tracker, 7, 2, 20, kind=PARENT)
    # 8: moved from one parent to another and back; 9: has two, and 10 lost its one.
    tracker.task(8)
    link(tracker, 8, 1, 20, kind=PARENT)
    link(tracker, 8, 2, 20, kind=PARENT, ends=True)
    link(tracker, 8, 2, 99, kind=PARENT)
    link(tracker, 8, 3, 99, kind=PARENT, ends=True)
    link(tracker, 8, 3, 20, kind=PARENT)
    tracker.task(9)
    link(tracker, 9, 2, 99, kind=PARENT)
    link(tracker, 9, 1, 20, kind=PARENT)
    tracker.task(10)
    link(tracker, 10, 1, 20, kind=PARENT)
    link(tracker, 10, 2, 20, kind=PARENT, ends=True)
    return tracker


def blockers(*steps, status):
    """20, which takes some steps, 21, which is open, 22, created as done, and 23, in limbo."""
    tracker = Tracker(_ids=itertools.count(1000))
    tracker.task(23, status="limbo")
    tracker.moves(23, (3, "limbo"))
    tracker.task(20, status=status, version=len(steps))
    tracker.moves(20, *steps)
    tracker.task(21)
    tracker.task(22, status="resolved", closed=0)
    return tracker


REOPENED = (4, "resolved"), (6, "open"), (7, "resolved")


def blocked_days(warehouse, *numbers):
    return {number: flow(warehouse, number)["blocked_seconds"] / DAY for number in numbers}


def flow(warehouse, number):
    where = f"issue_key = 'phabricator:{phid('TASK', number)}'"
    (row,) = warehouse.rows("mart.fct_issue_flow", "*", where)
    return row


def touched(warehouse, batch):
    rows = warehouse.rows(f"stage.int_touched_issue__{batch.batch_id}", "issue_id, reason")
    return {int(row["issue_id"].rsplit("-", 1)[1]): row["reason"] for row in rows}


def assert_same_as_a_replay(warehouse, context):
    before = warehouse.marts()
    warehouse.run({}, replace(context, everything=True))
    assert warehouse.marts() == before


def test_an_issue_is_blocked_by_links_less_the_time_in_which_its_blocker_is_done(warehouse):
    """20 is not done before day 4 and on days 6 to 7."""
    warehouse.clear()
    warehouse.run(blocked_tasks().records(), SETTINGS)
    batch = warehouse.run(blockers(*REOPENED, status="resolved").records(), SETTINGS)
    assert touched(warehouse, batch) == {
        **dict.fromkeys((20, 21, 22, 23), "loaded"),
        **dict.fromkeys((1, 3, 4, 5, 6), "blocker"),
    }
    assert blocked_days(warehouse, 1, 2, 3, 4, 5, 6, 7) == {
        1: 2 + 1 + 1,  # days 2 to 4, the rest of the flag's, and day 6
        2: 3,
        3: 1 + 1 + 1,  # day 3, day 5 for 21, day 6
        4: 0,
        5: 2,  # in progress from day 1 on
        6: 3,
        7: 0,
    }
    row = flow(warehouse, 1)
    assert (row["active_seconds"], row["waiting_seconds"]) == (5 * DAY, 0)
    assert row["flow_efficiency"] == pytest.approx(5 / 9)
    parents = {
        int(row["readable_id"][1:]): row["parent_key"]
        for row in warehouse.rows("mart.fct_issues", "readable_id, parent_key")
        if row["parent_key"]
    }
    assert parents == {
        number: f"phabricator:{phid('TASK', parent)}"
        for number, parent in {7: 20, 8: 20, 9: 99}.items()
    }
    children = warehouse.rows("mart.v_child_issues", "issue_key, parent_key")
    assert len(children) == 4  # 9 has two parents
    assert_same_as_a_replay(warehouse, SETTINGS)


def test_whoever_waits_is_rebuilt_with_what_it_waits_for(warehouse):
    warehouse.clear()
    warehouse.run(blocked_tasks().records(), BY_LINKS)
    assert blocked_days(warehouse, 1, 3) == {1: 7, 3: 5}
    for steps, status, expected in (
        (REOPENED[:1], "resolved", {1: 2, 3: 1 + 1}),
        (REOPENED[:2], "open", {1: 2 + 3, 3: 1 + 1 + 2}),
        (REOPENED, "resolved", {1: 2 + 1, 3: 1 + 1 + 1}),
    ):
        batch = warehouse.run(blockers(*steps, status=status).records(), BY_LINKS)
        assert touched(warehouse, batch)[1] == "blocker"
        assert blocked_days(warehouse, 1, 3) == expected
    # The blocked one comes back alone, then its blocker is gone: its history stays.
    again = Tracker()
    waiting(again, 1, until=10, version=60)
    batch = warehouse.run({"tasks": again.records()["tasks"]}, BY_LINKS)
    assert touched(warehouse, batch) == {1: "loaded"}
    gone = tombstone(20, 30, "deleted")
    batch = warehouse.run({"issue_tombstones": [gone]}, BY_LINKS)
    assert touched(warehouse, batch) == {20: "loaded", 1: "blocker", 3: "blocker"}
    assert blocked_days(warehouse, 1, 3) == {1: 3, 3: 3}
    assert_same_as_a_replay(warehouse, BY_LINKS)


def test_settings_reach_whoever_waits(warehouse):
    warehouse.clear()
    warehouse.run(blocked_tasks().records(), CONTEXT)
    warehouse.run(blockers(*REOPENED, status="resolved").records(), CONTEXT)
    assert flow(warehouse, 1)["blocked_seconds"] is None
    assert warehouse.rows("ops.ops_issue_blockers") == []
    batch = warehouse.run({}, BY_LINKS)
    assert set(touched(warehouse, batch).values()) == {"ops_settings"}
    assert len(touched(warehouse, batch)) == 14
    assert blocked_days(warehouse, 1, 6, 7) == {1: 3, 6: 3, 7: 0}
    # Limbo comes to mean done: 6 shows it through 23 only.
    is_done = replace(BY_LINKS, statuses={**CONTEXT.statuses, "limbo": meaning("done")})
    batch = warehouse.run({}, is_done)
    assert touched(warehouse, batch) == {23: "dim_statuses", 6: "blocker"}
    assert blocked_days(warehouse, 6) == {6: 1}
    assert_same_as_a_replay(warehouse, is_done)


def test_a_run_that_another_one_overtakes_is_built_again(warehouse):
    """Neither run sees the other's issues while it is built."""
    warehouse.clear()
    later = blockers(*REOPENED, status="resolved").records()
    waiting_batch = build(warehouse, blocked_tasks().records())
    warehouse.run(blockers(*REOPENED[:1], status="resolved").records(), BY_LINKS)
    with pytest.raises(OutdatedBatchError, match="ops_issue_blockers depend by blocker_key"):
        publish_batch(warehouse.engine, warehouse.project, waiting_batch)
    blocking_batch = build(warehouse, later)
    build_batch(warehouse.engine, warehouse.project, waiting_batch, BY_LINKS)
    publish_batch(warehouse.engine, warehouse.project, waiting_batch)
    with pytest.raises(OutdatedBatchError, match="ops_issue_blockers depend by blocker_key"):
        publish_batch(warehouse.engine, warehouse.project, blocking_batch)
    build_batch(warehouse.engine, warehouse.project, blocking_batch, BY_LINKS)
    publish_batch(warehouse.engine, warehouse.project, blocking_batch)
    assert blocked_days(warehouse, 1, 3) == {1: 3, 3: 3}


def build(warehouse, streams):
    batch = warehouse.batch()
    warehouse.load(batch, streams)
    build_batch(warehouse.engine, warehouse.project, batch, BY_LINKS)
    return batch
