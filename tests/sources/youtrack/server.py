"""The sandbox's YouTrack with what else the source asks for, and with answers to spoil."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from local.sandbox.faults import Faults
from local.sandbox.youtrack.app import SAVED_QUERIES, TOKEN, YouTrackApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from local.sandbox.shapes import Json
    from local.sandbox.youtrack.issues import Activity
    from local.sandbox.youtrack.store import YouTrackStore

BASE_PATH = "/youtrack"


class SpoiledYouTrack(YouTrackApp):
    """
    The sandbox with ``issuesGetter/count`` and the list of saved searches.

    :param counter: whether it has a counter; ``counting`` of its next answers are -1.

    ``is_guest``: whether it does not read tokens; ``spoil_issues`` and ``spoil_history`` change the
    rows of a page; ``asked`` holds the path and the parameters of each request.
    """

    def __init__(self, store: YouTrackStore, *, counter: bool = True, **settings: Any) -> None:
        super().__init__(store, TOKEN, Faults(), base_path=BASE_PATH, **settings)
        self.counting = 0
        self.is_guest = False
        self.saved = [{"id": key, "name": name, "query": q, "$type": "SavedQuery"}
                      for key, (name, q) in SAVED_QUERIES.items()]  # fmt: skip
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.spoil_issues: Callable[[list[Json]], list[Json]] = lambda rows: rows
        self.spoil_history: Callable[[Json], Json] = lambda page: page
        extra = [
            Route(f"{BASE_PATH}/api/savedQueries", self._endpoint("savedQueries", self._saved))
        ]
        if counter:
            path = f"{BASE_PATH}/api/issuesGetter/count"
            extra.append(Route(path, self._count, methods=["POST"]))
        self.app.router.routes[:0] = extra

    def asked_of(self, path: str) -> list[dict[str, str]]:
        """The parameters of all requests to a path below ``/api``."""
        return [params for asked, params in self.asked if asked == f"{BASE_PATH}/api/{path}"]

    def _answer(self, request: Request, call: Callable[[Request], Any]) -> Response:
        self.asked.append((request.url.path, dict(request.query_params)))
        return super()._answer(request, call)

    def _authenticate(self, header: str) -> None:
        if not self.is_guest:
            super()._authenticate(header)

    async def _count(self, request: Request) -> Response:
        query = (await request.json()).get("query") or ""

        def count(_: Request) -> Json:
            found = len(self.searcher.search(query))
            self.counting, waits = max(0, self.counting - 1), self.counting > 0
            return {"id": "count", "$type": "IssueCountResponse", "count": -1 if waits else found}

        return await self.answered("issuesGetter/count", lambda: self._answer(request, count))

    def _saved(self, request: Request) -> list[Json]:
        return self._page(request, self.saved)

    def _issues(self, request: Request) -> list[Json]:
        return self.spoil_issues(super()._issues(request))

    def _cursor_page(self, request: Request, stream: list[Activity]) -> Json:
        return self.spoil_history(super()._cursor_page(request, stream))

    @property
    def _me(self) -> Json:
        me = super()._me
        return me | {"login": "guest", "guest": True} if self.is_guest else me | {"guest": False}
