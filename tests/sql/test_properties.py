"""What holds for every history, however it was written and in whatever windows it arrived."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.sql.tracker import Tracker, at, phid
from tests.sql.warehouse import CONTEXT

TASKS = 400
WINDOWS = 4
STATUSES = ("open", "progress", "stalled", "resolved", "duplicate", "limbo")


def history(dice):
    """
    Steps in order of time: (quarter of a day, status it leads to).

    Several may fall on one instant, and some lead to the status that a task has already.
    """
    quarters = sorted(dice.randint(0, 40) for _ in range(dice.randint(0, 8)))
    return [(quarter, dice.choice(STATUSES)) for quarter in quarters]


def company(histories):
    """One task per history."""
    tracker = Tracker()
    for number, changes in histories.items():
        last = changes[-1][1] if changes else "open"
        tracker.task(number, status=last, projects=(1,), columns={1: 0}, version=len(changes))
        tracker.joins(number, 0, 1)
        tracker.moves(number, *[(quarter / 4, status) for quarter, status in changes])
        for quarter, status in changes:
            tracker.drags(number, quarter / 4, 1, STATUSES.index(status) % 3, None)
    return tracker


def window_of(records, tasks):
    """The snapshots, and what belongs to some of the tasks."""
    wanted = {phid("TASK", number) for number in tasks}
    return {
        stream: [
            record
            for record in rows
            if stream not in ("tasks", "transactions", "task_transactions")
            or (record.parent_id or record.record_id) in wanted
        ]
        for stream, rows in records.items()
    }


class World:
    """
    Histories of all kinds, whose tasks arrive in one window or in several ones, in any order.

    :param warehouse: an empty one.
    :param seed: of the dice; a failure names it.
    """

    def __init__(self, warehouse, seed):
        dice = random.Random(seed)
        self.histories = {number: history(dice) for number in range(1, TASKS + 1)}
        records = company(self.histories).records()
        arrivals = {
            number: dice.sample(range(WINDOWS), dice.randint(1, WINDOWS))
            for number in self.histories
        }
        windows = [
            window_of(records, [task for task, among in arrivals.items() if window in among])
            for window in range(WINDOWS)
        ]
        for window in windows:
            warehouse.run(window)
        self.marts = warehouse.marts()
        warehouse.run(windows[dice.randrange(WINDOWS)])
        self.marts_after_a_repetition = warehouse.marts()
        warehouse.run({"tasks": []}, replace(CONTEXT, everything=True))
        self.marts_of_a_rebuild = warehouse.marts()


@pytest.fixture(scope="module")
def seed():
    return random.randrange(10**6)


@pytest.fixture(scope="module")
def world(warehouse, seed):
    return World(warehouse, seed)


def check_intervals(rows, key):
    """They follow each other without gap or overlap, and only the last one is open."""
    visits = {}
    for row in rows:
        visits.setdefault(row[key], []).append(row)
    for stays in visits.values():
        stays.sort(key=lambda row: row["sequence"])
        assert [row["sequence"] for row in stays] == list(range(1, len(stays) + 1))
        assert [row["left_at"] for row in stays[:-1]] == [row["entered_at"] for row in stays[1:]]
        assert stays[-1]["left_at"] is None
    return visits


def test_visits_to_statuses_fill_the_time_from_creation_on(world, seed):
    visits = check_intervals(world.marts["fct_issue_status_intervals"], "issue_key")
    assert len(visits) == TASKS
    for number, steps in world.histories.items():
        stays = visits[f"phabricator:{phid('TASK', number)}"]
        seconds = sum(row["duration_seconds"] or 0 for row in stays)
        assert seconds == stays[-1]["entered_at"].timestamp() - at(0), (seed, number)
        names = [row["status_name"] for row in stays]
        assert names == [status.title() for status in without_repeats(steps)], (seed, number)


def test_visits_to_columns_follow_each_other(world):
    visits = check_intervals(world.marts["fct_issue_column_intervals"], "issue_key")
    assert len(visits) == TASKS


def without_repeats(steps):
    """The statuses that a history leads through."""
    found = ["open"]
    for _, status in steps:
        if status != found[-1]:
            found.append(status)
    return found


def test_windows_in_any_order_and_overlapping_give_the_marts_of_a_rebuild(world):
    assert world.marts_after_a_repetition == world.marts
    assert world.marts_of_a_rebuild == world.marts
    assert len(world.marts["fct_issues"]) == TASKS
