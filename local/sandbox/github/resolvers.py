"""What answers the fields of queries, where it is not the node's own value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, get_named_type

from local.sandbox.github.connections import Order, page
from local.sandbox.github.search import search
from local.sandbox.github.values import Node, moment, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLResolveInfo

    from local.sandbox.github.store import GitHubStore

Arguments = dict[str, Any]
_STALE_SECONDS = 3 * 86_400
_UNINDEXED_EVERY = 20
_ORDER_KEYS = {
    "CREATED_AT": "createdAt",
    "UPDATED_AT": "updatedAt",
    "PUSHED_AT": "pushedAt",
    "NAME": "name",
    "TITLE": "title",
    "NUMBER": "number",
    "DUE_DATE": "dueOn",
}
_KIND_NAMES: dict[str, str] = {}


class Resolvers:
    """
    Resolves fields over a store.

    :param store: what is served.
    :param rate_limit: what ``rateLimit`` answers, of the query that runs.
    """

    def __init__(self, store: GitHubStore) -> None:
        self._store = store
        self.rate_limit: Node = {}
        self._special: dict[tuple[str, str], Callable[..., Any]] = {
            ("Query", "node"): self._node,
            ("Query", "nodes"): self._nodes,
            ("Query", "organization"): self._organization,
            ("Query", "rateLimit"): lambda *_: self.rate_limit,
            ("Query", "repository"): self._repository,
            ("Query", "repositoryOwner"): self._owner,
            ("Query", "resource"): self._resource,
            ("Query", "search"): self._search,
            ("Query", "user"): self._user,
            ("Query", "viewer"): lambda *_: self._store.users[self._store.reader],
            ("Commit", "history"): self._history,
            ("Issue", "comments"): _in_order,
            ("Issue", "closedByPullRequestsReferences"): _closing_pulls,
            ("Issue", "subIssuesSummary"): _summary,
            ("Issue", "timelineItems"): _timeline,
            ("Organization", "membersWithRole"): self._members,
            ("Organization", "projectV2"): self._project,
            ("Organization", "projectsV2"): self._projects,
            ("Organization", "repositories"): self._repositories,
            ("Organization", "repository"): self._own_repository,
            ("Organization", "team"): self._team,
            ("Organization", "teams"): lambda _, a: page(self._store.teams, a),
            ("ProjectV2", "field"): _board_field,
            ("ProjectV2Item", "fieldValueByName"): _field_value,
            ("PullRequest", "reviews"): _reviews,
            ("PullRequest", "timelineItems"): _timeline,
            ("Repository", "assignableUsers"): self._assignable,
            ("Repository", "collaborators"): self._collaborators,
            ("Repository", "deployments"): _deployments,
            ("Repository", "discussion"): lambda s, a: _numbered(s, a, "discussions"),
            ("Repository", "issue"): self._issue,
            ("Repository", "issueOrPullRequest"): self._item,
            ("Repository", "issues"): self._issues,
            ("Repository", "milestones"): _milestones,
            ("Repository", "object"): self._object,
            ("Repository", "pullRequest"): self._pull,
            ("Repository", "pullRequests"): _pulls,
            ("Repository", "ref"): _ref,
            ("Repository", "refs"): _refs,
            ("Repository", "releases"): _ordered("releases"),
            ("Team", "members"): _team_members,
        }

    def resolve(self, source: Node, info: GraphQLResolveInfo, **args: Any) -> Any:
        """A field's value."""
        special = self._special.get((info.parent_type.name, info.field_name))
        if special is not None:
            return special(source, args)
        value = source.get(info.field_name)
        if get_named_type(info.return_type).name.endswith("Connection"):
            return page(value or [], args)
        return value

    # Query --------------------------------------------------------------------------------------

    def _node(self, _: Node, args: Arguments) -> Node:
        found = self._store.find(args["id"])
        if found is None:
            raise _missing(f"Could not resolve to a node with the global id of '{args['id']}'")
        return found

    def _nodes(self, _: Node, args: Arguments) -> list[Node | Exception]:
        """The nodes; an error stands for each that is not there."""
        missing = "Could not resolve to a node with the global id of '{}'"
        return [
            self._store.find(wanted) or _missing(missing.format(wanted)) for wanted in args["ids"]
        ]

    def _organization(self, _: Node, args: Arguments) -> Node:
        if args["login"].lower() != self._store.login:
            text = f"Could not resolve to an Organization with the login of '{args['login']}'."
            raise _missing(text)
        return self._store.organization

    def _owner(self, _: Node, args: Arguments) -> Node | None:
        if args["login"].lower() == self._store.login:
            return self._store.organization
        return self._store.users.get(args["login"])

    def _user(self, _: Node, args: Arguments) -> Node:
        found = self._store.users.get(args["login"])
        if found is None or found["__typename"] != "User":
            raise _missing(f"Could not resolve to a User with the login of '{args['login']}'.")
        return found

    def _repository(self, _: Node, args: Arguments) -> Node:
        found = self._store.repository(args["owner"], args["name"])
        if found is None:
            name = f"{args['owner']}/{args['name']}"
            raise _missing(f"Could not resolve to a Repository with the name '{name}'.")
        return found

    def _resource(self, _: Node, args: Arguments) -> Node | None:
        located = (n for n in self._store.nodes.values() if n.get("url") == args["url"])
        return next(located, None)

    def _search(self, _: Node, args: Arguments) -> Node:
        found = search(self._store, args["query"])
        return page(found, args) | {"issueCount": len(found), "repositoryCount": 0}

    # Organization -------------------------------------------------------------------------------

    def _own_repository(self, _: Node, args: Arguments) -> Node | None:
        return self._store.repository(self._store.login, args["name"])

    def _repositories(self, _: Node, args: Arguments) -> Node:
        found = [
            repository
            for repository in self._store.repositories
            for is_archived in [args.get("isArchived")]
            if is_archived is None or repository["isArchived"] == is_archived
        ]
        return page(found, args, _order(args))

    def _members(self, _: Node, args: Arguments) -> Node:
        roles = self._store.roles
        inside = [u for u in self._store.users.values() if roles.get(u["login"]) in _INSIDE]
        told = page(inside, args)
        for edge in told["edges"]:
            edge |= {"role": roles[edge["node"]["login"]], "hasTwoFactorEnabled": None}
        return told

    def _team(self, _: Node, args: Arguments) -> Node | None:
        return next((t for t in self._store.teams if t["slug"] == args["slug"]), None)

    def _project(self, _: Node, args: Arguments) -> Node | None:
        return next((p for p in self._store.projects if p["number"] == args["number"]), None)

    def _projects(self, _: Node, args: Arguments) -> Node:
        return page(self._store.projects, args)

    # Repository ---------------------------------------------------------------------------------

    def _issue(self, source: Node, args: Arguments) -> Node:
        return self._one(source, args, ("Issue",), "an Issue")

    def _pull(self, source: Node, args: Arguments) -> Node:
        return self._one(source, args, ("PullRequest",), "a PullRequest")

    def _item(self, source: Node, args: Arguments) -> Node:
        return self._one(source, args, ("Issue", "PullRequest"), "an issue or pull request")

    def _one(self, source: Node, args: Arguments, kinds: tuple[str, ...], what: str) -> Node:
        number = args["number"]
        found = self._store.item(source, number)
        if found is None and (moved := self._store.moved_numbers.get((source["id"], number))):
            found = self._store.find(moved)
        if found is None or found["__typename"] not in kinds:
            raise _missing(f"Could not resolve to {what} with the number of {number}.")
        return found

    def _issues(self, source: Node, args: Arguments) -> Node:
        found = source["issues"]
        if args.get("filterBy"):
            found = self._indexed(found, args["filterBy"])
        return page(_filtered(found, args), args, _order(args))

    def _indexed(self, found: list[Node], wanted: Arguments) -> list[Node]:
        """
        From an index that is three days behind, and lacks some of what it should have.

        Measured by others in public threads.
        """
        known_until = moment(self._store.now - _STALE_SECONDS)
        found = [
            issue
            for issue in found
            if issue["updatedAt"] < known_until and issue["number"] % _UNINDEXED_EVERY
        ]
        if since := wanted.get("since"):
            found = [issue for issue in found if issue["updatedAt"] >= moment(seconds(since))]
        return _filtered(found, wanted)

    def _object(self, source: Node, args: Arguments) -> Node | None:
        wanted = args.get("oid") or args.get("expression")
        if wanted in ("HEAD", source["defaultBranchRef"]["name"]):
            return _target(source["defaultBranchRef"])
        return next(
            (
                node
                for node in self._store.nodes.values()
                if node["__typename"] == "Commit"
                and node["oid"] == wanted
                and node["repository"] is source
            ),
            None,
        )

    def _history(self, source: Node, args: Arguments) -> Node:
        """The commits of the branch, the newest first."""
        commits: list[Node] = source["repository"]["commits"]
        if source in commits:
            commits = commits[: commits.index(source) + 1]
        since, until = (args.get(bound) for bound in ("since", "until"))
        found = [
            commit
            for commit in reversed(commits)
            if (not since or commit["committedDate"] >= moment(seconds(since)))
            and (not until or commit["committedDate"] <= moment(seconds(until)))
        ]
        return page(found, args)

    def _assignable(self, _: Node, args: Arguments) -> Node:
        return page([self._store.users[login] for login in self._store.roles], args)

    def _collaborators(self, _: Node, args: Arguments) -> Node:
        is_outside = args.get("affiliation") == "OUTSIDE"
        found = [
            self._store.users[login]
            for login, role in self._store.roles.items()
            if role == "OUTSIDE" or not is_outside
        ]
        told = page(found, args)
        for edge in told["edges"]:
            is_admin = self._store.roles[edge["node"]["login"]] == "ADMIN"
            edge["permission"] = "ADMIN" if is_admin else "WRITE"
        return told


