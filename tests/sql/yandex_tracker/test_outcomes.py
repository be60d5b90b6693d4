"""What became of issues, by their status and by their resolution; worked out by hand."""

from __future__ import annotations

import pytest

from flowmart.transform.runner import BatchContext
from tests.sql.yandex_tracker.tracker import Tracker, at, issue_key

RESOLUTIONS = {"fixed": "1", "wontFix": "2", "abandoned": "9"}


def resolution(key):
    return {"id": RESOLUTIONS[key], "key": key, "display": "Резолюция"}


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    tracker = Tracker()
    # 1: closed as fixed. 2: closed as won't fix. 3: rejected, which is cancelled by its status.
    for number, status, key in ((1, "8", "fixed"), (2, "8", "wontFix"), (3, "2", "fixed")):
        tracker.issue(number, now=status, resolution=resolution(key), resolvedAt=at(2))
        tracker.creation(number)
        tracker.entry(
            number, 2, "IssueWorkflow",
            ("status", {"id": "1"}, {"id": status}), ("resolution", None, resolution(key)),
        )  # fmt: skip
    # 4: closed as won't fix, reopened, and closed as fixed.
    tracker.issue(4, now="8", resolution=resolution("fixed"), resolvedAt=at(6))
    tracker.creation(4)
    for day, old, new, before, after in (
        (2, "1", "8", None, "wontFix"),
        (4, "8", "1", "wontFix", None),
        (6, "1", "8", None, "fixed"),
    ):
        tracker.entry(
            4, day, "IssueWorkflow", ("status", {"id": old}, {"id": new}),
            ("resolution", before and resolution(before), after and resolution(after)),
        )  # fmt: skip
    # 5: closed, and the resolution corrected two days later; 6: one that nothing explains.
    tracker.issue(5, now="8", resolution=resolution("wontFix"), resolvedAt=at(2))
    tracker.creation(5)
    tracker.entry(5, 2, "IssueWorkflow", ("status", {"id": "1"}, {"id": "8"}),
                  ("resolution", None, resolution("fixed")))  # fmt: skip
    tracker.entry(5, 4, "IssueUpdated", ("resolution", resolution("fixed"), resolution("wontFix")))
    tracker.issue(6, now="8", resolution=resolution("abandoned"), resolvedAt=at(2))
    tracker.creation(6)
    tracker.moves(6, (2, "8"))
    tracker.into(warehouse)
    return tracker


def outcomes(warehouse, number):
    found = warehouse.rows(
        "mart.fct_issue_deliveries",
        "sequence, outcome, resolution",
        f"issue_key = '{issue_key(number)}'",
    )
    return [(row["outcome"], row["resolution"]) for row in found]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, [("delivered", "fixed")]),
        (2, [("discarded", "wontFix")]),
        (3, [("discarded", "fixed")]),
        (4, [("discarded", "wontFix"), ("delivered", "fixed")]),
        (5, [("discarded", "wontFix")]),
        (6, [("delivered", "abandoned")]),
    ],
    ids=[
        "fixed",
        "won't fix",
        "in a cancelled status",
        "each completion has its own",
        "a correction corrects",
        "unmapped: delivered until somebody says otherwise",
    ],
)
def test_the_outcome_of_each_completion(warehouse, number, expected):
    assert outcomes(warehouse, number) == expected


def test_a_configured_resolution_rebuilds_the_issues(warehouse, built):
    built.into(warehouse, BatchContext(resolutions={"abandoned": "discarded"}))
    assert outcomes(warehouse, 6) == [("discarded", "abandoned")]
    assert outcomes(warehouse, 1) == [("delivered", "fixed")]
