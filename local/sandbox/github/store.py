"""What the sandbox serves: every object as a node whose keys are GraphQL's, found by its id."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.sandbox.github.values import Named, Node, moment, node_id, oid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.github.truth import ItemTruth

WEB = "https://github.com"
# GitHub's own ids of today have as many digits.
_FIRST_ID = {"Repository": 640_000_001, "Issue": 2_900_000_001, "PullRequest": 2_100_000_001}
_FIRST_OTHER_ID = 70_001
_LARGEST_INT = 2**31 - 1
GHOST = None


@dataclass(repr=False)
class GitHubStore:
    """
    One organization.

    :param login: its login.
    :param reader: login of the account that the token belongs to.
    :param founded_at: epoch seconds.
    :param nodes: id -> node.
    :param moved: id that a transfer made invalid -> id of what it became.
    :param moved_numbers: (id of a repository, number) -> the repository that the issue was
        transferred to, and its number there.
    :param deleted_numbers: (id of a repository, number) of what was deleted.
    :param old_names: lower-case ``owner/name`` -> repository that was called so.
    :param truth: what really happened, to every issue and pull request that ever was.
    :param now: epoch seconds of the latest thing that happened.
    :param roles: login -> ADMIN, MEMBER or OUTSIDE.
    """

    login: str
    reader: str
    founded_at: int
    nodes: dict[str, Node] = field(default_factory=dict)
    repositories: list[Node] = field(default_factory=list)
    users: dict[str, Node] = field(default_factory=dict)
    teams: list[Node] = field(default_factory=list)
    projects: list[Node] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    moved_numbers: dict[tuple[str, int], tuple[Node, int]] = field(default_factory=dict)
    deleted_numbers: set[tuple[str, int]] = field(default_factory=set)
    old_names: dict[str, Node] = field(default_factory=dict)
    truth: list[ItemTruth] = field(default_factory=list)
    now: int = 0
    _ids: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.numbers: defaultdict[str, int] = defaultdict(int)
        self.organization = self.add(
            "Organization",
            self.founded_at,
            login=self.login,
            name="Acme",
            url=f"{WEB}/{self.login}",
            viewerIsAMember=True,
        )

    # Nodes --------------------------------------------------------------------------------------

    def add(self, kind: str, at: int, repository: Node | None = None, **fields: Any) -> Node:
        """
        A new node, with an id.

        :param kind: its type.
        :param at: when it was made, in epoch seconds.
        :param repository: what it belongs to.
        """
        family = kind if kind in _FIRST_ID else ""
        self._ids[family] += 1
        number = _FIRST_ID.get(family, _FIRST_OTHER_ID) + self._ids[family] - 1
        home = repository["fullDatabaseId"] if repository else None
        node = Named(
            {
                "__typename": kind,
                "id": node_id(kind, home, number),
                "databaseId": number if number <= _LARGEST_INT else None,
                "fullDatabaseId": number,
                "createdAt": moment(at),
                "updatedAt": moment(at),
                **fields,
            }
        )
        if repository is not None:
            node["repository"] = repository
        assert node["id"] not in self.nodes, node
        self.nodes[node["id"]] = node
        self.now = max(self.now, at)
        return node

    def touch(self, node: Node, at: int) -> None:
        """Move when a node was updated; it never goes back."""
        node["updatedAt"] = max(node["updatedAt"], moment(at))
        self.now = max(self.now, at)

    def find(self, wanted: str) -> Node | None:
        """The node of an id, also of one from before a transfer."""
        while wanted in self.moved:
            wanted = self.moved[wanted]
        return self.nodes.get(wanted)

    # Repositories and people --------------------------------------------------------------------

    def add_repository(self, name: str, at: int, description: str = "") -> Node:
        """A repository, with its default branch."""
        repository = self.add(
            "Repository",
            at,
            name=name,
            owner=self.organization,
            description=description or None,
            isArchived=False,
            archivedAt=None,
            isFork=False,
            isPrivate=True,
            isDisabled=False,
            visibility="PRIVATE",
            hasIssuesEnabled=True,
            pushedAt=moment(at),
            issues=[],
            pullRequests=[],
            labels=[],
            milestones=[],
            deployments=[],
            releases=[],
            discussions=[],
            commits=[],
            tags=[],
        )
        self.name_repository(repository, name)
        first = self.add_commit(repository, at, None, "Initial commit", oid(name, at))
        repository["commits"].append(first)
        repository["defaultBranchRef"] = self.add(
            "Ref", at, repository, name="main", prefix="refs/heads/", target=first
        )
        self.repositories.append(repository)
        return repository

    def name_repository(self, repository: Node, name: str) -> None:
        """Call a repository so; its old name leads there as long as no other has it."""
        if old := repository.get("nameWithOwner"):
            self.old_names[old.lower()] = repository
        repository["name"] = name
        repository["nameWithOwner"] = f"{self.login}/{name}"
        repository["url"] = f"{WEB}/{self.login}/{name}"

    def repository(self, owner: str, name: str) -> Node | None:
        """The repository of a name, of an old one too; names have no case."""
        wanted = f"{owner}/{name}".lower()
        for repository in self.repositories:
            if repository["nameWithOwner"].lower() == wanted:
                return repository
        return self.old_names.get(wanted)

    def add_user(
        self, login: str, name: str | None, at: int, kind: str = "User", role: str | None = None
    ) -> Node:
        """
        An account.

        :param kind: User, Bot or Mannequin.
        :param role: ADMIN, MEMBER or OUTSIDE, of those who belong to the organization.
        """
        path = f"apps/{login}" if kind == "Bot" else login
        url = f"{WEB}/{path}"
        user = self.add(kind, at, login=login, name=name, url=url, email="", isEmployee=False)
        self.users[login] = user
        if role:
            self.roles[login] = role
        return user

    def add_team(self, name: str, members: list[Node], at: int) -> Node:
        """A team; the first member maintains it."""
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower())
        team = self.add(
            "Team",
            at,
            name=name,
            slug=slug,
            description=None,
            privacy="VISIBLE",
            organization=self.organization,
            url=f"{WEB}/orgs/{self.login}/teams/{slug}",
            members=members,
        )
        self.teams.append(team)
        return team

    def add_commit(
        self,
        repository: Node,
        at: int,
        author: Node | None,
        message: str,
        sha: str,
        authored_at: int | None = None,
    ) -> Node:
        """A commit, on no branch yet."""
        name = author["name"] or author["login"] if author else "Somebody"
        login = author["login"] if author else "nobody"
        email = f"{login}@users.noreply.github.com"
        written = moment(at if authored_at is None else authored_at)
        person = {"name": name, "email": email, "user": author}
        return self.add(
            "Commit",
            at,
            repository,
            oid=sha,
            abbreviatedOid=sha[:7],
            message=message,
            messageHeadline=message.split("\n")[0],
            url=f"{repository['url']}/commit/{sha}",
            authoredDate=written,
            committedDate=moment(at),
            author=person | {"date": written},
            committer=person | {"date": moment(at)},
            parents=[],
            additions=12,
            deletions=3,
            statusCheckRollup=None,
            associatedPullRequests=[],
        )

    def label(self, repository: Node, name: str) -> Node:
        """A repository's label, made at first use."""
        known: list[Node] = repository["labels"]
        for label in known:
            if label["name"] == name:
                return label
        label = self.add(
            "Label",
            self.founded_at,
            repository,
            name=name,
            color=oid("label", name)[:6],
            description=None,
            isDefault=name in ("bug", "enhancement", "duplicate", "wontfix"),
            url=f"{repository['url']}/labels/{name.replace(' ', '%20')}",
        )
        known.append(label)
        return label

    # Items --------------------------------------------------------------------------------------

    def items(self, repository: Node) -> list[Node]:
        """Issues and pull requests of a repository."""
        return [*repository["issues"], *repository["pullRequests"]]

    def item(self, repository: Node, number: int) -> Node | None:
        """What has a number there."""
        return next((i for i in self.items(repository) if i["number"] == number), None)

    def item_of_old(self, repository: Node, number: int) -> Node | None:
        """What has, or once had, a number there."""
        while (repository["id"], number) in self.moved_numbers:
            repository, number = self.moved_numbers[repository["id"], number]
        return self.item(repository, number)

    def all_items(self) -> Iterator[Node]:
        """Issues and pull requests of the organization."""
        for repository in self.repositories:
            yield from self.items(repository)

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        kinds = ("issues", "pullRequests", "deployments", "releases")
        found = {kind: sum(len(r[kind]) for r in self.repositories) for kind in kinds}
        return {"repositories": len(self.repositories), **found}
