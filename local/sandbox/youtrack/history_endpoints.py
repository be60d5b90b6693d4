"""What the API answers about activities: of one issue or of all, by offset or by cursor."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from local.sandbox.youtrack.errors import bad_request, not_found
from local.sandbox.youtrack.paging import Walk, cut, integer_param, top_of
from local.sandbox.youtrack.store import find_user

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request

    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.issue_endpoints import IssueEndpoints
    from local.sandbox.youtrack.issues import Activity
    from local.sandbox.youtrack.query import Searcher


class HistoryEndpoints:
    """
    Answers about the activities that the reader sees.

    :param searcher: finds the issues of ``issueQuery``.
    :param issues: finds the issue of a path.
    :param includes_end: whether ``end`` holds its own millisecond.
    """

    def __init__(self, searcher: Searcher, issues: IssueEndpoints, *, includes_end: bool) -> None:
        self._searcher = searcher
        self._store = searcher.store
        self._issues = issues
        self._includes_end = includes_end

    def of_issue(self, request: Request) -> list[Json]:
        """A page of an issue's activities, by offset."""
        return self._by_offset(request.query_params, self._issues.found(request).activities)

    def page_of_issue(self, request: Request) -> Json:
        """A page of an issue's activities, by cursor."""
        return self._by_cursor(request.query_params, self._issues.found(request).activities)

    def of_all(self, request: Request) -> list[Json]:
        """A page of all activities, by offset."""
        return self._by_offset(request.query_params, self._store.activities)

    def page_of_all(self, request: Request) -> Json:
        """A page of all activities, by cursor."""
        return self._by_cursor(request.query_params, self._store.activities)

    def _by_offset(self, params: QueryParams, stream: list[Activity]) -> list[Json]:
        return [activity.json for activity in cut(self._walk(params, stream).rows(), params)]

    def _by_cursor(self, params: QueryParams, stream: list[Activity]) -> Json:
        return self._walk(params, stream).page(params.get("cursor"), top_of(params))

    def _walk(self, params: QueryParams, stream: list[Activity]) -> Walk:
        """The activities that the parameters ask for; an unknown category just has none."""
        categories = set(filter(None, ",".join(params.getlist("categories")).split(",")))
        if not categories:
            raise bad_request("No requested categories specified as a filter parameter")
        start, end = integer_param(params, "start"), integer_param(params, "end")
        bisect_end = bisect_right if self._includes_end else bisect_left
        low = 0 if start is None else bisect_left(stream, start, key=_at)
        high = len(stream) if end is None else bisect_end(stream, end, key=_at)
        reverse = params.get("reverse", "false")
        if reverse not in ("true", "false"):
            raise bad_request(f'Invalid value "{reverse}" of parameter reverse')
        query, name = params.get("issueQuery"), params.get("author")
        issues = None if query is None else set(map(id, self._searcher.search(query)))
        author = find_user(self._store.people.listed, name) if name else None
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


def _at(activity: Activity) -> int:
    return activity.at
