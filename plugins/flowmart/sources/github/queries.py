"""The texts of queries for one instance, by what its schema knows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    build_client_schema,
    get_introspection_query,
    print_ast,
)

from flowmart.core.errors import SourceError
from flowmart.sources.github.documents import (
    connections_of,
    going_on,
    library,
    operations,
    repeated,
    select,
)
from flowmart.sources.github.schema import prune

if TYPE_CHECKING:
    from flowmart.sources.github.api import GitHub

log = logging.getLogger(__name__)

# Address of the API -> its schema. Two megabytes that change with the product's version.
_schemas: dict[str, GraphQLSchema] = {}


def forget_schemas() -> None:
    """Ask every instance for its schema again."""
    _schemas.clear()


class Queries:
    """
    Puts together what an instance understands.

    :param api: the instance.
    :param boards: whether projects (version 2) may be asked for.
    """

    def __init__(self, api: GitHub, boards: bool = True) -> None:
        self._api = api
        self._boards = boards
        self._documents: dict[tuple[str, str], DocumentNode] = {}
        self._texts: dict[tuple[str, ...], str] = {}
        self._told: set[str] = set()

    def text(self, kind: str, operation: str, copies: int = 0) -> str:
        """
        The text of an operation.

        :param kind: what is read.
        :param operation: its name in ``queries/``.
        :param copies: how often it asks, with numbered variables; 0 for as it is written.
        """
        key = (kind, operation, str(copies))
        if key not in self._texts:
            document = self._document(kind, operation)
            self._texts[key] = repeated(document, copies) if copies else print_ast(document)
        return self._texts[key]

    def has(self, kind: str, operation: str) -> bool:
        """Whether a kind has an operation."""
        return operation in operations(kind)

    def connections(self, kind: str) -> list[str]:
        """Connections of a kind's records that may be longer than a page."""
        return list(connections_of(self._document(kind, f"{kind}_nodes")))

    def going_on(self, kind: str, connection: str, copies: int) -> str:
        """The text that goes on with one connection of so many records."""
        key = (kind, f"more {connection}", str(copies))
        if key not in self._texts:
            more = going_on(self._document(kind, f"{kind}_nodes"), connection)
            self._texts[key] = repeated(more, copies)
        return self._texts[key]

    def _document(self, kind: str, operation: str) -> DocumentNode:
        key = (kind, operation)
        if key not in self._documents:
            self._documents[key] = self._pruned(select(library(kind), operation), operation)
        return self._documents[key]

    def _pruned(self, document: DocumentNode, operation: str) -> DocumentNode:
        try:
            pruned, left_out = prune(self._schema, document, self._boards)
        except GraphQLError as error:
            raise SourceError(
                f"The schema of the instance lacks what {operation} needs: {error.message}",
                where=self._api.where("graphql"),
                next_step="check the server's version; if it is supported, report this to Flowmart",
            ) from error
        if fresh := [name for name in left_out if name not in self._told]:
            self._told.update(fresh)
            log.info("%s does not know, so not read: %s", self._api.instance, ", ".join(fresh))
        return pruned

    @property
    def _schema(self) -> GraphQLSchema:
        url = self._api.addresses.graphql
        if url not in _schemas:
            text = get_introspection_query(descriptions=False)
            data = self._api.query(text, {}, patient=True).data
            told = {name: msgspec.json.decode(part) for name, part in data.items()}
            _schemas[url] = build_client_schema(told, assume_valid=True)  # type: ignore[arg-type]
        return _schemas[url]
