"""Conformance, section 6: sums of active time over sums of elapsed time."""

from __future__ import annotations

import pytest

from tests.meanings import meaning
from tests.sql.tracker import Tracker
from tests.sql.warehouse import CONTEXT

HOUR = 1 / 24
# Issue type -> items: (hours active, hours in all), waiting in between.
ITEMS = {
    "tenths": ((1, 10), (9, 10)),
    "unequal": ((1, 2), (1, 10)),
    "8 of 120": ((8, 120),),
    "8 of 40": ((8, 40),),
    **{f"{days} of 5 days": ((24 * days, 120),) for days in range(1, 6)},
}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    items = [(kind, *hours) for kind, listed in ITEMS.items() for hours in listed]
    for number, (kind, active, total) in enumerate(items, start=1):
        waiting = [(active * HOUR, "stalled")] if active < total else []
        finish(tracker, number, kind, (0, "progress"), *waiting, (total * HOUR, "resolved"))
    finish(tracker, 50, "blocked twice", (0, "progress"), (1, "stalled"), (2, "progress"),
           (3, "stalled"), (5, "progress"), (6, "resolved"))  # fmt: skip
    finish(tracker, 51, "blocked again", (0, "progress"), (1, "stalled"), (1.5, "stalled"),
           (2, "progress"), (3, "stalled"), (4, "stalled"), (5, "progress"),
           (6, "resolved"))  # fmt: skip
    finish(tracker, 52, "not started", (3, "resolved"))
    finish(tracker, 53, "at once", (0, "resolved"))
    warehouse.run(tracker.records())
    other = Tracker()
    finish(other, 1, "tenths", (0, "progress"), (1, "resolved"))
    never = {"progress": meaning("in_progress"), "stalled": meaning("in_progress")}
    settings = CONTEXT.__class__(statuses=never)
    warehouse.run(other.records(), settings, instance="phabricator__nowait")


def finish(tracker, number, kind, *moves):
    tracker.task(number, status="resolved", subtype=kind)
    tracker.moves(number, *moves)


def figures(warehouse, kind, instance="phabricator"):
    """Issues that were measured, their active and elapsed hours, and the flow efficiency."""
    [row] = warehouse.rows(
        "mart.v_flow_efficiency_monthly",
        "measured_issues, active_seconds, elapsed_seconds, flow_efficiency",
        f"issue_type = '{kind}' and instance = '{instance}'",
    )
    measured, *seconds, efficiency = row.values()
    hours = [None if value is None else value / 3600 for value in seconds]
    return (measured, *hours, efficiency)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("tenths", (2, 10, 20, 0.5)),
        ("unequal", (2, 2, 12, pytest.approx(1 / 6))),  # a mean of ratios would be 30 %
        ("8 of 120", (1, 8, 120, pytest.approx(0.0667, abs=1e-4))),
        ("8 of 40", (1, 8, 40, 0.2)),
    ],
)
def test_6_ratio_of_sums(warehouse, kind, expected):
    assert figures(warehouse, kind) == expected


@pytest.mark.parametrize("kind", ["blocked twice", "blocked again"])
def test_6_blocked_two_times_jirametrics(warehouse, kind):
    """Three days of six; saying again that it is blocked changes nothing."""
    assert figures(warehouse, kind) == (1, 72, 144, 0.5)


@pytest.mark.parametrize("days", range(1, 6))
def test_6_days_in_progress_of_five_insight(warehouse, days):
    assert figures(warehouse, f"{days} of 5 days")[-1] == pytest.approx(days / 5)


@pytest.mark.parametrize("kind", ["not started", "at once"])
def test_6_what_did_not_start_or_was_done_at_once_is_not_measured_jirametrics(warehouse, kind):
    """The source has (0, 0) for it; its quotient is unknown."""
    assert figures(warehouse, kind) == (0, None, None, None)


def test_6_without_waiting_statuses_it_is_unknown_never_all_lighthouse(warehouse):
    assert figures(warehouse, "tenths", "phabricator__nowait") == (0, None, None, None)
