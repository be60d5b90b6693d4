"""Makes records whole: what their connections hold beyond a page, and the proof that it is all."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.github.limits import HeavyError
from flowmart.sources.github.page_size import PageSize
from flowmart.sources.github.records import NULL, Connection, Item, Whole
from flowmart.sources.rows import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowmart.sources.github.api import GitHub
    from flowmart.sources.github.connections import Connections
    from flowmart.sources.github.queries import Queries

log = logging.getLogger(__name__)

_TIMELINE = "timelineItems"
# Connections that the timeline of a pull request repeats, and the kind of their items there.
_IN_TIMELINE = {"reviews": "PullRequestReview", "commits": "PullRequestCommit"}
# What these refer to may be hidden from the token, and is counted all the same.
_PARTLY_HIDDEN = frozenset({"projectItems", "closingIssuesReferences"})
_Members = dict[str, msgspec.Raw]


class _Typed(msgspec.Struct):
    typename: str = msgspec.field(name="__typename", default="")


class _Total(msgspec.Struct):
    totalCount: int = 0


class _Draft:
    """A record whose connections are being read to their ends."""

    def __init__(self, text: bytes, connections: list[str]) -> None:
        self.text = text
        self.members = read_json(text, _Members)
        self.item = read_json(text, Item)
        self.read = {
            name: read_json(self.members[name], Connection)
            for name in connections
            if bytes(self.members.get(name, NULL)) != NULL
        }
        self.joined: set[str] = set()

    def join(self, name: str, more: Connection) -> None:
        """Add a page to a connection."""
        known = self.read[name].nodes or []
        # GitHub counts what lies behind the page's cursor.
        counted = more.filteredCount
        self.read[name] = msgspec.structs.replace(
            more,
            nodes=[*known, *(more.nodes or ())],
            filteredCount=None if counted is None else len(known) + counted,
        )
        self.joined.add(name)

    @property
    def payload(self) -> bytes:
        """The text as it came; put together where pages were joined."""
        if not self.joined:
            return self.text
        members: dict[str, Any] = dict(self.members)
        for name in self.joined:
            own = read_json(self.members[name], dict[str, Any])
            found = self.read[name]
            counted = {n: getattr(found, n) for n in ("totalCount", "filteredCount") if n in own}
            info = msgspec.to_builtins(found.pageInfo)
            members[name] = {**own, **counted, "pageInfo": info, "nodes": found.nodes}
        return msgspec.json.encode(members)


class Wholeness:
    """
    Completes records of one kind.

    :param api: the instance.
    :param queries: its queries.
    :param connections: reads records again.
    """

    def __init__(self, api: GitHub, queries: Queries, connections: Connections) -> None:
        self._api = api
        self._queries = queries
        self._again = connections
        self._kind = connections.kind
        self._copies = PageSize(20, sizes=(1, 5, 10, 20))

    def complete(self, rows: Iterable[bytes]) -> list[Whole]:
        """
        The records with all that belongs to them; one that is not whole is read again, once.

        :raises CompletenessError: if something is still missing.
        """
        drafts = self._drafts(rows)
        broken = {d.item.id: lacks for d in drafts if (lacks := self._lacks(d))}
        if broken:
            log.info("%s: reading again: %s", self._api.instance, broken)
            again = {d.item.id: d for d in self._drafts(self._again.nodes([*broken]).values())}
            for id_, draft in again.items():
                if lacks := self._lacks(draft):
                    raise self._incomplete(id_, lacks)
            drafts = [
                again.get(d.item.id, d)
                for d in drafts
                if d.item.id not in broken.keys() - again.keys()
            ]
        return [Whole(d.item.id, d.item.createdAt, d.item.updatedAt, d.payload) for d in drafts]

    def _drafts(self, rows: Iterable[bytes]) -> list[_Draft]:
        connections = self._queries.connections(self._kind)
        with self._api.expecting(self._kind, "graphql"):
            drafts = [_Draft(row, connections) for row in rows]
        for name in connections:
            self._read_on(drafts, name)
        return drafts

    def _read_on(self, drafts: list[_Draft], name: str) -> None:
        """Read one connection of all records to its end, many of them in a request."""
        while waiting := [
            d for d in drafts if name in d.read and d.read[name].pageInfo.hasNextPage
        ]:
            asked = waiting[: self._copies.now]
            text = self._queries.going_on(self._kind, name, len(asked))
            variables: dict[str, str | None] = {}
            for number, draft in enumerate(asked):
                variables[f"id{number}"] = draft.item.id
                variables[f"after{number}"] = draft.read[name].pageInfo.endCursor
            try:
                reply = self._api.query(text, variables, patient=self._copies.is_smallest)
            except HeavyError as error:
                self._copies.shrink(error)
                continue
            self._copies.took(reply.seconds)
            with self._api.expecting("connection", f"graphql {name}"):
                for number, draft in enumerate(asked):
                    members = read_json(reply.data[f"r{number}"], _Members | None)  # type: ignore[arg-type]
                    # Gone in the meantime: what is missing is told by the proof.
                    page = members.get("page") if members else None
                    more = read_json(page, Connection) if page else Connection()
                    draft.join(name, more)

    def _lacks(self, draft: _Draft) -> str:
        """What is missing in a record, by GitHub's own counts."""
        lacks = []
        for name, found in draft.read.items():
            rows = found.rows
            if NULL in rows and name == _TIMELINE:
                lacks.append(f"{rows.count(NULL)} items of {name} are null")
            if name not in _PARTLY_HIDDEN and len(rows) < (found.count or 0):
                lacks.append(f"{len(rows)} of {found.count} {name}")
        timeline = draft.read.get(_TIMELINE)
        for name, typename in _IN_TIMELINE.items():
            if timeline is None or name not in draft.members:
                continue
            total = read_json(draft.members[name], _Total).totalCount
            told = [read_json(row, _Typed | None) for row in timeline.rows]  # type: ignore[arg-type]
            met = sum(item is not None and item.typename == typename for item in told)
            if met < total:
                lacks.append(f"{met} of {total} {name} in its timeline")
        return ", ".join(lacks)

    def _incomplete(self, id_: str, lacks: str) -> CompletenessError:
        return CompletenessError(
            f"The {self._kind.replace('_', ' ')} {id_} is not whole, also when it is read again: "
            f"{lacks}",
            where=f"{self._api.instance}: {self._kind}",
            next_step="run it again; if it keeps failing, report it to GitHub's support",
        )
