"""What holds for every history, and that both engines build the same of it."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cache

import pytest

from tests.sql.warehouse import Warehouse
from tests.sql.youtrack.youtrack import (
    ALPHA,
    ASSIGNEE,
    BETA,
    CONTEXT,
    EFFORT,
    NOTE,
    POINTS,
    REVIEW,
    STATE,
    VERSIONS,
    YouTrack,
    at,
    element,
    state,
    user,
)

ISSUES = 240
WINDOWS = 3
PROJECTS = {"71": ALPHA, "72": BETA}
PLAIN = "aZ0 \"\\/\n\t\x7f\x85éя漢😀<&'{}[]:,"
# The engines spell these differently within JSON: as they are or escaped, in capitals or not.
ODD = "\x01\x1f\u2028"


def history(dice):
    """
    Steps in order of time: (quarter of a day, status it leads to, whether an activity says so).

    Several may fall on one instant. A step into the other bundle is a move. Activities may say
    nothing of the status after a move, but they do of the one before and of the one after that.
    """
    times = sorted(dice.randint(1, 20) for _ in range(dice.randint(0, 7)))
    steps, before, is_known = [], "71-1", False
    for quarter in times:
        after = dice.choice(["71", "72"]) + "-" + dice.choice("1234")
        may_be_silent = after[:2] != before[:2] and is_known and times.count(quarter) == 1
        if after != before:
            is_known = not (may_be_silent and dice.random() < 0.7)
            steps.append((quarter, after, is_known))
            before = after
    return steps


def values(dice):
    """What the other fields of an issue hold."""
    text = "".join(dice.choices(PLAIN, k=8))
    minutes = dice.randrange(10**6)
    return {
        EFFORT: {"id": f"P{minutes}", "minutes": minutes},
        POINTS: dice.choice([0, 3.0, 2.5, 0.1, 13]),
        NOTE: {"id": "1", "text": text + dice.choice(ODD)},
        VERSIONS: [element(f"90-{n}", text[n:]) for n in range(dice.randint(0, 4))],
        ASSIGNEE: user(dice.choice(["ann", "bob", "gone"])),
        REVIEW: dice.choice([None, element("79-1", "Approved")]),
    }


def instance(dice):
    """A YouTrack and the histories of its issues, which begin in Alpha's first status."""
    youtrack, histories = YouTrack(), {}
    for number in range(1, ISSUES + 1):
        before, histories[number] = "71-1", history(dice)
        for quarter, after, is_told in histories[number]:
            if after[:2] != before[:2]:
                youtrack.transfer(number, quarter / 4, PROJECTS[before[:2]], PROJECTS[after[:2]])
            if is_told:
                youtrack.change(number, quarter / 4, STATE, state(before), state(after))
            before = after
        held = values(dice)
        youtrack.change(number, 5, VERSIONS, [], held[VERSIONS])
        youtrack.change(number, 5, POINTS, None, held[POINTS])
        youtrack.change(number, 6, NOTE, None, held[NOTE]["text"])
        youtrack.issue(
            number, before, project=PROJECTS[before[:2]], values=held, version=len(histories)
        )
    return youtrack, histories


def window_of(records, issues):
    """The snapshots, and what belongs to some of the issues."""
    wanted = {f"2-{number}" for number in issues}
    return {
        stream: [
            record
            for record in rows
            if stream not in ("issues", "activities")
            or (record.parent_id or record.record_id) in wanted
        ]
        for stream, rows in records.items()
    }


class World:
    """
    Histories of all kinds, whose issues arrive in one window or in several ones, in any order.

    :param warehouse: an empty one.
    """

    def __init__(self, warehouse):
        dice = random.Random(99)
        youtrack, self.histories = instance(dice)
        records = youtrack.records()
        arrivals = {
            number: dice.sample(range(WINDOWS), dice.randint(1, WINDOWS))
            for number in self.histories
        }
        for window in range(WINDOWS):
            issues = [number for number, among in arrivals.items() if window in among]
            warehouse.run(window_of(records, issues), CONTEXT, "youtrack")
        self.marts = warehouse.marts()
        warehouse.run({"issues": []}, replace(CONTEXT, everything=True), "youtrack")
        self.marts_of_a_rebuild = warehouse.marts()


@pytest.fixture(scope="module")
def world_on(request, tmp_path_factory):
    """Name of an engine -> the world on it, which is built once."""

    @cache
    def world(engine):
        dsn = request.getfixturevalue(f"{engine}_dsn")
        return World(Warehouse(dsn, tmp_path_factory.mktemp("landing"), "youtrack"))

    return world


@pytest.fixture(params=["postgres", "clickhouse"])
def world(world_on, request):
    return world_on(request.param)


def test_clickhouse_builds_the_rows_of_postgres(world_on):
    postgres, clickhouse = (world_on(engine).marts for engine in ("postgres", "clickhouse"))
    assert len(postgres["fct_issues"]) == ISSUES
    for model, rows in postgres.items():
        assert comparable(clickhouse[model]) == comparable(rows), model


def comparable(rows):
    """Documents as what they say: the engines write them in different ways."""
    return [
        row | {"custom_fields": json.loads(row["custom_fields"] or "null")}
        if "custom_fields" in row
        else row
        for row in rows
    ]


def test_visits_lead_through_the_statuses_of_the_history(world):
    visits = {}
    for row in world.marts["fct_issue_status_intervals"]:
        visits.setdefault(row["issue_key"], {})[row["sequence"]] = row
    for number, steps in world.histories.items():
        stays = [row for _, row in sorted(visits[f"youtrack:2-{number}"].items())]
        assert [(row["status_key"], row["entered_at"].timestamp() * 1000) for row in stays] == [
            ("youtrack:71-1", at(0)),
            *((f"youtrack:{status}", at(quarter / 4)) for quarter, status, _ in steps),
        ]
        assert [row["left_at"] for row in stays] == [*(r["entered_at"] for r in stays[1:]), None]
    findings = [row["rule"] for row in world.marts["ops_data_quality"]]
    assert [rule for rule in findings if rule.startswith("status_")] == []


def test_windows_in_any_order_and_overlapping_give_the_marts_of_a_rebuild(world):
    assert world.marts_of_a_rebuild == world.marts
    assert len(world.marts["fct_issues"]) == ISSUES
