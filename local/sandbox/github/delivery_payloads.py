"""Teams, deployments, releases and tags, as REST tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.github.payloads import Json, Payloads

if TYPE_CHECKING:
    from local.sandbox.github.values import Node


class DeliveryPayloads(Payloads):
    """Tells teams and what they deliver."""

    def team(self, node: Node) -> Json:
        """A team."""
        number = self._store.organization["fullDatabaseId"]
        url = f"{self.base}/organizations/{number}/team/{node['fullDatabaseId']}"
        return {
            "name": node["name"],
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "slug": node["slug"],
            "description": node["description"] or "",
            "privacy": "closed",
            "notification_setting": "notifications_enabled",
            "url": url,
            "html_url": node["url"],
            "members_url": f"{url}/members{{/member}}",
            "repositories_url": f"{url}/repos",
            "permission": "pull",
            "parent": None,
        }

    def whole_team(self, node: Node) -> Json:
        """A team, with what only its own address tells."""
        return self.team(node) | {
            "created_at": node["createdAt"],
            "updated_at": node["updatedAt"],
            "members_count": len(node["members"]),
            "repos_count": 1,
            "organization": self.whole_organization(),
        }

    def deployment(self, node: Node) -> Json:
        """A deployment."""
        home = self.repository_url(node["repository"])
        url = f"{home}/deployments/{node['fullDatabaseId']}"
        return {
            "url": url,
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "task": node["task"],
            "original_environment": node["originalEnvironment"],
            "environment": node["environment"],
            "description": node["description"],
            "created_at": node["createdAt"],
            "updated_at": node["updatedAt"],
            "statuses_url": f"{url}/statuses",
            "repository_url": home,
            "creator": self.user(node["creator"]),
            "sha": node["commitOid"],
            "ref": node["ref"]["name"],
            "payload": {},
            "transient_environment": False,
            "production_environment": node["environment"] == "production",
            "performed_via_github_app": None,
        }

    def deployment_status(self, node: Node) -> Json:
        """A status of a deployment."""
        home = self.repository_url(node["repository"])
        deployment = f"{home}/deployments/{node['deployment']['fullDatabaseId']}"
        return {
            "url": f"{deployment}/statuses/{node['fullDatabaseId']}",
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "state": node["state"].lower(),
            "creator": self.user(node["creator"]),
            "description": node["description"],
            "environment": node["environment"],
            "target_url": node["logUrl"],
            "created_at": node["createdAt"],
            "updated_at": node["updatedAt"],
            "deployment_url": deployment,
            "repository_url": home,
            "environment_url": node["environmentUrl"] or "",
            "log_url": node["logUrl"],
            "performed_via_github_app": None,
        }

    def release(self, node: Node) -> Json:
        """A release."""
        home = self.repository_url(node["repository"])
        url = f"{home}/releases/{node['fullDatabaseId']}"
        return {
            "url": url,
            "assets_url": f"{url}/assets",
            "upload_url": f"{url}/assets{{?name,label}}",
            "html_url": node["url"],
            "id": node["fullDatabaseId"],
            "author": self.user(node["author"]),
            "node_id": node["id"],
            "tag_name": node["tagName"],
            "target_commitish": "main",
            "name": node["name"],
            "draft": node["isDraft"],
            "prerelease": node["isPrerelease"],
            "created_at": node["createdAt"],
            "published_at": node["publishedAt"],
            "assets": [],
            "tarball_url": f"{home}/tarball/{node['tagName']}",
            "zipball_url": f"{home}/zipball/{node['tagName']}",
            "body": node["description"],
        }

    def tag(self, node: Node) -> Json:
        """A tag."""
        home = self.repository_url(node["repository"])
        sha = node["target"]["oid"]
        return {
            "name": node["name"],
            "zipball_url": f"{home}/zipball/refs/tags/{node['name']}",
            "tarball_url": f"{home}/tarball/refs/tags/{node['name']}",
            "commit": {"sha": sha, "url": f"{home}/commits/{sha}"},
            "node_id": node["id"],
        }
