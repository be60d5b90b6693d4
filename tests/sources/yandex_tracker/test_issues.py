from __future__ import annotations

import itertools

import pytest

from flowmart.core.errors import CompletenessError, SourceError
from flowmart.sources.base import Page
from local.sandbox.yandex_tracker.conditions import Conditions
from local.sandbox.yandex_tracker.endpoints import Endpoints
from tests.records import payload_of
from tests.sources.yandex_tracker.conftest import (
    EVERYTHING,
    HOUR,
    ISSUES,
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

OVERLAP = 600 * SECOND


@pytest.fixture
def spoil_search(monkeypatch):
    """To be asked for before the server: lets the next searches answer spoiled rows or headers."""
    left, honest = 0, Endpoints.search
    spoil_rows = spoil_headers = lambda told: told

    def search(self, call):
        nonlocal left
        answer = honest(self, call)
        left -= 1
        if left < 0:
            return answer
        return answer._replace(
            document=spoil_rows(answer.document), headers=spoil_headers(answer.headers)
        )

    def begin(rows=spoil_rows, headers=spoil_headers, times=10**6):
        nonlocal left, spoil_rows, spoil_headers
        left, spoil_rows, spoil_headers = times, rows, headers

    monkeypatch.setattr(Endpoints, "search", search)
    return begin


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
        assert record.version == issue.updated_at
        assert payload_of(record)["key"] == issue.key


def test_names_come_in_english(source):
    names = {payload_of(record)["status"]["display"] for record in read(source, "issues")}
    assert "Open" in names
    assert all(name.isascii() for name in names)


def test_a_small_window_takes_a_count_a_page_and_the_proof_of_the_zone(server, source):
    read(source, "issues")
    assert server.asked("issues/_count") == 1
    assert server.asked("issues/_search") == 2
    assert source.requests_made == 3


def test_a_total_that_is_no_number_is_told(spoil_search, source):
    spoil_search(headers=lambda told: told | {"X-Total-Count": "1,000"})
    with pytest.raises(SourceError, match="X-Total-Count is '1,000', not a number") as caught:
        read(source, "issues")
    assert caught.value.where.endswith(" issues/_search")


@pytest.mark.usefixtures("small_pages")
def test_a_large_window_takes_as_many_requests_as_it_has_pages(server, source):
    read(source, "issues")
    # 250 issues are three pages of 100, which begin a second earlier each; count and proof besides.
    assert source.requests_made == 3 + 2


def test_windows_are_half_open_and_begin_ten_minutes_early(server, source):
    times = updates(server)
    start, end = times[50] + OVERLAP, times[150]
    found = ids(read(source, "issues", window_ms(start, end)))
    assert found == updated_within(server, times[50], end)
    # A millisecond makes the difference on both sides.
    later = ids(read(source, "issues", window_ms(start + 1, end + 1)))
    assert later == updated_within(server, times[50] + 1, end + 1)
    assert len(found) == len(later) == 100


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("strict", [{">=": ">"}, {"<=": "<"}, {">=": ">", "<=": "<"}])
def test_whether_the_ends_belong_to_a_query_does_not_matter(server, source, monkeypatch, strict):
    honest = Conditions._time_test
    monkeypatch.setattr(
        Conditions,
        "_time_test",
        lambda self, time_of, part: honest(
            self, time_of, part._replace(operator=strict.get(part.operator, part.operator))
        ),
    )
    for place, issue in enumerate(server.store.visible()):
        # Full seconds, as an end of a query is.
        issue.updated_at = server.store.now // SECOND * SECOND + place * SECOND
    server.store.revision += 1
    times = updates(server)
    for start, end in [(times[0], times[-1] + 1), (times[100], times[101])]:
        found = read(source, "issues", window_ms(start + OVERLAP, end + OVERLAP))
        assert ids(found) == updated_within(server, start, end + OVERLAP)


@pytest.mark.usefixtures("small_pages")
def test_windows_side_by_side_lose_nothing(server, source):
    times = updates(server)
    cuts = [times[0], times[60], times[61], times[200] + 1, times[-1] + 1]
    windows = [window_ms(*pair) for pair in itertools.pairwise(cuts)]
    found = {record.record_id for window in windows for record in read(source, "issues", window)}
    assert sorted(found) == visible_ids(server)


def test_the_total_leaves_out_what_was_cut_off(server, source):
    times = updates(server)
    # Of the last second the query finds more than belongs to the window.
    found = pages(source, "issues", window_ms(times[0], times[120]))
    assert found[-1].source_total == len(rows(found)) == 120


def test_an_empty_window_takes_at_most_two_requests(source):
    (page,) = pages(source, "issues", window_ms(SECOND, HOUR))
    assert page == Page([], source_total=0)
    assert source.requests_made == 2


@pytest.mark.usefixtures("small_pages")
def test_the_wall_is_never_met(store):
    with served(store, row_limit=150) as server:
        found = pages(open_source(server), "issues")
        assert ids(rows(found)) == visible_ids(server)
        assert found[-1].source_total == ISSUES


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("told", ["Link", "X-Total-Count"])
def test_either_header_tells_that_a_page_is_not_the_last(spoil_search, server, source, told):
    spoil_search(headers=lambda headers: {told: headers[told]} if told in headers else {})
    assert ids(read(source, "issues")) == visible_ids(server)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("shifts", [1, 3, 1000])
def test_issues_that_are_edited_while_pages_are_read_push_no_other_out(server, source, shifts):
    before, last = set(visible_ids(server)), server.store.now
    server.faults.update({"shifts": shifts})
    found = pages(source, "issues", window_ms(SECOND, last + 1))
    server.faults.clear()
    records = rows(found)
    edited = {issue.id for issue in server.store.visible() if issue.updated_at > last}
    assert edited
    assert before - edited <= set(ids(records)) <= before
    assert len(set(ids(records))) >= found[-1].source_total
    # What left this window is in the next one.
    later = read(source, "issues", window_ms(last + 1, server.store.now + 1))
    assert before == {record.record_id for record in records + later}


@pytest.mark.usefixtures("small_pages")
def test_issues_edited_before_their_page_leave_the_window_and_nothing_else_does(server, source):
    reading = source.read("issues", window_ms(SECOND, server.store.now + 1), ())
    records = next(reading).records
    unread = sorted(set(visible_ids(server)) - set(ids(records)))
    for name in unread[:3]:
        server.store.touch(name, server.store.now + HOUR)
    records += rows(reading)
    assert ids(records) == sorted(set(visible_ids(server)) - set(unread[:3]))


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("vanish", ["destroy", "hide"])
def test_issues_that_vanish_between_pages_cost_no_other(server, source, vanish):
    everything = visible_ids(server)
    reading = source.read("issues", EVERYTHING, ())
    records = next(reading).records
    for issue in server.store.visible()[::7]:
        getattr(server.store, vanish)(issue.id, server.store.now)
    records += rows(reading)
    assert set(visible_ids(server)) <= set(ids(records)) <= set(everything)
    assert len(ids(records)) == len(set(ids(records)))


def test_an_issue_that_moved_keeps_its_id(server, source):
    issue = server.store.visible()[0]
    old_key, at = issue.key, server.store.now + SECOND
    target = next(key for key in server.store.organization.queues if key != issue.queue)
    server.store.move(issue.id, target, at)
    (record,) = (r for r in read(source, "issues", window_ms(at, at + 1)) if r.version == at)
    assert record.record_id == issue.id
    assert payload_of(record)["key"].startswith(f"{target}-")
    assert old_key in payload_of(record)["aliases"]


def without(issue_id):
    """Lets a server find an issue without giving it."""
    return lambda document: [row for row in document if row["id"] != issue_id]


def test_fewer_issues_than_counted_stop_the_run(spoil_search, server, source):
    spoil_search(without(visible_ids(server)[3]))
    with pytest.raises(CompletenessError, match=f"{ISSUES} issues but returned {ISSUES - 1}"):
        read(source, "issues")


def test_an_issue_that_only_a_second_look_finds_lands_too(spoil_search, server, source):
    spoil_search(without(visible_ids(server)[3]), times=1)
    found = pages(source, "issues")
    assert ids(rows(found)) == visible_ids(server)
    assert found[-1].source_total == ISSUES


def test_pages_in_another_order_stop_the_run(spoil_search, server, source):
    spoil_search(lambda document: document[::-1])
    with pytest.raises(CompletenessError, match="not ordered by updatedAt"):
        read(source, "issues")


def test_a_page_that_is_out_of_order_for_a_moment_is_asked_for_again(spoil_search, server, source):
    spoil_search(lambda document: document[::-1], times=2)
    assert ids(read(source, "issues")) == visible_ids(server)


@pytest.mark.usefixtures("small_pages")
def test_a_read_that_goes_on_behind_a_page_brings_exactly_the_rest(server, source):
    # Some rows at the window's end are read and cut off; the rest has to know of them.
    window = window_ms(updates(server)[5], updates(server)[-1])
    all_pages = pages(source, "issues", window)
    assert len(all_pages) == 4
    for place, page in enumerate(all_pages[:-1], start=1):
        rest = list(source.read("issues", window, (), after=page.resume))
        assert rows(rest) == rows(all_pages[place:])
        assert rest[-1].source_total == all_pages[-1].source_total


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


def test_two_instances_read_different_queues(server):
    queues = list(server.store.organization.queues)
    of_queue = {q: {i.id for i in server.store.visible() if i.queue == q} for q in queues}
    first, second, *others = queues
    one = open_source(server, queues=[first.lower()])
    other = open_source(server, instance="yandex_tracker__other", exclude_queues=[first, second])
    assert ids(read(one, "issues")) == sorted(of_queue[first])
    assert ids(read(other, "issues")) == sorted(set().union(*(of_queue[q] for q in others)))


def test_an_own_clause_narrows_and_cannot_widen(server):
    first, second, *_ = server.store.organization.queues
    source = open_source(server, queues=[first], query=f"Status: open or Queue: {second}")
    expected = [i.id for i in server.store.visible() if i.queue == first and i.status == "open"]
    assert expected
    assert ids(read(source, "issues")) == sorted(expected)
