"""Issues, pull requests and what belongs to them, as REST tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.github.delivery_payloads import DeliveryPayloads

if TYPE_CHECKING:
    from local.sandbox.github.payloads import Json
    from local.sandbox.github.values import Node


class ItemPayloads(DeliveryPayloads):
    """Tells issues and pull requests."""

    def issue(self, item: Node, *, is_whole: bool = False) -> Json:
        """An issue, or the issue that a pull request is too, whose id is another one."""
        home = self.repository_url(item["repository"])
        url = f"{home}/issues/{item['number']}"
        assignees = [self.user(user) for user in item["assignees"]]
        is_pull = item["__typename"] == "PullRequest"
        told: Json = {
            "url": url,
            "repository_url": home,
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "html_url": item["url"],
            # The id of a pull request is another one than that of the issue that it is as well.
            "id": item["fullDatabaseId"] + (900_000_000 if is_pull else 0),
            "node_id": item["id"],
            "number": item["number"],
            "title": item["title"],
            "user": self.user(item["author"]),
            "labels": [self.label(label) for label in item["labels"]],
            "state": "closed" if item["closed"] else "open",
            "locked": item["locked"],
            "assignee": assignees[0] if assignees else None,
            "assignees": assignees,
            "milestone": self.milestone(item["milestone"]),
            "comments": len(item["comments"]),
            "created_at": item["createdAt"],
            "updated_at": item["updatedAt"],
            "closed_at": item["closedAt"],
            "author_association": item["authorAssociation"],
            "active_lock_reason": None,
            "body": item["body"] or None,
            "reactions": self.reactions(url),
            "timeline_url": f"{url}/timeline",
            "performed_via_github_app": None,
            "state_reason": (item.get("stateReason") or "").lower() or None,
        }
        if is_pull:
            pull = f"{home}/pulls/{item['number']}"
            told["draft"] = item["isDraft"]
            told["pull_request"] = {
                "url": pull,
                "html_url": item["url"],
                "diff_url": f"{item['url']}.diff",
                "patch_url": f"{item['url']}.patch",
                "merged_at": item["mergedAt"],
            }
        else:
            kind = item["issueType"]
            told["type"] = kind and {
                "id": kind["fullDatabaseId"],
                "node_id": kind["id"],
                "name": kind["name"],
                "description": kind["description"],
                "color": kind["color"].lower(),
            }
            done = sum(child["closed"] for child in item["subIssues"])
            total = len(item["subIssues"])
            told["sub_issues_summary"] = {
                "total": total,
                "completed": done,
                "percent_completed": 100 * done // total if total else 0,
            }
        if is_whole:
            told["closed_by"] = self.user(_closer(item)) if item["closed"] else None
        return told

    def pull(self, item: Node, *, is_whole: bool = False) -> Json:
        """A pull request; whole, with what only its own address tells."""
        home = self.repository_url(item["repository"])
        url, issue = f"{home}/pulls/{item['number']}", f"{home}/issues/{item['number']}"
        assignees = [self.user(user) for user in item["assignees"]]
        asked = [request["requestedReviewer"] for request in item["reviewRequests"]]
        links = {
            "self": url,
            "html": item["url"],
            "issue": issue,
            "comments": f"{issue}/comments",
            "review_comments": f"{url}/comments",
            "review_comment": f"{home}/pulls/comments{{/number}}",
            "commits": f"{url}/commits",
            "statuses": f"{home}/statuses/{item['headRefOid']}",
        }
        told: Json = {
            "url": url,
            "id": item["fullDatabaseId"],
            "node_id": item["id"],
            "html_url": item["url"],
            "diff_url": f"{item['url']}.diff",
            "patch_url": f"{item['url']}.patch",
            "issue_url": issue,
            "number": item["number"],
            "state": "closed" if item["closed"] else "open",
            "locked": item["locked"],
            "title": item["title"],
            "user": self.user(item["author"]),
            "body": item["body"] or None,
            "created_at": item["createdAt"],
            "updated_at": item["updatedAt"],
            "closed_at": item["closedAt"],
            "merged_at": item["mergedAt"],
            "merge_commit_sha": item["mergeCommit"]["oid"] if item["mergeCommit"] else None,
            "assignee": assignees[0] if assignees else None,
            "assignees": assignees,
            "requested_reviewers": [self.user(who) for who in asked if who["__typename"] != "Team"],
            "requested_teams": [self.team(who) for who in asked if who["__typename"] == "Team"],
            "labels": [self.label(label) for label in item["labels"]],
            "milestone": self.milestone(item["milestone"]),
            "draft": item["isDraft"],
            "commits_url": links["commits"],
            "review_comments_url": links["review_comments"],
            "review_comment_url": links["review_comment"],
            "comments_url": links["comments"],
            "statuses_url": links["statuses"],
            "head": self._branch(item, item["headRefName"], item["headRefOid"]),
            "base": self._branch(item, item["baseRefName"], item["baseRefOid"]),
            "_links": {name: {"href": href} for name, href in links.items()},
            "author_association": item["authorAssociation"],
            "auto_merge": None,
            "active_lock_reason": None,
        }
        if is_whole:
            told |= {
                "merged": item["merged"],
                "mergeable": None if item["closed"] else True,
                "rebaseable": None if item["closed"] else True,
                "mergeable_state": "unknown" if item["closed"] else "clean",
                "merged_by": self.user(item["mergedBy"]),
                "comments": len(item["comments"]),
                "review_comments": sum(len(r["comments"]) for r in item["reviews"]),
                "maintainer_can_modify": False,
                "commits": len(item["commits"]),
                "additions": item["additions"],
                "deletions": item["deletions"],
                "changed_files": item["changedFiles"],
            }
        return told

    def _branch(self, item: Node, name: str, sha: str) -> Json:
        home = item["repository"]
        return {
            "label": f"{home['owner']['login']}:{name}",
            "ref": name,
            "sha": sha,
            "user": self.owner(),
            "repo": self.repository(home),
        }

    def review(self, node: Node) -> Json:
        """A review."""
        pull = node["pullRequest"]
        url = f"{self.repository_url(pull['repository'])}/pulls/{pull['number']}"
        return {
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "user": self.user(node["author"]),
            "body": node["body"],
            "state": node["state"],
            "html_url": node["url"],
            "pull_request_url": url,
            "author_association": node["authorAssociation"],
            "_links": {"html": {"href": node["url"]}, "pull_request": {"href": url}},
            "submitted_at": node["submittedAt"],
            "commit_id": node["commit"]["oid"],
        }

    def commit(self, node: Node) -> Json:
        """A commit."""
        url = f"{self.repository_url(node['repository'])}/commits/{node['oid']}"
        people = {
            role: {key: node[role][key] for key in ("name", "email", "date")}
            for role in ("author", "committer")
        }
        git = url.replace("/commits/", "/git/commits/")
        return {
            "sha": node["oid"],
            "node_id": node["id"],
            "commit": {
                **people,
                "message": node["message"],
                "tree": {"sha": node["oid"], "url": git.replace("/commits/", "/trees/")},
                "url": git,
                "comment_count": 0,
            },
            "url": url,
            "html_url": node["url"],
            "comments_url": f"{url}/comments",
            "author": self.user(node["author"]["user"]),
            "committer": self.user(node["committer"]["user"]),
            "parents": [
                {"sha": parent["oid"], "url": f"{url[: -len(node['oid'])]}{parent['oid']}"}
                for parent in node["parents"]
            ],
        }


def _closer(item: Node) -> Node | None:
    """Who closed an item last."""
    closings = [e for e in item["timelineItems"] if e["__typename"] == "ClosedEvent"]
    return closings[-1]["actor"] if closings else None
