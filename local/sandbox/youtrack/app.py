"""The HTTP application: YouTrack's REST API under a base path, the switches under ``/sandbox``."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.routing import Route

from local.sandbox.access import ACCESS
from local.sandbox.app import SandboxApp, compact
from local.sandbox.youtrack.errors import ApiError, bad_request, not_found
from local.sandbox.youtrack.paging import Walk, cut, top_of, whole
from local.sandbox.youtrack.query import Searcher
from local.sandbox.youtrack.selection import parse_fields, select
from local.sandbox.youtrack.store import find_user
from local.sandbox.youtrack.times import Times
from local.sandbox.youtrack.truth import english_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import QueryParams
    from starlette.requests import Request
    from starlette.responses import Response

    from local.sandbox.faults import Faults
    from local.sandbox.shapes import Json
    from local.sandbox.youtrack.issues import Activity, Issue
    from local.sandbox.youtrack.store import YouTrackStore

TOKEN = ACCESS["youtrack"].token
SAVED_QUERIES = {
    "7-1": ("Unresolved in Payments", "project: PAY #Unresolved"),
    "7-2": ("Done", "#Resolved sort by: created asc"),
}
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
    ) -> None:
        calls: dict[str, Callable[[Request], Any]] = {
            "issues": self._issues,
            "issues/{id}": self._issue,
            "issues/{id}/activities": self._issue_activities,
            "issues/{id}/activitiesPage": self._issue_activities_page,
            "issues/{id}/comments": lambda r: self._page(r, self._found(r).comments),
            "issues/{id}/timeTracking/workItems": lambda r: self._page(
                r, self._found(r).work_items
            ),
            "issues/{id}/links": lambda r: self._page(r, self._found(r).link_groups()),
            "activities": self._activities,
            "activitiesPage": self._activities_page,
            "admin/projects": lambda r: self._page(r, [p.json for p in self.store.projects]),
            "admin/projects/{id}/customFields": self._project_fields,
            "admin/customFieldSettings/bundles/state": lambda r: self._page(
                r, list(self._state_bundles().values())
            ),
            "admin/customFieldSettings/bundles/state/{id}/values": lambda r: self._page(
                r, _named(self._state_bundles(), r.path_params["id"])["values"]
            ),
            "agiles": lambda r: self._page(r, self._boards()),
            "agiles/{id}/sprints": self._sprints,
            "users": lambda r: self._page(r, self.store.people.listed),
            "users/me": lambda r: self._me,
            "savedQueries/{id}": self._saved_query,
        }
        root = f"{base_path}/api"
        routes = [
            *(Route(f"{root}/{path}", self._endpoint(path, calls[path])) for path in calls),
            Route(f"{root}/{{rest:path}}", self._endpoint("unknown", _unknown)),
            Route("/sandbox/truth", self._truth),
        ]
        super().__init__(faults, routes)
        self.store = store
        self.token = token
        self.time_zone = time_zone
        self.largest_page = largest_page
        self.activities_include_end = activities_include_end
        times = Times(ZoneInfo(time_zone), includes_end=query_includes_end)
        self.searcher = Searcher(store, times)
        self._read: list[Issue] = []

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        return self.store.counts

    def shift(self) -> None:
        """Comment on the first issue of the page read last, a minute after all that happened."""
        seen = [issue for issue in self._read if not issue.is_hidden]
        issue = seen[0] if seen else min(self.store.visible_issues(), key=lambda i: i.updated)
        self.store.comment(issue.issue_id, "Any news?", self.store.clock + _MINUTE_MS)

    # Requests -----------------------------------------------------------------------------------

    def _endpoint(self, name: str, call: Callable[[Request], Any]) -> Callable[..., Any]:
        async def endpoint(request: Request) -> Response:
            return await self.answered(name, lambda: self._answer(request, call))

        return endpoint

    def _answer(self, request: Request, call: Callable[[Request], Any]) -> Response:
        try:
            self._authenticate(request.headers.get("Authorization", ""))
            tree = parse_fields(request.query_params.get("fields", ""))
            return compact(select(call(request), tree))
        except ApiError as error:
            body = {"error": error.error, "error_description": error.description}
            return compact(body, error.status)

    def _authenticate(self, header: str) -> None:
        if not header:
            raise ApiError(401, "Unauthorized", "You are not logged in.")
        if header != f"Bearer {self.token}" or self.faults.wrong_token:
            raise ApiError(401, "Unauthorized", "Invalid token.")

    def _page(self, request: Request, rows: list[Any]) -> list[Any]:
        return cut(rows, request.query_params)

    async def _truth(self, request: Request) -> Response:
        states = english_names(self.store.projects)
        issues = {key: truth.json for key, truth in self.store.truth.items()}
        return compact({"issues": issues, "states": states})

    # Issues -------------------------------------------------------------------------------------

    def _found(self, request: Request) -> Issue:
        name = request.path_params["id"]
        issue = self.store.visible_issue(name)
        if issue is None:
            raise not_found(name)
        self._read = [issue]
        return issue

    def _issues(self, request: Request) -> list[Json]:
        found = self.searcher.search(request.query_params.get("query", ""))
        self._read = cut(found, request.query_params, self.largest_page)
        return [_with_fields(issue, request.query_params) for issue in self._read]

    def _issue(self, request: Request) -> Json:
        return _with_fields(self._found(request), request.query_params)

    def _saved_query(self, request: Request) -> Json:
        query_id = request.path_params["id"]
        name, query = _named(SAVED_QUERIES, query_id)
        return {
            "id": query_id,
            "$type": "SavedQuery",
            "name": name,
            "query": query,
            "owner": self.store.people.reader,
            "issues": lambda: [issue.json for issue in self.searcher.search(query)],
        }

    # Activities ---------------------------------------------------------------------------------

    def _issue_activities(self, request: Request) -> list[Json]:
        return self._cut_activities(request, self._found(request).activities)

    def _issue_activities_page(self, request: Request) -> Json:
        return self._cursor_page(request, self._found(request).activities)

    def _activities(self, request: Request) -> list[Json]:
        return self._cut_activities(request, self.store.activities)

    def _activities_page(self, request: Request) -> Json:
        return self._cursor_page(request, self.store.activities)

    def _cut_activities(self, request: Request, stream: list[Activity]) -> list[Json]:
        walk = self._walk(request.query_params, stream)
        return [activity.json for activity in cut(walk.rows(), request.query_params)]

    def _cursor_page(self, request: Request, stream: list[Activity]) -> Json:
        params = request.query_params
        return self._walk(params, stream).page(params.get("cursor"), top_of(params))

    def _walk(self, params: QueryParams, stream: list[Activity]) -> Walk:
        """The activities that the parameters ask for; an unknown category just has none."""
        categories = set(filter(None, ",".join(params.getlist("categories")).split(",")))
        if not categories:
            raise bad_request("No requested categories specified as a filter parameter")
        start, end = whole(params, "start"), whole(params, "end")
        bisect_end = bisect_right if self.activities_include_end else bisect_left
        low = 0 if start is None else bisect_left(stream, start, key=_at)
        high = len(stream) if end is None else bisect_end(stream, end, key=_at)
        reverse = params.get("reverse", "false")
        if reverse not in ("true", "false"):
            raise bad_request(f'Invalid value "{reverse}" of parameter reverse')
        query, name = params.get("issueQuery"), params.get("author")
        issues = None if query is None else set(map(id, self.searcher.search(query)))
        author = find_user(self.store.people.listed, name) if name else None
        if name and author is None:
            raise not_found(name)

        def is_wanted(one: Activity) -> bool:
            return (
                one.category in categories
                and not one.issue.is_hidden
                and (issues is None or id(one.issue) in issues)
                and (author is None or one.author is author)
            )

        return Walk(stream, is_wanted, low, high, reverse == "true")

    # Dictionaries -------------------------------------------------------------------------------

    @property
    def _me(self) -> Json:
        zone = {"id": self.time_zone, "$type": "TimeZoneDescriptor"}
        general = {"id": "general", "$type": "GeneralUserProfile", "timezone": zone}
        profiles = {"id": "profiles", "$type": "UserProfiles", "general": general}
        return self.store.people.reader | {"$type": "Me", "profiles": profiles}

    def _project_fields(self, request: Request) -> list[Json]:
        name = request.path_params["id"]
        project = self.store.project(name)
        if project is None:
            raise not_found(name)
        return self._page(request, [there.json for there in project.fields.values()])

    def _state_bundles(self) -> dict[str, Json]:
        bundles = (
            there.bundle
            for project in self.store.projects
            for there in project.fields.values()
            if there.bundle and there.bundle.kind == "State"
        )
        return {bundle.bundle_id: bundle.json for bundle in bundles}

    def _boards(self) -> list[Json]:
        return [board | {"sprints": self._with_issues(board)} for board in self.store.boards]

    def _sprints(self, request: Request) -> list[Json]:
        boards = {board["id"]: board for board in self.store.boards}
        return self._page(request, self._with_issues(_named(boards, request.path_params["id"])))

    def _with_issues(self, board: Json) -> list[Json]:
        """The sprints of a board, with a way to the issues that are in them now."""

        def issues(sprint: Json) -> list[Json]:
            return [i.json for i in self.store.visible_issues() if i.sprint is sprint]

        return [s | {"issues": lambda s=s: issues(s)} for s in board["sprints"]]


def _at(activity: Activity) -> int:
    return activity.at


def _named(things: dict[str, Any], name: str) -> Any:
    if name not in things:
        raise not_found(name)
    return things[name]


def _unknown(request: Request) -> Json:
    raise ApiError(404, "Not Found", f"HTTP 404 Not Found: {request.url.path}")


def _with_fields(issue: Issue, params: QueryParams) -> Json:
    """An issue with only those custom fields that ``customFields`` names, if it names any."""
    names = set(filter(None, ",".join(params.getlist("customFields")).split(",")))
    if not names:
        return issue.json
    fields = lambda: [one for one in issue.custom_fields() if one["name"] in names]  # noqa: E731
    return issue.json | {"customFields": fields}
