"""The HTTP application: YouTrack's REST API under a base path, the switches under ``/sandbox``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.routing import Route

from local.sandbox.access import ACCESS
from local.sandbox.app import SandboxApp, compact
from local.sandbox.youtrack.errors import ApiError, not_played
from local.sandbox.youtrack.history_endpoints import HistoryEndpoints
from local.sandbox.youtrack.issue_endpoints import IssueEndpoints
from local.sandbox.youtrack.query import Searcher
from local.sandbox.youtrack.resources import calls, collections
from local.sandbox.youtrack.saved_queries import SavedQueries
from local.sandbox.youtrack.selection import parse_fields, select
from local.sandbox.youtrack.times import Times
from local.sandbox.youtrack.truth import english_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from local.sandbox.company.shapes import Json
    from local.sandbox.faults import Faults
    from local.sandbox.youtrack.store import YouTrackStore

TOKEN = ACCESS["youtrack"].token
_COUNT = "issuesGetter/count"
_MINUTE_MS = 60_000
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_PAGED = frozenset({"fields", "$skip", "$top"})
_HISTORY = frozenset({"categories", "start", "end", "reverse", "author", "issueQuery"})
# call -> the parameters that it takes besides
_PARAMS = {
    "issues": frozenset({"query", "customFields"}),
    "issues/{id}": frozenset({"customFields"}),
    **dict.fromkeys(("activities", "issues/{id}/activities"), _HISTORY),
    **dict.fromkeys(("activitiesPage", "issues/{id}/activitiesPage"), _HISTORY | {"cursor"}),
}


class YouTrackApp(SandboxApp):
    """
    The application over a store.

    :param store: what it serves.
    :param token: the only permanent token that it takes, ``perm:`` included.
    :param base_path: where the server is; empty as on YouTrack Cloud.
    :param time_zone: of the token owner's profile; literals in queries are read in it.
    :param largest_page: issues that one page holds at most, whatever ``$top`` says.
    :param query_includes_end: whether ``updated: a .. b`` holds the second b; not documented.
    :param activities_include_end: whether ``end`` holds its own millisecond; not documented.
    :param has_counter: whether it counts issues; old servers do not.

    It plays a part of the API and says so where it does not, be it a call, a parameter, an
    attribute or a clause of a query.
    """

    def __init__(
        self,
        store: YouTrackStore,
        token: str,
        faults: Faults,
        *,
        base_path: str = "/youtrack",
        time_zone: str = "Europe/Berlin",
        largest_page: int = 3500,
        query_includes_end: bool = True,
        activities_include_end: bool = True,
        has_counter: bool = True,
    ) -> None:
        self.store = store
        self.token = token
        self.time_zone = time_zone
        times = Times(ZoneInfo(time_zone), includes_end=query_includes_end)
        self.searcher = Searcher(store, times)
        self.issues = IssueEndpoints(self.searcher, largest_page)
        self.histories = HistoryEndpoints(
            self.searcher, self.issues, includes_end=activities_include_end
        )
        self.saved = SavedQueries(self.searcher)
        self.collections = collections(store, self.issues, self.saved)
        super().__init__(faults, self._routes(f"{base_path}/api", has_counter=has_counter))

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        return self.store.counts

    def shift(self) -> None:
        """Comment on the first issue of the page read last, a minute after all that happened."""
        seen = [issue for issue in self.issues.last_read if not issue.is_hidden]
        issue = seen[0] if seen else min(self.store.visible_issues(), key=lambda i: i.updated)
        self.store.comment(issue.issue_id, "Any news?", self.store.clock + _MINUTE_MS)

    @property
    def is_guest(self) -> bool:
        """
        Whether it reads no tokens, as behind a proxy that drops them, and takes whoever asks for a
        guest, who may see what the reader sees.
        """
        return self.store.people.is_guest

    @is_guest.setter
    def is_guest(self, is_guest: bool) -> None:
        self.store.people.is_guest = is_guest

    def _routes(self, root: str, *, has_counter: bool) -> list[Route]:
        """The paths below the API's root, which may all end in a slash."""
        counter = [Route(f"{root}/{_COUNT}", self._count, methods=["POST"])] if has_counter else []
        told = self._calls()
        endpoints = {path: self._endpoint(path, call) for path, call in told.items()}
        return [
            *counter,
            *(
                Route(f"{root}/{path}{slash}", endpoint)
                for path, endpoint in endpoints.items()
                for slash in ("", "/")
            ),
            Route(f"{root}/{{rest:path}}", self._endpoint("unknown", _unknown), methods=_METHODS),
            Route("/sandbox/truth", self._truth),
        ]

    def _calls(self) -> dict[str, Callable[[Request], Any]]:
        """What answers a GET, by the path below the API's root."""
        return {
            "issues": self.issues.page,
            "issues/{id}": self.issues.one,
            "issues/{id}/activities": self.histories.of_issue,
            "issues/{id}/activitiesPage": self.histories.page_of_issue,
            "activities": self.histories.of_all,
            "activitiesPage": self.histories.page_of_all,
            "users/me": self._me,
            **calls(self.collections, self.store),
        }

    # Requests -----------------------------------------------------------------------------------

    def _endpoint(self, name: str, call: Callable[[Request], Any]) -> Callable[..., Any]:
        async def endpoint(request: Request) -> Response:
            return await self.answered(name, lambda: self._answer(request, name, call))

        return endpoint

    async def _count(self, request: Request) -> Response:
        body = await request.body()

        def count(_: Request) -> Json:
            return self.issues.count(body)

        return await self.answered(_COUNT, lambda: self._answer(request, _COUNT, count))

    def _answer(self, request: Request, name: str, call: Callable[[Request], Any]) -> Response:
        try:
            self._authenticate(request.headers.get("Authorization", ""))
            self._require_played(request, name)
            tree = parse_fields(request.query_params.get("fields", ""))
            return compact(select(call(request), tree))
        except ApiError as error:
            body = {"error": error.error, "error_description": error.description}
            return compact(body, error.status)

    def _authenticate(self, header: str) -> None:
        if self.is_guest:
            return
        if not header:
            raise ApiError(401, "Unauthorized", "You are not logged in.")
        if header != f"Bearer {self.token}" or self.faults.wrong_token:
            raise ApiError(401, "Unauthorized", "Invalid token.")

    def _require_played(self, request: Request, name: str) -> None:
        """A real server leaves out parameters that it does not know, but knows more of them."""
        collection = self.collections.get(name)
        taken = _PAGED | (collection.params if collection else _PARAMS.get(name, frozenset()))
        if name != "unknown" and (others := sorted(set(request.query_params) - taken)):
            raise not_played(f'the parameter "{others[0]}" of {request.url.path}')

    def _me(self, request: Request) -> Json:
        zone = {"id": self.time_zone, "$type": "TimeZoneDescriptor"}
        general = {"id": "general", "$type": "GeneralUserProfile", "timezone": zone}
        profiles = {"id": "profiles", "$type": "UserProfiles", "general": general}
        return self.store.people.me | {"$type": "Me", "profiles": profiles}

    async def _truth(self, request: Request) -> Response:
        states = english_names(self.store.projects)
        issues = {key: truth.json for key, truth in self.store.truth.items()}
        return compact({"issues": issues, "states": states})


def _unknown(request: Request) -> Json:
    status, error = 405, "Method Not Allowed"
    if request.method in ("GET", "HEAD"):
        status, error = 404, "Not Found"
    what = f"the sandbox does not play {request.method} {request.url.path}"
    raise ApiError(status, error, f"HTTP {status} {error}: {what}")
