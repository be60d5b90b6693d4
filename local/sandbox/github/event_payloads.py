"""Timelines as REST tells them; what it does not tell at all is left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local.sandbox.github.item_payloads import ItemPayloads

if TYPE_CHECKING:
    from local.sandbox.github.payloads import Json
    from local.sandbox.github.values import Node

_NAMES = {
    "CrossReferencedEvent": "cross-referenced",
    "IssueComment": "commented",
    "PullRequestCommit": "committed",
    "PullRequestReview": "reviewed",
    "RenamedTitleEvent": "renamed",
}
_TIMELINE_ONLY = frozenset(_NAMES) - {"RenamedTitleEvent"}
_UNTOLD = re.compile(r"ProjectV2|IssueField|ReviewThread|CommentThread|RevisionMarker")


class EventPayloads(ItemPayloads):
    """Tells what happened to issues and pull requests."""

    def timeline(self, item: Node) -> list[Json]:
        """The whole timeline."""
        return [self._told(item, e) for e in item["timelineItems"] if _is_told(e)]

    def events(self, item: Node) -> list[Json]:
        """The events alone, without comments, reviews, commits and mentions."""
        return [
            self.event(item, event)
            for event in item["timelineItems"]
            if _is_told(event) and event["__typename"] not in _TIMELINE_ONLY
        ]

    def _told(self, item: Node, node: Node) -> Json:
        kind = node["__typename"]
        if kind == "IssueComment":
            return self.comment(node) | {
                "event": "commented",
                "actor": self.user(node["author"]),
            }
        if kind == "PullRequestReview":
            return self.review(node) | {"event": "reviewed", "state": node["state"].lower()}
        if kind == "PullRequestCommit":
            return self._pushed(node["commit"])
        if kind == "CrossReferencedEvent":
            source = self.issue(node["source"]) | {
                "repository": self.repository(node["source"]["repository"])
            }
            return {
                "actor": self.user(node["actor"]),
                "created_at": node["createdAt"],
                "updated_at": node["createdAt"],
                "source": {"type": "issue", "issue": source},
                "event": "cross-referenced",
            }
        return self.event(item, node)

    def _pushed(self, commit: Node) -> Json:
        """A commit in a timeline has no id, and nobody who did it."""
        told = self.commit(commit)
        return {
            "event": "committed",
            "sha": told["sha"],
            "node_id": told["node_id"],
            "url": told["commit"]["url"],
            "html_url": told["html_url"],
            **{key: told["commit"][key] for key in ("author", "committer", "tree", "message")},
            "parents": told["parents"],
            "verification": {
                "verified": False, "reason": "unsigned", "signature": None, "payload": None,
            },
        }  # fmt: skip

    def event(self, item: Node, node: Node) -> Json:
        """An event."""
        home = self.repository_url(item["repository"])
        commit = node.get("commit") if node["__typename"] == "MergedEvent" else None
        told: Json = {
            "id": node["fullDatabaseId"],
            "node_id": node["id"],
            "url": f"{home}/issues/events/{node['fullDatabaseId']}",
            "actor": self.user(node["actor"]),
            "event": event_name(node["__typename"]),
            "commit_id": commit["oid"] if commit else None,
            "commit_url": f"{home}/commits/{commit['oid']}" if commit else None,
            "created_at": node["createdAt"],
            "performed_via_github_app": None,
        }
        return told | self._own(item, node)

    def _own(self, item: Node, node: Node) -> Json:
        """What events of a kind have besides."""
        told: Json = {}
        if "label" in node:
            told["label"] = {key: node["label"][key] for key in ("name", "color")}
        if "milestoneTitle" in node:
            told["milestone"] = {"title": node["milestoneTitle"]}
        if "assignee" in node:
            told |= {"assignee": self.user(node["assignee"]), "assigner": self.user(node["actor"])}
        if "previousTitle" in node:
            told["rename"] = {"from": node["previousTitle"], "to": node["currentTitle"]}
        if "stateReason" in node and item["__typename"] == "Issue":
            told["state_reason"] = (node["stateReason"] or "").lower() or None
        if "requestedReviewer" in node:
            told |= self._asked(node)
        if node["__typename"] == "ReviewDismissedEvent":
            told["dismissed_review"] = {
                "state": node["previousReviewState"].lower(),
                "review_id": node["review"]["fullDatabaseId"],
                "dismissal_message": node["dismissalMessage"],
            }
        return told | self._related(node)

    def _asked(self, node: Node) -> Json:
        """Who was asked for a review, and by whom."""
        who, asker = node["requestedReviewer"], self.user(node["actor"])
        if who["__typename"] == "Team":
            return {"review_requester": asker, "requested_team": self.team(who)}
        return {"review_requester": asker, "requested_reviewer": self.user(who)}

    def _related(self, node: Node) -> Json:
        """The other issue of what connects two."""
        names = {
            "subIssue": "sub_issue", "parent": "parent_issue",
            "blockingIssue": "blocking_issue", "blockedIssue": "blocked_issue",
        }  # fmt: skip
        return {name: self.issue(node[key]) for key, name in names.items() if key in node}


def event_name(kind: str) -> str:
    """What REST calls a type of timeline item."""
    if kind in _NAMES:
        return _NAMES[kind]
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.removesuffix("Event")).lower()


def _is_told(node: Node) -> bool:
    return not _UNTOLD.search(node["__typename"])
