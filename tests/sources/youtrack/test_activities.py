from __future__ import annotations

import pytest

from flowmart.core.errors import AuthError, CompletenessError, SourceError
from local.sandbox.youtrack.errors import ApiError
from tests.records import payload_of
from tests.sources.youtrack.conftest import (
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
    window_ms,
)

HISTORY = "issues/{id}/activitiesPage"


@pytest.fixture
def issues(source):
    return read(source, "issues")


def expected(server, until=float("inf")) -> list[str]:
    """Ids of all activities before a moment, by a slow look at the store."""
    visible = server.store.visible_issues()
    return sorted(a.json["id"] for issue in visible for a in issue.activities if a.at < until)


def busiest(server, issues):
    """The record of the issue that has most activities."""
    return max(issues, key=lambda record: len(issue_of(server, record).activities))


def prolong(server, issue, activities):
    """Comment on an issue until it has a number of activities; gives the window that ends then."""
    for turn in range(activities - len(issue.activities)):
        server.store.comment(issue.issue_id, f"again {turn}", server.store.clock + SECOND)
    assert len(issue.activities) == activities
    return window_ms(SECOND, server.store.clock + 1)


def test_all_of_all_issues_comes_once(server, source, issues):
    records = read(source, "activities", EVERYTHING, issues)
    assert len(records) > 10 * ISSUES
    assert ids(records) == expected(server)


def test_every_category_and_every_shape_of_a_value_comes(source, issues):
    payloads = [payload_of(r) for r in read(source, "activities", EVERYTHING, issues)]
    assert {payload["category"]["id"].removesuffix("Category") for payload in payloads} == {
        *("IssueCreated", "IssueResolved", "CustomField", "Summary", "Description", "Project"),
        *("Sprint", "Links", "Tags", "Comments", "WorkItem"),
    }
    assert {type(payload["added"]) for payload in payloads} >= {list, dict, int, str, float}
    changed = [p for p in payloads if (p["field"] or {}).get("customField")]
    states = [p for p in changed if p["field"]["customField"]["fieldType"]["id"] == "state[1]"]
    assert states
    assert all(value["id"] and value["name"] for p in states for value in p["added"])


def test_an_activity_knows_its_issue_and_its_time(server, source, issues):
    for record in read(source, "activities", EVERYTHING, issues[:20]):
        history = server.store.issues[record.parent_id].activities
        (activity,) = (a for a in history if a.json["id"] == record.record_id)
        assert record.version == payload_of(record)["timestamp"] == activity.at


