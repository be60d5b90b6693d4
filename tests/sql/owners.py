"""Random histories of assignees, and what they say: a slow oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sql.tracker import Tracker, at, phid

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    Step = tuple[int, str | None, str]

PEOPLE = tuple(phid("USER", name) for name in ("ann", "bob", "unlisted"))
_LATEST = 40


def owners(dice: random.Random) -> list[Step]:
    """Changes of the assignee in order of time: (quarter of a day, who gets it, who does that)."""
    quarters = sorted(dice.randint(0, _LATEST) for _ in range(dice.randint(0, 6)))
    return [(q, dice.choice([None, *PEOPLE]), dice.choice(PEOPLE)) for q in quarters]


def tell(tracker: Tracker, number: int, steps: Sequence[Step]) -> str | None:
    """Write the changes of a task, and return who has it in the end."""
    before = None
    for quarter, owner, actor in steps:
        change = {"old": before, "new": owner}
        tracker.event(number, quarter / 4, "owner", change, actor=actor)
        before = owner
    return before


def assigned(steps: Sequence[Step]) -> list[tuple[str, int, int | None]]:
    """The assignments: quarter by quarter, who has it when the quarter begins."""
    quarters = range(_LATEST + 1)
    holder = [next((o for q, o, _ in reversed(steps) if q <= now), None) for now in quarters]
    begins = [now for now in quarters if now == 0 or holder[now] != holder[now - 1]]
    return [
        (owner, at(begin / 4), None if end is None else at(end / 4))
        for begin, end in zip(begins, [*begins[1:], None], strict=True)
        if (owner := holder[begin])
    ]
