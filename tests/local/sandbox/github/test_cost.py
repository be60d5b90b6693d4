"""Points by GitHub's formula, worked out by hand, and the budgets that they are taken from."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_operation_ast, parse

from local.sandbox.github.cost import Cost, Meter
from local.sandbox.github.graphql_api import played_schema
from tests.local.sandbox.github.conftest import served, small_store

# The example of GitHub's documentation: 1 + 100 + 100 * 50 = 5101 requests, 51 points.
DOCUMENTED = """
query {
  viewer {
    login
    repositories(first: 100) {
      edges { node { id
        issues(first: 50) {
          edges { node { id
            labels(first: 60) { edges { node { id name } } }
          } }
        }
      } }
    }
  }
}
"""


def cost(text: str, **variables: Any) -> Cost:
    document = parse(text)
    operation = get_operation_ast(document)
    assert operation is not None
    return Meter(played_schema(), document, variables).measure(operation)


def test_the_documentations_example() -> None:
    """Nodes: 100 + 100 * 50 + 100 * 50 * 60."""
    found = cost(DOCUMENTED.replace("viewer {", 'organization(login: "acme") {', 1))
    assert (found.requests, found.points, found.nodes) == (5101, 51, 305_100)


def test_a_query_costs_at_least_one_point() -> None:
    assert cost("query { viewer { login } }").points == 1


def test_a_page_of_issues_with_labels_and_timeline() -> None:
    """1 + 50 * 2 = 101 requests: one point; 50 + 50 * 100 * 2 nodes."""
    text = """query page($first: Int!) { repository(owner: "acme", name: "one") {
        issues(first: $first) { nodes { ...record } } } }
        fragment record on Issue {
            labels(first: 100) { nodes { name } }
            timelineItems(first: 100) { filteredCount nodes { __typename } }
            comments { totalCount }
        }"""
    found = cost(text, first=50)
    assert (found.requests, found.points, found.nodes) == (101, 1, 10_050)


def test_ids_are_slots_too() -> None:
    """20 nodes with a connection each: 20 requests, 20 + 20 * 10 nodes."""
    text = """query some($ids: [ID!]!) { nodes(ids: $ids) {
        ... on Issue { labels(first: 10) { nodes { name } } } } }"""
    found = cost(text, ids=[str(n) for n in range(20)])
    assert (found.requests, found.nodes) == (20, 220)


def test_too_many_nodes_are_refused() -> None:
    """100 * 100 * 100 are a million."""
    text = """query { organization(login: "acme") { repositories(first: 100) { nodes {
        issues(first: 100) { nodes { labels(first: 100) { nodes { name } } } } } } } }"""
    with served(small_store(1)) as github:
        (error,) = github.query(text).json()["errors"]
    assert error["type"] == "MAX_NODE_LIMIT_EXCEEDED"
    assert "1,010,100" in error["message"]


@pytest.mark.parametrize("limit", [3, 5000])
def test_a_query_tells_what_it_costs_and_what_is_left(limit: int) -> None:
    text = "query { rateLimit { cost limit remaining used nodeCount resetAt } }"
    clock = [1_788_220_800.0]
    with served(small_store(1), limits={"graphql": limit}, clock=lambda: clock[0]) as github:
        told = [github.data(text)["rateLimit"] for _ in range(2)]
        assert [t["remaining"] for t in told] == [limit - 1, limit - 2]
        assert told[1] | {"remaining": 0} == {
            "cost": 1,
            "limit": limit,
            "remaining": 0,
            "used": 2,
            "nodeCount": 0,
            "resetAt": "2026-09-01T01:00:00Z",
        }
        answer = github.query(text)
        assert answer.headers["X-RateLimit-Resource"] == "graphql"
        assert answer.headers["X-RateLimit-Used"] == "3"
        assert answer.headers["X-RateLimit-Reset"] == "1788224400"


def test_a_budget_that_is_used_up_is_told_in_status_200_until_it_is_reset() -> None:
    text = "query { viewer { login } }"
    clock = [1_788_220_800.0]
    with served(small_store(1), limits={"graphql": 1}, clock=lambda: clock[0]) as github:
        github.data(text)
        answer = github.query(text)
        assert answer.status_code == 200
        assert answer.json()["errors"][0]["type"] == "RATE_LIMITED"
        assert answer.headers["X-RateLimit-Remaining"] == "0"
        clock[0] += 3600
        assert github.data(text) == {"viewer": {"login": "etlbot"}}
