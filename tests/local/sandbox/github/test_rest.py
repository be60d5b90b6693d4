"""REST: lists and links, redirects and tombstones, entity tags, budgets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from local.sandbox.github import issues, timeline
from tests.local.sandbox.github.conftest import HEADERS, START, Client, served, small_store

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def ten() -> Iterator[Client]:
    with served(small_store(10)) as client:
        yield client


def test_links_name_the_repository_by_its_id_and_lead_from_page_to_page(ten: Client) -> None:
    answer = ten.get("repos/acme/one/issues", per_page=3, page=2, state="all")
    number = ten.store.repositories[0]["fullDatabaseId"]
    root = f"{ten.url}/repositories/{number}/issues?per_page=3&page="
    assert answer.headers["Link"] == (
        f'<{root}1&state=all>; rel="prev", <{root}3&state=all>; rel="next", '
        f'<{root}4&state=all>; rel="last", <{root}1&state=all>; rel="first"'
    )
    assert [row["number"] for row in answer.json()] == [7, 6, 5]
    rows = ten.all_of("repos/acme/one/issues", per_page=3, state="all")
    assert [row["number"] for row in rows] == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_since_is_inclusive_and_ascending_by_update(ten: Client) -> None:
    """Issue 8 was opened at 00:08."""
    query = {"since": "2026-09-01T00:08:00Z", "sort": "updated", "direction": "asc", "state": "all"}
    rows = ten.all_of("repos/acme/one/issues", **query)
    assert [row["number"] for row in rows] == [8, 9, 10]
    last = ten.get("repos/acme/one/issues", **query, per_page=1).links["last"]["url"]
    assert last.split("page=")[-1] == "3"


def test_more_than_a_hundred_a_page_are_a_hundred() -> None:
    with served(small_store(120)) as client:
        rows = client.get("repos/acme/one/issues", per_page=500).json()
        assert len(rows) == 100


def test_only_open_ones_are_listed_unless_asked_for(ten: Client) -> None:
    issue = ten.store.repositories[0]["issues"][0]
    timeline.close(ten.store, issue, START + 9000, None, "NOT_PLANNED")
    assert len(ten.get("repos/acme/one/issues").json()) == 9
    (closed,) = ten.get("repos/acme/one/issues", state="closed").json()
    assert (closed["state"], closed["state_reason"]) == ("closed", "not_planned")


def test_pages_by_number_do_not_reach_beyond_a_limit() -> None:
    with served(small_store(10), largest_list=6) as client:
        assert client.get("repos/acme/one/issues", per_page=3, page=2).status_code == 200
        answer = client.get("repos/acme/one/issues", per_page=3, page=3)
    assert answer.status_code == 422
    assert "pagination with the page parameter is not supported" in answer.json()["message"]
    assert "after/before" in answer.json()["message"]


def test_a_search_reaches_a_thousand_rows() -> None:
    with served(small_store(1001)) as client:
        query = {"q": "repo:acme/one is:issue", "per_page": 100}
        last = client.get("search/issues", **query, page=10)
        assert (last.json()["total_count"], len(last.json()["items"])) == (1001, 100)
        assert last.headers["X-RateLimit-Limit"] == "30"
        refused = client.get("search/issues", **query, page=11)
    assert refused.status_code == 422
    assert refused.json()["message"] == "Only the first 1000 search results are available"


def test_a_search_finds_what_is_asked_for(github: Client) -> None:
    store = github.store
    items = [i for i in store.all_items() if i["repository"]["name"] == "payments"]
    unmerged = {
        i["id"]
        for i in items
        if i["__typename"] == "PullRequest" and i["closed"] and not i["merged"]
    }
    query = {"q": "repo:acme/payments is:pr is:closed is:unmerged", "per_page": 100}
    found = github.get("search/issues", **query).json()
    assert {row["node_id"] for row in found["items"]} == unmerged
    assert unmerged
    day = items[3]["createdAt"][:10]
    query["q"] = f"repo:acme/payments created:{day}..{day}"
    found = github.get("search/issues", **query).json()
    assert {r["node_id"] for r in found["items"]} == {
        i["id"] for i in items if i["createdAt"][:10] == day
    }


def test_a_transferred_issue_is_elsewhere_step_by_step(ten: Client) -> None:
    """There and back again: each old address leads to the next one."""
    one, two = ten.store.repositories
    issue = one["issues"][0]
    issues.transfer(ten.store, issue, two, START + 9000, None)
    issues.transfer(ten.store, issue, one, START + 9060, None)
    there = f"{ten.url}/repositories/{two['fullDatabaseId']}/issues/1"
    now = f"{ten.url}/repositories/{one['fullDatabaseId']}/issues/11"
    for old, new in (("repos/acme/one/issues/1", there), (there, now)):
        answer = ten.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
        assert answer.json()["message"] == "Moved Permanently"
    assert ten.get("repos/acme/two/issues/1/timeline").headers["Location"] == f"{now}/timeline"
    found = ten.get(now).json()
    assert (found["number"], found["node_id"]) == (11, issue["id"])
    events = [row["event"] for row in ten.get(f"{now}/timeline").json()]
    assert events == ["transferred", "transferred"]


def test_a_deleted_issue_is_gone_and_one_that_never_was_is_not_found(ten: Client) -> None:
    issues.delete(ten.store, ten.store.repositories[0]["issues"][4], START + 9000)
    gone = ten.get("repos/acme/one/issues/5")
    assert (gone.status_code, gone.json()["message"]) == (410, "This issue was deleted")
    never = ten.get("repos/acme/one/issues/99")
    assert (never.status_code, never.json()["message"]) == (404, "Not Found")


def test_a_repository_that_was_renamed_is_elsewhere(ten: Client) -> None:
    home = ten.store.repositories[0]
    ten.store.name_repository(home, "uno")
    now = f"{ten.url}/repositories/{home['fullDatabaseId']}"
    answer = ten.get("repos/acme/one")
    assert (answer.status_code, answer.headers["Location"]) == (301, now)
    assert ten.get("repos/acme/one/issues").headers["Location"] == f"{now}/issues"
    assert ten.get(now).json()["full_name"] == "acme/uno"
    assert ten.get("repos/acme/nothing").status_code == 404


def test_what_has_not_changed_costs_nothing(ten: Client) -> None:
    first = ten.get("repos/acme/one/issues")
    again = ten.get("repos/acme/one/issues", {"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert [a.headers["X-RateLimit-Used"] for a in (first, again)] == ["1", "1"]
    issue = ten.store.repositories[0]["issues"][0]
    timeline.comment(ten.store, issue, START + 9000, None, "Any news?")
    changed = ten.get("repos/acme/one/issues", {"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.headers["X-RateLimit-Used"]) == (200, "2")


def test_the_budget_is_told_for_nothing_and_refuses_when_used_up() -> None:
    clock = [1_788_220_800.0]
    with served(small_store(1), limits={"core": 2}, clock=lambda: clock[0]) as client:
        assert client.get("user").status_code == client.get("user").status_code == 200
        told = client.get("rate_limit").json()["resources"]["core"]
        assert told == {"limit": 2, "used": 2, "remaining": 0, "reset": 1_788_224_400}
        refused = client.get("user")
        assert refused.status_code == 403
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert refused.json()["message"].startswith("API rate limit exceeded for user ID")
        clock[0] += 3600
        assert client.get("user").status_code == 200


def test_answers_have_githubs_headers(ten: Client) -> None:
    headers = ten.get("user").headers
    assert headers["X-GitHub-Media-Type"] == "github.v3; format=json"
    assert headers["X-OAuth-Scopes"] == "read:org, read:project, repo"
    assert len({ten.get("user").headers["X-GitHub-Request-Id"] for _ in range(3)}) == 3


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic abc"])
def test_who_is_not_known_is_refused(ten: Client, header: str) -> None:
    answer = ten.get("user", {"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["message"] == ("Bad credentials" if header else "Requires authentication")
    assert HEADERS["Authorization"] not in answer.text


def test_an_enterprise_server_is_at_other_addresses() -> None:
    with served(small_store(4), is_enterprise=True) as client:
        rows = client.all_of("api/v3/repos/acme/one/issues", per_page=2)
        assert [row["number"] for row in rows] == [4, 3, 2, 1]
        assert rows[0]["url"] == f"{client.url}/api/v3/repos/acme/one/issues/4"
        assert client.get("repos/acme/one").status_code == 404
        assert client.query("query { viewer { login } }").status_code == 404
        body = {"query": "query { viewer { login } }"}
        answer = requests.post(f"{client.url}/api/graphql", json=body, headers=HEADERS, timeout=10)
        assert answer.json() == {"data": {"viewer": {"login": "etlbot"}}}


def test_it_tells_how_many_requests_were_under_way_at_once(ten: Client) -> None:
    ten.app.faults.update({"latency_ms": 300})
    with ThreadPoolExecutor(3) as callers:
        list(callers.map(ten.get, ["user"] * 3))
    assert ten.app.most_at_once == 3


def test_what_is_not_played_says_so(ten: Client) -> None:
    assert ten.get("gists").json()["message"] == "The sandbox does not play GET /gists."


def test_both_ways_tell_the_same(github: Client) -> None:
    """Every issue and pull request by REST and in the store, with what happened to it."""
    told = 0
    for repository in github.store.repositories:
        path = f"repos/{repository['nameWithOwner']}"
        rows = {row["node_id"]: row for row in github.all_of(f"{path}/issues", state="all")}
        items = {item["id"]: item for item in github.store.items(repository)}
        assert rows.keys() == items.keys()
        for key, item in list(items.items())[::7]:
            row = rows[key]
            assert (row["title"], row["updated_at"]) == (item["title"], item["updatedAt"])
            happened = github.all_of(f"{path}/issues/{item['number']}/timeline", per_page=100)
            kept = [e for e in item["timelineItems"] if "ProjectV2" not in e["__typename"]]
            kept = [e for e in kept if "IssueField" not in e["__typename"]]
            assert len(happened) == len(kept)
            told += 1
            if item["__typename"] == "PullRequest":
                reviews = github.all_of(f"{path}/pulls/{item['number']}/reviews")
                assert [r["node_id"] for r in reviews] == [r["id"] for r in item["reviews"]]
                commits = github.all_of(f"{path}/pulls/{item['number']}/commits")
                assert [c["sha"] for c in commits] == [c["commit"]["oid"] for c in item["commits"]]
    assert told > 20


def test_lists_of_the_organization_go_on_by_its_id(github: Client) -> None:
    whole = github.get("orgs/acme/members", per_page=100).json()
    answer = github.get("orgs/acme/members", per_page=5)
    number = github.store.organization["fullDatabaseId"]
    assert answer.links["next"]["url"].startswith(f"{github.url}/organizations/{number}/members?")
    assert github.all_of("orgs/acme/members", per_page=5) == whole
    team = github.get("orgs/acme/teams").json()[0]
    members = github.get(team["members_url"].removesuffix("{/member}")).json()
    assert members == github.get(f"orgs/acme/teams/{team['slug']}/members").json()


def test_people_teams_and_deliveries(github: Client) -> None:
    store = github.store
    members = {row["login"] for row in github.all_of("orgs/acme/members")}
    outside = {row["login"] for row in github.all_of("orgs/acme/outside_collaborators")}
    assert outside == {"lena"}
    assert "zoe" not in members | outside
    assert {"amara", "boris", "admin"} <= members
    for team in github.all_of("orgs/acme/teams"):
        rows = github.all_of(f"orgs/acme/teams/{team['slug']}/members")
        assert {row["login"] for row in rows} <= members
    home = store.repository("acme", "payments")
    assert home is not None
    rows = github.all_of("repos/acme/payments/deployments", per_page=100)
    assert [r["node_id"] for r in rows] == [d["id"] for d in reversed(home["deployments"])]
    path = f"repos/acme/payments/deployments/{rows[0]['id']}/statuses"
    states = [row["state"].upper() for row in github.all_of(path)]
    assert states == [s["state"] for s in home["deployments"][-1]["statuses"]]
    releases = github.all_of("repos/acme/payments/releases")
    assert {row["tag_name"] for row in releases} == {
        row["name"] for row in github.all_of("repos/acme/payments/tags")
    }
