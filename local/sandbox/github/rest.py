"""Calls of the REST API, by their paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.sandbox.github.calls import Call, Calls
from local.sandbox.github.errors import ApiError, not_found, not_played
from local.sandbox.github.event_payloads import EventPayloads
from local.sandbox.github.item_calls import ItemCalls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from local.sandbox.github.calls import Told
    from local.sandbox.github.faults import GitHubFaults
    from local.sandbox.github.limits import Budget
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node


class Rest(Calls):
    """
    Answers calls over a store.

    :param budgets: what ``/rate_limit`` tells.
    :param largest_list: how many rows pages by number reach.
    :param root: the path of the API's address.
    """

    def __init__(
        self, store: GitHubStore, budgets: Mapping[str, Budget], largest_list: int, root: str
    ) -> None:
        super().__init__(store, largest_list)
        self._root = root
        self._budgets = budgets
        self._items = ItemCalls(store, largest_list)
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
            "search/issues": (r"search/issues", self._items.search),
            "repos/{}": (home, self._repository),
            "repos/{}/issues": (rf"{home}/issues", self._items.issues),
            "repos/{}/issues/{}": (rf"{home}/issues/(\d+)", self._items.issue),
            "repos/{}/issues/{}/timeline": (rf"{home}/issues/(\d+)/timeline", self._items.timeline),
            "repos/{}/issues/{}/events": (rf"{home}/issues/(\d+)/events", self._items.events),
            "repos/{}/issues/{}/comments": (rf"{home}/issues/(\d+)/comments", self._items.comments),
            "repos/{}/labels": (rf"{home}/labels", self._labels),
            "repos/{}/milestones": (rf"{home}/milestones", self._milestones),
            "repos/{}/pulls": (rf"{home}/pulls", self._items.pulls),
            "repos/{}/pulls/{}": (rf"{home}/pulls/(\d+)", self._items.pull),
            "repos/{}/pulls/{}/reviews": (rf"{home}/pulls/(\d+)/reviews", self._items.reviews),
            "repos/{}/pulls/{}/commits": (rf"{home}/pulls/(\d+)/commits", self._items.commits),
            "repos/{}/deployments": (rf"{home}/deployments", self._items.deployments),
            "repos/{}/deployments/{}/statuses": (
                rf"{home}/deployments/(\d+)/statuses", self._items.statuses,
            ),
            "repos/{}/releases": (rf"{home}/releases", self._items.releases),
            "repos/{}/tags": (rf"{home}/tags", self._items.tags),
        }  # fmt: skip
        self._calls = {name: (re.compile(path), call) for name, (path, call) in calls.items()}

    def name_of(self, path: str) -> str:
        """What statistics call a path."""
        path = self._by_name(path)
        for name, (pattern, _) in self._calls.items():
            if pattern.fullmatch(path):
                return name
        return path.split("/")[0]

    def answer(self, request: Request, faults: GitHubFaults) -> Told:
        """
        A document and headers.

        :raises ApiError: if there is none.
        """
        path = self._by_name(request.path_params["path"])
        mounted_at = request.scope.get("root_path", "")
        base = f"{request.url.scheme}://{request.url.netloc}{mounted_at}{self._root}"
        for pattern, call in self._calls.values():
            if match := pattern.fullmatch(path):
                parts = tuple(part for part in match.groups() if part is not None)
                payloads = EventPayloads(self._store, base)
                scoped = faults.under_scoped
                return call(Call(base, path, parts, request.query_params, payloads, scoped))
        raise not_played(f"{request.method} /{path}")

    def _by_name(self, path: str) -> str:
        """A path that names the organization and its teams, where it has their ids."""
        number = self._store.organization["fullDatabaseId"]
        rest = path.removeprefix(f"organizations/{number}/")
        if rest == path:
            return path
        for team in self._store.teams:
            rest = re.sub(rf"^team/{team['fullDatabaseId']}(?=/|$)", f"teams/{team['slug']}", rest)
        return f"orgs/{self._store.login}/{rest}"

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

    def _repository(self, call: Call) -> Told:
        return call.payloads.repository(self._home(call), is_whole=True), {}

    def _labels(self, call: Call) -> Told:
        return self._page(call, self._home(call)["labels"], call.payloads.label)

    def _milestones(self, call: Call) -> Told:
        state = call.query.get("state", "open").upper()
        found = [m for m in self._home(call)["milestones"] if state in ("ALL", m["state"])]
        return self._page(call, found, call.payloads.milestone)
