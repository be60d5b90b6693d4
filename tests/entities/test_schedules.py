"""Whatever the order of runs, the marts are those of a rebuild, and of a slow oracle."""

from __future__ import annotations

import os
import random

import pytest

from tests.clearing import clear
from tests.entities.schedule import Schedule

_ROUNDS = 5
_SCHEDULES = {"postgres": 3, "clickhouse": 1}  # a schedule takes ClickHouse some seconds


@pytest.mark.soak
def test_any_schedule_gives_what_the_oracle_says(warehouse):
    """Seeds are fresh ones; SEED in the environment repeats one of them."""
    for seed in seeds(int(os.environ.get("SOAK") or _SCHEDULES[warehouse.engine.name])):
        clear(warehouse.engine)
        schedule = Schedule(warehouse, random.Random(seed))
        try:
            schedule.play(_ROUNDS)
        except Exception as error:
            error.add_note(f"SEED={seed}\n" + "\n".join(schedule.log))
            raise


def seeds(number):
    given = os.environ.get("SEED")
    return [int(given)] if given else random.SystemRandom().sample(range(10**6), number)
