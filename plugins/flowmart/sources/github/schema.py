"""An instance's schema, and queries without what it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    REMOVE,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    get_named_type,
    is_composite_type,
    type_from_ast,
    validate,
    visit,
)
from graphql.utilities import do_types_overlap

from flowmart.sources.github.documents import BUDGET, select

if TYPE_CHECKING:
    from collections.abc import Callable

_BOARDS = "ProjectV2"


def prune(
    schema: GraphQLSchema, document: DocumentNode, boards: bool = True
) -> tuple[DocumentNode, list[str]]:
    """
    A document without the fields, arguments and types that a schema does not have.

    :param schema: what the instance knows.
    :param document: one operation with its fragments.
    :param boards: whether projects (version 2) may be asked for.
    :return: what is left of it, and the names of what was left out.
    :raises GraphQLError: if what is left is not valid either.
    """
    left_out: dict[str, None] = {}
    while True:
        visitor = _Pruning(schema, document, boards)
        pruned = visit(document, TypeInfoVisitor(visitor.types, visitor))
        left_out |= dict.fromkeys(visitor.left_out)
        if pruned is document:
            break
        document = pruned
    document = _without_unused(document)
    if errors := validate(schema, document):
        raise GraphQLError("; ".join(error.message for error in errors[:3]))
    return document, list(left_out)


class _Pruning(Visitor):
    """One pass; a fragment that it removes is missed by the next one."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, boards: bool) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self.left_out: list[str] = []
        self._schema = schema
        self._boards = boards
        self._fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> Any:
        return self._keep(self._is_known(node), node.type_condition.name.value)

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> Any:
        fits = node.type_condition is None or self._fits(node)
        name = node.type_condition.name.value if node.type_condition else ""
        return self._keep(fits, name)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> Any:
        fragment = self._fragments.get(node.name.value)
        return None if fragment and self._fits(fragment) else REMOVE

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        parent = self.types.get_parent_type()
        definition = self.types.get_field_def()
        name = f"{parent.name if parent else '?'}.{node.name.value}"
        if definition is None:
            return self._keep(False, name)
        type_name = str(get_named_type(definition.type).name)
        if not self._boards and type_name.startswith(_BOARDS):
            return REMOVE
        known = [a for a in node.arguments if a.name.value in definition.args]
        if len(known) == len(node.arguments):
            return None
        missing = {a.name.value for a in node.arguments} - set(definition.args)
        self.left_out += [f"{name}({argument})" for argument in sorted(missing)]
        return FieldNode(
            alias=node.alias,
            name=node.name,
            arguments=tuple(known),
            directives=node.directives,
            selection_set=node.selection_set,
        )

    def leave_field(self, node: FieldNode, *_: Any) -> Any:
        return self._without_empty(node)

    def leave_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> Any:
        return self._without_empty(node)

    def leave_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> Any:
        return self._without_empty(node)

    def _without_empty(self, node: Any) -> Any:
        is_empty = node.selection_set is not None and not node.selection_set.selections
        return REMOVE if is_empty else None

    def _keep(self, is_known: bool, name: str) -> Any:
        if is_known:
            return None
        self.left_out.append(name)
        return REMOVE

    def _is_known(self, node: FragmentDefinitionNode | InlineFragmentNode) -> bool:
        assert node.type_condition is not None
        return is_composite_type(type_from_ast(self._schema, node.type_condition))

    def _fits(self, node: FragmentDefinitionNode | InlineFragmentNode) -> bool:
        """Whether an object can be of both types, where the fragment stands."""
        parent = self.types.get_parent_type()
        if parent is None or not self._is_known(node) or node.type_condition is None:
            return False
        condition = type_from_ast(self._schema, node.type_condition)
        overlap: Callable[..., bool] = do_types_overlap
        return overlap(self._schema, parent, condition)


def _without_unused(document: DocumentNode) -> DocumentNode:
    """The operation with the fragments and variables that are left in it."""
    [operation] = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    assert operation.name is not None
    document = select(document, operation.name.value)
    operation, *fragments = document.definitions  # type: ignore[assignment]
    asked = [f.name.value for f in operation.selection_set.selections if isinstance(f, FieldNode)]
    if not set(asked) - {BUDGET}:
        raise GraphQLError("it has nothing of what is asked for")
    used: set[str] = set()

    class Used(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            used.add(node.name.value)

    visit(operation.selection_set, Used())
    kept = [d for d in operation.variable_definitions if d.variable.name.value in used]
    whole = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=tuple(kept),
        directives=operation.directives,
        selection_set=operation.selection_set,
    )
    return DocumentNode(definitions=(whole, *fragments))
