"""Timelines: what happens to issues and pull requests, and what that does to them."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, Any

from local.sandbox.github.truth import truth_of
from local.sandbox.github.values import Node, moment

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore

# What GitHub tells in a timeline without moving when the item was updated.
QUIET = frozenset(
    {
        "CrossReferencedEvent",
        "MentionedEvent",
        "ParentIssueAddedEvent",
        "ParentIssueRemovedEvent",
        "ProjectV2ItemStatusChangedEvent",
        "AddedToProjectV2Event",
        "RemovedFromProjectV2Event",
        "ReferencedEvent",
        "SubIssueAddedEvent",
        "SubIssueRemovedEvent",
        "SubscribedEvent",
    }
)


def happen(
    store: GitHubStore, item: Node, kind: str, at: int, actor: Node | None, **fields: Any
) -> Node:
    """
    Write an event into an item's timeline.

    :param kind: its type.
    :param at: epoch seconds.
    :param actor: who did it; None for a ghost.
    """
    event = store.add(kind, at, item["repository"], actor=actor, **fields)
    bisect.insort(item["timelineItems"], event, key=lambda e: str(e["createdAt"]))
    if kind not in QUIET:
        store.touch(item, at)
    return event


def comment(store: GitHubStore, item: Node, at: int, author: Node | None, body: str) -> Node:
    """Write a comment."""
    said = happen(store, item, "IssueComment", at, author)
    del said["actor"]
    said |= {
        "author": author,
        "body": body,
        "isMinimized": False,
        "lastEditedAt": None,
        "authorAssociation": association(store, author),
        "issue": item,
        "pullRequest": item if item["__typename"] == "PullRequest" else None,
        "url": f"{item['url']}#issuecomment-{said['fullDatabaseId']}",
    }
    item["comments"].append(said)
    return said


def association(store: GitHubStore, author: Node | None) -> str:
    """What an author is to the repository."""
    role = store.roles.get(author["login"]) if author else None
    return {"ADMIN": "MEMBER", "MEMBER": "MEMBER", "OUTSIDE": "COLLABORATOR"}.get(
        role or "", "NONE"
    )


def put_label(store: GitHubStore, item: Node, at: int, actor: Node | None, name: str) -> None:
    """Put a label on."""
    label = store.label(item["repository"], name)
    if label not in item["labels"]:
        item["labels"].append(label)
        truth_of(item).labels.append([name, at, None])
        happen(store, item, "LabeledEvent", at, actor, label=label)


def take_label(store: GitHubStore, item: Node, at: int, actor: Node | None, name: str) -> None:
    """Take a label off."""
    for label in [label for label in item["labels"] if label["name"] == name]:
        item["labels"].remove(label)
        truth_of(item).leave("labels", name, at)
        happen(store, item, "UnlabeledEvent", at, actor, label=label)


def assign(store: GitHubStore, item: Node, at: int, actor: Node | None, who: Node | None) -> None:
    """Make somebody the only assignee, or nobody."""
    for before in list(item["assignees"]):
        if before is not who:
            item["assignees"].remove(before)
            happen(store, item, "UnassignedEvent", at, actor, assignee=before)
    if who is not None and who not in item["assignees"]:
        item["assignees"].append(who)
        happen(store, item, "AssignedEvent", at, actor, assignee=who)


def rename(store: GitHubStore, item: Node, at: int, actor: Node | None, title: str) -> None:
    """Give another title."""
    before, item["title"] = item["title"], title
    happen(store, item, "RenamedTitleEvent", at, actor, previousTitle=before, currentTitle=title)


def plan(store: GitHubStore, item: Node, at: int, actor: Node | None, stone: Node | None) -> None:
    """Put into a milestone, or into none."""
    before, item["milestone"] = item["milestone"], stone
    truth_of(item).enter("milestones", stone["title"] if stone else None, at)
    if before is not None:
        happen(store, item, "DemilestonedEvent", at, actor, milestoneTitle=before["title"])
    if stone is not None:
        happen(store, item, "MilestonedEvent", at, actor, milestoneTitle=stone["title"])


def close(
    store: GitHubStore,
    item: Node,
    at: int,
    actor: Node | None,
    reason: str | None = None,
    **fields: Any,
) -> None:
    """
    Close an item; an issue that is closed already gets another reason.

    :param reason: COMPLETED, NOT_PLANNED or DUPLICATE; issues of old have none.
    """
    item |= {"state": "CLOSED", "closed": True, "closedAt": moment(at)}
    if item["__typename"] == "Issue":
        item["stateReason"] = reason
    truth_of(item).enter("states", f"closed:{reason.lower()}" if reason else "closed", at)
    closing = {"stateReason": reason, "closer": None, "closable": item, "duplicateOf": None}
    closing |= {"url": item["url"], **fields}
    happen(store, item, "ClosedEvent", at, actor, **closing)


def reopen(store: GitHubStore, item: Node, at: int, actor: Node | None) -> None:
    """Open a closed item again."""
    item |= {"state": "OPEN", "closed": False, "closedAt": None}
    truth_of(item).enter("states", "open", at)
    reason = None
    if item["__typename"] == "Issue":
        item["stateReason"] = reason = "REOPENED"
    happen(store, item, "ReopenedEvent", at, actor, stateReason=reason)
