"""The searches that users have saved and share with the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.youtrack.errors import not_found
from local.sandbox.youtrack.paging import cut

if TYPE_CHECKING:
    from starlette.requests import Request

    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.query import Searcher


class SavedQueries:
    """
    Answers about saved searches.

    :param searcher: finds their issues.

    ``queries`` holds the name and the query of each by its id; edits take effect at once.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.queries: dict[str, tuple[str, str | None]] = {
            "7-1": ("Unresolved in Payments", "project: PAY #Unresolved"),
            "7-2": ("Done", "#Resolved sort by: created asc"),
        }

    def page(self, request: Request) -> list[Json]:
        """A page of them."""
        return cut([self._told(query_id) for query_id in self.queries], request.query_params)

    def one(self, request: Request) -> Json:
        """
        One of them.

        :raises ApiError: 404 if there is none of that id.
        """
        query_id = request.path_params["id"]
        if query_id not in self.queries:
            raise not_found(query_id)
        return self._told(query_id)

    def _told(self, query_id: str) -> Json:
        name, query = self.queries[query_id]
        return {
            "id": query_id,
            "$type": "SavedQuery",
            "name": name,
            "query": query,
            "owner": self._searcher.store.people.reader,
            "issues": lambda: [issue.json for issue in self._searcher.search(query or "")],
        }
