"""Calls of the REST API for issues, pull requests, deployments and releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.github.calls import Calls, moved
from local.sandbox.github.errors import ApiError, not_found
from local.sandbox.github.lists import page_of
from local.sandbox.github.search import SearchError, search
from local.sandbox.github.values import Node, moment, seconds

if TYPE_CHECKING:
    from local.sandbox.github.calls import Call, Told

_SORTS = {"created": "createdAt", "updated": "updatedAt"}


class ItemCalls(Calls):
    """Answers what is asked of issues and of what belongs to code."""

    # Issues -------------------------------------------------------------------------------------

    def issues(self, call: Call) -> Told:
        """The issues and pull requests of a repository."""
        found = self._listed(call, self._store.items(self._home(call)))
        if since := call.query.get("since"):
            bound = moment(_time(since))
            found = [item for item in found if item["updatedAt"] >= bound]
        return self._page(call, found, call.payloads.issue)

    def _listed(self, call: Call, items: list[Node]) -> list[Node]:
        """The items of the state that is asked for, in the order that is asked for."""
        state = call.query.get("state", "open")
        key = _SORTS.get(call.query.get("sort", "created"), "createdAt")
        is_ascending = call.query.get("direction", "desc") == "asc"
        found = [i for i in items if state == "all" or i["closed"] == (state == "closed")]
        return sorted(found, key=lambda i: (i[key], i["number"]), reverse=not is_ascending)

    def _item(self, call: Call) -> Node:
        """
        The issue or the pull request of a path.

        :raises ApiError: if there is none, it was deleted, or it was transferred; then it tells
            the next of its addresses.
        """
        home, number = self._home(call), int(call.parts[-1])
        found = self._store.item(home, number)
        if found is not None:
            return found
        if (home["id"], number) in self._store.deleted_numbers:
            raise ApiError(410, "This issue was deleted")
        target = self._store.moved_numbers.get((home["id"], number))
        if target is None:
            raise not_found()
        rest = call.path.partition(f"/issues/{number}")[2]
        there = f"repositories/{target[0]['fullDatabaseId']}/issues/{target[1]}"
        raise moved(f"{call.base}/{there}{rest}")

    def issue(self, call: Call) -> Told:
        """One issue or pull request."""
        return call.payloads.issue(self._item(call), is_whole=True), {}

    def timeline(self, call: Call) -> Told:
        """Its timeline."""
        return self._page(call, call.payloads.timeline(self._item(call)), _same)

    def events(self, call: Call) -> Told:
        """Its events."""
        return self._page(call, call.payloads.events(self._item(call)), _same)

    def comments(self, call: Call) -> Told:
        """Its comments."""
        return self._page(call, self._item(call)["comments"], call.payloads.comment)

    def search(self, call: Call) -> Told:
        """Issues and pull requests that a query finds."""
        try:
            found = search(self._store, call.query.get("q", ""))
        except (SearchError, ValueError) as error:
            problem = {"message": str(error), "resource": "Search", "field": "q", "code": "invalid"}
            raise ApiError(422, "Validation Failed", [problem]) from error
        key = _SORTS.get(call.query.get("sort", "created"), "createdAt")
        is_descending = call.query.get("order", "desc") == "desc"
        found.sort(key=lambda item: (item[key], item["id"]), reverse=is_descending)
        shown, headers = page_of(found[:1000], call.query, f"{call.base}/search/issues", 1000)
        items = [call.payloads.issue(item) | {"score": 1.0} for item in shown]
        return {"total_count": len(found), "incomplete_results": False, "items": items}, headers

    # Pull requests ------------------------------------------------------------------------------

    def pulls(self, call: Call) -> Told:
        """The pull requests of a repository."""
        found = self._listed(call, self._home(call)["pullRequests"])
        return self._page(call, found, call.payloads.pull)

    def _find_pull(self, call: Call) -> Node:
        found = self._item(call)
        if found["__typename"] != "PullRequest":
            raise not_found()
        return found

    def pull(self, call: Call) -> Told:
        """One pull request."""
        return call.payloads.pull(self._find_pull(call), is_whole=True), {}

    def reviews(self, call: Call) -> Told:
        """Its reviews."""
        return self._page(call, self._find_pull(call)["reviews"], call.payloads.review)

    def commits(self, call: Call) -> Told:
        """Its commits."""
        commits = [pushed["commit"] for pushed in self._find_pull(call)["commits"]]
        return self._page(call, commits, call.payloads.commit)

    # Deliveries ---------------------------------------------------------------------------------

    def deployments(self, call: Call) -> Told:
        """The deployments of a repository, the newest first."""
        environment = call.query.get("environment")
        found = [
            deployment
            for deployment in reversed(self._home(call)["deployments"])
            if environment in (None, deployment["environment"])
        ]
        return self._page(call, found, call.payloads.deployment)

    def statuses(self, call: Call) -> Told:
        """The statuses of a deployment, the newest first."""
        home, wanted = self._home(call), int(call.parts[-1])
        for deployment in home["deployments"]:
            if deployment["fullDatabaseId"] == wanted:
                return self._page(call, deployment["statuses"], call.payloads.deployment_status)
        raise not_found()

    def releases(self, call: Call) -> Told:
        """The releases of a repository, the newest first."""
        found = self._home(call)["releases"][::-1]
        return self._page(call, found, call.payloads.release)

    def tags(self, call: Call) -> Told:
        """The tags of a repository, the newest first."""
        return self._page(call, self._home(call)["tags"][::-1], call.payloads.tag)


def _same(row: Any) -> Any:
    return row


def _time(text: str) -> int:
    try:
        return seconds(text)
    except ValueError as error:
        problem = {"resource": "Issue", "field": "since", "code": "invalid"}
        raise ApiError(422, "Validation Failed", [problem]) from error
