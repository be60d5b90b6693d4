"""The HTTP application: YouTrack's REST API under a base path, the switches under ``/sandbox``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.routing import Route

from local.sandbox.access import ACCESS
from local.sandbox.app import SandboxApp, compact
from local.sandbox.youtrack.dictionary_endpoints import DictionaryEndpoints
from local.sandbox.youtrack.errors import ApiError
from local.sandbox.youtrack.history_endpoints import HistoryEndpoints
from local.sandbox.youtrack.issue_endpoints import IssueEndpoints
from local.sandbox.youtrack.query import Searcher
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

    ``is_guest`` is whether it reads no tokens, as behind a proxy that drops them, and takes whoever
    asks for a guest, who may see what the reader sees.
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
        self.is_guest = False
        times = Times(ZoneInfo(time_zone), includes_end=query_includes_end)
        self.searcher = Searcher(store, times)
        self.issues = IssueEndpoints(self.searcher, largest_page)
        self.histories = HistoryEndpoints(
            self.searcher, self.issues, includes_end=activities_include_end
        )
        self.saved = SavedQueries(self.searcher)
        self.dictionaries = DictionaryEndpoints(store)
        root = f"{base_path}/api"
        counter = [Route(f"{root}/{_COUNT}", self._count, methods=["POST"])] if has_counter else []
        calls = self._calls()
        routes = [
            *(Route(f"{root}/{path}", self._endpoint(path, calls[path])) for path in calls),
            *counter,
            Route(f"{root}/{{rest:path}}", self._endpoint("unknown", _unknown)),
            Route("/sandbox/truth", self._truth),
        ]
        super().__init__(faults, routes)

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        return self.store.counts

    def shift(self) -> None:
        """Comment on the first issue of the page read last, a minute after all that happened."""
        seen = [issue for issue in self.issues.last_read if not issue.is_hidden]
        issue = seen[0] if seen else min(self.store.visible_issues(), key=lambda i: i.updated)
        self.store.comment(issue.issue_id, "Any news?", self.store.clock + _MINUTE_MS)

    def _calls(self) -> dict[str, Callable[[Request], Any]]:
        """What answers a GET, by the path below the API's root."""
        bundles = "admin/customFieldSettings/bundles/state"
        return {
            "issues": self.issues.page,
            "issues/{id}": self.issues.one,
            "issues/{id}/activities": self.histories.of_issue,
            "issues/{id}/activitiesPage": self.histories.page_of_issue,
            "issues/{id}/comments": self.issues.comments,
            "issues/{id}/timeTracking/workItems": self.issues.work_items,
            "issues/{id}/links": self.issues.links,
            "activities": self.histories.of_all,
            "activitiesPage": self.histories.page_of_all,
            "admin/projects": self.dictionaries.projects,
            "admin/projects/{id}/customFields": self.dictionaries.project_fields,
            bundles: self.dictionaries.bundles,
            f"{bundles}/{{id}}/values": self.dictionaries.states,
            "agiles": self.dictionaries.boards,
            "agiles/{id}/sprints": self.dictionaries.sprints,
            "users": self.dictionaries.users,
            "users/me": self._me,
            "savedQueries": self.saved.page,
            "savedQueries/{id}": self.saved.one,
        }

    # Requests -----------------------------------------------------------------------------------

    def _endpoint(self, name: str, call: Callable[[Request], Any]) -> Callable[..., Any]:
        async def endpoint(request: Request) -> Response:
            return await self.answered(name, lambda: self._answer(request, call))

        return endpoint

    async def _count(self, request: Request) -> Response:
        body = await request.body()

        def count(_: Request) -> Json:
            return self.issues.count(body)

        return await self.answered(_COUNT, lambda: self._answer(request, count))

    def _answer(self, request: Request, call: Callable[[Request], Any]) -> Response:
        try:
            self._authenticate(request.headers.get("Authorization", ""))
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

    def _me(self, request: Request) -> Json:
        people = self.store.people
        zone = {"id": self.time_zone, "$type": "TimeZoneDescriptor"}
        general = {"id": "general", "$type": "GeneralUserProfile", "timezone": zone}
        profiles = {"id": "profiles", "$type": "UserProfiles", "general": general}
        user = people.guest if self.is_guest else people.reader
        return user | {"$type": "Me", "profiles": profiles}

    async def _truth(self, request: Request) -> Response:
        states = english_names(self.store.projects)
        issues = {key: truth.json for key, truth in self.store.truth.items()}
        return compact({"issues": issues, "states": states})


def _unknown(request: Request) -> Json:
    raise ApiError(404, "Not Found", f"HTTP 404 Not Found: {request.url.path}")
