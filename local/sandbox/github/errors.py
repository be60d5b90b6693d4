"""Refusals as GitHub words them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import Node as AstNode

DOCS = "https://docs.github.com/rest"
GRAPHQL_DOCS = "https://docs.github.com/graphql"


class ApiError(Exception):
    """
    A REST call that is refused.

    :param status: HTTP status.
    :param errors: what is wrong with which field.
    :param headers: of the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        documentation: str = DOCS,
        **fields: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.document: dict[str, Any] = {"message": message, **fields}
        if errors is not None:
            self.document["errors"] = errors
        self.document |= {"documentation_url": documentation, "status": str(status)}


class QueryError(Exception):
    """
    A query that is refused as a whole, in an answer with status 200.

    :param kind: its type, as EXCESSIVE_PAGINATION.
    :param path: the names of fields down to the one that is refused.
    :param node: where it stands in the query.
    """

    def __init__(
        self, kind: str, message: str, path: tuple[str, ...] = (), node: AstNode | None = None
    ) -> None:
        super().__init__(message)
        self.document: dict[str, Any] = {"type": kind}
        if path:
            self.document["path"] = list(path)
        if node is not None and node.loc is not None:
            start = node.loc.start_token
            self.document["locations"] = [{"line": start.line, "column": start.column}]
        self.document["message"] = message


def not_found(what: str = "Not Found") -> ApiError:
    """What is not there, or may not be seen."""
    return ApiError(404, what)


def not_played(what: str) -> ApiError:
    """The refusal of something that the API has and the sandbox has not."""
    return ApiError(404, f"The sandbox does not play {what}.")
