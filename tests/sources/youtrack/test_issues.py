"""Issues of a window: which ones come, in what order, and what proves that they are all."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowmart.core.errors import CompletenessError, SourceUnavailableError
from flowmart.sources.base import Page
from local.sandbox.youtrack.from_story import youtrack_store
from local.sandbox.youtrack.times import Times
from tests.records import payload_of
from tests.sources.youtrack.conftest import (
    EVERYTHING,
    HOUR,
    ISSUES,
    OVERLAP,
    SECOND,
    ids,
    issue_of,
    open_source,
    pages,
    read,
    rows,
    served,
    updated_within,
    updates,
    visible_ids,
    window_ms,
)

COUNT = "issuesGetter/count"


@pytest.mark.usefixtures("small_pages")
def test_a_wide_window_brings_every_visible_issue_once_with_the_total(server, source):
    assert len(visible_ids(server)) == ISSUES
    found = pages(source, "issues")
    assert ids(rows(found)) == visible_ids(server)
    assert found[-1].source_total == ISSUES


def test_an_issue_is_a_record_of_its_id_and_its_update_in_milliseconds(server, source):
    for record in read(source, "issues"):
        issue = issue_of(server, record)
        assert record.parent_id is None
        assert record.version == issue.updated
        assert payload_of(record)["idReadable"] == issue.readable_id
        assert payload_of(record)["customFields"]


def test_a_small_window_takes_the_zone_a_count_a_page_and_its_proof(server, source):
    times = updates(server)
    records = read(source, "issues", window_ms(times[0] + OVERLAP, times[100]))
    assert 0 < len(records) <= 100
    assert (server.asked("users/me"), server.asked(COUNT)) == (1, 1)
    # The page, and its first and last update asked for by their seconds.
    assert server.asked("issues") == 3
    assert source.requests_made == 5


@pytest.mark.usefixtures("small_pages")
def test_each_page_begins_with_twenty_issues_of_the_page_before(server, source):
    read(source, "issues")
    # 50 rows, then 30 more with each page: 250 are reached with the eighth. Two prove the zone.
    assert server.asked("issues") == 8 + 2


def test_windows_are_half_open_and_begin_ten_minutes_early(server, source):
    times = updates(server)
    start, end = times[50] + OVERLAP, times[150]
    found = ids(read(source, "issues", window_ms(start, end)))
    assert found == updated_within(server, times[50], end)
    # A millisecond makes the difference on both sides.
    later = ids(read(source, "issues", window_ms(start + 1, end + 1)))
    assert later == updated_within(server, times[50] + 1, end + 1)
    assert len(found) == len(later) == 100


@pytest.mark.parametrize("includes_start", [True, False])
@pytest.mark.parametrize("includes_end", [True, False])
def test_which_ends_belong_to_a_query_does_not_matter(
    store, monkeypatch, includes_start, includes_end
):
    honest = Times.span

    def span(self, text, until):
        first, last = honest(self, text, until)
        return first if includes_start else first + SECOND, last

    monkeypatch.setattr(Times, "span", span)
    with served(store, query_includes_end=includes_end) as server:
        for place, issue in enumerate(store.visible_issues()):
            # Full seconds, as an end of a query is.
            issue.updated = store.clock // SECOND * SECOND + place * SECOND
        store.version += 1
        times = updates(server)
        for start, end in [(times[0], times[-1] + 1), (times[100], times[101])]:
            window = window_ms(start + OVERLAP, end + OVERLAP)
            found = read(open_source(server), "issues", window)
            assert ids(found) == updated_within(server, start, end + OVERLAP)


def test_windows_side_by_side_lose_nothing(server, source):
    times = updates(server)
    cuts = [times[0], times[60], times[61], times[200] + 1, times[-1] + 1]
    windows = [window_ms(*pair) for pair in itertools.pairwise(cuts)]
    found = {record.record_id for window in windows for record in read(source, "issues", window)}
    assert sorted(found) == visible_ids(server)


@given(data=st.data())
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_windows_side_by_side_bring_the_same_records_as_a_wide_one(server, source, data):
    times = updates(server)
    inner = data.draw(st.lists(st.integers(times[0], times[-1]), unique=True, max_size=4))
    cuts = [times[0], *sorted(at for at in inner if at != times[0]), times[-1] + 1]
    wide = {r.record_id: r for r in read(source, "issues", window_ms(cuts[0], cuts[-1]))}
    narrow = {
        record.record_id: record
        for pair in itertools.pairwise(cuts)
        for record in read(source, "issues", window_ms(*pair))
    }
    assert narrow == wide


def test_the_total_leaves_out_what_was_cut_off(server, source):
    times = updates(server)
    # Of the last second the query finds more than belongs to the window.
    found = pages(source, "issues", window_ms(times[0], times[120]))
    assert found[-1].source_total == len(rows(found)) == 120


def test_an_empty_window_takes_two_requests_besides_the_zone(source):
    (page,) = pages(source, "issues", window_ms(SECOND, HOUR))
    assert page == Page([], source_total=0)
    assert source.requests_made == 3


def test_an_issue_that_moved_keeps_its_id(server, source):
    issue = server.store.visible_issues()[0]
    at = server.store.clock + SECOND
    target = next(p for p in server.store.projects if p is not issue.project)
    server.store.move(issue.issue_id, target.short_name, at)
    (record,) = (r for r in read(source, "issues", window_ms(at, at + 1)) if r.version == at)
    assert record.record_id == issue.issue_id
    assert payload_of(record)["idReadable"].startswith(f"{target.short_name}-")


def without(issue_id):
    """Lets a server find an issue without giving it."""
    return lambda found: [row for row in found if row["id"] != issue_id]


def test_fewer_issues_than_counted_stop_the_run(server, source):
    server.app.spoil_issues = without(visible_ids(server)[3])
    with pytest.raises(CompletenessError, match=f"{ISSUES} issues but returned {ISSUES - 1}"):
        read(source, "issues")


def test_an_issue_that_only_a_second_look_finds_lands_too(server, source):
    lost = visible_ids(server)[3]
    server.app.spoil_issues = without(lost)
    reading = source.read("issues", EVERYTHING, ())
    records = next(reading).records
    assert lost not in ids(records)
    server.app.spoil_issues = lambda found: found
    found = list(reading)
    assert {record.record_id for record in records + rows(found)} == set(visible_ids(server))
    assert found[-1].source_total == ISSUES


def test_pages_in_another_order_stop_the_run(server, source):
    server.app.spoil_issues = lambda found: found[::-1]
    with pytest.raises(CompletenessError, match="not in the order of creation"):
        read(source, "issues")


@pytest.mark.usefixtures("small_pages")
def test_pages_that_never_join_stop_the_run(server, source):
    def later(found):
        is_first = server.app.asked[-1][1].get("$skip", "0") == "0"
        return found if is_first else [row | {"created": row["created"] + HOUR**2} for row in found]

    server.app.spoil_issues = later
    with pytest.raises(CompletenessError, match="51 pages in a row had nothing new"):
        read(source, "issues")


@pytest.mark.usefixtures("no_waits")
def test_a_count_that_is_not_ready_is_asked_for_again(server, source):
    server.app.issues.counting = 3
    found = pages(source, "issues")
    assert found[-1].source_total == ISSUES
    assert server.asked(COUNT) == 4


@pytest.mark.usefixtures("no_waits")
def test_a_count_that_is_never_ready_is_left_to_a_later_try(server, source):
    server.app.issues.counting = 1000
    with pytest.raises(SourceUnavailableError, match="still counting"):
        read(source, "issues")
    assert server.asked(COUNT) == 6


@pytest.mark.usefixtures("small_pages")
def test_a_server_without_a_counter_is_counted_by_ids(store):
    with served(store, has_counter=False) as server:
        found = pages(open_source(server), "issues")
        assert ids(rows(found)) == visible_ids(server)
        assert found[-1].source_total == ISSUES
        bare = [
            asked
            for asked in server.app.asked_of("issues")
            if "customFields" not in asked["fields"]
        ]
        assert len(bare) >= 8


@pytest.mark.usefixtures("small_pages")
def test_a_read_that_goes_on_behind_a_page_brings_exactly_the_rest(server, source):
    # Some rows at the window's end are read and cut off; the rest has to know of them.
    window = window_ms(updates(server)[5], updates(server)[-1])
    all_pages = pages(source, "issues", window)
    assert len(all_pages) >= 6
    for place, page in enumerate(all_pages[:-1], start=1):
        rest = list(source.read("issues", window, (), after=page.resume))
        assert rows(rest) == rows(all_pages[place:])
        assert rest[-1].source_total == all_pages[-1].source_total


@pytest.mark.usefixtures("small_pages")
def test_a_read_goes_on_behind_a_page_although_issues_left_meanwhile(server, source):
    last = server.store.clock
    first = next(source.read("issues", window_ms(SECOND, last + 1), ()))
    for record in first.records[:20]:
        server.store.touch(record.record_id, last + HOUR)
    rest = source.read("issues", window_ms(SECOND, last + 1), (), after=first.resume)
    assert ids(first.records + rows(rest)) == visible_ids(server)


@pytest.mark.usefixtures("no_waits", "small_pages")
@pytest.mark.parametrize("retry_after", ["0", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_server_under_stress_loses_no_issue(server, source, retry_after):
    reading = source.read("issues", EVERYTHING, ())
    server.faults.update(
        {"unavailable": 2, "unavailable_status": 429, "retry_after": retry_after, "html": 1}
    )
    records = next(reading).records
    server.faults.update({"resets": 1, "truncated": 1, "unavailable_status": 503, "unavailable": 1})
    records += rows(reading)
    assert ids(records) == visible_ids(server)


def test_a_server_without_a_context_path_is_read_alike(story):
    store = youtrack_store(story)
    with served(store) as server:
        assert server.url.endswith("/youtrack")
        assert {path.split("/api/")[0] for path, _ in server.app.asked} <= {"/youtrack"}
        assert ids(read(open_source(server), "issues")) == visible_ids(server)
