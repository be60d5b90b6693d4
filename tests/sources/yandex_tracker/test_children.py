from __future__ import annotations

from collections import Counter

import pytest

from flowmart.core.errors import AuthError, CompletenessError
from local.sandbox.yandex_tracker import paging as server_paging
from local.sandbox.yandex_tracker.listing import Listing
from tests.records import payload_of
from tests.sources.yandex_tracker.conftest import (
    EVERYTHING,
    ISSUES,
    SECOND,
    ids,
    issue_of,
    open_source,
    pages,
    read,
    rows,
    served,
    visible_ids,
    window_ms,
)

CHANGELOG = "issues/{id}/changelog"
CHILDREN = ("changelog", "comments", "worklogs", "links")


@pytest.fixture
def issues(source):
    return read(source, "issues")


def expected(server, stream, until=float("inf")) -> list[str]:
    """Record ids that a stream should have, by a slow look at the store."""
    found = []
    for issue in server.store.visible():
        match stream:
            case "changelog":
                found += [change.id for change in issue.changelog if change.at < until]
            case "comments":
                found += [comment.long_id for comment in issue.comments if comment.at < until]
            case "worklogs":
                found += [str(worklog.id) for worklog in issue.worklogs if worklog.at < until]
            case "links":
                found += [
                    f"{issue.id}:{link.id}"
                    for link in issue.links
                    if link.at < until and link.other in visible_ids(server)
                ]
    return sorted(found)


@pytest.mark.parametrize("stream", CHILDREN)
def test_all_of_all_issues_comes_once(server, source, issues, stream):
    records = read(source, stream, EVERYTHING, issues)
    assert len(records) > 20
    assert ids(records) == expected(server, stream)


