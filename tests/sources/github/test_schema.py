"""Every query that is ever sent is valid: by GitHub's schema, the sandbox's, and an older one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from graphql import (
    GraphQLError,
    GraphQLSchema,
    build_client_schema,
    build_schema,
    introspection_from_schema,
    parse,
    print_ast,
    validate,
)

from flowmart.sources.github.documents import (
    FILES,
    connections_of,
    going_on,
    library,
    operations,
    repeated,
    select,
)
from flowmart.sources.github.schema import prune
from local.sandbox.github.graphql_api import played_schema

if TYPE_CHECKING:
    from pathlib import Path

OPERATIONS = [(kind, operation) for kind in FILES for operation in operations(kind)]


@pytest.fixture(scope="session")
def published(fixtures: Path) -> GraphQLSchema:
    """GitHub's own schema, as an instance tells it."""
    text = (fixtures / "graphql" / "schema.graphql").read_text()
    schema = build_schema(text, assume_valid=True, assume_valid_sdl=True)
    return build_client_schema(introspection_from_schema(schema), assume_valid=True)


def require_valid(schema: GraphQLSchema, kind: str, operation: str) -> list[str]:
    """Check an operation in all forms in which it is sent; what was left out of it."""
    document, left_out = prune(schema, select(library(kind), operation))
    texts = [print_ast(document), repeated(document, 2)]
    for connection in connections_of(document):
        texts.append(repeated(going_on(document, connection), 2))
    for text in texts:
        assert validate(schema, parse(text)) == []
    return left_out


@pytest.mark.parametrize(("kind", "operation"), OPERATIONS)
def test_every_query_is_valid_by_githubs_schema(
    published: GraphQLSchema, kind: str, operation: str
) -> None:
    left_out = require_valid(published, kind, operation)
    newer = ("IssueField", "IssueType", "Blocked", "Blocking", "ProjectV2", "FromDraft")
    known = ("Issue.issueType", "Issue.issueFieldValues")
    assert [n for n in left_out if n not in known and not any(part in n for part in newer)] == []


@pytest.mark.parametrize(("kind", "operation"), OPERATIONS)
def test_every_query_is_valid_as_it_is_by_the_sandboxs_schema(kind: str, operation: str) -> None:
    left_out = require_valid(played_schema(), kind, operation)
    assert left_out == []


@pytest.mark.parametrize(("kind", "operation"), OPERATIONS)
def test_every_query_is_valid_on_an_older_server(kind: str, operation: str) -> None:
    require_valid(played_schema(is_old=True), kind, operation)


def test_without_boards_nothing_of_them_is_asked() -> None:
    for kind in ("issue", "pull_request"):
        document, _ = prune(played_schema(), select(library(kind), f"{kind}_page"), boards=False)
        assert "projectItems" not in print_ast(document)
        assert "project {" not in print_ast(document)


OLD = """
    type Query { node(id: ID!): Node, rateLimit: RateLimit }
    type RateLimit { cost: Int! }
    interface Node { id: ID! }
    type Issue implements Node { id: ID!, title: String!, labels(first: Int): Labels }
    type Labels { nodes: [Label] }
    type Label { name: String! }
    type Other implements Node { id: ID! }
"""


@pytest.mark.parametrize(
    ("query", "expected", "left_out"),
    [
        (
            "query q($id: ID!) { node(id: $id) { id ... on Issue { title body } } }",
            "query q($id: ID!) { node(id: $id) { id ... on Issue { title } } }",
            ["Issue.body"],
        ),
        (
            "query q($id: ID!) { node(id: $id) { id ... on Gone { title } ...gone } } "
            "fragment gone on Gone { title }",
            "query q($id: ID!) { node(id: $id) { id } }",
            ["Gone"],
        ),
        (
            "query q($id: ID!, $x: Int) { node(id: $id) { id ... on Issue "
            "{ labels(first: 1, after: $x) { nodes { name } } } } }",
            "query q($id: ID!) { node(id: $id) { id ... on Issue "
            "{ labels(first: 1) { nodes { name } } } } }",
            ["Issue.labels(after)"],
        ),
        (
            "query q($id: ID!) { node(id: $id) { id "
            "... on Issue { labels { nodes { color } } } } }",
            "query q($id: ID!) { node(id: $id) { id } }",
            ["Label.color"],
        ),
        (
            "query q($id: ID!) { node(id: $id) { id ... on Other { ... on Issue { title } } } }",
            "query q($id: ID!) { node(id: $id) { id } }",
            ["Issue"],
        ),
    ],
)
def test_what_a_schema_lacks_is_left_out(query: str, expected: str, left_out: list[str]) -> None:
    schema = build_schema(OLD)
    pruned, lacks = prune(schema, parse(query))
    assert print_ast(pruned) == print_ast(parse(expected))
    assert lacks == left_out


def test_a_schema_without_the_roots_cannot_be_asked() -> None:
    with pytest.raises(GraphQLError):
        prune(build_schema("type Query { x: Int }"), select(library("issue"), "issue_page"))
