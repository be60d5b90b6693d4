"""The sandbox's schema is a part of GitHub's, and what is newer is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    NoUnusedFragmentsRule,
    build_schema,
    is_specified_scalar_type,
    parse,
    specified_rules,
    validate,
    validate_schema,
)

from local.sandbox.github.fields import item_type
from local.sandbox.github.graphql_api import played_schema

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore

PUBLISHED = Path(__file__).parents[5] / "shared/fixtures/github/graphql/schema.graphql"
QUERIES = Path(__file__).parents[4] / "plugins/flowmart/sources/github/queries"
NEWER = {
    *("AddedToProjectV2Event", "BlockedByAddedEvent", "BlockedByRemovedEvent"),
    *("BlockingAddedEvent", "BlockingRemovedEvent", "ConvertedFromDraftEvent"),
    *("IssueCommentPinnedEvent", "IssueCommentUnpinnedEvent", "IssueFieldAddedEvent"),
    *("IssueFieldChangedEvent", "IssueFieldCommon", "IssueFieldDataType", "IssueFieldDate"),
    *("IssueFieldDateValue", "IssueFieldNumber", "IssueFieldNumberValue", "IssueFieldRemovedEvent"),
    *("IssueFieldSingleSelect", "IssueFieldSingleSelectValue", "IssueFieldText"),
    *("IssueFieldTextValue", "IssueFieldValue", "IssueFieldValueConnection", "IssueFieldValueEdge"),
    *("IssueFields", "IssueType", "IssueTypeAddedEvent", "IssueTypeChangedEvent", "IssueTypeColor"),
    *("IssueTypeConnection", "IssueTypeEdge", "IssueTypeRemovedEvent"),
    *("ProjectV2ItemStatusChangedEvent", "RemovedFromProjectV2Event"),
}
NEWER_FIELDS = {
    *("Issue.blockedBy", "Issue.blocking", "Issue.issueFieldValues", "Issue.issueType"),
    *("ClosedEvent.duplicateOf", "Organization.issueTypes"),
}


@pytest.fixture(scope="module")
def published() -> GraphQLSchema:
    if not PUBLISHED.exists():
        pytest.skip("GitHub's published schema is not here: ../shared/fixtures/github is absent")
    # It defines two fields twice, and its deprecations are not strict.
    return build_schema(PUBLISHED.read_text(), assume_valid=True, assume_valid_sdl=True)


def members(kind: GraphQLNamedType) -> dict[str, str]:
    """What a type has, and of which types with which nullability: fields, arguments, values."""
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        told = {name: str(field.type) for name, field in kind.fields.items()}
        for name, field in kind.fields.items():
            told |= {f"{name}({arg})": str(a.type) for arg, a in field.args.items()}
            told |= {
                f"{name}({arg}) = ": str(a.default_value)
                for arg, a in field.args.items()
                if a.default_value != a.out_name
            }
        return told | {f"implements {i.name}": "" for i in kind.interfaces}
    if isinstance(kind, GraphQLInputObjectType):
        return {name: str(field.type) for name, field in kind.fields.items()}
    if isinstance(kind, GraphQLUnionType):
        return {member.name: "" for member in kind.types}
    return dict.fromkeys(kind.values, "") if isinstance(kind, GraphQLEnumType) else {}


def own_types(schema: GraphQLSchema) -> dict[str, GraphQLNamedType]:
    return {
        name: kind
        for name, kind in schema.type_map.items()
        if not name.startswith("__") and not is_specified_scalar_type(kind)
    }


@pytest.mark.parametrize("is_old", [False, True])
def test_the_schema_is_one(is_old: bool) -> None:
    assert validate_schema(played_schema(is_old=is_old)) == []


def test_what_both_have_agrees_in_type_and_nullability(published: GraphQLSchema) -> None:
    for name, kind in own_types(played_schema(is_old=True)).items():
        theirs = published.type_map[name]
        assert type(kind) is type(theirs), name
        known = members(theirs)
        differing = {k: v for k, v in members(kind).items() if known.get(k) != v}
        assert differing == {}, name


def test_enumerations_are_whole(published: GraphQLSchema) -> None:
    """A value that is left out would make a good query fail."""
    for name, kind in own_types(played_schema(is_old=True)).items():
        if isinstance(kind, GraphQLEnumType | GraphQLInputObjectType):
            assert members(kind) == members(published.type_map[name]), name


def test_what_is_newer_is_named(published: GraphQLSchema) -> None:
    played, old = own_types(played_schema()), own_types(played_schema(is_old=True))
    assert played.keys() - old.keys() == NEWER
    assert not NEWER & published.type_map.keys()
    added = {
        f"{name}.{member}"
        for name, kind in old.items()
        if not isinstance(kind, GraphQLUnionType | GraphQLEnumType)
        for member in members(played[name]).keys() - members(kind).keys()
        if "(" not in member
    }
    assert added == NEWER_FIELDS
    for name, kind in old.items():
        if isinstance(kind, GraphQLUnionType):
            assert members(played[name]).keys() - members(kind).keys() <= NEWER


def test_every_kind_of_a_timeline_has_its_name_for_filters() -> None:
    for union in ("IssueTimelineItems", "PullRequestTimelineItems"):
        schema = played_schema()
        enum = members(schema.type_map[f"{union}ItemType"]).keys()
        spelled = {item_type(kind) for kind in members(schema.type_map[union])}
        assert spelled <= enum
        if union == "IssueTimelineItems":
            assert len(spelled) == 51  # as the documentation counts them


def test_what_the_company_has_is_of_kinds_of_the_schema(store: GitHubStore) -> None:
    schema = played_schema()
    kinds = {node["__typename"] for node in store.nodes.values()}
    assert kinds <= schema.type_map.keys()
    for item in store.all_items():
        union = schema.type_map[f"{item['__typename']}TimelineItems"]
        assert {e["__typename"] for e in item["timelineItems"]} <= members(union).keys()


@pytest.mark.parametrize(
    "names",
    [
        ("issue.graphql",),
        ("pull_request.graphql", "pull_request_fragments.graphql"),
        ("deployment.graphql",),
        ("release.graphql",),
    ],
)
def test_what_the_source_asks_for_is_there(names: tuple[str, ...]) -> None:
    texts = [(QUERIES / name).read_text() for name in ("fragments.graphql", *names)]
    query = "query one($id: ID!) { node(id: $id) { ...record } }"
    rules = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
    document = parse("\n".join([*texts, query]))
    assert validate(played_schema(), document, rules) == []
