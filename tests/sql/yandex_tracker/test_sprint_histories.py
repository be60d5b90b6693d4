"""Sprints over random histories, against an oracle that walks through an issue's life."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field

import pytest

from flowmart.core.window import Window
from tests.clearing import clear
from tests.sql.yandex_tracker.tracker import (
    INSTANCE,
    Tracker,
    at,
    instant,
    issue_id,
    sprint,
)

STARTS, ENDS, COVERED_UNTIL = 10, 20, 30
ISSUES = 150
FLAGS = ("was_committed", "was_added", "was_removed", "was_re_estimated", "is_completed",
         "is_discarded", "is_open_at_end")  # fmt: skip
KINDS = {"1": "open", "3": "open", "77": "unmapped", "8": "delivered", "2": "discarded"}


@dataclass
class Life:
    """
    The life of an issue: what changes on a day changes at its beginning.

    :param created: the day of its creation, in its first state.
    :param changes: (day, what, value before, value after), in order.
    """

    created: int
    first: dict[str, object]
    changes: list[tuple[int, str, object, object]] = field(default_factory=list)

    def state(self, day: float) -> dict[str, object] | None:
        """As of a day, its changes included; None before the creation."""
        if day < self.created:
            return None
        state = dict(self.first)
        for when, what, _, after in self.changes:
            if when <= day:
                state[what] = after
        return state


def live(dice: random.Random) -> Life:
    """A life with up to a dozen changes; a day has one change of a kind at most."""
    now = {"status": dice.choice("1138"), "is_in": dice.random() < 0.4,
           "points": dice.choice([None, 1, 2, 5]), "type": "task"}  # fmt: skip
    life = Life(dice.choice([0, 0, 0, STARTS, 14]), dict(now))
    choices = {"status": [*KINDS], "is_in": [True, False], "points": [None, 1, 2, 3, 8],
               "type": ["task", "bug"]}  # fmt: skip
    for day in range(life.created + 1, COVERED_UNTIL):
        for what, values in choices.items():
            after = dice.choice(values)
            if dice.random() < 0.15 and after != now[what]:
                life.changes.append((day, what, now[what], after))
                now[what] = after
    return life


def write(tracker: Tracker, number: int, life: Life) -> None:
    """The issue and its changelog as the API tells them."""
    now = life.state(COVERED_UNTIL)
    assert now
    members: dict[str, object] = {"type": {"id": "9", "key": now["type"]}}
    if now["points"] is not None:
        members["storyPoints"] = now["points"]
    if now["is_in"]:
        members["sprint"] = [sprint(44)]
    tracker.issue(number, created=at(life.created), now=str(now["status"]), **members)
    tracker.creation(number, life.created, first=str(life.first["status"]))
    for day, what, before, after in life.changes:
        match what:
            case "status":
                tracker.moves(number, (day, str(after)), first=str(before))
            case "is_in":
                ends = ([sprint(44)] if before else None, [sprint(44)] if after else None)
                tracker.entry(number, day, "IssueUpdated", ("sprint", *ends))
            case "points":
                tracker.entry(number, day, "IssueUpdated", ("storyPoints", before, after))
            case "type":
                kinds = ({"id": "9", "key": key} for key in (before, after))
                tracker.entry(number, day, "IssueUpdated", ("type", *kinds))


def oracle(life: Life, ends: int | None) -> tuple[object, ...] | None:
    """What became of the issue in the sprint, day by day; None if it never was in it."""
    last = COVERED_UNTIL if ends is None else ends - 1
    days = {day: life.state(day) for day in range(last + 1)}
    if not any(state and state["is_in"] for state in days.values()):
        return None
    start, end = days[STARTS], days[last]
    assert end
    kind = {day: KINDS[str(state["status"])] for day, state in days.items() if state}
    is_done = {day: kind[day] in ("delivered", "discarded") for day in kind}
    was_in = bool(start and start["is_in"])
    committed = was_in and kind[STARTS] == "open"
    later = [day for day in range(STARTS + 1, last + 1) if day in kind]
    if is_done.get(STARTS):  # it counts in the sprint once it has been reopened, there or outside
        since = [d for d in later if any(not is_done[past] for past in later if past <= d)]
        added = next((d for d in since if days[d]["is_in"]), None)
    else:
        added = None if was_in else next((d for d in later if days[d]["is_in"]), None)
    counts = added is not None or (was_in and not is_done[STARTS])
    removed = None
    if counts and not end["is_in"]:
        removed = max(d for d in range(STARTS, last + 1) if d in kind and days[d]["is_in"]) + 1
    first_points = last_points = None
    if counts:
        first_points = days[STARTS if added is None else added]["points"]
        last_points = days[last if removed is None else removed - 1]["points"]
    is_scope = committed or added is not None
    stays = counts and end["is_in"]
    flags = (
        committed,
        added is not None,
        is_scope and removed is not None,
        is_scope and first_points != last_points,
        stays and kind[last] == "delivered",
        stays and kind[last] == "discarded",
        stays and not is_done[last],
    )
    return (*map(bool, flags), added, removed, first_points, last_points, end["type"])


def found(warehouse, number):
    """Issue number -> what the mart says of it in a sprint."""
    columns = ", ".join(("issue_key", *FLAGS, "added_at", "removed_at", "estimate_at_start",
                         "estimate_at_end", "issue_type"))  # fmt: skip
    where = f"sprint_key = '{INSTANCE}:sprint:{number}'"
    rows = warehouse.rows("mart.fct_sprint_issues", columns, where)
    return {
        row.pop("issue_key"): tuple(
            (value - instant(0)).days if name.endswith("ed_at") and value else value
            for name, value in row.items()
        )
        for row in rows
    }


@pytest.mark.soak
@pytest.mark.parametrize("ends", [ENDS, None], ids=["with an end", "without an end"])
def test_what_became_of_issues_is_what_the_oracle_says(warehouse, ends):
    """Seeds are fresh ones; SEED in the environment repeats one of them."""
    for seed in seeds(int(os.environ.get("SOAK") or 1)):
        clear(warehouse.engine)
        dice = random.Random(seed)
        lives = {number: live(dice) for number in range(1, ISSUES + 1)}
        tracker = Tracker()
        tracker.board(1, "Board")
        dates = {"startDateTime": at(STARTS)} | ({"endDateTime": at(ends)} if ends else {})
        tracker.add_sprint(44, "Sprint", board=1, **dates)
        for number, life in lives.items():
            write(tracker, number, life)
        streams = {stream: list(records.values()) for stream, records in tracker.streams.items()}
        window = Window(instant(0), instant(COVERED_UNTIL))
        warehouse.run(streams, instance=INSTANCE, window=window)
        expected = {
            f"{INSTANCE}:{issue_id(number)}": told
            for number, life in lives.items()
            if (told := oracle(life, ends)) is not None
        }
        assert found(warehouse, 44) == expected, f"SEED={seed}"
        assert_adds_up(warehouse, seed)
        for place, flag in enumerate(FLAGS):
            assert {told[place] for told in expected.values()} == {True, False}, flag


def assert_adds_up(warehouse, seed):
    """Sums of the report are those of the facts, and what came is where it went."""
    rows = warehouse.rows("mart.fct_sprint_issues", "*")
    for flag, figure in (("was_committed", "committed"), ("was_added", "added"),
                         ("was_removed", "removed"), ("is_completed", "completed")):  # fmt: skip
        [total] = warehouse.rows("mart.v_sprint_reports", f"sum({figure}_issues) as issues")
        assert total["issues"] == sum(row[flag] for row in rows), f"SEED={seed}"
    for row in rows:
        came = row["was_committed"] or row["was_added"]
        went = [row[f] for f in ("was_removed", "is_completed", "is_discarded", "is_open_at_end")]
        assert not came or sum(went) == 1, f"SEED={seed}: {row}"


def seeds(number):
    given = os.environ.get("SEED")
    return [int(given)] if given else random.SystemRandom().sample(range(10**6), number)
