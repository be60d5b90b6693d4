"""What the API answers about issues: found by a query, counted, and one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.sandbox.youtrack.errors import bad_request, not_found
from local.sandbox.youtrack.paging import cut

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request

    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.issues import Issue
    from local.sandbox.youtrack.query import Searcher


class IssueEndpoints:
    """
    Answers about the issues that the reader sees.

    :param searcher: finds them.
    :param largest_page: issues that one page holds at most, whatever ``$top`` says.

    ``last_read`` is the page, or the issue, that was answered last; ``counting`` is how many of the
    next counts come too early: they are -1.
    """

    def __init__(self, searcher: Searcher, largest_page: int) -> None:
        self._searcher = searcher
        self._store = searcher.store
        self._largest_page = largest_page
        self.last_read: list[Issue] = []
        self.counting = 0

    def found(self, request: Request) -> Issue:
        """
        The issue that a path names.

        :raises ApiError: 404 if there is none, or the reader may not see it.
        """
        name = request.path_params["id"]
        issue = self._store.visible_issue(name)
        if issue is None:
            raise not_found(name)
        self.last_read = [issue]
        return issue

    def page(self, request: Request) -> list[Json]:
        """A page of the issues that a query finds."""
        found = self._searcher.search(request.query_params.get("query", ""))
        self.last_read = cut(found, request.query_params, self._largest_page)
        return [_with_fields(issue, request.query_params) for issue in self.last_read]

    def count(self, body: bytes) -> Json:
        """
        How many issues the query in a body finds; -1 as long as that is not known.

        :raises ApiError: 400 for a body that is no JSON object, or a query not understood.
        """
        query = _query_of(body)
        count = len(self._searcher.search(query))
        if self.counting:
            self.counting -= 1
            count = -1
        return {"id": "count", "$type": "IssueCountResponse", "query": query, "count": count}

    def one(self, request: Request) -> Json:
        """An issue."""
        return _with_fields(self.found(request), request.query_params)


def _query_of(body: bytes) -> str:
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise bad_request("The body of the request is no JSON object")
    query = asked.get("query") or ""
    if not isinstance(query, str):
        raise bad_request(f"Invalid value {json.dumps(query)} of attribute query")
    return query


def _with_fields(issue: Issue, params: QueryParams) -> Json:
    """An issue with only those custom fields that ``customFields`` names, if it names any."""
    names = set(filter(None, ",".join(params.getlist("customFields")).split(",")))
    if not names:
        return issue.json
    fields = lambda: [one for one in issue.custom_fields() if one["name"] in names]  # noqa: E731
    return issue.json | {"customFields": fields}
