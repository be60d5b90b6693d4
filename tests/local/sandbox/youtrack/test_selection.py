"""What an answer holds is what ``fields`` names, at every depth."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.sandbox.youtrack.errors import ApiError
from local.sandbox.youtrack.selection import Tree, parse_fields, select

ISSUE: dict[str, Any] = {
    "id": "2-1",
    "$type": "Issue",
    "summary": "Fix it",
    "project": lambda: {"id": "0-0", "$type": "Project", "name": "Payments"},
    "tags": [{"id": "6-1", "$type": "Tag", "name": "blocked"}],
    "resolved": None,
}

_NAMES = st.sampled_from(["id", "name", "$type", "value", "customFields"])
_TREES: st.SearchStrategy[Tree] = st.recursive(
    st.just({}), lambda below: st.dictionaries(_NAMES, below, max_size=3), max_leaves=12
)


def written(tree: Tree) -> str:
    return ",".join(name + (f"({written(below)})" if below else "") for name, below in tree.items())


@given(_TREES)
def test_every_tree_is_read_back(tree: Tree) -> None:
    assert parse_fields(written(tree)) == tree


def test_spaces_do_not_matter_and_a_name_given_twice_is_one() -> None:
    assert parse_fields(" a( b ) , a(c), d ") == {"a": {"b": {}, "c": {}}, "d": {}}


@pytest.mark.parametrize(
    "text", ["a(b", "a)", "a,,b", "a()", ",a", "a,", "(a)", "a(b)c", "a-b", "a b"]
)
def test_a_list_that_is_none(text: str) -> None:
    with pytest.raises(ApiError, match="Can't parse fields") as refused:
        parse_fields(text)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ("", {"id": "2-1"}),
        ("summary", {"summary": "Fix it"}),
        ("summary,sumary", {"summary": "Fix it"}),
        ("project", {"project": {"id": "0-0", "$type": "Project"}}),
        ("project(name)", {"project": {"name": "Payments", "$type": "Project"}}),
        ("tags(name)", {"tags": [{"name": "blocked", "$type": "Tag"}]}),
        ("resolved,summary(x)", {"resolved": None, "summary": "Fix it"}),
    ],
)
def test_only_what_is_named_is_shown(fields: str, shown: dict[str, Any]) -> None:
    assert select(ISSUE, parse_fields(fields)) == shown | {"$type": "Issue"}
