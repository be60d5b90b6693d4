"""``ops_coverage``: which time is loaded and which not, whatever the reason."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flowmart.core.window import Window
from flowmart.ops.runs import close_run, open_run
from tests.publish.warehouse import make_batch

HOUR = timedelta(hours=1)
ORIGIN = datetime(2026, 11, 1, tzinfo=UTC)
_NAMES = (f"toy__coverage_{number}" for number in itertools.count())


@pytest.fixture
def runs(warehouse):
    return Runs(warehouse.engine, next(_NAMES))


class Runs:
    """Runs of an instance of its own, in whole hours since the origin."""

    def __init__(self, engine, instance):
        self.engine = engine
        self.instance = instance
        self._numbers = itertools.count()

    def add(self, start, end, status="OK", run_type="window", begins=None):
        batch = replace(
            make_batch(f"r{next(self._numbers)}", instance=self.instance),
            window=Window(ORIGIN + start * HOUR, ORIGIN + end * HOUR),
        )
        starts_at = None if begins is None else ORIGIN + begins * HOUR
        open_run(self.engine, batch, run_type, "hash", starts_at)
        if status != "running":
            close_run(self.engine, batch, status)

    def coverage(self):
        """What ends now is shown without its end."""
        rows = self.engine.query(
            "select state, starts_at, ends_at from ops.ops_coverage "
            "where instance = %(instance)s order by starts_at",
            {"instance": self.instance},
        )
        return [
            (row["state"], hours(row["starts_at"]))
            if row["state"] == "open"
            else (row["state"], hours(row["starts_at"]), hours(row["ends_at"]))
            for row in rows
        ]


def hours(instant):
    return (instant - ORIGIN) // HOUR


def test_a1_windows_that_were_never_made_are_a_hole(runs):
    """The scheduler was down from the second day to the fourth."""
    for start in (0, 96, 120):
        runs.add(start, start + 24, begins=0)
    assert runs.coverage() == [
        ("covered", 0, 24),
        ("hole", 24, 96),
        ("covered", 96, 144),
        ("open", 144),
    ]


def test_a1_a_failed_window_is_a_hole_until_it_is_cleared(runs):
    runs.add(0, 24)
    runs.add(24, 48, status="NOK")
    runs.add(48, 72)
    assert ("hole", 24, 48) in runs.coverage()
    runs.add(24, 48)
    assert runs.coverage() == [("covered", 0, 72), ("open", 72)]


def test_a1_a_hole_before_the_first_window_counts_from_the_start_of_the_instance(runs):
    runs.add(24, 48, begins=5)
    assert runs.coverage() == [("hole", 5, 24), ("covered", 24, 48), ("open", 48)]
    runs.add(0, 24, begins=5)
    assert runs.coverage() == [("covered", 0, 48), ("open", 48)]


def test_an_instance_whose_runs_all_failed_is_open_from_its_start(runs):
    runs.add(5, 6, status="NOK", begins=5)
    runs.add(6, 7, status="running", begins=5)
    assert runs.coverage() == [("open", 5)]


def test_a_census_and_a_replay_cover_nothing(runs):
    runs.add(0, 24)
    runs.add(24, 48, run_type="census")
    runs.add(0, 72, run_type="replay")
    assert runs.coverage() == [("covered", 0, 24), ("open", 24)]


@pytest.mark.parametrize("seed", range(8))
def test_any_windows_cover_the_hours_that_they_cover_one_by_one(runs, seed):
    """The oracle marks every hour of every good window."""
    chance = random.Random(seed)
    marked = set()
    for _ in range(chance.randint(1, 12)):
        start = chance.randrange(60)
        end = start + chance.choice([1, 1, 2, 5, 20])
        status = chance.choice(["OK", "OK", "NOK"])
        runs.add(start, end, status=status, begins=10)
        marked |= set(range(start, end)) if status == "OK" else set()
    found = runs.coverage()
    last = max(marked, default=9)
    covered = {h for state, *ends in found if state == "covered" for h in range(*ends)}
    holes = {h for state, *ends in found if state == "hole" for h in range(*ends)}
    assert covered == marked
    assert holes == set(range(min({10, *marked}), last + 1)) - marked
    assert found[-1] == ("open", last + 1)
    assert all(one[0] != two[0] for one, two in itertools.pairwise(found))