@pytest.mark.parametrize("stream", CHILDREN)
def test_what_came_to_be_after_the_window_is_cut_off(server, source, issues, stream):
    moments = sorted(change.at for i in server.store.visible() for change in i.changelog)
    end = moments[len(moments) // 2]
    records = read(source, stream, window_ms(SECOND, end), issues)
    assert ids(records) == expected(server, stream, until=end)


@pytest.mark.parametrize("stream", CHILDREN)
def test_a_read_that_goes_on_behind_a_page_brings_exactly_the_rest(source, issues, stream):
    all_pages = pages(source, stream, EVERYTHING, issues[:40])
    half = len(all_pages) // 2
    rest = source.read(stream, EVERYTHING, iter(issues[:40]), all_pages[half].resume)
    assert rows(rest) == rows(all_pages[half + 1 :])


def test_an_entry_knows_its_issue_and_its_time(server, source, issues):
    for record in read(source, "changelog", EVERYTHING, issues[:20]):
        issue = server.store.issues[record.parent_id]
        (change,) = (change for change in issue.changelog if change.id == record.record_id)
        assert record.version == change.at
        assert payload_of(record)["type"] == change.type


def test_an_issue_with_its_changelog_costs_one_request_beyond_the_search_pages(server, source):
    issues = read(source, "issues")
    searching = source.requests_made
    assert searching == 3
    short = [record for record in issues if len(issue_of(server, record).changelog) <= 100]
    assert len(short) == ISSUES - 1
    read(source, "changelog", EVERYTHING, short)
    assert source.requests_made - searching == len(short)


@pytest.mark.parametrize(("entries", "requests"), [(99, 1), (100, 1), (101, 2), (200, 2), (201, 3)])
def test_the_hundred_and_first_entry_is_read(server, source, issues, entries, requests):
    issue = server.store.visible()[0]
    for turn in range(entries - len(issue.changelog)):
        server.store.comment(issue.id, f"again {turn}", server.store.now + SECOND)
    (parent,) = (record for record in issues if record.record_id == issue.id)
    before = source.requests_made
    end = server.store.now + SECOND
    records = read(source, "changelog", window_ms(SECOND, end), [parent])
    assert ids(records) == sorted(change.id for change in issue.changelog)
    assert len(records) == entries
    assert source.requests_made - before == requests


def test_comments_and_worklogs_are_asked_for_only_where_there_are_some(server, source, issues):
    store = server.store.visible()
    for stream, path, having in [
        ("comments", "issues/{id}/comments", [i for i in store if i.comments]),
        ("worklogs", "issues/{id}/worklog", [i for i in store if i.worklogs]),
    ]:
        read(source, stream, EVERYTHING, issues)
        assert 0 < server.asked(path) == len(having) < ISSUES


def test_both_issues_of_a_link_keep_their_side_of_it(server, source, issues):
    sides = Counter(payload_of(r)["id"] for r in read(source, "links", EVERYTHING, issues))
    assert 2 in sides.values()


def test_an_issue_that_landed_twice_is_asked_for_once(server, source, issues):
    read(source, "changelog", EVERYTHING, [*issues[:3], *issues[:3]])
    assert server.asked(CHANGELOG) == 3


@pytest.mark.parametrize(("vanish", "state"), [("destroy", "deleted"), ("hide", "access_lost")])
@pytest.mark.parametrize("stream", CHILDREN)
def test_an_issue_that_vanished_since_it_was_read_is_left_out(
    server, source, issues, caplog, stream, vanish, state
):
    having = {record.parent_id for record in read(source, stream, EVERYTHING, issues)}
    gone, *others = [record for record in issues if record.record_id in having][:5]
    getattr(server.store, vanish)(gone.record_id, server.store.now)
    found = list(source.read(stream, EVERYTHING, [gone, *others]))
    records = rows(found)
    assert {record.parent_id for record in records} <= {record.record_id for record in others}
    assert [issue_id for page in found for issue_id in page.vanished] == [gone.record_id]
    assert f"{payload_of(gone)['key']} disappeared: {state}" in caplog.text


def test_a_moved_issue_is_asked_for_by_its_id(server, source, issues):
    issue = issue_of(server, issues[0])
    target = next(key for key in server.store.organization.queues if key != issue.queue)
    server.store.move(issue.id, target, server.store.now + SECOND)
    window = window_ms(SECOND, server.store.now + SECOND)
    records = read(source, "changelog", window, issues[:1])
    assert ids(records) == sorted(change.id for change in issue.changelog)
    assert payload_of(records[-1])["type"] == "IssueMoved"


def test_a_token_that_lost_its_rights_meanwhile_is_no_vanished_issue(server, source, issues):
    reading = source.read("changelog", EVERYTHING, issues)
    next(reading)
    server.app.org_id = "another"
    with pytest.raises(AuthError, match="organization is not available"):
        rows(reading)


def test_a_next_link_that_stands_still_stops_the_run(server, source, issues, monkeypatch):
    honest = server_paging._address

    def stuck(call, **place):
        return honest(call, **(place | {"id": longest.changelog[0].id} if "id" in place else place))

    longest = max(server.store.visible(), key=lambda issue: len(issue.changelog))
    monkeypatch.setattr(server_paging, "_address", stuck)
    (parent,) = (record for record in issues if record.record_id == longest.id)
    with pytest.raises(CompletenessError, match="next page does not advance") as caught:
        read(source, "changelog", EVERYTHING, [parent])
    assert f"issues/{longest.id}/changelog" in caught.value.where


def test_a_next_link_that_names_no_place_is_the_end(server, source, issues, monkeypatch):
    honest = server_paging._joined
    monkeypatch.setattr(
        server_paging, "_joined", lambda links: honest({"next": links["first"], **links})
    )
    read(source, "changelog", EVERYTHING, issues[:1])
    assert server.asked(CHANGELOG) == 1


def test_a_comment_that_a_link_goes_on_behind_may_vanish(server, source, issues, monkeypatch):
    issue = issue_of(server, issues[0])
    for turn in range(150):
        server.store.comment(issue.id, f"comment {turn}", server.store.now + SECOND)
    parents = read(source, "issues", window_ms(server.store.now, server.store.now + 1))
    (parent,) = (record for record in parents if record.record_id == issue.id)
    honest = Listing.relative

    reading_begun = []

    def first_page_then_deletion(self, call):
        answer = honest(self, call)
        if not reading_begun:
            reading_begun.append(True)
            del issue.comments[99]
        return answer

    monkeypatch.setattr(Listing, "relative", first_page_then_deletion)
    with served(server.store) as again:
        records = read(
            open_source(again), "comments", window_ms(SECOND, server.store.now + 1), [parent]
        )
    assert ids(records) == sorted(comment.long_id for comment in issue.comments)


@pytest.mark.parametrize("vanish", ["destroy", "hide"])
def test_p2_an_issue_that_vanishes_between_two_pages_of_its_changelog_is_left_out(
    server, source, issues, monkeypatch, vanish
):
    issue, honest = issue_of(server, issues[0]), Listing.relative
    for turn in range(150):
        server.store.comment(issue.id, f"comment {turn}", server.store.now)

    def first_page_then_vanished(self, call):
        answer = honest(self, call)
        if not issue_gone:
            issue_gone.append(issue.id)
            getattr(server.store, vanish)(issue.id, server.store.now)
        return answer

    issue_gone = []
    monkeypatch.setattr(Listing, "relative", first_page_then_vanished)
    with served(server.store) as again:
        window = window_ms(SECOND, server.store.now + SECOND)
        [page] = open_source(again).read("changelog", window, issues[:1])
    assert issue_gone
    assert (page.records, page.vanished) == ([], (issue.id,))


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize("fault", ["unavailable", "resets", "truncated", "html"])
def test_a_server_under_stress_loses_no_entry(server, source, issues, fault):
    # A request is tried four times, so even one that meets all three of them comes through.
    server.faults.update({fault: 3, "unavailable_status": 429, "retry_after": "0"})
    assert ids(read(source, "changelog", EVERYTHING, issues)) == expected(server, "changelog")
    assert source.requests_made == 3 + server.asked(CHANGELOG)
    assert server.asked(CHANGELOG) > ISSUES + 3
