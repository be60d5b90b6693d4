"""The company of ``make run``: who is where, and what its numbers show."""

from __future__ import annotations

from datetime import date
from statistics import median
from typing import TYPE_CHECKING

import pytest

from local.sandbox.company.demo import DEMO, demo
from local.sandbox.company.rhythm import DAY

if TYPE_CHECKING:
    from local.sandbox.company.generator import Generated

UNTIL = 1_795_392_000  # 2026-11-23T00:00:00Z


@pytest.fixture(scope="module")
def parts() -> dict[str, Generated]:
    return demo(seed=7, tasks=900, days=400, until=date(2026, 11, 23))


def lead_days(part: Generated, days_ago: tuple[int, int]) -> list[float]:
    """The lead times of what was closed in a range of days before the end, in days."""
    since, until = (UNTIL - days * DAY for days in days_ago)
    fields = [task["fields"] for task in part.store.visible_tasks()]
    return [
        (task["dateClosed"] - task["dateCreated"]) / DAY
        for task in fields
        if task["dateClosed"] and since <= task["dateClosed"] < until
    ]


def test_n7_each_team_is_in_one_tracker(parts: dict[str, Generated]) -> None:
    names = {
        tracker: {project["fields"]["name"] for project in part.store.projects}
        for tracker, part in parts.items()
    }
    for tracker, team in DEMO.items():
        assert {team.name, "Operations"} < names[tracker]
        others = {other.name for other in DEMO.values()} - {team.name}
        assert not others & names[tracker]


def test_n7_the_company_has_a_past_of_twelve_months(parts: dict[str, Generated]) -> None:
    """Every month something is closed, and the first of them is no beginning: work was there."""
    for part in parts.values():
        counts = [len(lead_days(part, (days + 30, days))) for days in range(0, 360, 30)]
        assert min(counts) >= 8
        there = [
            t for t in part.store.visible_tasks() if t["fields"]["dateCreated"] < UNTIL - 365 * DAY
        ]
        assert len(there) >= 10


def test_n7_its_numbers_tell_what_happened(parts: dict[str, Generated]) -> None:
    """
    Payments got slower in the last twelve weeks, Storefront faster half a year ago, and Platform
    faster sixteen weeks ago.
    """
    payments, storefront, search, platform = (parts[tracker] for tracker in DEMO)
    assert median(lead_days(payments, (70, 0))) > 1.6 * median(lead_days(payments, (360, 90)))
    assert median(lead_days(storefront, (150, 0))) < 0.6 * median(lead_days(storefront, (360, 190)))
    assert median(lead_days(platform, (90, 0))) < 0.75 * median(lead_days(platform, (360, 120)))
    halves = [median(lead_days(search, span)) for span in ((360, 180), (180, 0))]
    assert max(halves) < 1.4 * min(halves)


def test_a_fourth_team_leaves_the_others_as_they_are(parts: dict[str, Generated]) -> None:
    """Whoever works for Platform has no account with the others."""
    assert {part.store.counts["tasks"] for part in parts.values()} == {300}
    for tracker, part in parts.items():
        names = {user["fields"]["username"] for user in part.store.users}
        assert ("mina" in names) == (tracker == "github")
        assert len(names) == (20 if tracker == "github" else 16)
