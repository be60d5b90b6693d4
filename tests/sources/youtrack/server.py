"""The sandbox's YouTrack with answers to spoil."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.faults import Faults
from local.sandbox.youtrack.app import TOKEN, YouTrackApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.store import YouTrackStore

BASE_PATH = "/youtrack"


class SpoiledYouTrack(YouTrackApp):
    """
    The sandbox, remembering what it was asked.

    ``spoil_issues`` and ``spoil_history`` change the pages of issues and of their activities,
    ``spoil_other`` all other answers; ``asked`` holds the path and the parameters of each request.
    """

    def __init__(self, store: YouTrackStore, **settings: Any) -> None:
        super().__init__(store, TOKEN, Faults(), base_path=BASE_PATH, **settings)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.spoil_issues: Callable[[list[Json]], list[Json]] = lambda rows: rows
        self.spoil_history: Callable[[Json], Json] = lambda page: page
        self.spoil_other: Callable[[Any], Any] = lambda answer: answer

    def asked_of(self, path: str) -> list[dict[str, str]]:
        """The parameters of all requests to a path below ``/api``."""
        return [params for asked, params in self.asked if asked == f"{BASE_PATH}/api/{path}"]

    def _answer(self, request: Request, name: str, call: Callable[[Request], Any]) -> Response:
        path = request.url.path
        self.asked.append((path, dict(request.query_params)))
        spoiled = lambda request: self._spoiler(path)(call(request))  # noqa: E731
        return super()._answer(request, name, spoiled)

    def _spoiler(self, path: str) -> Callable[[Any], Any]:
        if path == f"{BASE_PATH}/api/issues":
            return self.spoil_issues
        return self.spoil_history if path.endswith("/activitiesPage") else self.spoil_other
