"""What happens in few timelines only, and one timeline that is very long."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from local.sandbox.company.pull_life import DEPLOY_BOT
from local.sandbox.github import boards, issues, timeline
from local.sandbox.github.deliveries import deploy, set_deployment_status
from local.sandbox.github.truth import truth_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sandbox.github.agenda import Agenda
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node

# More events than the largest page holds.
LONG_TIMELINE = 130
_IMPORTED = "former-colleague"
_MINUTE = 60


def put_long_timeline(
    store: GitHubStore, agenda: Agenda, find: Callable[[], Node], start: int, end: int
) -> None:
    """
    Let people comment on an issue at great length.

    :param find: gives the issue, when it is there.
    :param start: epoch seconds; the comments come after it, evenly.
    :param end: epoch seconds.
    """
    for turn in range(1, LONG_TIMELINE + 1):
        at = start + turn * (end - start) // (LONG_TIMELINE + 1)
        agenda.put(at, partial(_comment, store, find, at, turn))


def _comment(store: GitHubStore, find: Callable[[], Node], at: int, turn: int) -> None:
    item = find()
    timeline.comment(store, item, at, item["author"], f"Attempt {turn} failed.")


def put_issue_oddities(
    store: GitHubStore, agenda: Agenda, issue: Node, number: int, at: int
) -> None:
    """
    Let something odd happen to an issue, by its number in the story.

    :param at: epoch seconds of its creation; things happen within minutes.
    """
    for every, oddity in _OF_ISSUES.items():
        if number % every == 0:
            agenda.put(at + _MINUTE, partial(oddity, store, issue, at + _MINUTE))


def put_pull_oddities(store: GitHubStore, agenda: Agenda, pull: Node, at: int) -> None:
    """
    Let something odd happen to a pull request, by its number.

    :param at: epoch seconds of its creation.
    """
    for every, oddity in _OF_PULLS.items():
        if pull["number"] % every == 0:
            agenda.put(at + 1, partial(oddity, store, pull, at + 1))


def _lock(store: GitHubStore, issue: Node, at: int) -> None:
    """Lock and unlock."""
    timeline.happen(store, issue, "LockedEvent", at, issue["author"], lockReason="TOO_HEATED")
    timeline.happen(store, issue, "UnlockedEvent", at + 5, issue["author"])


def _pin(store: GitHubStore, issue: Node, at: int) -> None:
    """Pin, and pin a comment, and take both back."""
    said = timeline.comment(store, issue, at, issue["author"], "Please read this first.")
    for step, kind in enumerate(("PinnedEvent", "UnpinnedEvent")):
        timeline.happen(store, issue, kind, at + step, issue["author"])
    for step, kind in enumerate(("IssueCommentPinnedEvent", "IssueCommentUnpinnedEvent")):
        timeline.happen(store, issue, kind, at + 2 + step, issue["author"], issueComment=said)


def _delete_comment(store: GitHubStore, issue: Node, at: int) -> None:
    """Say something and take it back: the comment is gone, that it was there is told."""
    said = timeline.comment(store, issue, at, issue["author"], "Oops, wrong window.")
    issue["comments"].remove(said)
    issue["timelineItems"].remove(said)
    del store.nodes[said["id"]]
    told = {"deletedCommentAuthor": issue["author"]}
    timeline.happen(store, issue, "CommentDeletedEvent", at + 5, issue["author"], **told)


def _subscribe(store: GitHubStore, issue: Node, at: int) -> None:
    """Mention and subscribe; the next one does not want to hear of it."""
    for step, kind in enumerate(("MentionedEvent", "SubscribedEvent", "UnsubscribedEvent")):
        timeline.happen(store, issue, kind, at + step, issue["author"])


def _retype(store: GitHubStore, issue: Node, at: int) -> None:
    """Give another type, or the first one, or none."""
    types = store.organization["issueTypes"]
    before = issue["issueType"]
    if before is types[0]:
        issue["issueType"] = None
        truth_of(issue).enter("types", None, at)
        told = {"issueType": before}
        timeline.happen(store, issue, "IssueTypeRemovedEvent", at, issue["author"], **told)
    else:
        issues.set_type(store, issue, at, issue["author"], types[0])


def _leave_board(store: GitHubStore, issue: Node, at: int) -> None:
    """Take off the board."""
    for entry in list(issue["projectItems"]):
        boards.take_off_board(store, entry, at, issue["author"])


def _undo_duplicate(store: GitHubStore, issue: Node, at: int) -> None:
    """Mark as a duplicate, by mistake."""
    told = {"canonical": issue, "duplicate": issue, "isCrossRepository": False}
    for step, kind in enumerate(("MarkedAsDuplicateEvent", "UnmarkedAsDuplicateEvent")):
        timeline.happen(store, issue, kind, at + step, issue["author"], **told)


def _stand_on_an_old_board(store: GitHubStore, issue: Node, at: int) -> None:
    """Boards of old had columns, and told more."""
    columns = ("To do", "Doing", "Doing")
    kinds = ("AddedToProjectEvent", "MovedColumnsInProjectEvent", "RemovedFromProjectEvent")
    for step, (kind, column) in enumerate(zip(kinds, columns, strict=True)):
        told = {"projectColumnName": column, "previousProjectColumnName": "To do"}
        timeline.happen(store, issue, kind, at + step, issue["author"], **told)


def _block_user(store: GitHubStore, issue: Node, at: int) -> None:
    """Block somebody who has left since."""
    told = {"blockDuration": "ONE_DAY", "subject": None}
    timeline.happen(store, issue, "UserBlockedEvent", at, issue["author"], **told)


def _import(store: GitHubStore, issue: Node, at: int) -> None:
    """It came from elsewhere, written by somebody without an account here."""
    known = store.users.get(_IMPORTED)
    issue["author"] = known or store.add_user(_IMPORTED, None, at, "Mannequin")


def _review_app(store: GitHubStore, pull: Node, at: int) -> None:
    """Deploy the branch, and restore it after it was deleted too early."""
    commit, bot = pull["commits"][-1]["commit"], store.users.get(DEPLOY_BOT)
    environment = f"review/{pull['number']}"
    deployment = deploy(store, pull["repository"], at, bot, environment, commit)
    timeline.happen(store, pull, "DeployedEvent", at, bot, deployment=deployment, ref=None)
    status = set_deployment_status(store, deployment, at + 30, "SUCCESS")
    kind = "DeploymentEnvironmentChangedEvent"
    timeline.happen(store, pull, kind, at + 30, bot, deploymentStatus=status)
    told = {"headRefName": pull["headRefName"]}
    timeline.happen(store, pull, "HeadRefDeletedEvent", at + 40, pull["author"], **told)
    timeline.happen(store, pull, "HeadRefRestoredEvent", at + 50, pull["author"])


def _link_by_mistake(store: GitHubStore, pull: Node, at: int) -> None:
    """Link an issue, and unlink it."""
    issue = next(iter(pull["repository"]["issues"]), None)
    if issue is not None:
        told = {"source": pull, "subject": issue, "isCrossRepository": False}
        for step, kind in enumerate(("ConnectedEvent", "DisconnectedEvent")):
            timeline.happen(store, pull, kind, at + step, pull["author"], **told)


def _rebase(store: GitHubStore, pull: Node, at: int) -> None:
    """Aim at another branch first."""
    told = {"previousRefName": "develop", "currentRefName": "main"}
    timeline.happen(store, pull, "BaseRefChangedEvent", at, pull["author"], **told)


def _merge_by_itself(store: GitHubStore, pull: Node, at: int) -> None:
    """Let it be merged as soon as it may, and think better of it."""
    timeline.happen(store, pull, "AutoMergeEnabledEvent", at, pull["author"])
    told = {"reason": "Changes are to come."}
    timeline.happen(store, pull, "AutoMergeDisabledEvent", at + 1, pull["author"], **told)


def _lose_fork(store: GitHubStore, pull: Node, at: int) -> None:
    """It came from a fork, which is deleted."""
    pull |= {"isCrossRepository": True, "headRepository": None}


_OF_ISSUES: dict[int, Callable[[GitHubStore, Node, int], None]] = {
    17: _subscribe,
    19: _pin,
    23: _retype,
    29: _lock,
    31: _delete_comment,
    37: _leave_board,
    41: _undo_duplicate,
    43: _stand_on_an_old_board,
    47: _block_user,
    59: _import,
}
_OF_PULLS: dict[int, Callable[[GitHubStore, Node, int], None]] = {
    21: _rebase,
    22: _merge_by_itself,
    23: _lose_fork,
    24: _review_app,
    25: _link_by_mistake,
}
