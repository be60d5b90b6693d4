"""The terminal's numbers are the page's: the same marts as in tests/ui, by hand there."""

from __future__ import annotations

import pytest

from local.stack.headline import headline, last_runs
from tests.ui.conftest import at
from tests.ui.conftest import database as database
from tests.ui.conftest import empty as empty
from tests.ui.conftest import marts as marts


@pytest.mark.parametrize(
    "line",
    [
        "Issues 10 (3 open)",
        "In progress 2 (2 started, not done)",
        "Delivered 7 (last 4 weeks; 0 discarded)",
        "Lead time p50 3.0 d, p85 14.5 d (last 26 weeks)",
        "Cycle time p50 1.0 d, p85 1.0 d",
        "Last run phabricator: OK, fresh until 2026-11-23 00:00 UTC",
    ],
)
def test_each_number_is_the_one_on_the_page(marts, line):
    assert line in [" ".join(text.split()) for text in headline(marts.engine)]


def test_what_is_not_known_is_not_zero(empty):
    lines = [" ".join(text.split()) for text in headline(empty.engine)]
    assert "Issues 0 (0 open)" in lines
    assert "Cycle time p50 unknown, p85 unknown" in lines


def test_a1_holes_have_a_line_each(marts):
    marts.insert_run(run_id="a", window_start=at(4), window_end=at(5))
    hole = "Not loaded phabricator: 2026-11-06 00:00 .. 2026-11-22 00:00 UTC"
    assert hole in [" ".join(text.split()) for text in last_runs(marts.engine)]
