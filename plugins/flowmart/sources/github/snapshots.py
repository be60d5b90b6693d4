"""Reads what records refer to: repositories, boards, milestones."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from flowmart.core.errors import ConfigError
from flowmart.sources.base import Page, Record
from flowmart.sources.github.connections import Connections, GoneError
from flowmart.sources.github.members import Members
from flowmart.sources.github.page_size import PageSize
from flowmart.sources.github.records import Connection, Node
from flowmart.sources.rows import read_json, read_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowmart.sources.github.api import GitHub
    from flowmart.sources.github.options import GithubOptions
    from flowmart.sources.github.queries import Queries
    from flowmart.sources.github.records import Repository
    from flowmart.sources.github.repositories import Repositories

log = logging.getLogger(__name__)

_BOARDS = 25
_MILESTONES = 100


class _Board(msgspec.Struct, frozen=True):
    id: str
    title: str | None = None
    number: int | None = None


class _Milestones(msgspec.Struct):
    newest: Connection | None = None


class Snapshots:
    """
    Reads the dictionaries of an instance.

    :param api: the instance.
    :param queries: its queries.
    :param repositories: finds the repositories.
    :param options: the instance's options.
    """

    def __init__(
        self,
        api: GitHub,
        queries: Queries,
        repositories: Repositories,
        options: GithubOptions,
    ) -> None:
        self._api = api
        self._queries = queries
        self._repositories = repositories
        self._options = options

    def read(self, stream: str) -> Iterator[Page]:
        """
        Read a dictionary, whole.

        :param stream: the stream's name.
        """
        match stream:
            case "repositories":
                found = self._repositories.find("repository")
                yield Page([Record(r.id, None, 0, r.payload) for r in found])
            case "boards":
                yield from self._boards() if self._options.boards else ()
            case "milestones":
                yield from self._milestones()
            case "members" if self._options.members:
                members = Members(self._api, self._queries)
                for owner in self._repositories.owners():
                    yield Page(members.of_organization(owner))

    def _boards(self) -> Iterator[Page]:
        connections = Connections(self._api, self._queries, "board", PageSize(_BOARDS))
        boards: set[_Board] = set()
        for owner in self._repositories.owners():
            try:
                for page in connections.walk("boards_of_owner", {"login": owner}):
                    with self._api.expecting("list", "graphql"):
                        boards |= {read_json(row, _Board) for row in page.rows}
                    yield Page(self._records(page.rows))
            except GoneError:
                log.warning("%s: %s has no projects, or hides them", self._api.instance, owner)
        self._require_one_board(boards)

    def _require_one_board(self, boards: set[_Board]) -> None:
        wanted = self._options.status_from_board
        if wanted is None:
            return
        found = [board for board in boards if str(wanted) in (board.title, str(board.number))]
        if len(found) != 1:
            known = ", ".join(sorted(f"{b.title} ({b.number})" for b in boards)) or "none"
            raise ConfigError(
                f"status_from_board is {wanted!r}, which {len(found)} boards are called; "
                f"the token sees: {known}",
                where=f"flowmart.yaml, instances.{self._api.instance}.options",
                next_step="give the title or number of one board, and let the token see it",
            )

    def _milestones(self) -> Iterator[Page]:
        """The first ones come with the repositories; few have more."""
        connections = Connections(self._api, self._queries, "milestone", PageSize(_MILESTONES))
        for repository in self._repositories.find("milestone"):
            first = self._first_milestones(repository)
            yield Page(self._records(first.rows))
            if first.pageInfo.hasNextPage:
                after = first.pageInfo.endCursor
                variables = {"repository": repository.id}
                for page in connections.walk("milestone_page", variables, after):
                    yield Page(self._records(page.rows))

    def _first_milestones(self, repository: Repository) -> Connection:
        return read_json(repository.payload, _Milestones).newest or Connection()

    def _records(self, rows: Iterable[bytes]) -> list[Record]:
        with self._api.expecting("list", "graphql"):
            nodes = [read_row(row, Node) for row in rows]
        return [Record(node.id, None, 0, node.payload) for node in nodes]
