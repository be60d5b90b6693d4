"""Rounds of one run's attempts, in the order in which they landed."""

from __future__ import annotations

import pytest

from flowmart.core.batch import Batch
from flowmart.landing.complete import complete_extractions
from flowmart.landing.reader import find_manifests
from flowmart.landing.writer import write_stream
from flowmart.sources.base import Page
from flowmart.sources.registry import get_spec
from tests.landing.conftest import make_batch, make_record

SPEC = get_spec("phabricator")
MODERN, LEGACY = "transactions", "task_transactions"


def kept(root, *streams, runs=("one",)):
    """Land attempts one after the other; the places of those that are kept."""
    window = make_batch().window
    for number, stream in enumerate(streams):
        batch = Batch("p", "phabricator", runs[number % len(runs)], window)
        write_stream(root, batch, stream, [Page([make_record(number)])], lambda: 0)
    found = complete_extractions(SPEC, find_manifests(root, "p", None))
    return sorted(int(m.min_version) - 1000 for m in found)


@pytest.mark.parametrize(
    ("streams", "places"),
    [
        (["tasks", MODERN, LEGACY], [0, 1, 2]),
        (["tasks", MODERN], []),
        (["tasks"], []),
        ([MODERN, LEGACY], []),
        (["users", "tasks"], [0]),
        # The attempt died before Airflow knew of it: the children are those of the second one.
        (["tasks", "tasks", MODERN, LEGACY], [1, 2, 3]),
        # Cleared after it was good, and broken off this time.
        (["tasks", MODERN, LEGACY, "tasks", LEGACY], [0, 1, 2]),
        # One child again, and what the proof found.
        (["tasks", MODERN, LEGACY, LEGACY, MODERN], [0, 1, 2, 3, 4]),
    ],
)
def test_only_whole_rounds_are_kept(tmp_path, streams, places):
    assert kept(tmp_path, *streams) == places


def test_runs_of_the_same_window_do_not_lend_each_other_their_history(tmp_path):
    streams = ["tasks", "tasks", MODERN, MODERN, LEGACY]
    assert kept(tmp_path, *streams, runs=("one", "two")) == [0, 2, 4]
