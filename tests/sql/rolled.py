"""Random histories: statuses and types of a task, and which tasks wait for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sql.tracker import Tracker, phid

if TYPE_CHECKING:
    import random

STATUSES = ("open", "progress", "stalled", "resolved", "duplicate", "limbo")
TYPES = ("default", "bug", "epic")
_SUBTASK = 3


def history(dice: random.Random) -> list[tuple[int, str]]:
    """
    Steps in order of time: (quarter of a day, status it leads to).

    Several may fall on one instant, and some lead to the status that a task has already.
    """
    quarters = sorted(dice.randint(0, 40) for _ in range(dice.randint(0, 8)))
    return [(quarter, dice.choice(STATUSES)) for quarter in quarters]


def retyped(dice: random.Random) -> list[tuple[int, str]]:
    """Changes of the type in order of time: (quarter of a day, type)."""
    quarters = sorted(dice.sample(range(1, 40), dice.randint(0, 2)))
    return [(quarter, dice.choice(TYPES)) for quarter in quarters]


def link_at_random(tracker: Tracker, dice: random.Random, tasks: int) -> None:
    """
    Let tasks wait for others, some of which are not there, for a while or to the end.

    Every fourth one waits for the next.
    """
    for number in range(1, tasks + 1):
        others = dice.sample(range(1, tasks + tasks // 10), dice.randint(0, 2))
        for other in [number + 1] if number % 4 == 0 else others:
            begins, named = dice.randint(0, 10), [phid("TASK", other)]
            tracker.edge(number, begins / 4, _SUBTASK, [], named)
            if dice.random() < 0.3:
                tracker.edge(number, dice.randint(begins, 40) / 4, _SUBTASK, named, [])
