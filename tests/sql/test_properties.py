"""What holds for every history, however it was written and in whatever windows it arrived."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest

from flowmart.transform.views import load_views
from tests.sql.coverage import cover
from tests.sql.owners import assigned, owners, tell
from tests.sql.rolled import STATUSES, TYPES, history, link_at_random, retyped
from tests.sql.tracker import Tracker, at, phid
from tests.sql.warehouse import CONTEXT, INCLUDE

TASKS = 400
WINDOWS = 4
CATEGORIES = dict(
    zip(STATUSES, ("todo", "in_progress", "in_progress", "done", "done", "unknown"), strict=True)
)
SETTINGS = replace(CONTEXT, levels={"epic": "epic"}, blocked_by=("subtask",))
FIRST_ON = date(2026, 1, 1)
DAYS = 11  # the latest change is on the last one


def company(histories, types, assignments):
    """One task per history."""
    tracker = Tracker()
    for number, changes in histories.items():
        last = changes[-1][1] if changes else "open"
        before = TYPES[0]
        for quarter, after in types[number]:
            change = {"transactionType": "core:subtype", "oldValue": before, "newValue": after}
            tracker.event(number, quarter / 4, None, older=change)
            before = after
        owner = tell(tracker, number, assignments[number])
        tracker.task(number, status=last, projects=(1,), columns={1: 0}, version=len(changes),
                     subtype=before, ownerPHID=owner)  # fmt: skip
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
        types = {number: retyped(dice) for number in self.histories}
        self.owners = {number: owners(dice) for number in self.histories}
        tracker = company(self.histories, types, self.owners)
        link_at_random(tracker, dice, TASKS)
        records = tracker.records()
        arrivals = {
            number: dice.sample(range(WINDOWS), dice.randint(1, WINDOWS))
            for number in self.histories
        }
        # Who waits may come long before whom it waits for.
        for number in range(4, TASKS, 4):
            arrivals |= {number: [0], number + 1: [WINDOWS - 1]}
        windows = [
            window_of(records, [task for task, among in arrivals.items() if window in among])
            for window in range(WINDOWS)
        ]
        for window in windows:
            warehouse.run(window, SETTINGS)
        self.marts = warehouse.marts()
        self.contributors = warehouse.rows("mart.v_contributors_weekly")
        warehouse.run(windows[dice.randrange(WINDOWS)], SETTINGS)
        self.marts_after_a_repetition = warehouse.marts()
        warehouse.run({"tasks": []}, replace(SETTINGS, everything=True))
        self.marts_of_a_rebuild = warehouse.marts()
        cover(warehouse, 0, DAYS)
        self.flow = warehouse.rows("mart.v_flow_daily")
        self.bands = warehouse.rows("mart.v_cumulative_flow_daily")
        self.wip = warehouse.rows("mart.v_wip_daily")
        self.sums = warehouse.rows("mart.agg_flow_daily")
        self.contributors_of_a_rebuild = warehouse.rows("mart.v_contributors_weekly")


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


def test_assignments_are_what_the_history_says_without_overlap(world, seed):
    found = defaultdict(list)
    for row in sorted(world.marts["fct_issue_assignments"], key=lambda row: row["sequence"]):
        found[row["issue_key"]].append(row)
    for number, steps in world.owners.items():
        rows = found[f"phabricator:{phid('TASK', number)}"]
        visits = [
            (row["assignee_key"].removeprefix("phabricator:"), row["assigned_at"].timestamp(),
             row["released_at"] and row["released_at"].timestamp())
            for row in rows
        ]  # fmt: skip
        assert visits == assigned(steps), (seed, number)
        for row in rows:
            end = row["released_at"]
            lasted = end and (end - row["assigned_at"]).total_seconds()
            assert (row["duration_seconds"], row["is_current"]) == (lasted, end is None)


def test_contributors_are_the_people_of_the_changes(world):
    """Everyone who is no bot, and the authors; all projects of this world are one team's."""
    weeks = defaultdict(set)
    acts = [(row["changed_at"], row["actor_key"]) for row in world.marts["fct_issue_changes"]]
    acts += [(row["created_at"], row["author_key"]) for row in world.marts["fct_issues"]]
    for happened_at, who in acts:
        weeks[happened_at.date() - timedelta(days=happened_at.weekday())].add(who)
    found = {row["week_on"]: row["contributors"] for row in world.contributors
             if row["team"] == "(all)"}  # fmt: skip
    assert found == {week: len(people) for week, people in weeks.items()}


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
    assert world.contributors_of_a_rebuild == world.contributors
    assert len(world.marts["fct_issues"]) == TASKS
    assert any(row["blocked_seconds"] for row in world.marts["fct_issue_flow"])


