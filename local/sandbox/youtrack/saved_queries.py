"""The searches that users have saved and share with the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.query import Searcher


class SavedQueries:
    """
    Saved searches.

    :param searcher: finds their issues.

    ``queries`` holds the name and the query of each by its id; edits take effect at once.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.queries: dict[str, tuple[str, str | None]] = {
            "7-1": ("Unresolved in Payments", "project: PAY #Unresolved"),
            "7-2": ("Done", "#Resolved sort by: created asc"),
        }

    def all(self) -> list[Json]:
        """All of them."""
        return [self._told(query_id) for query_id in self.queries]

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
