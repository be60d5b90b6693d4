"""Pages of GraphQL: sizes, cursors, orders, filters and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.sandbox.github import issues, timeline
from tests.local.sandbox.github.conftest import START, Client, served, small_store

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = """
query page($first: Int!, $after: String, $order: IssueOrder) {
  repository(owner: "acme", name: "one") {
    issues(first: $first, after: $after, orderBy: $order) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor }
      nodes { id number updatedAt }
    }
  }
}
"""
NEWEST_FIRST = {"field": "UPDATED_AT", "direction": "DESC"}


@pytest.fixture
def ten() -> Iterator[Client]:
    """Ten issues, opened a minute after each other."""
    with served(small_store(10)) as client:
        yield client


def page(client: Client, **variables: Any) -> dict[str, Any]:
    told: dict[str, Any] = client.data(PAGE, **variables)["repository"]["issues"]
    return told


def numbers(told: dict[str, Any]) -> list[int]:
    return [node["number"] for node in told["nodes"]]


def test_pages_follow_each_other(ten: Client) -> None:
    first = page(ten, first=4)
    second = page(ten, first=4, after=first["pageInfo"]["endCursor"])
    third = page(ten, first=4, after=second["pageInfo"]["endCursor"])
    assert [numbers(p) for p in (first, second, third)] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert [p["pageInfo"]["hasNextPage"] for p in (first, second, third)] == [True, True, False]
    assert [p["pageInfo"]["hasPreviousPage"] for p in (first, second, third)] == [False, True, True]
    assert {p["totalCount"] for p in (first, second, third)} == {10}
    assert first["edges"][-1]["cursor"] == first["pageInfo"]["endCursor"]


def test_an_order_is_kept(ten: Client) -> None:
    assert numbers(page(ten, first=3, order=NEWEST_FIRST)) == [10, 9, 8]
    oldest = {"field": "CREATED_AT", "direction": "ASC"}
    assert numbers(page(ten, first=3, order=oldest)) == [1, 2, 3]


def test_what_moves_to_the_front_shifts_no_page(ten: Client) -> None:
    """A cursor is a place in the order: what is touched meanwhile is not read, others stay."""
    first = page(ten, first=4, order=NEWEST_FIRST)
    touched = ten.store.repositories[0]["issues"][2]
    timeline.comment(ten.store, touched, START + 9000, None, "Any news?")
    later = page(ten, first=100, after=first["pageInfo"]["endCursor"], order=NEWEST_FIRST)
    assert (numbers(first), numbers(later)) == ([10, 9, 8, 7], [6, 5, 4, 2, 1])
    assert numbers(page(ten, first=1, order=NEWEST_FIRST)) == [3]


def test_the_last_ones_and_those_before(ten: Client) -> None:
    text = """query { repository(owner: "acme", name: "one") {
        issues(last: 3) { nodes { number } pageInfo { startCursor hasPreviousPage hasNextPage } }
    } }"""
    told = ten.data(text)["repository"]["issues"]
    assert numbers(told) == [8, 9, 10]
    assert told["pageInfo"]["hasPreviousPage"]
    assert not told["pageInfo"]["hasNextPage"]
    before = text.replace("last: 3", f'last: 2, before: "{told["pageInfo"]["startCursor"]}"')
    assert numbers(ten.data(before)["repository"]["issues"]) == [6, 7]


def test_more_than_a_hundred_are_refused_in_an_answer_with_status_200(ten: Client) -> None:
    answer = ten.query(PAGE, first=101)
    assert answer.status_code == 200
    (error,) = answer.json()["errors"]
    assert answer.json()["data"] is None
    assert error["type"] == "EXCESSIVE_PAGINATION"
    assert error["path"] == ["repository", "issues"]
    assert error["message"] == (
        "Requesting 101 records on the `issues` connection exceeds the `first` limit "
        "of 100 records."
    )


def test_a_page_without_a_size_is_refused_but_a_count_is_not(ten: Client) -> None:
    text = 'query { repository(owner: "acme", name: "one") { issues { totalCount } } }'
    assert ten.data(text) == {"repository": {"issues": {"totalCount": 10}}}
    (error,) = ten.query(text.replace("totalCount", "nodes { id }")).json()["errors"]
    assert error["type"] == "MISSING_PAGINATION_BOUNDARIES"


def test_a_cursor_that_is_none_is_refused(ten: Client) -> None:
    (error,) = ten.query(PAGE, first=5, after="Y3Vyc29y").json()["errors"]
    assert error["message"] == "`Y3Vyc29y` does not appear to be a valid cursor."


def test_nodes_that_are_not_there_are_null_beside_errors(ten: Client) -> None:
    one, two = (issue["id"] for issue in ten.store.repositories[0]["issues"][:2])
    text = "query some($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    told = ten.query(text, ids=[one, "I_kwNothing", two]).json()
    assert told["data"] == {"nodes": [{"id": one}, None, {"id": two}]}
    (error,) = told["errors"]
    assert error["type"] == "NOT_FOUND"
    assert error["path"] == ["nodes", 1]
    assert "I_kwNothing" in error["message"]


def test_the_id_from_before_a_transfer_leads_to_the_issue(ten: Client) -> None:
    one, two = ten.store.repositories
    issue = one["issues"][0]
    old_id = issue["id"]
    issues.transfer(ten.store, issue, two, START + 9000, None)
    text = "query one($id: ID!) { node(id: $id) { id ... on Issue { url number } } }"
    told = ten.data(text, id=old_id)["node"]
    assert told == {"id": issue["id"], "url": "https://github.com/acme/two/issues/1", "number": 1}
    assert issue["id"] != old_id
    by_number = 'query { repository(owner: "acme", name: "one") { issue(number: 1) { url } } }'
    assert ten.data(by_number)["repository"]["issue"]["url"] == told["url"]


def test_a_deleted_issue_is_nowhere(ten: Client) -> None:
    issue = ten.store.repositories[0]["issues"][4]
    issues.delete(ten.store, issue, START + 9000)
    assert numbers(page(ten, first=100)) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    told = ten.query("query one($id: ID!) { node(id: $id) { id } }", id=issue["id"]).json()
    assert told["data"] == {"node": None}
    assert told["errors"][0]["type"] == "NOT_FOUND"


TIMELINE = """
query timeline($id: ID!, $first: Int!, $after: String, $types: [IssueTimelineItemsItemType!],
               $since: DateTime) {
  node(id: $id) { ... on Issue {
    timelineItems(first: $first, after: $after, itemTypes: $types, since: $since) {
      totalCount filteredCount pageCount
      pageInfo { hasNextPage endCursor }
      nodes { __typename ... on Node { id } }
    }
  } }
}
"""


def timeline_page(client: Client, **variables: Any) -> dict[str, Any]:
    issue = client.store.repositories[0]["issues"][0]
    told: dict[str, Any] = client.data(TIMELINE, id=issue["id"], **variables)["node"]
    page: dict[str, Any] = told["timelineItems"]
    return page


def test_a_timeline_counts_what_its_filters_leave(ten: Client) -> None:
    """Five comments a minute apart, then closed: six items."""
    issue = ten.store.repositories[0]["issues"][0]
    for turn in range(5):
        timeline.comment(ten.store, issue, START + 3600 + 60 * turn, None, f"{turn}")
    timeline.close(ten.store, issue, START + 7200, None, "COMPLETED")
    first = timeline_page(ten, first=4)
    assert (first["totalCount"], first["filteredCount"], first["pageCount"]) == (6, 6, 4)
    rest = timeline_page(ten, first=4, after=first["pageInfo"]["endCursor"])
    # What comes after the cursor, as the schema describes it.
    assert (rest["totalCount"], rest["filteredCount"], rest["pageCount"]) == (6, 2, 2)
    assert [n["__typename"] for n in rest["nodes"]] == ["IssueComment", "ClosedEvent"]
    closings = timeline_page(ten, first=4, types=["CLOSED_EVENT", "REOPENED_EVENT"])
    assert (closings["filteredCount"], len(closings["nodes"])) == (1, 1)
    # START + 3780 = the fourth comment
    recent = timeline_page(ten, first=100, since="2026-09-01T01:03:00Z")
    assert (recent["filteredCount"], len(recent["nodes"])) == (3, 3)


def test_filter_by_answers_from_an_index_that_is_days_behind_and_lacks_some(ten: Client) -> None:
    """The newest thing is on 5 September: of what happened after the second, it knows nothing."""
    home = ten.store.repositories[0]
    for issue in home["issues"][5:]:
        timeline.comment(ten.store, issue, START + 4 * 86_400, None, "Hm.")
    text = """query { repository(owner: "acme", name: "one") {
        issues(first: 100, filterBy: {since: "2026-09-01T00:00:00Z"}) { nodes { number } }
    } }"""
    assert numbers(ten.data(text)["repository"]["issues"]) == [1, 2, 3, 4, 5]


def test_states_and_labels_filter(ten: Client) -> None:
    one, two = ten.store.repositories[0]["issues"][:2]
    timeline.close(ten.store, one, START + 9000, None, "COMPLETED")
    timeline.put_label(ten.store, two, START + 9000, None, "bug")
    text = """query {{ repository(owner: "acme", name: "one") {{
        issues(first: 100, {}) {{ totalCount nodes {{ number }} }} }} }}"""
    closed = ten.data(text.format("states: CLOSED"))["repository"]["issues"]
    labelled = ten.data(text.format('labels: ["bug"]'))["repository"]["issues"]
    assert (numbers(closed), numbers(labelled)) == ([1], [2])
    assert closed["totalCount"] == 1


def test_a_field_that_is_not_there_is_refused_before_anything_runs(ten: Client) -> None:
    answer = ten.query("query { viewer { login shoeSize } }")
    assert answer.status_code == 200
    assert "data" not in answer.json()
    assert "shoeSize" in answer.json()["errors"][0]["message"]


def test_an_older_server_does_not_know_the_newer_kinds() -> None:
    text = (
        'query { repository(owner: "acme", name: "one") { issue(number: 1) { issueType { id } } } }'
    )
    with served(small_store(1), is_old=True) as old, served(small_store(1)) as new:
        assert "issueType" in old.query(text).json()["errors"][0]["message"]
        assert new.data(text) == {"repository": {"issue": {"issueType": None}}}
        kinds = 'query { __type(name: "IssueTimelineItemsItemType") { enumValues { name } } }'
        counts = [len(c.data(kinds)["__type"]["enumValues"]) for c in (old, new)]
        assert counts == [35, 51]