def on(day):
    return FIRST_ON + timedelta(days=day)


def added_up(rows, key, value):
    """Key -> sum over all groups."""
    found = Counter()
    for row in rows:
        found[row["happened_on"], *(row[name] for name in key)] += row[value]
    return found


def test_what_is_in_a_category_at_the_end_of_a_day_is_what_histories_say(world, seed):
    expected = Counter()
    for steps in world.histories.values():
        for day in range(DAYS):
            past = [status for quarter, status in steps if quarter < 4 * (day + 1)]
            expected[on(day), CATEGORIES[past[-1] if past else "open"]] += 1
    found = added_up(world.bands, ["category"], "issues")
    assert +found == +expected, seed
    in_progress = {day: n for (day, category), n in expected.items() if category == "in_progress"}
    wip = added_up(world.wip, [], "in_progress_issues")
    assert {day: n for (day,), n in wip.items() if n} == in_progress, seed


def test_all_issues_are_in_some_category_on_every_day(world, seed):
    found = added_up(world.bands, [], "issues")
    assert found == {(on(day),): TASKS for day in range(DAYS)}, seed


def test_entered_less_exited_is_the_change_of_what_is_in_a_category(world, seed):
    """By team, type and level too."""
    facts = Counter()
    for row in world.marts["fct_issue_flow_steps"]:
        facts[group(row), row["happened_on"]] += row["entered"] - row["exited"]
    inside = {(group(row), row["happened_on"]): row["issues"] for row in world.bands}
    for (key, day), issues in inside.items():
        before = inside.get((key, day - timedelta(days=1)), 0)
        assert issues - before == facts[key, day], (seed, key, day)
        assert issues >= 0, (seed, key, day)


def group(row):
    return row["team"], row["issue_type"], row["level"], row["category"]


def test_bands_of_the_high_water_mark_never_cross_and_never_fall(world, seed):
    edges = added_up(
        [row for row in world.bands if row["reached_issues"] is not None],
        ["category"],
        "reached_issues",
    )
    for day in range(DAYS):
        todo, in_progress, done = (
            edges[on(day), category] for category in ("todo", "in_progress", "done")
        )
        assert todo >= in_progress >= done, (seed, day)
        for category in ("todo", "in_progress", "done"):
            assert edges[on(day), category] >= edges[on(day - 1), category], (seed, day)


def test_daily_sums_are_those_of_the_facts(world, seed):
    by = ("instance", "happened_on", "team", "issue_type", "level", "category")
    steps = ("entered", "exited", "entered_start_days", "exited_start_days", "high_water_entered",
             "high_water_exited", "arrived", "started", "delivered", "discarded",
             "reopened")  # fmt: skip
    sums = defaultdict(Counter)
    for row in world.marts["fct_issue_flow_steps"]:
        sums[tuple(row[name] for name in by)].update(
            {step: row[step] for step in steps} | {"fact_rows": 1}
        )
    found = {
        tuple(row[name] for name in by): {name: row[name] for name in (*steps, "fact_rows")}
        for row in world.sums
    }
    assert found == sums, seed


def test_arrivals_less_departures_are_what_is_open(world, seed):
    total = Counter()
    for row in world.flow:
        for name in ("arrived", "delivered", "discarded", "reopened", "net_flow"):
            total[name] += row[name]
    flow = world.marts["fct_issue_flow"]
    open_issues = sum(not row["is_done"] for row in flow)
    left = total["delivered"] + total["discarded"] - total["reopened"]
    assert total["arrived"] - left == open_issues, seed
    assert total["net_flow"] == total["arrived"] - total["delivered"], seed
    assert total["reopened"] == sum(row["reopen_count"] for row in flow), seed
    deliveries = world.marts["fct_issue_deliveries"]
    assert total["delivered"] == sum(r["outcome"] == "delivered" for r in deliveries), seed


@pytest.mark.parametrize("view", load_views(INCLUDE / "sql", "postgres"), ids=lambda v: v.name)
def test_the_key_of_a_view_identifies_its_rows(warehouse, world, view):
    schema = "ops" if view.contract.layer == "ops" else "mart"
    rows = warehouse.rows(f"{schema}.{view.name}", ", ".join(view.contract.key))
    keys = [tuple(row.values()) for row in rows]
    assert len(set(keys)) == len(keys)
