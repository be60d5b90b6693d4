"""A moment with more issues than a page, which is read from a snapshot."""

from __future__ import annotations

import pytest

from tests.sources.yandex_tracker.conftest import (
    HOUR,
    ISSUES,
    SECOND,
    ids,
    open_source,
    pages,
    rows,
    served,
    visible_ids,
    window_ms,
)


def crowd(server, how_many):
    """Save issues in one and the same second, as a bulk edit does; the second's milliseconds."""
    at = server.store.now // SECOND * SECOND + 5 * SECOND
    issues = sorted(server.store.visible(), key=lambda issue: issue.updated_at)[-how_many:]
    for place, issue in enumerate(issues):
        server.store.touch(issue.id, at + place)
    return at


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("how_many", [99, 100, 101, 220])
def test_a_second_with_more_issues_than_a_page_or_the_wall_is_read_whole(store, how_many):
    with served(store, row_limit=150) as server:
        at = crowd(server, how_many)
        server.store.touch(server.store.visible()[0].id, at + HOUR)
        found = pages(open_source(server), "issues", window_ms(SECOND, at + 2 * HOUR))
        assert ids(rows(found)) == visible_ids(server)
        assert found[-1].source_total == ISSUES


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("to_the_end", [True, False])
def test_a_snapshot_is_released_when_it_is_no_longer_read(server, source, to_the_end):
    reading = source.read("issues", window_ms(SECOND, crowd(server, 220) + HOUR), ())
    while not server.snapshots:
        next(reading)
    if to_the_end:
        assert rows(reading)
    else:
        reading.close()
        assert server.asked("system/search/scroll/_clear") == 1
    assert server.snapshots == {}


@pytest.mark.usefixtures("small_pages", "no_waits")
def test_a_page_of_a_snapshot_that_gets_lost_costs_no_row(server, source):
    reading = source.read("issues", window_ms(SECOND, crowd(server, 220) + HOUR), ())
    records = []
    while not server.snapshots:
        records += next(reading).records
    server.faults.update({"truncated": 1})
    records += rows(reading)
    assert ids(records) == visible_ids(server)
