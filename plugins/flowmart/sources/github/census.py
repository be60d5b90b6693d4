"""What there is, and what became of what is not listed any more."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.api import ApiError
from flowmart.sources.base import RecordState, Transfer
from flowmart.sources.github.connections import Connections
from flowmart.sources.github.page_size import PageSize
from flowmart.sources.github.records import Listed, epoch_ms
from flowmart.sources.rows import Name, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.sources.github.api import GitHub
    from flowmart.sources.github.queries import Queries
    from flowmart.sources.github.records import Repository

_PAGE = 100
_OLDEST_FIRST = {"field": "CREATED_AT", "direction": "ASC"}


class _Found(msgspec.Struct):
    node_id: Name


class Census:
    """
    Lists ids, and asks for single ones.

    :param api: the instance.
    :param queries: its queries.
    """

    def __init__(self, api: GitHub, queries: Queries) -> None:
        self._api = api
        self._queries = queries

    def of(self, kind: str, repository: Repository) -> Iterator[dict[str, int]]:
        """
        All ids of a repository, in the order of creation, with the times of their last update.

        :raises CompletenessError: if there are fewer than GitHub counts.
        """
        if not repository.count:
            return
        met = total = 0
        variables = {"repository": repository.id, "order": _OLDEST_FIRST}
        connections = Connections(self._api, self._queries, kind, PageSize(_PAGE))
        for page in connections.walk(f"{kind}_ids", variables):
            met, total = met + len(page.rows), page.total
            with self._api.expecting("list", f"graphql {kind}_ids"):
                items = [read_json(row, Listed) for row in page.rows]
            yield {item.id: epoch_ms(item.updatedAt) for item in items}
        if met < total:
            raise CompletenessError(
                f"GitHub counts {total} {kind}s in {repository.nameWithOwner} but listed {met}",
                where=f"{self._api.instance}: census",
                next_step="run it again; if it keeps failing, report it to GitHub's support",
            )

    def state_of(self, kinds: list[str], record_id: str, url: str | None) -> RecordState | Transfer:
        """
        What became of a record.

        Of issues and pull requests REST answers 301 for a transfer, 410 for what was deleted, and
        404 for what is hidden.

        :param kinds: what it may be.
        :param url: its address for people, as it was.
        """
        for kind in kinds:
            found = Connections(self._api, self._queries, kind, PageSize(5)).nodes([record_id])
            for row in found.values():
                # The id of before a transfer may lead to what it became.
                id_ = read_json(row, Listed).id
                return RecordState.PRESENT if id_ == record_id else Transfer(id_)
        path = urlsplit(url or "").path.strip("/").split("/")
        if len(path) < 4 or path[-2] not in ("issues", "pull"):
            return RecordState.MISSING
        owner, name, number = path[-4], path[-3], path[-1]
        try:
            told, _ = self._api.get(f"repos/{owner}/{name}/issues/{number}", _Found)
        except ApiError as error:
            if error.status == 410:
                return RecordState.DELETED
            if error.status != 404:
                raise
            return self._state_of_hidden(owner, name)
        return RecordState.PRESENT if told.node_id == record_id else Transfer(told.node_id)

    def _state_of_hidden(self, owner: str, name: str) -> RecordState:
        """Whether the repository is hidden as well, or the issue alone is."""
        try:
            self._api.get(f"repos/{owner}/{name}", _Found)
        except ApiError as error:
            if error.status == 404:
                return RecordState.ACCESS_LOST
            raise
        return RecordState.MISSING
