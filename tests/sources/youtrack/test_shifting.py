"""Pages that shift while they are read cost no issue that was in the window all the time."""

from __future__ import annotations

import pytest

from tests.sources.youtrack.conftest import (
    EVERYTHING,
    HOUR,
    ISSUES,
    SECOND,
    ids,
    open_source,
    pages,
    read,
    rows,
    served,
    visible_ids,
    window_ms,
)


@pytest.mark.parametrize("largest", [7, 49, 199])
def test_pages_that_the_server_cuts_without_a_word_are_not_the_end(store, largest):
    with served(store, largest_page=largest) as server:
        found = pages(open_source(server), "issues")
        assert ids(rows(found)) == visible_ids(server)
        assert found[-1].source_total == ISSUES


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("shifts", [1, 3, 1000])
def test_issues_that_are_edited_while_pages_are_read_push_no_other_out(server, source, shifts):
    before, last = set(visible_ids(server)), server.store.clock
    server.faults.update({"shifts": shifts})
    found = pages(source, "issues", window_ms(SECOND, last + 1))
    server.faults.clear()
    records = rows(found)
    edited = {i.issue_id for i in server.store.visible_issues() if i.updated > last}
    assert edited
    assert before - edited <= set(ids(records)) <= before
    assert len(set(ids(records))) >= found[-1].source_total
    # What left this window is in the next one.
    later = read(source, "issues", window_ms(last + 1, server.store.clock + 1))
    assert before == {record.record_id for record in records + later}


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("leaving", [1, 19, 20, 21, 49, 50])
def test_more_issues_may_leave_between_two_pages_than_the_pages_share(server, source, leaving):
    last = server.store.clock
    reading = source.read("issues", window_ms(SECOND, last + 1), ())
    records = next(reading).records
    for record in records[:leaving]:
        server.store.touch(record.record_id, last + HOUR)
    records += rows(reading)
    # One look is enough: the count beforehand is not reached, the second count is not missed.
    assert ids(records) == visible_ids(server)


@pytest.mark.usefixtures("small_pages")
def test_issues_edited_before_their_page_leave_the_window_and_nothing_else_does(server, source):
    reading = source.read("issues", window_ms(SECOND, server.store.clock + 1), ())
    records = next(reading).records
    unread = sorted(set(visible_ids(server)) - set(ids(records)))
    for name in unread[:3]:
        server.store.touch(name, server.store.clock + HOUR)
    records += rows(reading)
    assert ids(records) == sorted(set(visible_ids(server)) - set(unread[:3]))
    assert server.asked("issuesGetter/count") == 2


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("vanish", ["destroy", "hide"])
def test_issues_that_vanish_between_pages_cost_no_other(server, source, vanish):
    everything = visible_ids(server)
    reading = source.read("issues", EVERYTHING, ())
    records = next(reading).records
    for issue in server.store.visible_issues()[::7]:
        getattr(server.store, vanish)(issue.issue_id)
    records += rows(reading)
    assert set(visible_ids(server)) <= set(ids(records)) <= set(everything)
    assert len(ids(records)) == len(set(ids(records)))


@pytest.mark.usefixtures("small_pages")
def test_many_issues_created_in_one_millisecond_come_once(server, source):
    crowd = server.store.visible_issues()[20:140]
    for issue in crowd:
        issue.created = crowd[0].created
    server.store.version += 1
    all_pages = pages(source, "issues")
    assert ids(rows(all_pages)) == visible_ids(server)
    for place, page in enumerate(all_pages[:-1], start=1):
        rest = source.read("issues", EVERYTHING, (), after=page.resume)
        assert rows(rest) == rows(all_pages[place:])


@pytest.mark.usefixtures("small_pages")
def test_a_step_back_within_one_millisecond_repeats_no_issue(server, source):
    for issue in server.store.visible_issues():
        issue.created = SECOND
    server.store.version += 1
    last = server.store.clock
    reading = source.read("issues", window_ms(SECOND, last + 1), ())
    records = rows(next(reading) for _ in range(3))
    for record in records[:60]:
        server.store.touch(record.record_id, last + HOUR)
    records += rows(reading)
    assert ids(records) == visible_ids(server)