_INSIDE = ("ADMIN", "MEMBER")


def _missing(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": "NOT_FOUND"})


def _target(ref: Node) -> Node:
    target: Node = ref["target"]
    return target


def _order(args: Arguments, default: Order | None = None) -> Order | None:
    """The order that is asked for; ids break ties."""
    asked = args.get("orderBy")
    if not asked:
        return default
    name = _ORDER_KEYS.get(asked["field"], "fullDatabaseId")
    return Order(
        lambda node: [node.get(name) or "", node["fullDatabaseId"]], asked["direction"] == "DESC"
    )


def _ordered(name: str) -> Callable[[Node, Arguments], Node]:
    return lambda source, args: page(source[name], args, _order(args))


def _filtered(found: list[Node], wanted: Arguments) -> list[Node]:
    states, labels = wanted.get("states"), wanted.get("labels")
    if states:
        found = [item for item in found if item["state"] in states]
    if labels:
        found = [item for item in found if {e["name"] for e in item["labels"]} & set(labels)]
    return found


def _pulls(source: Node, args: Arguments) -> Node:
    found = _filtered(source["pullRequests"], args)
    for name in ("headRefName", "baseRefName"):
        if args.get(name):
            found = [pull for pull in found if pull[name] == args[name]]
    return page(found, args, _order(args))


def _milestones(source: Node, args: Arguments) -> Node:
    return page(_filtered(source["milestones"], args), args, _order(args))


def _deployments(source: Node, args: Arguments) -> Node:
    wanted = args.get("environments")
    found = [d for d in source["deployments"] if not wanted or d["environment"] in wanted]
    return page(found, args, _order(args))


def _numbered(source: Node, args: Arguments, kind: str) -> Node | None:
    return next((node for node in source[kind] if node["number"] == args["number"]), None)


def _all_refs(source: Node) -> list[Node]:
    return [source["defaultBranchRef"], *source["tags"]]


def _ref(source: Node, args: Arguments) -> Node | None:
    name = args["qualifiedName"]
    return next(
        (r for r in _all_refs(source) if name in (r["name"], r["prefix"] + r["name"])), None
    )


def _refs(source: Node, args: Arguments) -> Node:
    found = [ref for ref in _all_refs(source) if ref["prefix"] == args["refPrefix"]]
    asked = args.get("orderBy") or {"field": "ALPHABETICAL", "direction": "ASC"}
    is_descending = asked["direction"] == "DESC"
    if asked["field"] == "TAG_COMMIT_DATE":
        return page(
            found, args, Order(lambda r: [r["target"]["committedDate"], r["name"]], is_descending)
        )
    return page(found, args, Order(lambda r: [r["name"]], is_descending))


def _in_order(source: Node, args: Arguments) -> Node:
    return page(source["comments"], args)


def _closing_pulls(source: Node, args: Arguments) -> Node:
    pulls = source["closedByPullRequestsReferences"]
    return page([p for p in pulls if args.get("includeClosedPrs") or p["state"] != "CLOSED"], args)


def _summary(source: Node, _: Arguments) -> Node:
    total = len(source["subIssues"])
    completed = sum(child["closed"] for child in source["subIssues"])
    percent = 100 * completed // total if total else 0
    return {"total": total, "completed": completed, "percentCompleted": percent}


def _reviews(source: Node, args: Arguments) -> Node:
    states = args.get("states")
    return page([r for r in source["reviews"] if not states or r["state"] in states], args)


def _board_field(source: Node, args: Arguments) -> Node | None:
    return next((f for f in source["fields"] if f["name"] == args["name"]), None)


def _field_value(source: Node, args: Arguments) -> Node | None:
    return next((v for v in source["fieldValues"] if v["field"]["name"] == args["name"]), None)


def _team_members(source: Node, args: Arguments) -> Node:
    told = page(source["members"], args)
    first = source["members"][0] if source["members"] else None
    for edge in told["edges"]:
        edge["role"] = "MAINTAINER" if edge["node"] is first else "MEMBER"
    return told


def item_type(kind: str) -> str:
    """The name of a type of timeline item, as the enumeration spells it."""
    if kind not in _KIND_NAMES:
        spelled = "".join(f"_{c}" if c.isupper() else c for c in kind).lstrip("_").upper()
        _KIND_NAMES[kind] = spelled.replace("V2_ITEM", "V2_ITEM").replace("_V2", "_V2")
    return _KIND_NAMES[kind]


def _timeline(source: Node, args: Arguments) -> Node:
    """A page of a timeline, which counts what its filters leave."""
    wanted, since = args.get("itemTypes"), args.get("since")
    items: list[Node] = source["timelineItems"]
    if wanted is not None:
        items = [item for item in items if item_type(item["__typename"]) in wanted]
    if since:
        items = [item for item in items if item["createdAt"] >= moment(seconds(since))]
    skipped = items[args.get("skip") or 0 :]
    told = page(skipped, args)
    bounds = {name: args.get(name) for name in ("after", "before")}
    return told | {
        "totalCount": len(items),
        "filteredCount": len(page(items, bounds)["nodes"]),
        "pageCount": len(told["nodes"]),
        "updatedAt": source["updatedAt"],
    }