@pytest.mark.parametrize("includes_end", [True, False])
def test_what_was_done_at_the_windows_end_or_later_is_cut_off(store, includes_end):
    with served(store, activities_include_end=includes_end) as server:
        source = open_source(server)
        issues = read(source, "issues")
        history = issue_of(server, busiest(server, issues)).activities
        end = history[len(history) // 2].at
        older = [i for i in issues if issue_of(server, i).created < end]
        records = read(source, "activities", window_ms(SECOND, end), older)
        assert ids(records) == expected(server, until=end)
        asked = [params for path, params in server.app.asked if path.endswith("activitiesPage")]
        assert {params["end"] for params in asked} == {str(end)}


def test_a_read_that_goes_on_behind_a_page_brings_exactly_the_rest(source, issues):
    all_pages = pages(source, "activities", EVERYTHING, issues[:12])
    assert len(all_pages) == 12
    for place, page in enumerate(all_pages, start=1):
        rest = source.read("activities", EVERYTHING, iter(issues[:12]), page.resume)
        assert rows(rest) == rows(all_pages[place:])


def test_an_issue_with_its_history_costs_one_request_beyond_the_search_pages(server, source):
    issues = read(source, "issues")
    searching = source.requests_made
    # The zone, the count, two pages of 200 and two proofs of the zone.
    assert searching == 6
    read(source, "activities", EVERYTHING, issues)
    assert source.requests_made - searching == server.asked(HISTORY) == ISSUES


@pytest.mark.parametrize(
    ("activities", "requests"), [(43, 1), (101, 1), (500, 1), (501, 2), (1001, 3)]
)
def test_histories_longer_than_a_page_are_read(server, source, issues, activities, requests):
    parent = min(issues, key=lambda record: len(issue_of(server, record).activities))
    window = prolong(server, issue_of(server, parent), activities)
    before = source.requests_made
    records = read(source, "activities", window, [parent])
    assert ids(records) == sorted(a.json["id"] for a in issue_of(server, parent).activities)
    assert source.requests_made - before == requests


def test_activities_of_one_edit_that_a_page_parts_all_come(server, source, issues):
    issue = issue_of(server, issues[0])
    at = server.store.clock + SECOND
    for turn in range(600):
        server.store.comment(issue.issue_id, f"at once {turn}", at)
    records = read(source, "activities", window_ms(SECOND, at + 1), issues[:1])
    assert len(set(ids(records))) == len(records) == len(issue.activities)


def test_an_issue_that_landed_twice_is_asked_for_once(server, source, issues):
    read(source, "activities", EVERYTHING, [*issues[:3], *issues[:3]])
    assert server.asked(HISTORY) == 3


def test_a_moved_issue_is_asked_for_by_its_id(server, source, issues):
    issue = issue_of(server, issues[0])
    target = next(p for p in server.store.projects if p is not issue.project)
    at = server.store.clock + SECOND
    server.store.move(issue.issue_id, target.short_name, at)
    records = read(source, "activities", window_ms(SECOND, at + 1), issues[:1])
    assert ids(records) == sorted(a.json["id"] for a in issue.activities)
    assert "ProjectCategory" in {payload_of(r)["category"]["id"] for r in records}


@pytest.mark.parametrize("vanish", ["destroy", "hide"])
def test_an_issue_that_vanished_since_it_was_read_is_left_out(
    server, source, issues, caplog, vanish
):
    gone, *others = issues[:5]
    getattr(server.store, vanish)(gone.record_id)
    found = list(source.read("activities", EVERYTHING, [gone, *others]))
    assert {r.parent_id for r in rows(found)} == {record.record_id for record in others}
    assert [issue_id for page in found for issue_id in page.vanished] == [gone.record_id]
    assert f"youtrack__acme: {payload_of(gone)['idReadable']} disappeared" in caplog.text


@pytest.mark.parametrize("status", [403, 404])
def test_p2_an_issue_whose_history_is_refused_is_left_out(server, source, issues, status):
    """One refusal is about the issue; that the token still works is checked."""
    gone, *others = issues[:3]

    def refuse(page):
        if f"issues/{gone.record_id}/" in server.app.asked[-1][0]:
            raise ApiError(status, "Forbidden", "You have no access to this issue")
        return page

    server.app.spoil_history = refuse
    found = [
        page for issue in (gone, *others) for page in source.read("activities", EVERYTHING, [issue])
    ]
    assert [page.vanished for page in found] == [(gone.record_id,), (), ()]
    assert {r.parent_id for r in rows(found)} == {record.record_id for record in others}


def test_a_token_that_is_no_longer_read_hides_no_issue(server, source, issues):
    server.store.hide(issues[0].record_id)
    server.app.is_guest = True
    with pytest.raises(AuthError, match="treats the request as a guest's"):
        read(source, "activities", EVERYTHING, issues[:1])


def told_without(*categories):
    """Lets a page be told without some categories."""
    return lambda page: (
        page
        | {"activities": [a for a in page["activities"] if a["category"]["id"] not in categories]}
    )


def test_a_history_without_its_creation_is_looked_at_twice_and_told(server, source, issues, caplog):
    """An issue that was imported may lack it; the staging models make a finding of that."""
    server.app.spoil_history = told_without("IssueCreatedCategory")
    name, activities = payload_of(issues[0])["idReadable"], issue_of(server, issues[0]).activities
    records = read(source, "activities", EVERYTHING, issues[:1])
    assert ids(records) == sorted(a.json["id"] for a in activities[1:])
    assert f"the history of {name} does not have its creation" in caplog.text
    assert server.asked(HISTORY) == 2


def test_an_empty_history_stops_the_run(server, source, issues):
    server.app.spoil_history = lambda page: page | {"activities": []}
    name = payload_of(issues[0])["idReadable"]
    with pytest.raises(CompletenessError, match=f"no history of {name}") as caught:
        read(source, "activities", EVERYTHING, issues[:1])
    assert f"issues/{issues[0].record_id}/activitiesPage" in caught.value.where
    assert f"issue id: -{name}" in caught.value.next_step


def test_a_creation_that_only_a_second_look_finds_lands_with_the_rest(server, source, issues):
    spoiled = told_without("IssueCreatedCategory", "CommentsCategory")

    def once(page):
        server.app.spoil_history = lambda page: page
        return spoiled(page)

    server.app.spoil_history = once
    records = read(source, "activities", EVERYTHING, issues[:1])
    assert ids(records) == sorted(a.json["id"] for a in issue_of(server, issues[0]).activities)


@pytest.mark.parametrize("cursor", ["YTowOjA=", None, ""])
def test_a_cursor_that_stands_still_stops_the_run(server, source, issues, cursor):
    server.app.spoil_history = lambda page: page | {"hasAfter": True, "afterCursor": cursor}
    with pytest.raises(CompletenessError, match="cursor of the next page does not advance"):
        read(source, "activities", EVERYTHING, issues[:1])
    assert server.asked(HISTORY) <= 2


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ({"activities": []}, "missing required field `hasAfter`"),
        ({"hasAfter": False}, "missing required field `activities`"),
        ({"activities": [], "hasAfter": "no"}, r"Expected `bool`, got `str` - at `\$\.hasAfter`"),
        ({"activities": None, "hasAfter": False}, "Expected `array`, got `null`"),
    ],
)
def test_a_page_of_another_shape_stops_the_run(server, source, issues, page, problem):
    server.app.spoil_history = lambda _: page | {"$type": "ActivityCursorPage"}
    with pytest.raises(
        SourceError, match=rf"is JSON, but not the expected .* of YouTrack: .*{problem}"
    ):
        read(source, "activities", EVERYTHING, issues[:1])


def test_bare_ids_instead_of_activities_stop_the_run(server, source, issues):
    server.app.spoil_history = lambda page: (
        page | {"activities": [{"id": a["id"], "$type": a["$type"]} for a in page["activities"]]}
    )
    with pytest.raises(SourceError, match=r"field `timestamp` - at `\$\[0\]`"):
        read(source, "activities", EVERYTHING, issues[:1])


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize("fault", ["unavailable", "resets", "truncated", "html"])
def test_a_server_under_stress_loses_no_activity(server, source, issues, fault):
    # A request is tried four times, so even one that meets all three of them comes through.
    server.faults.update({fault: 3, "unavailable_status": 429, "retry_after": "0"})
    assert ids(read(source, "activities", EVERYTHING, issues)) == expected(server)
    assert server.asked(HISTORY) == ISSUES + 3
