"""Every field of the schema is answered, for nodes of every type that the company has."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from local.sandbox.github.graphql_api import GraphQLApi, played_schema

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore

_EACH = 3
# Kinds that nothing of the story makes; they are here for queries that name them.
UNPLAYED = {
    *("AutoRebaseEnabledEvent", "AutoSquashEnabledEvent", "AutomaticBaseChangeFailedEvent"),
    *("AutomaticBaseChangeSucceededEvent", "BaseRefDeletedEvent", "BaseRefForcePushedEvent"),
    *("CommitComment", "ConvertedFromDraftEvent", "ConvertedNoteToIssueEvent", "DraftIssue"),
    *("IssueFieldDate", "IssueFieldDateValue", "IssueFieldText", "IssueFieldTextValue"),
    *("ProjectV2ItemFieldDateValue", "ProjectV2ItemFieldTextValue"),
    *("PullRequestCommitCommentThread", "Tag"),
}


def every_field(kind: GraphQLObjectType) -> str:
    """A selection of all fields that need no argument, one level deep, each by another name."""
    told = []
    for name, field in kind.fields.items():
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        inner = get_named_type(field.type)
        size = "(first: 2)" if "first" in field.args else ""
        if is_leaf_type(inner):
            told.append(name)
        elif inner.name.endswith("Connection"):
            lists = "totalCount nodes { __typename }"
            told.append(f"{name}{size} {{ {lists} pageInfo {{ endCursor hasNextPage }} }}")
        else:
            told.append(f"{name} {{ __typename }}")
    return " ".join(told)


def test_no_field_lacks_a_value_that_the_schema_promises(store: GitHubStore) -> None:
    schema, api = played_schema(), GraphQLApi(store)
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for key, node in store.nodes.items():
        by_kind[node["__typename"]].append(key)
    played = set()
    for name, kind in schema.type_map.items():
        if not isinstance(kind, GraphQLObjectType) or not by_kind[name]:
            continue
        if "Node" not in {interface.name for interface in kind.interfaces}:
            continue
        ids = by_kind[name][:: max(1, len(by_kind[name]) // _EACH)]
        query = f"query all($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {{ "
        body: dict[str, Any] = {"query": f"{query}{every_field(kind)} }} }} }}"}
        body["variables"] = {"ids": ids}
        document, _ = api.measure(body)
        told = api.answer(document, body, {})
        assert "errors" not in told, (name, told["errors"][0])
        assert all(told["data"]["nodes"])
        played.add(name)
    objects = {
        name
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and "Node" in {i.name for i in kind.interfaces}
    }
    assert objects - played == UNPLAYED
