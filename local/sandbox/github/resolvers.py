"""What answers the fields of queries, where it is not the node's own value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, get_named_type

from local.sandbox.github.connections import page
from local.sandbox.github.fields import FIELDS, Arguments, filtered, in_order
from local.sandbox.github.search import search
from local.sandbox.github.values import Node, moment, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLResolveInfo

    from local.sandbox.github.store import GitHubStore

_INSIDE = ("ADMIN", "MEMBER")
_STALE_SECONDS = 3 * 86_400
_UNINDEXED_EVERY = 20


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
            **FIELDS,
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
            ("Organization", "membersWithRole"): self._members,
            ("Organization", "projectV2"): self._project,
            ("Organization", "projectsV2"): self._projects,
            ("Organization", "repositories"): self._repositories,
            ("Organization", "repository"): self._own_repository,
            ("Organization", "team"): self._team,
            ("Organization", "teams"): lambda _, a: page(self._store.teams, a),
            ("Repository", "assignableUsers"): self._assignable,
            ("Repository", "collaborators"): self._collaborators,
            ("Repository", "issue"): self._issue,
            ("Repository", "issueOrPullRequest"): self._item,
            ("Repository", "issues"): self._issues,
            ("Repository", "object"): self._object,
            ("Repository", "pullRequest"): self._pull,
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
        return page(found, args, in_order(args))

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
        found = self._store.item_of_old(source, number)
        if found is None or found["__typename"] not in kinds:
            raise _missing(f"Could not resolve to {what} with the number of {number}.")
        return found

    def _issues(self, source: Node, args: Arguments) -> Node:
        found = source["issues"]
        if args.get("filterBy"):
            found = self._indexed(found, args["filterBy"])
        return page(filtered(found, args), args, in_order(args))

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
        return filtered(found, wanted)

    def _object(self, source: Node, args: Arguments) -> Node | None:
        wanted = args.get("oid") or args.get("expression")
        head: Node = source["defaultBranchRef"]["target"]
        if wanted in ("HEAD", source["defaultBranchRef"]["name"]):
            return head
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


def _missing(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": "NOT_FOUND"})
