"""Limits and failures by switch, as GitHub words them, and tokens that may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.local.sandbox.github.conftest import HEADERS, Client, served, small_store

if TYPE_CHECKING:
    from collections.abc import Iterator

VIEWER = "query { viewer { login } }"
PULLS = """
query pulls($first: Int!) {
  repository(owner: "acme", name: "payments") {
    pullRequests(first: $first) { nodes { id timelineItems(first: 10) { nodes { __typename } } } }
  }
}
"""


@pytest.fixture
def one() -> Iterator[Client]:
    with served(small_store(3)) as client:
        yield client


@pytest.mark.parametrize("status", [403, 429])
def test_the_primary_limit_has_nothing_remaining(one: Client, status: int) -> None:
    one.app.faults.update({"primary_limits": 2, "primary_status": status})
    for answer in (one.get("user"), one.query(VIEWER)):
        assert answer.status_code == status
        assert answer.headers["X-RateLimit-Remaining"] == "0"
        assert "Retry-After" not in answer.headers
        assert int(answer.headers["X-RateLimit-Reset"]) > 0
    assert one.get("user").status_code == 200


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("wait", [0, 8])
def test_a_secondary_limit_comes_with_a_time_to_wait_or_only_says_so(
    one: Client, status: int, wait: int
) -> None:
    one.app.faults.update(
        {"secondary_limits": 1, "secondary_status": status, "secondary_wait_s": wait}
    )
    answer = one.query(VIEWER)
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == (str(wait) if wait else None)
    assert int(answer.headers["X-RateLimit-Remaining"]) > 0
    assert "secondary rate limit" in answer.json()["message"]
    assert one.data(VIEWER)


@pytest.mark.parametrize("kind", ["RATE_LIMITED", "RATE_LIMIT"])
def test_graphql_tells_of_the_limit_in_status_200(one: Client, kind: str) -> None:
    one.app.faults.update({"graphql_limits": 1, "graphql_limit_type": kind})
    assert one.get("user").status_code == 200
    answer = one.query(VIEWER)
    assert (answer.status_code, answer.json()["errors"][0]["type"]) == (200, kind)
    assert answer.headers["X-RateLimit-Remaining"] == "0"


def test_a_query_may_exceed_resources(one: Client) -> None:
    one.app.faults.update({"resource_limits": 1})
    told = one.query(VIEWER).json()
    assert told["errors"][0]["type"] == "RESOURCE_LIMITS_EXCEEDED"
    assert one.data(VIEWER)


def test_a_unicorn_is_a_page(one: Client) -> None:
    one.app.faults.update({"unicorns": 2})
    for answer in (one.get("user"), one.query(VIEWER)):
        assert answer.status_code == 502
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "Unicorn!" in answer.text


def test_some_requests_never_get_an_answer(one: Client) -> None:
    one.app.faults.update({"timeouts": 1})
    with pytest.raises(requests.Timeout):
        requests.get(f"{one.url}/user", headers=HEADERS, timeout=0.3)
    assert one.get("user").status_code == 200


@pytest.mark.parametrize("status", [502, 504])
def test_a_page_that_is_too_heavy_is_given_up(github: Client, status: int) -> None:
    github.app.faults.update({"largest_page": 10, "too_large": status})
    answer = github.query(PULLS, first=11)
    assert answer.status_code == status
    assert "This may be the result of a timeout" in answer.json()["errors"][0]["message"]
    assert len(github.data(PULLS, first=10)["repository"]["pullRequests"]["nodes"]) == 10


def test_or_all_its_nodes_are_null(github: Client) -> None:
    github.app.faults.update({"largest_page": 10, "too_large": 200})
    told = github.query(PULLS, first=11).json()
    assert told["data"]["repository"]["pullRequests"]["nodes"] == [None] * 11
    assert told["errors"][0]["path"] == ["repository", "pullRequests", "nodes", 0]


def test_some_nodes_may_be_null_beside_errors(github: Client) -> None:
    github.app.faults.update({"null_nodes": 1})
    told = github.query(PULLS, first=4).json()
    nodes = told["data"]["repository"]["pullRequests"]["nodes"]
    assert [node is None for node in nodes] == [True, False, True, False]
    assert [error["path"][-1] for error in told["errors"]] == [0, 2]
    assert "errors" not in github.query(PULLS, first=4).json()


def test_single_sign_on_has_to_be_granted(one: Client) -> None:
    one.app.faults.update({"sso": True})
    answer = one.get("orgs/acme/repos")
    assert answer.status_code == 403
    assert answer.headers["X-GitHub-SSO"].startswith("required; url=https://github.com/orgs/acme")
    query = one.query('query { organization(login: "acme") { id } }')
    assert query.status_code == 200
    assert query.json()["errors"][0]["type"] == "FORBIDDEN"
    assert query.json()["errors"][0]["extensions"] == {"saml_failure": True}


def test_a_token_may_lack_scopes(one: Client) -> None:
    one.app.faults.update({"under_scoped": True})
    members = 'query { organization(login: "acme") { membersWithRole(first: 1) { totalCount } } }'
    answer = one.query(members)
    assert answer.headers["X-OAuth-Scopes"] == "repo"
    assert answer.json()["errors"][0]["type"] == "INSUFFICIENT_SCOPES"
    assert "['read:org']" in answer.json()["errors"][0]["message"]
    assert one.data(VIEWER)
    assert one.get("orgs/acme/members").status_code == 403


def test_no_token_is_taken(one: Client) -> None:
    one.app.faults.update({"wrong_token": True})
    for answer in (one.get("user"), one.query(VIEWER)):
        assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_an_organization_or_a_repository_that_is_not_there(one: Client) -> None:
    told = one.query('query { organization(login: "nobody") { id } }').json()
    assert told["data"] == {"organization": None}
    assert told["errors"][0]["type"] == "NOT_FOUND"
    assert "'nobody'" in told["errors"][0]["message"]
    told = one.query('query { repository(owner: "acme", name: "gone") { id } }').json()
    assert "'acme/gone'" in told["errors"][0]["message"]
    assert one.get("orgs/nobody/repos").status_code == 404


def test_the_servers_clock_may_be_ahead() -> None:
    with served(small_store(1), clock=lambda: 1000.0) as client:
        client.app.faults.update({"clock_ahead_s": 7200})
        assert client.get("user").headers["X-RateLimit-Reset"] == "11800"


def test_shifting_pages(one: Client) -> None:
    """The item that was updated longest ago comes to the front after an answer."""
    one.app.faults.update({"shifts": 1})
    query = {"state": "all", "sort": "updated"}
    before = one.get("repos/acme/one/issues", **query).json()
    after = one.get("repos/acme/one/issues", **query).json()
    assert [row["number"] for row in before] == [3, 2, 1]
    assert [row["number"] for row in after] == [1, 3, 2]


def test_the_truth_is_told_over_http(github: Client) -> None:
    told = requests.get(f"{github.url}/sandbox/truth", timeout=10).json()
    ids = {item["homes"][-1][0] for item in told["items"] if item["deleted_at"] is None}
    assert ids == {item["id"] for item in github.store.all_items()}
    assert {d["id"] for d in told["deployments"]} == {
        d["id"] for r in github.store.repositories for d in r["deployments"]
    }
    assert {old for old, _, _ in told["transfers"]} == github.store.moved.keys()


def test_switches_are_set_over_http(one: Client) -> None:
    told = requests.post(f"{one.url}/sandbox/faults", json={"unicorns": 1}, timeout=10).json()
    assert (told["unicorns"], told["latency_ms"]) == (1, 0)
    assert one.get("user").status_code == 502
    refused = requests.post(f"{one.url}/sandbox/faults", json={"unicorn": 1}, timeout=10)
    assert refused.status_code == 400
    stats = requests.get(f"{one.url}/sandbox/stats", timeout=10).json()
    assert stats == {"user": 1}
    requests.delete(f"{one.url}/sandbox/faults", timeout=10)
    assert one.app.faults.unicorns == 0
