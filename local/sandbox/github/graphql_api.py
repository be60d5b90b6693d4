"""Queries, executed by graphql-core over a schema of the sandbox's own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    build_schema,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution import ExecutionContext, execute

from local.sandbox.github.cost import LARGEST_QUERY, Meter
from local.sandbox.github.errors import QueryError
from local.sandbox.github.resolvers import Resolvers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLSchema

    from local.sandbox.github.cost import Cost
    from local.sandbox.github.store import GitHubStore

_FOLDER = Path(__file__).parent
_RESULT_KEYS = ("type", "path", "locations", "message")


@lru_cache
def played_schema(*, is_old: bool = False) -> GraphQLSchema:
    """
    The schema that is served.

    :param is_old: whether it is that of a server which does not have the newer kinds.
    """
    files = ["schema.graphql"] if is_old else ["schema.graphql", "newer.graphql"]
    return build_schema("\n".join((_FOLDER / name).read_text() for name in files))


@lru_cache(maxsize=256)
def _checked(schema: GraphQLSchema, query: str) -> tuple[DocumentNode | None, tuple[Any, ...]]:
    """A query's document, and what is wrong with it."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return None, (error,)
    return document, tuple(validate(schema, document))


class GraphQLApi:
    """
    Answers queries over a store.

    :param is_old: whether the newer kinds are unknown, as on an older server.
    """

    def __init__(self, store: GitHubStore, *, is_old: bool = False) -> None:
        self.schema = played_schema(is_old=is_old)
        self._resolvers = Resolvers(store)

    def measure(self, body: Mapping[str, Any]) -> tuple[DocumentNode, Cost]:
        """
        A query's document and what it costs.

        :param body: ``query`` and ``variables``.
        :raises QueryError: if it asks for too much at once.
        :raises InvalidQuery: if it is no query of this schema.
        """
        document, errors = _checked(self.schema, str(body.get("query") or ""))
        if document is None or errors:
            raise InvalidQuery([_worded(error) for error in errors])
        operation = get_operation_ast(document, body.get("operationName"))
        if operation is None:
            raise InvalidQuery([{"message": "An operation name is required"}])
        cost = Meter(self.schema, document, _with_defaults(operation, body)).measure(operation)
        if cost.nodes > LARGEST_QUERY:
            raise QueryError(
                "MAX_NODE_LIMIT_EXCEEDED",
                f"This query requests up to {cost.nodes:,} possible nodes which exceeds the "
                f"maximum limit of {LARGEST_QUERY:,}.",
            )
        return document, cost

    def answer(
        self, document: DocumentNode, body: Mapping[str, Any], rate_limit: dict[str, Any]
    ) -> dict[str, Any]:
        """
        What a query gives.

        :param rate_limit: what it costs and what is left.
        """
        self._resolvers.rate_limit = rate_limit
        found = execute(
            self.schema,
            document,
            root_value={"id": "Query"},
            variable_values=dict(body.get("variables") or {}),
            operation_name=body.get("operationName"),
            field_resolver=self._resolvers.resolve,
            execution_context_class=ExecutionContext,
        )
        told: dict[str, Any] = {"data": found.data}  # type: ignore[union-attr]
        if found.errors:  # type: ignore[union-attr]
            told["errors"] = [_worded(error) for error in found.errors]  # type: ignore[union-attr]
        return told


class InvalidQuery(Exception):
    """
    What is no query of the schema.

    :param errors: as the answer has them.
    """

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


def _with_defaults(operation: Any, body: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an operation's variables, those that have defaults too."""
    values = {
        v.variable.name.value: getattr(v.default_value, "value", None)
        for v in operation.variable_definitions
    }
    return values | dict(body.get("variables") or {})


def _worded(error: GraphQLError) -> dict[str, Any]:
    """An error as GitHub's answers have it: its type stands on top."""
    told = dict(error.formatted)
    kind = (error.extensions or {}).get("type")
    if kind:
        told.pop("extensions", None)
        told = {"type": kind, **told}
    return {key: told[key] for key in (*_RESULT_KEYS, "extensions") if key in told}
