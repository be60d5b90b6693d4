"""Pull requests: commits, reviews, merges and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.github.issues import begin_truth, item_fields
from local.sandbox.github.timeline import association, close, happen
from local.sandbox.github.truth import truth_of
from local.sandbox.github.values import Node, moment, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.sandbox.github.store import GitHubStore


_DECISIVE = ("APPROVED", "CHANGES_REQUESTED")


def open_pull(
    store: GitHubStore,
    repository: Node,
    at: int,
    author: Node | None,
    title: str,
    body: str,
    branch: str,
    commits: Iterable[Node],
    story: str = "",
    **fields: Any,
) -> Node:
    """
    Open a pull request from a branch of the repository.

    :param commits: what is on the branch, the oldest first.
    :param story: what it is called in the truth.
    :param fields: what is otherwise than usual.
    """
    store.numbers[repository["id"]] += 1
    number = store.numbers[repository["id"]]
    pull = store.add(
        "PullRequest",
        at,
        repository,
        **item_fields(store, repository, number, author, title, body),
        url=f"{repository['url']}/pull/{number}",
        baseRefName="main",
        baseRefOid=repository["defaultBranchRef"]["target"]["oid"],
        headRefName=branch,
        headRepository=repository,
        isCrossRepository=False,
        isDraft=False,
        merged=False,
        mergedAt=None,
        mergedBy=None,
        mergeCommit=None,
        mergeable="MERGEABLE",
        maintainerCanModify=False,
        additions=0,
        deletions=0,
        changedFiles=0,
        files=[],
        reviewDecision="REVIEW_REQUIRED",
        isInMergeQueue=False,
        mergeQueueEntry=None,
        reviews=[],
        commits=[],
        reviewRequests=[],
        reviewThreads=[],
        closingIssuesReferences=[],
        headRef=None,
        baseRef=repository["defaultBranchRef"],
    )
    pull |= fields
    repository["pullRequests"].append(pull)
    begin_truth(store, pull, at, story)
    if pull["isDraft"]:
        truth_of(pull).enter("drafts", "draft", at)
    truth_of(pull).size = (pull["additions"], pull["deletions"], pull["changedFiles"])
    for commit in commits:
        push(store, pull, at, commit)
    return pull


def push(store: GitHubStore, pull: Node, at: int, commit: Node) -> None:
    """Push a commit; in a timeline it has no actor, and no time of its own."""
    pushed = happen(store, pull, "PullRequestCommit", at, None)
    del pushed["actor"]
    pushed |= {
        "commit": commit,
        "pullRequest": pull,
        "url": f"{pull['url']}/commits/{commit['oid']}",
    }
    pull["commits"].append(pushed)
    pull["headRefOid"] = commit["oid"]
    truth_of(pull).pushes.append(at)
    truth_of(pull).commits.append([commit["oid"], seconds(commit["authoredDate"])])
    commit["associatedPullRequests"].append(pull)
    store.touch(pull["repository"], at)
    pull["repository"]["pushedAt"] = moment(at)


def force_push(store: GitHubStore, pull: Node, at: int, actor: Node | None, new: Node) -> None:
    """Replace the last commit, which from then on nobody finds in the pull request."""
    dropped = pull["commits"].pop()
    pull["timelineItems"].remove(dropped)
    truth_of(pull).commits.pop()
    commits = {"beforeCommit": dropped["commit"], "afterCommit": new}
    push(store, pull, at, new)
    happen(store, pull, "HeadRefForcePushedEvent", at, actor, **commits)


def request_review(
    store: GitHubStore, pull: Node, at: int, actor: Node | None, reviewer: Node
) -> None:
    """Ask a person or a team for a review."""
    if any(r["requestedReviewer"] is reviewer for r in pull["reviewRequests"]):
        return
    request = store.add(
        "ReviewRequest", at, pull["repository"], requestedReviewer=reviewer, asCodeOwner=False
    )
    pull["reviewRequests"].append(request)
    truth_of(pull).requests.append([at, reviewer.get("login") or reviewer.get("slug")])
    happen(store, pull, "ReviewRequestedEvent", at, actor, requestedReviewer=reviewer)


def unrequest_review(
    store: GitHubStore, pull: Node, at: int, actor: Node | None, reviewer: Node
) -> None:
    """Take a request back."""
    pull["reviewRequests"] = [
        r for r in pull["reviewRequests"] if r["requestedReviewer"] is not reviewer
    ]
    happen(store, pull, "ReviewRequestRemovedEvent", at, actor, requestedReviewer=reviewer)


def review(
    store: GitHubStore, pull: Node, at: int, author: Node | None, state: str, body: str
) -> Node:
    """
    Submit a review of what was pushed last.

    :param state: APPROVED, CHANGES_REQUESTED or COMMENTED.
    """
    given = happen(store, pull, "PullRequestReview", at, author)
    del given["actor"]
    given |= {
        "author": author,
        "authorAssociation": association(store, author),
        "state": state,
        "body": body,
        "submittedAt": moment(at),
        "commit": pull["commits"][-1]["commit"],
        "comments": [],
        "pullRequest": pull,
        "url": f"{pull['url']}#pullrequestreview-{given['fullDatabaseId']}",
    }
    pull["reviews"].append(given)
    truth_of(pull).reviews.append([at, author["login"] if author else None, state])
    pull["reviewRequests"] = [
        r for r in pull["reviewRequests"] if r["requestedReviewer"] is not author
    ]
    if state != "COMMENTED":
        pull["reviewDecision"] = state
    return given


def remark(store: GitHubStore, given: Node, at: int, path: str, body: str) -> Node:
    """Comment on a line within a review, which begins a thread."""
    pull = given["pullRequest"]
    said = store.add(
        "PullRequestReviewComment", at, pull["repository"],
        author=given["author"], body=body, path=path, pullRequest=pull, url=pull["url"],
    )  # fmt: skip
    given["comments"].append(said)
    pull["reviewThreads"].append(
        store.add(
            "PullRequestReviewThread", at, pull["repository"],
            path=path, isResolved=False, comments=[said],
        )
    )  # fmt: skip
    return said


def dismiss_last(store: GitHubStore, pull: Node, at: int, actor: Node | None) -> None:
    """Dismiss the last review that asked for changes or approved, if there is one."""
    given = next((r for r in reversed(pull["reviews"]) if r["state"] in _DECISIVE), None)
    if given is None:
        return
    before, given["state"] = given["state"], "DISMISSED"
    truth_of(pull).dismissals.append([at, pull["reviews"].index(given)])
    pull["reviewDecision"] = "REVIEW_REQUIRED"
    told = {"previousReviewState": before, "dismissalMessage": "Outdated.", "review": given}
    happen(store, pull, "ReviewDismissedEvent", at, actor, url=pull["url"], **told)


def set_draft(store: GitHubStore, pull: Node, at: int, actor: Node | None, *, draft: bool) -> None:
    """Make it a draft, or ready for review."""
    pull["isDraft"] = draft
    truth_of(pull).enter("drafts", "draft" if draft else None, at)
    kind = "ConvertToDraftEvent" if draft else "ReadyForReviewEvent"
    happen(store, pull, kind, at, actor, url=pull["url"])


def enqueue(store: GitHubStore, pull: Node, at: int, actor: Node | None) -> None:
    """Put into the merge queue."""
    told = {"enqueuedAt": moment(at), "position": 1, "state": "QUEUED"}
    entry = store.add("MergeQueueEntry", at, pull["repository"], **told)
    pull |= {"isInMergeQueue": True, "mergeQueueEntry": entry}
    happen(store, pull, "AddedToMergeQueueEvent", at, actor)


def dequeue(store: GitHubStore, pull: Node, at: int, actor: Node | None) -> None:
    """Take out of the merge queue."""
    pull |= {"isInMergeQueue": False, "mergeQueueEntry": None}
    happen(store, pull, "RemovedFromMergeQueueEvent", at, actor, reason="FAILED_CHECKS")


def merge(store: GitHubStore, pull: Node, at: int, actor: Node | None, commit: Node) -> None:
    """Merge; the pull request is closed by that, and so is what it says it closes."""
    repository = pull["repository"]
    branch = repository["defaultBranchRef"]
    commit["parents"] = [branch["target"]]
    branch["target"] = commit
    repository["commits"].append(commit)
    repository["pushedAt"] = moment(at)
    commit["associatedPullRequests"].append(pull)
    pull |= {
        "state": "MERGED", "merged": True, "mergedAt": moment(at), "mergedBy": actor,
        "mergeCommit": commit, "closed": True, "closedAt": moment(at),
        "isInMergeQueue": False, "mergeQueueEntry": None,
    }  # fmt: skip
    truth = truth_of(pull)
    truth.enter("states", "merged", at)
    truth.merged_at, truth.merge_oid = at, commit["oid"]
    told = {"commit": commit, "mergeRefName": "main", "mergeRef": branch, "pullRequest": pull}
    happen(store, pull, "MergedEvent", at, actor, url=pull["url"], **told)
    happen(
        store, pull, "ClosedEvent", at, actor,
        stateReason=None, closer=commit, closable=pull, duplicateOf=None, url=pull["url"],
    )  # fmt: skip


def give_up(store: GitHubStore, pull: Node, at: int, actor: Node | None) -> None:
    """Close without merging."""
    close(store, pull, at, actor)
    pull["mergeQueueEntry"], pull["isInMergeQueue"] = None, False


def delete_branch(store: GitHubStore, pull: Node, at: int, actor: Node | None) -> None:
    """Delete the branch."""
    happen(store, pull, "HeadRefDeletedEvent", at, actor, headRefName=pull["headRefName"])
