"""The projects' workflow rules: what follows from a change of state, in the same edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.youtrack.catalog import CLOSED, QA_NAMES, STATE_NAMES, qa_of

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.issues import Issue
    from local.sandbox.youtrack.store import YouTrackStore

_MINUTE = 60_000
_LONGEST_DAY = 8 * 60


def change_state(
    store: YouTrackStore, issue_id: str, status: str, at: int, author: Json | None = None
) -> None:
    """
    Another state, and what the projects' workflows make of it in the same edit.

    :param status: a status of the story, such as ``progress``.
    :param at: epoch milliseconds.
    :param author: the user; the reader if None.
    """
    issue = store.issues[issue_id]
    author = author or store.people.reader
    before = issue.values["state"]
    store.set_value(issue, "state", issue.project.element("state", status), at, author)
    qa_state = _apply_rules(store, issue, before, status, at, author)
    if issue_id in store.truth:
        store.truth[issue_id].enter_state(status, STATE_NAMES[status], at)
        store.truth[issue_id].enter_qa_state(qa_state, at)


def _apply_rules(
    store: YouTrackStore, issue: Issue, before: Json, status: str, at: int, author: Json
) -> str | None:
    """
    Apply the rules; gives the name of the QA state, if the project has any.

    :param before: the state before.
    :param status: the story's status after.
    """
    was, is_now = before["isResolved"], status in CLOSED
    if was != is_now:
        _resolve(store, issue, at if is_now else None, at, author)
    if was and not is_now:
        reopens = issue.values.get("reopens") or 0
        store.set_value(issue, "reopens", reopens + 1, at, author)
    _tag(store, issue, at, author, is_blocked=status == "stalled")
    if status != "progress" and issue.work_items == [] and is_now:
        worked = max(1, (at - issue.created) // _MINUTE)
        store.log_work(issue, min(worked, _LONGEST_DAY), at, author)
    if "qa_state" not in issue.project.fields:
        return None
    qa_state = qa_of(status)
    store.set_value(issue, "qa_state", issue.project.element("qa_state", qa_state), at, author)
    return QA_NAMES[qa_state]


def _resolve(
    store: YouTrackStore, issue: Issue, resolved: int | None, at: int, author: Json
) -> None:
    before, issue.resolved = issue.resolved, resolved
    store.record(issue, at, author, "IssueResolvedCategory", resolved, before)
    minutes = None if resolved is None else (resolved - issue.created) // _MINUTE
    store.set_value(issue, "lead_time", minutes, at, author)
    store.set_value(issue, "completed", resolved, at, author)


def _tag(store: YouTrackStore, issue: Issue, at: int, author: Json, *, is_blocked: bool) -> None:
    tag = store.blocked
    if is_blocked and tag not in issue.tags:
        issue.tags.append(tag)
        store.record(issue, at, author, "TagsCategory", [tag], [])
    elif not is_blocked and tag in issue.tags:
        issue.tags.remove(tag)
        store.record(issue, at, author, "TagsCategory", [], [tag])
