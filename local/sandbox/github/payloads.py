"""Objects as REST tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node

Json = dict[str, Any]
_USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_REPOSITORY_LINKS = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}
_REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


class Payloads:
    """
    Tells objects.

    :param base: the API's address, without a slash at the end.
    """

    def __init__(self, store: GitHubStore, base: str) -> None:
        self._store = store
        self.base = base

    def repository_url(self, repository: Node) -> str:
        """The address of a repository."""
        return f"{self.base}/repos/{repository['nameWithOwner']}"

    def user(self, user: Node | None) -> Json | None:
        """An account in few words; a ghost is null."""
        if user is None:
            return None
        login = f"{user['login']}[bot]" if user["__typename"] == "Bot" else user["login"]
        url = f"{self.base}/users/{login}"
        return {
            "login": login,
            "id": user["fullDatabaseId"],
            "node_id": user["id"],
            "avatar_url": f"https://avatars.githubusercontent.com/u/{user['fullDatabaseId']}?v=4",
            "gravatar_id": "",
            "url": url,
            "html_url": user["url"],
            **{name: f"{url}{path}" for name, path in _USER_LINKS.items()},
            "type": user["__typename"],
            "user_view_type": "public",
            "site_admin": False,
        }

    def whole_user(self, user: Node) -> Json:
        """An account as it sees itself."""
        return {
            **(self.user(user) or {}),
            "name": user["name"],
            **dict.fromkeys(("company", "blog", "location", "email", "hireable", "bio")),
            "twitter_username": None,
            "public_repos": 0,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "created_at": user["createdAt"],
            "updated_at": user["updatedAt"],
            "private_gists": 0,
            "total_private_repos": len(self._store.repositories),
            "owned_private_repos": 0,
            "disk_usage": 0,
            "collaborators": 0,
            "two_factor_authentication": True,
            "plan": {"name": "free", "space": 0, "private_repos": 0, "collaborators": 0},
        }

    def organization(self) -> Json:
        """The organization in few words."""
        node = self._store.organization
        url = f"{self.base}/orgs/{node['login']}"
        return {
            "login": node["login"],
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "url": url,
            "repos_url": f"{url}/repos",
            "events_url": f"{url}/events",
            "hooks_url": f"{url}/hooks",
            "issues_url": f"{url}/issues",
            "members_url": f"{url}/members{{/member}}",
            "public_members_url": f"{url}/public_members{{/member}}",
            "avatar_url": f"https://avatars.githubusercontent.com/u/{node['fullDatabaseId']}?v=4",
            "description": None,
        }

    def whole_organization(self) -> Json:
        """The organization."""
        node = self._store.organization
        no = dict.fromkeys(("company", "blog", "location", "email", "twitter_username"))
        return {
            **self.organization(),
            "name": node["name"],
            **no,
            "is_verified": False,
            "has_organization_projects": True,
            "has_repository_projects": True,
            "public_repos": 0,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "html_url": node["url"],
            "created_at": node["createdAt"],
            "updated_at": node["updatedAt"],
            "archived_at": None,
            "type": "Organization",
            "total_private_repos": len(self._store.repositories),
            "owned_private_repos": len(self._store.repositories),
        }

    def repository(self, node: Node, *, is_whole: bool = False) -> Json:
        """A repository; whole, with what only its own address tells."""
        url = self.repository_url(node)
        name = node["nameWithOwner"]
        open_items = sum(not item["closed"] for item in self._store.items(node))
        told: Json = {
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "name": node["name"],
            "full_name": name,
            "private": node["isPrivate"],
            "owner": self.owner(),
            "html_url": node["url"],
            "description": node["description"],
            "fork": node["isFork"],
            "url": url,
            **{key: f"{url}{path}" for key, path in _REPOSITORY_LINKS.items()},
            "created_at": node["createdAt"],
            "updated_at": node["updatedAt"],
            "pushed_at": node["pushedAt"],
            "git_url": f"git://github.com/{name}.git",
            "ssh_url": f"git@github.com:{name}.git",
            "clone_url": f"https://github.com/{name}.git",
            "svn_url": f"https://github.com/{name}",
            "homepage": None,
            **dict.fromkeys(("size", "stargazers_count", "watchers_count", "forks_count"), 0),
            "language": "Python",
            **dict.fromkeys(("has_issues", "has_projects", "has_downloads", "has_wiki"), True),
            **dict.fromkeys(("has_pages", "has_discussions"), False),
            "mirror_url": None,
            "archived": node["isArchived"],
            "disabled": False,
            "open_issues_count": open_items,
            "license": None,
            **dict.fromkeys(("allow_forking", "is_template", "web_commit_signoff_required"), False),
            "topics": [],
            "visibility": "private",
            "forks": 0,
            "open_issues": open_items,
            "watchers": 0,
            "default_branch": node["defaultBranchRef"]["name"],
            "permissions": {
                "admin": False, "maintain": False, "push": False, "triage": True, "pull": True,
            },
        }  # fmt: skip
        if is_whole:
            told |= {
                "temp_clone_token": "",
                "allow_squash_merge": True,
                "allow_merge_commit": True,
                "allow_rebase_merge": True,
                "allow_auto_merge": True,
                "delete_branch_on_merge": False,
                "allow_update_branch": False,
                "use_squash_pr_title_as_default": True,
                "organization": self.owner(),
                "network_count": 0,
                "subscribers_count": 0,
            }
        return told

    def owner(self) -> Json:
        """The organization as the owner of a repository."""
        node = self._store.organization
        return self.user(node | {"__typename": "Organization"}) or {}

    def label(self, node: Node) -> Json:
        """A label."""
        home = self.repository_url(node["repository"])
        return {
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "url": f"{home}/labels/{node['name'].replace(' ', '%20')}",
            "name": node["name"],
            "color": node["color"],
            "default": node["isDefault"],
            "description": node["description"],
        }

    def milestone(self, node: Node | None) -> Json | None:
        """A milestone."""
        if node is None:
            return None
        home = node["repository"]
        url = f"{self.repository_url(home)}/milestones/{node['number']}"
        within = [item for item in self._store.items(home) if item["milestone"] is node]
        return {
            "url": url,
            "html_url": node["url"],
            "labels_url": f"{url}/labels",
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "number": node["number"],
            "title": node["title"],
            "description": node["description"],
            "creator": self.user(node["creator"]),
            "open_issues": sum(not item["closed"] for item in within),
            "closed_issues": sum(item["closed"] for item in within),
            "state": node["state"].lower(),
            "created_at": node["createdAt"],
            "updated_at": node["updatedAt"],
            "due_on": node["dueOn"],
            "closed_at": node["closedAt"],
        }

    def comment(self, node: Node) -> Json:
        """A comment on an issue or a pull request."""
        item = node["issue"]
        home = self.repository_url(item["repository"])
        url = f"{home}/issues/comments/{node['fullDatabaseId']}"
        return {
            "url": url,
            "html_url": node["url"],
            "issue_url": f"{home}/issues/{item['number']}",
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "user": self.user(node["author"]),
            "created_at": node["createdAt"],
            "updated_at": node["updatedAt"],
            "author_association": node["authorAssociation"],
            "body": node["body"],
            "reactions": self.reactions(url),
            "performed_via_github_app": None,
        }

    def reactions(self, url: str) -> Json:
        """Reactions, of which there are none."""
        return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(_REACTIONS, 0)}
