"""
What a query costs: GitHub's formula of points, and how many nodes it may give.

https://docs.github.com/en/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
)

from local.sandbox.github.connections import LARGEST_PAGE
from local.sandbox.github.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLSchema, SelectionSetNode, ValueNode

LARGEST_QUERY = 500_000


@dataclass
class Cost:
    """
    What a query costs.

    :param requests: connections that have to be read, for every parent that there may be.
    :param nodes: how many nodes it may give.
    :param heavy_nodes: pull requests whose timeline it may give.
    """

    requests: int = 0
    nodes: int = 0
    heavy_nodes: int = 0

    @property
    def points(self) -> int:
        """A hundredth of the requests, rounded, and at least 1."""
        return max(1, round(self.requests / 100))


class Meter:
    """
    Measures one operation.

    :param variables: their values.
    :raises QueryError: for a page that is too large, or without a size.
    """

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
    ) -> None:
        self._schema = schema
        self._variables = variables
        self._fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }

    def measure(self, operation: OperationDefinitionNode) -> Cost:
        """What it costs."""
        cost = Cost()
        self._walk(operation.selection_set, self._schema.query_type, 1, ("query",), cost)
        return cost

    def _walk(
        self,
        selections: SelectionSetNode,
        parent: GraphQLNamedType | None,
        slots: int,
        path: tuple[str, ...],
        cost: Cost,
    ) -> None:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                self._field(selection, parent, slots, path, cost)
            elif isinstance(selection, InlineFragmentNode):
                named = selection.type_condition
                inner = self._schema.get_type(named.name.value) if named else parent
                self._walk(selection.selection_set, inner, slots, path, cost)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
                inner = self._schema.get_type(fragment.type_condition.name.value)
                self._walk(fragment.selection_set, inner, slots, path, cost)

    def _field(
        self,
        field: FieldNode,
        parent: GraphQLNamedType | None,
        slots: int,
        path: tuple[str, ...],
        cost: Cost,
    ) -> None:
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            return
        definition = parent.fields.get(field.name.value)
        if definition is None or field.selection_set is None:
            return
        kind = get_named_type(definition.type)
        path = (*path, field.alias.value if field.alias else field.name.value)
        if kind.name.endswith("Connection") and _lists(field.selection_set):
            size = self._size(field, path)
            cost.requests += slots
            cost.nodes += slots * size
            if parent.name == "PullRequest" and field.name.value == "timelineItems":
                cost.heavy_nodes += slots
            slots *= size
        elif parent is self._schema.query_type and field.name.value == "nodes":
            slots *= len(self._argument(field, "ids") or [])
            cost.nodes += slots
        self._walk(field.selection_set, kind, slots, path, cost)

    def _size(self, field: FieldNode, path: tuple[str, ...]) -> int:
        name = field.name.value
        sizes = {bound: self._argument(field, bound) for bound in ("first", "last")}
        given = {bound: int(size) for bound, size in sizes.items() if size is not None}
        if not given:
            raise QueryError(
                "MISSING_PAGINATION_BOUNDARIES",
                f"You must provide a `first` or `last` value to properly paginate the `{name}` "
                "connection.",
                path[1:],
                field,
            )
        for bound, size in given.items():
            if size > LARGEST_PAGE:
                raise QueryError(
                    "EXCESSIVE_PAGINATION",
                    f"Requesting {size} records on the `{name}` connection exceeds the `{bound}` "
                    f"limit of {LARGEST_PAGE} records.",
                    path[1:],
                    field,
                )
        return min(given.values())

    def _argument(self, field: FieldNode, name: str) -> Any:
        for argument in field.arguments:
            if argument.name.value == name:
                return self._value(argument.value)
        return None

    def _value(self, value: ValueNode) -> Any:
        if isinstance(value, VariableNode):
            return self._variables.get(value.name.value)
        if isinstance(value, IntValueNode):
            return int(value.value)
        return getattr(value, "values", None) or getattr(value, "value", None)


def _lists(selections: SelectionSetNode) -> bool:
    """Whether a connection's nodes are asked for, and not only its counts."""
    return any(
        not isinstance(s, FieldNode) or s.name.value in ("nodes", "edges", "pageInfo")
        for s in selections.selections
    )
