"""The dates of a sprint are those that it began with, however its board is edited later."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from flowmart.core.window import Window
from tests.sql.youtrack.youtrack import ALPHA, CONTEXT, YouTrack, at, day_of, instant

COVERED = Window(instant(0), instant(100))

# What snapshots of these days told of start and end -> the dates that count, and whether it is a
# finding. A sprint is dated by the last snapshot before the start that it tells.
CASES = {
    "told once": ({1: (12, 26)}, (12, 26), False),
    "planned anew before it began": ({1: (10, 24), 5: (12, 26)}, (12, 26), False),
    "planned anew twice": ({1: (12, 26), 3: (14, 28), 5: (12, 26)}, (12, 26), False),
    "edited after it began": ({1: (10, 24), 5: (12, 26), 13: (11, 30)}, (12, 26), True),
    "extended": ({1: (12, 26), 20: (12, 30)}, (12, 26), True),
    "extended and taken back": ({1: (12, 26), 20: (12, 30), 21: (12, 26)}, (12, 26), False),
    "first seen when it had begun": ({13: (12, 26)}, (12, 26), False),
    "edited when it had begun before": ({13: (12, 26), 15: (9, 25)}, (12, 26), True),
    "put off": ({1: (12, 26), 13: (20, 34)}, (20, 34), False),
    "without dates at first": ({1: (None, None), 5: (12, 26)}, (12, 26), False),
    "its end told late": ({1: (12, None), 15: (12, 26)}, (12, 26), False),
    "its dates taken away": ({1: (12, 26), 15: (None, None)}, (12, 26), True),
    "corrected after it began": ({1: (12, 5), 13: (12, 26)}, (12, 26), False),
    "seen on the day itself": ({12: (12, 26), 13: (11, 26)}, (12, 26), True),
}
DAYS = sorted({day for told, _, _ in CASES.values() for day in told})


def boards(day):
    """The board as a snapshot of a day tells it: as told on the last day that tells something."""
    youtrack = YouTrack()
    sprints = []
    for number, (told, _, _) in enumerate(CASES.values()):
        known = [told_on for told_on in told if told_on <= day]
        if known:
            start, end = told[max(known)]
            sprints.append(
                {"id": f"109-{number}", "name": f"S{number}", "archived": False,
                 "start": start and at(start), "finish": end and at(end)}
            )  # fmt: skip
    youtrack.board("108-1", (ALPHA,), sprints)
    return list(youtrack.streams["agiles"].values())


def company():
    """An issue in every sprint, done on day 27: after planned ends, before extended ones."""
    youtrack = YouTrack()
    for number in range(len(CASES)):
        youtrack.issue(number, "71-4")
        youtrack.plan(number, 0, (f"109-{number}",))
        youtrack.moves(number, (27, "71-4"))
    return youtrack.records()


def play(warehouse, days, published=()):
    """Snapshots loaded in an order of their days; that of day 5 is taken again an hour later."""
    warehouse.clear()
    warehouse.run(company(), CONTEXT, "youtrack", window=COVERED, taken_at=instant(0.5))
    for day in days:
        for hour in (0, 1) if day == 5 else (0,):
            taken_at = instant(day + hour / 24)
            warehouse.load(warehouse.batch("youtrack"), {"agiles": boards(day)}, taken_at)
        if day in published:
            warehouse.run({}, CONTEXT, "youtrack", window=COVERED)
    warehouse.run({}, CONTEXT, "youtrack", window=COVERED)
    return warehouse.marts()


@pytest.fixture(scope="module")
def marts(warehouse):
    marts = play(warehouse, DAYS, published=(13,))
    warehouse.run({}, replace(CONTEXT, everything=True), "youtrack")
    assert warehouse.marts() == marts
    return marts


@pytest.fixture(scope="module", autouse=True)
def kept(warehouse, marts):
    """What raw keeps of the board after all snapshots, and what views say."""
    versions = warehouse.engine.query("select distinct version from raw.youtrack__agiles")
    reports = warehouse.rows("mart.v_sprint_reports", "sprint, completed_issues, ends_at, state")
    return len(versions), {row["sprint"]: row for row in reports}


@pytest.mark.parametrize(("number", "case"), [*enumerate(CASES)], ids=lambda value: str(value))
def test_the_dates_that_count(marts, number, case):
    told, dates, is_edited = CASES[case]
    [sprint] = [s for s in marts["dim_sprints"] if s["sprint_id"] == f"sprint:109-{number}"]
    assert (day_of(sprint["starts_at"]), day_of(sprint["ends_at"])) == dates
    now = (day_of(sprint["current_starts_at"]), day_of(sprint["current_ends_at"]))
    assert now == told[max(told)]
    findings = [
        f for f in marts["ops_data_quality"]
        if f["issue_key"] == f"youtrack:2-{number}" and f["rule"] == "sprint_dates_edited"
    ]  # fmt: skip
    assert bool(findings) == is_edited


def test_the_report_keeps_the_end_that_the_sprint_began_with(kept):
    """What was done on day 27 was not done on day 26, when the extended sprint was to end."""
    extended = kept[1]["S4"]
    assert (day_of(extended["ends_at"]), extended["completed_issues"]) == (26, 0)
    put_off = kept[1]["S8"]
    assert (day_of(put_off["ends_at"]), put_off["completed_issues"]) == (34, 1)


def test_raw_keeps_a_version_per_change(kept):
    """The second one of day 5 tells nothing new."""
    assert kept[0] == len(DAYS)


def test_any_order_of_loading_gives_the_same(warehouse, marts):
    days = list(DAYS)
    random.Random(5).shuffle(days)
    assert days != sorted(days)
    assert play(warehouse, days) == marts
