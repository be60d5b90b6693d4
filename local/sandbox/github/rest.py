"""Calls of the REST API, by their paths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.sandbox.github.errors import ApiError, not_found, not_played
from local.sandbox.github.event_payloads import EventPayloads
from local.sandbox.github.lists import page_of
from local.sandbox.github.search import SearchError, search
from local.sandbox.github.values import Node, moment, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.datastructures import QueryParams
    from starlette.requests import Request

    from local.sandbox.github.faults import GitHubFaults
    from local.sandbox.github.limits import Budget
    from local.sandbox.github.store import GitHubStore

Told = tuple[Any, "Mapping[str, str]"]
_MOVED_DOCS = (
    "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"
)
_SORTS = {"created": "createdAt", "updated": "updatedAt"}


@dataclass(frozen=True)
class Call:
    """
    A call that was let in.

    :param base: the API's address.
    :param path: below it.
    :param parts: what the placeholders of the path hold.
    """

    base: str
    path: str
    parts: tuple[str, ...]
    query: QueryParams
    payloads: EventPayloads
    is_under_scoped: bool


class Rest:
    """
    Answers calls over a store.

    :param budgets: what ``/rate_limit`` tells.
    :param largest_list: how many rows pages by number reach.
    """

    def __init__(
        self, store: GitHubStore, budgets: Mapping[str, Budget], largest_list: int
    ) -> None:
        self._store = store
        self._budgets = budgets
        self._largest_list = largest_list
        home = r"(?:repos/([^/]+)/([^/]+)|repositories/(\d+))"
        calls: dict[str, tuple[str, Callable[[Call], Told]]] = {
            "user": ("user", self._viewer),
            "users/{}": (r"users/([^/]+)", self._user),
            "orgs/{}": (r"orgs/([^/]+)", self._organization),
            "orgs/{}/repos": (r"orgs/([^/]+)/repos", self._repositories),
            "orgs/{}/members": (r"orgs/([^/]+)/members", self._members),
            "orgs/{}/outside_collaborators": (
                r"orgs/([^/]+)/outside_collaborators", self._outsiders,
            ),
            "orgs/{}/teams": (r"orgs/([^/]+)/teams", self._teams),
            "orgs/{}/teams/{}": (r"orgs/([^/]+)/teams/([^/]+)", self._team),
            "orgs/{}/teams/{}/members": (r"orgs/([^/]+)/teams/([^/]+)/members", self._team_members),
            "search/issues": (r"search/issues", self._search),
            "repos/{}": (home, self._repository),
            "repos/{}/issues": (rf"{home}/issues", self._issues),
            "repos/{}/issues/{}": (rf"{home}/issues/(\d+)", self._issue),
            "repos/{}/issues/{}/timeline": (rf"{home}/issues/(\d+)/timeline", self._timeline),
            "repos/{}/issues/{}/events": (rf"{home}/issues/(\d+)/events", self._events),
            "repos/{}/issues/{}/comments": (rf"{home}/issues/(\d+)/comments", self._comments),
            "repos/{}/labels": (rf"{home}/labels", self._labels),
            "repos/{}/milestones": (rf"{home}/milestones", self._milestones),
            "repos/{}/pulls": (rf"{home}/pulls", self._pulls),
            "repos/{}/pulls/{}": (rf"{home}/pulls/(\d+)", self._pull),
            "repos/{}/pulls/{}/reviews": (rf"{home}/pulls/(\d+)/reviews", self._reviews),
            "repos/{}/pulls/{}/commits": (rf"{home}/pulls/(\d+)/commits", self._commits),
            "repos/{}/deployments": (rf"{home}/deployments", self._deployments),
            "repos/{}/deployments/{}/statuses": (
                rf"{home}/deployments/(\d+)/statuses", self._statuses,
            ),
            "repos/{}/releases": (rf"{home}/releases", self._releases),
            "repos/{}/tags": (rf"{home}/tags", self._tags),
        }  # fmt: skip
        self._calls = {name: (re.compile(path), call) for name, (path, call) in calls.items()}

    def name_of(self, path: str) -> str:
        """What statistics call a path."""
        for name, (pattern, _) in self._calls.items():
            if pattern.fullmatch(path):
                return name
        return path.split("/")[0]

    def answer(self, request: Request, faults: GitHubFaults) -> Told:
        """
        A document and headers.

        :raises ApiError: if there is none.
        """
        path = request.path_params["path"]
        base = f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"
        for pattern, call in self._calls.values():
            if match := pattern.fullmatch(path):
                parts = tuple(part for part in match.groups() if part is not None)
                payloads = EventPayloads(self._store, base)
                scoped = faults.under_scoped
                return call(Call(base, path, parts, request.query_params, payloads, scoped))
        raise not_played(f"{request.method} /{path}")

    def rate_limit(self) -> dict[str, Any]:
        """What is left of every budget."""
        told = {name: budget.told() for name, budget in self._budgets.items()}
        return {"resources": told, "rate": told["core"]}

    # People -------------------------------------------------------------------------------------

    def _viewer(self, call: Call) -> Told:
        return call.payloads.whole_user(self._store.users[self._store.reader]), {}

    def _user(self, call: Call) -> Told:
        user = self._store.users.get(call.parts[0].removesuffix("[bot]"))
        if user is None:
            raise not_found()
        return call.payloads.whole_user(user), {}

    def _organization(self, call: Call) -> Told:
        self._check_organization(call)
        return call.payloads.whole_organization(), {}

    def _check_organization(self, call: Call) -> None:
        if call.parts[0].lower() != self._store.login:
            raise not_found()

    def _repositories(self, call: Call) -> Told:
        self._check_organization(call)
        return self._page(call, self._store.repositories, call.payloads.repository)

    def _members(self, call: Call) -> Told:
        wanted = {"admin": ("ADMIN",), "member": ("MEMBER",)}.get(call.query.get("role", ""))
        return self._people(call, wanted or ("ADMIN", "MEMBER"))

    def _outsiders(self, call: Call) -> Told:
        return self._people(call, ("OUTSIDE",))

    def _people(self, call: Call, roles: tuple[str, ...]) -> Told:
        self._check_organization(call)
        if call.is_under_scoped:
            raise ApiError(403, "Must have admin rights to Organization.")
        found = [
            u for login, u in self._store.users.items() if self._store.roles.get(login) in roles
        ]
        return self._page(call, found, call.payloads.user)

    def _teams(self, call: Call) -> Told:
        self._check_organization(call)
        return self._page(call, self._store.teams, call.payloads.team)

    def _find_team(self, call: Call) -> Node:
        self._check_organization(call)
        for team in self._store.teams:
            if team["slug"] == call.parts[1]:
                return team
        raise not_found()

    def _team(self, call: Call) -> Told:
        return call.payloads.whole_team(self._find_team(call)), {}

    def _team_members(self, call: Call) -> Told:
        return self._page(call, self._find_team(call)["members"], call.payloads.user)

    # Repositories -------------------------------------------------------------------------------

    def _home(self, call: Call) -> Node:
        """
        The repository of a path.

        :raises ApiError: if there is none, or it is called otherwise now.
        """
        if call.path.startswith("repositories/"):
            wanted = int(call.parts[0])
            found = next(
                (r for r in self._store.repositories if r["fullDatabaseId"] == wanted), None
            )
            if found is None:
                raise not_found()
            return found
        owner, name = call.parts[:2]
        found = self._store.repository(owner, name)
        if found is None:
            raise not_found()
        if found["nameWithOwner"].lower() != f"{owner}/{name}".lower():
            rest = "/".join(call.path.split("/")[3:])
            path = f"repositories/{found['fullDatabaseId']}" + (f"/{rest}" if rest else "")
            raise _moved(f"{call.base}/{path}")
        return found

    def _repository(self, call: Call) -> Told:
        return call.payloads.repository(self._home(call), is_whole=True), {}

    def _labels(self, call: Call) -> Told:
        return self._page(call, self._home(call)["labels"], call.payloads.label)

    def _milestones(self, call: Call) -> Told:
        state = call.query.get("state", "open").upper()
        found = [m for m in self._home(call)["milestones"] if state in ("ALL", m["state"])]
        return self._page(call, found, call.payloads.milestone)

    # Issues -------------------------------------------------------------------------------------

    def _issues(self, call: Call) -> Told:
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

        :raises ApiError: if there is none, it was deleted, or it was transferred.
        """
        home, number = self._home(call), int(call.parts[-1])
        found = self._store.item(home, number)
        if found is not None:
            return found
        if (home["id"], number) in self._store.deleted_numbers:
            raise ApiError(410, "This issue was deleted")
        moved = self._store.moved_numbers.get((home["id"], number))
        target = self._store.find(moved) if moved else None
        if target is None:
            raise not_found()
        rest = call.path.partition(f"/issues/{number}")[2]
        there = f"repositories/{target['repository']['fullDatabaseId']}/issues/{target['number']}"
        raise _moved(f"{call.base}/{there}{rest}")

    def _issue(self, call: Call) -> Told:
        return call.payloads.issue(self._item(call), is_whole=True), {}

    def _timeline(self, call: Call) -> Told:
        return self._page(call, call.payloads.timeline(self._item(call)), _same)

    def _events(self, call: Call) -> Told:
        return self._page(call, call.payloads.events(self._item(call)), _same)

    def _comments(self, call: Call) -> Told:
        return self._page(call, self._item(call)["comments"], call.payloads.comment)

    def _search(self, call: Call) -> Told:
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

    def _pulls(self, call: Call) -> Told:
        found = self._listed(call, self._home(call)["pullRequests"])
        return self._page(call, found, call.payloads.pull)

    def _find_pull(self, call: Call) -> Node:
        found = self._item(call)
        if found["__typename"] != "PullRequest":
            raise not_found()
        return found

    def _pull(self, call: Call) -> Told:
        return call.payloads.pull(self._find_pull(call), is_whole=True), {}

    def _reviews(self, call: Call) -> Told:
        return self._page(call, self._find_pull(call)["reviews"], call.payloads.review)

    def _commits(self, call: Call) -> Told:
        commits = [pushed["commit"] for pushed in self._find_pull(call)["commits"]]
        return self._page(call, commits, call.payloads.commit)

    # Deliveries ---------------------------------------------------------------------------------

    def _deployments(self, call: Call) -> Told:
        environment = call.query.get("environment")
        found = [
            deployment
            for deployment in reversed(self._home(call)["deployments"])
            if environment in (None, deployment["environment"])
        ]
        return self._page(call, found, call.payloads.deployment)

    def _statuses(self, call: Call) -> Told:
        home, wanted = self._home(call), int(call.parts[-1])
        for deployment in home["deployments"]:
            if deployment["fullDatabaseId"] == wanted:
                return self._page(call, deployment["statuses"], call.payloads.deployment_status)
        raise not_found()

    def _releases(self, call: Call) -> Told:
        found = self._home(call)["releases"][::-1]
        return self._page(call, found, call.payloads.release)

    def _tags(self, call: Call) -> Told:
        return self._page(call, self._home(call)["tags"][::-1], call.payloads.tag)

    # Pages --------------------------------------------------------------------------------------

    def _page(self, call: Call, found: Sequence[Any], tell: Callable[[Any], Any]) -> Told:
        """A page of a list; its links name a repository, or the organization, by its id."""
        path = call.path
        if path.startswith("repos/"):
            home = self._home(call)
            path = f"repositories/{home['fullDatabaseId']}/{path.split('/', 3)[3]}"
        elif path.startswith("orgs/"):
            number = self._store.organization["fullDatabaseId"]
            path = f"organizations/{number}/{path.split('/', 2)[2]}"
        shown, headers = page_of(found, call.query, f"{call.base}/{path}", self._largest_list)
        return [tell(row) for row in shown], headers


def _moved(url: str) -> ApiError:
    return ApiError(301, "Moved Permanently", None, {"Location": url}, _MOVED_DOCS, url=url)


def _same(row: Any) -> Any:
    return row


def _time(text: str) -> int:
    try:
        return seconds(text)
    except ValueError as error:
        problem = {"resource": "Issue", "field": "since", "code": "invalid"}
        raise ApiError(422, "Validation Failed", [problem]) from error
