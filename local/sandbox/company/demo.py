"""The company of ``make run``: each team in a tracker of its own, with something to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.sandbox.company.generator import NATURAL_TRANSITIONS, Generated, generate
from local.sandbox.company.people_and_projects import PLATFORM

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class DemoTeam:
    """
    A team of the demo, whose pace changes once.

    :param name: the team.
    :param changed: how many days before the end of the history.
    :param before: days that about half of its tasks take at most, until then.
    :param after: the same from then on.
    """

    name: str
    changed: int
    before: float
    after: float

    def median_life(self, days_before_end: float) -> float:
        """Days that half of the tasks take at most that are created then."""
        return self.before if days_before_end > self.changed else self.after


DEMO = {
    "phabricator": DemoTeam("Payments", changed=84, before=4, after=10),
    "yandex_tracker": DemoTeam("Storefront", changed=182, before=12, after=5),
    "youtrack": DemoTeam("Search", changed=0, before=6, after=6),
    "github": DemoTeam(PLATFORM, changed=112, before=8, after=5),
}
"""
Payments has waited for an audit for the last twelve weeks, Storefront limited its work in progress
half a year ago, Search works as it always has, and Platform deploys smaller changes since sixteen
weeks ago. Its repositories, and those of the others, are on GitHub.
"""

_ON_TOP = "github"
LEAST_TASKS = 10 * len(DEMO.keys() - {_ON_TOP})


def demo(
    seed: int,
    tasks: int,
    days: int,
    until: date,
    transitions: float = NATURAL_TRANSITIONS,
    *,
    with_trains: bool = False,
) -> dict[str, Generated]:
    """
    What each tracker has of the company.

    :param tasks: of all trackers but GitHub together, which has as many as each of them on top.
    :param days: length of the history.
    :param until: the day, from midnight UTC on, by which everything has happened.
    :param transitions: mean rows of status and column changes per task.
    :param with_trains: whether release trains come on top of Phabricator's tasks, one a week.
    :returns: tracker -> its team's part.
    :raises ValueError: for too few tasks or days.
    """
    if tasks < LEAST_TASKS or days < 1:
        raise ValueError(f"{tasks} tasks in {days} days: {LEAST_TASKS} and 1 are the least")
    share = tasks // len(DEMO.keys() - {_ON_TOP})
    return {
        tracker: generate(
            seed,
            share,
            days,
            until,
            transitions,
            {team.name},
            team.median_life,
            with_trains=with_trains and tracker == "phabricator",
        )
        for tracker, team in DEMO.items()
    }
