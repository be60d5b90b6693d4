"""Queries put together from ``queries/*.graphql``."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDER = Path(__file__).with_name("queries")
_SHARED = ("fragments", "pull_request_fragments", "repositories")
FILES = {
    "issue": ("issue", "issue_walks"),
    "pull_request": ("pull_request", "pull_request_walks"),
    "deployment": ("deployment", "deployment_walks"),
    "release": ("release", "release_walks"),
    "tag": ("tag",),
    "repository": ("repository",),
    "board": ("board",),
    "milestone": ("milestone",),
    "member": ("member",),
}
"""What is read -> the files of its queries, which may use the fragments of all."""

BUDGET = "rateLimit"
"""The field that tells what a query costs."""


@functools.cache
def library(kind: str) -> DocumentNode:
    """All operations and fragments of what is read."""
    names = (*FILES[kind], *_SHARED)
    return parse("\n".join((_FOLDER / f"{name}.graphql").read_text() for name in names))


def operations(kind: str) -> list[str]:
    """Names of the operations that can be sent for a kind: their fragments exist."""
    document = library(kind)
    known = {d.name.value for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    return [
        definition.name.value
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        and definition.name
        and _spreads_in(definition) <= known
    ]


def select(document: DocumentNode, operation: str) -> DocumentNode:
    """One operation with the fragments that it uses."""
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    [chosen] = [
        d
        for d in document.definitions
        if isinstance(d, OperationDefinitionNode) and d.name and d.name.value == operation
    ]
    used: dict[str, FragmentDefinitionNode] = {}
    waiting = sorted(_spreads_in(chosen))
    while waiting:
        name = waiting.pop()
        if name in fragments and name not in used:
            used[name] = fragments[name]
            waiting += sorted(_spreads_in(fragments[name]))
    return DocumentNode(definitions=(chosen, *(used[name] for name in sorted(used))))


def connections_of(document: DocumentNode) -> dict[str, FieldNode]:
    """Response names of the record's connections that may be longer than a page -> the fields."""
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    if "record" not in fragments:
        return {}
    return {
        _response_name(field): field
        for field in fragments["record"].selection_set.selections
        if isinstance(field, FieldNode) and _has_page_info(field, fragments)
    }


def going_on(document: DocumentNode, connection: str) -> DocumentNode:
    """
    An operation that goes on with one connection of a record behind a cursor.

    :param document: with the fragment ``record``.
    :param connection: response name of the connection.
    """
    field = connections_of(document)[connection]
    fragments = [d for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
    [record] = [d for d in fragments if d.name.value == "record"]
    type_name = record.type_condition.name.value
    [skeleton] = parse(
        "query more($id: ID!, $after: String) { rateLimit { cost } node(id: $id) { ... on "
        + type_name
        + " { page: x(first: 100, after: $after) } } }"
    ).definitions
    others = [a for a in field.arguments if a.name.value not in ("first", "after")]

    class Fill(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> Any:
            if node.alias is None or node.alias.value != "page":
                return None
            return FieldNode(
                alias=node.alias,
                name=field.name,
                arguments=(*node.arguments, *others),
                directives=(),
                selection_set=field.selection_set,
            )

    return select(DocumentNode(definitions=(visit(skeleton, Fill()), *fragments)), "more")


def repeated(document: DocumentNode, copies: int) -> str:
    """
    The text of a document whose operation asks several times, with variables of their own.

    Copy 3 of ``node(id: $id)`` is ``r3: node(id: $id3)``; what only tells the budget stays single.

    :param document: one operation with its fragments.
    :param copies: how often.
    """
    operation, *fragments = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    asked = list(operation.selection_set.selections)
    budget = [f for f in asked if isinstance(f, FieldNode) and f.name.value == BUDGET]
    fields = [f for f in asked if isinstance(f, FieldNode) and f.name.value != BUDGET]
    numbered = [visit(f, _Numbering(number)) for number in range(copies) for f in fields]
    variables = [
        visit(definition, _Numbering(number))
        for number in range(copies)
        for definition in operation.variable_definitions
    ]
    whole = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=tuple(variables),
        directives=(),
        selection_set=SelectionSetNode(selections=(*budget, *numbered)),
    )
    return print_ast(DocumentNode(definitions=(whole, *fragments)))


class _Numbering(Visitor):
    """Gives variables, and the outermost field, a number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def leave_variable(self, node: VariableNode, *_: Any) -> VariableNode:
        return VariableNode(name=NameNode(value=f"{node.name.value}{self._number}"))

    def leave_field(
        self, node: FieldNode, _key: Any, _parent: Any, path: list[Any], *_: Any
    ) -> FieldNode | None:
        if path:
            return None
        return FieldNode(
            alias=NameNode(value=f"r{self._number}"),
            name=node.name,
            arguments=node.arguments,
            directives=node.directives,
            selection_set=node.selection_set,
        )


def _response_name(field: FieldNode) -> str:
    return (field.alias or field.name).value


def _has_page_info(field: FieldNode, fragments: dict[str, FragmentDefinitionNode]) -> bool:
    if field.selection_set is None:
        return False
    return "pageInfo" in _names(field.selection_set, fragments)


def _names(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]
) -> Iterable[str]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection.name.value
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value in fragments:
            yield from _names(fragments[selection.name.value].selection_set, fragments)


def _spreads_in(node: OperationDefinitionNode | FragmentDefinitionNode) -> set[str]:
    found: set[str] = set()

    class Spreads(Visitor):
        def enter_fragment_spread(self, spread: FragmentSpreadNode, *_: Any) -> None:
            found.add(spread.name.value)

    visit(node, Spreads())
    return found
