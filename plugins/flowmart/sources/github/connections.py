"""Walks a connection page by page, in pages that the server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.github.limits import HeavyError
from flowmart.sources.github.records import NULL, Connection, Node
from flowmart.sources.rows import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.sources.github.api import GitHub, Reply
    from flowmart.sources.github.page_size import PageSize
    from flowmart.sources.github.queries import Queries


class Found(NamedTuple):
    """
    A page.

    :param rows: texts of its nodes, or edges.
    :param cursor: where the next page begins; None if this is the last one.
    :param total: how many nodes the connection has by GitHub's count.
    """

    rows: list[bytes]
    cursor: str | None
    total: int


class Connections:
    """
    Reads connections of one kind.

    :param api: the instance.
    :param queries: its queries.
    :param kind: what is read.
    :param size: the size of pages.
    """

    def __init__(self, api: GitHub, queries: Queries, kind: str, size: PageSize) -> None:
        self._api = api
        self._queries = queries
        self.kind = kind
        self.size = size

    def walk(
        self, operation: str, variables: Mapping[str, Any], after: str | None = None
    ) -> Iterator[Found]:
        """
        Read a connection.

        :param operation: a query with ``$first``, ``$after`` and a connection called ``page``.
        :param variables: its other variables.
        :param after: cursor behind which to begin.
        :raises GoneError: if what the connection belongs to does not exist.
        """
        while True:
            found = self.page(operation, {**variables, "after": after})
            yield found
            if found.cursor is None:
                return
            if found.cursor == after:
                raise CompletenessError(
                    "A cursor stands still",
                    where=self._api.where(f"graphql {operation}"),
                    next_step="run it again; if it keeps failing, report it to GitHub",
                )
            after = found.cursor

    def page(self, operation: str, variables: Mapping[str, Any]) -> Found:
        """One page, without null nodes; raises like :meth:`walk`."""
        text = self._queries.text(self.kind, operation)
        while True:
            asked = {**variables, "first": self.size.now}
            try:
                reply = self._api.query(text, asked)
                connection = self._connection(reply, operation)
            except HeavyError as error:
                if self.size.is_smallest:
                    return self._piecemeal(operation, asked, str(error))
                self.size.shrink(error)
                continue
            if NULL not in connection.rows:
                self.size.took(reply.seconds)
                return _found(connection)
            if self.size.is_smallest:
                return self._piecemeal(operation, asked, "null nodes")
            self.size.shrink("null nodes")

    def nodes(self, ids: list[str]) -> dict[str, bytes]:
        """
        Records by their ids; those that do not exist any more are left out.

        :raises CompletenessError: if one stays null.
        """
        found: dict[str, bytes] = {}
        waiting = list(ids)
        while waiting:
            asked = waiting[: self.size.now]
            try:
                reply = self._api.query(
                    self._queries.text(self.kind, _nodes(self.kind)), {"ids": asked}
                )
                rows = read_json(reply.data["nodes"], list[msgspec.Raw])
            except HeavyError as error:
                if self.size.is_smallest:
                    found |= self._one_by_one(asked)
                    waiting = waiting[len(asked) :]
                self.size.shrink(error)
                continue
            gone = {path[1] for path in reply.gone if len(path) > 1}
            nulls = [n for n, row in enumerate(rows) if bytes(row) == NULL and n not in gone]
            if nulls and not self.size.is_smallest:
                self.size.shrink("null nodes")
                continue
            found |= {
                id_: bytes(row)
                for id_, row in zip(asked, rows, strict=True)
                if bytes(row) not in (NULL, b"{}")
            }
            found |= self._one_by_one([asked[n] for n in nulls])
            self.size.took(reply.seconds)
            waiting = waiting[len(asked) :]
        return found

    def _one_by_one(self, ids: list[str]) -> dict[str, bytes]:
        """Records, each by a query of its own."""
        found = {}
        text = self._queries.text(self.kind, _nodes(self.kind))
        for id_ in ids:
            reply = self._api.query(text, {"ids": [id_]}, patient=True)
            [row] = read_json(reply.data["nodes"], list[msgspec.Raw])
            if reply.gone:
                continue
            if bytes(row) == NULL:
                raise CompletenessError(
                    f"GitHub gives no answer for the {self.kind.replace('_', ' ')} {id_}: it stays "
                    "null, also when it is asked for alone",
                    where=self._api.where("graphql"),
                    next_step="open it on GitHub; if it shows there, report it to GitHub's support "
                    "with this id, else run the window again",
                )
            found[id_] = bytes(row)
        return found

    def _piecemeal(self, operation: str, asked: Mapping[str, Any], why: str) -> Found:
        """A page whose records are too much together: their ids, then each alone."""
        bare = operation.removesuffix("_page") + "_ids"
        if not operation.endswith("_page") or not self._queries.has(self.kind, bare):
            reply = self._api.query(self._queries.text(self.kind, operation), asked, patient=True)
            connection = self._connection(reply, operation)
            if NULL in connection.rows:
                raise CompletenessError(
                    f"A page of {operation} has null nodes, also in the smallest page ({why})",
                    where=self._api.where("graphql"),
                    next_step="run it again; if it keeps failing, report it to GitHub's support",
                )
            return _found(connection)
        reply = self._api.query(self._queries.text(self.kind, bare), asked, patient=True)
        connection = self._connection(reply, bare)
        with self._api.expecting("list", f"graphql {bare}"):
            ids = [read_json(row, Node).id for row in connection.rows]
        rows = self._one_by_one(ids)
        return _found(connection)._replace(rows=[rows[id_] for id_ in ids if id_ in rows])

    def _connection(self, reply: Reply, operation: str) -> Connection:
        """The connection ``page`` of an answer, however deep."""
        with self._api.expecting("connection", f"graphql {operation}"):
            members = reply.data
            while "page" not in members:
                inner = next(iter(members.values()), msgspec.Raw(NULL))
                if bytes(inner) == NULL:
                    raise GoneError(self._api.where(f"graphql {operation}"))
                members = read_json(inner, dict[str, msgspec.Raw])
                if not members:
                    raise GoneError(self._api.where(f"graphql {operation}"))
            found = read_json(members["page"], Connection | None)  # type: ignore[arg-type]
        if found is None:
            raise HeavyError("the connection is null")
        return found


class GoneError(CompletenessError):
    """What a connection belongs to does not exist, or is hidden from the token."""

    def __init__(self, where: str) -> None:
        super().__init__(
            "GitHub does not know what was asked for: it is gone, or hidden from the token",
            where=where,
            next_step="check the name in flowmart.yaml, and that the token may read it",
        )


def _nodes(kind: str) -> str:
    return f"{kind}_nodes"


def _found(connection: Connection) -> Found:
    info = connection.pageInfo
    cursor = info.endCursor if info.hasNextPage else None
    return Found(connection.rows, cursor, connection.totalCount or 0)
