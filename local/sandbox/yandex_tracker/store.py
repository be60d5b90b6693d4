"""What the sandbox serves: issues in memory, and the edits that people make on them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from local.sandbox.yandex_tracker.fields import LOCAL_FIELDS
from local.sandbox.yandex_tracker.issue import Change, Comment, Issue, Link, Worklog
from local.sandbox.yandex_tracker.values import HexIds, Ref, duration, stamp
from local.sandbox.yandex_tracker.vocabulary import RESOLUTION_OF, is_closed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.sandbox.yandex_tracker.organization import Organization
    from local.sandbox.yandex_tracker.truth import IssueTruth
    from local.sandbox.yandex_tracker.values import Json, Value


class TrackerStore:
    """
    One organization's Tracker as its reader sees it. Times are epoch milliseconds; an author is a
    uid, the reader's unless given; an issue is named by its id or by any key it ever had.

    :param organization: the people and places.
    """

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.issues: dict[str, Issue] = {}
        self.hidden: set[str] = set()
        self.destroyed: dict[str, Issue] = {}
        self.truth: dict[str, IssueTruth] = {}
        self.worklogs: list[tuple[Issue, Worklog]] = []
        self.revision = 0
        self.now = 0
        self._id_of_key: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        self._counted: Counter[str] = Counter()
        self._link_ids: dict[tuple[str, frozenset[str]], int] = {}
        self._issue_ids = HexIds("ef7e8a3324")
        self._change_ids = HexIds("4417c101b6")
        self._comment_ids = HexIds("ac894475dd")

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        visible = self.visible()
        return {
            "issues": len(visible),
            "changelog": sum(len(issue.changelog) for issue in visible),
            "comments": sum(len(issue.comments) for issue in visible),
            "worklogs": sum(len(issue.worklogs) for issue in visible),
            "queues": len(self.organization.queues),
            "users": len(self.organization.users),
            "sprints": len(self.organization.sprints),
        }

    def visible(self) -> list[Issue]:
        """The issues that the reader sees, in the order of their creation."""
        return [issue for issue in list(self.issues.values()) if issue.id not in self.hidden]

    def find(self, name: str) -> Issue | None:
        """The issue of an id or a key, seen or not."""
        return self.issues.get(self._id_of_key.get(name, name))

    def known(self, issue_id: str) -> Issue:
        """The issue of an id, though it may be destroyed."""
        return self.issues.get(issue_id) or self.destroyed[issue_id]

    def told_truth(self) -> dict[str, Json]:
        """Issue id -> what happened, for every issue that the reader sees or saw once."""
        return {
            issue_id: truth.told()
            for issue_id, truth in self.truth.items()
            if truth.is_deleted or issue_id not in self.hidden
        }

    # Edits --------------------------------------------------------------------------------------

    def change_status(self, name: str, status: str, at: int, author: str = "") -> None:
        """Bring an issue into a status, given by key."""
        issue = self._named(name)
        self.truth[issue.id].enter_status(status, at)
        self.transition(issue, status, at, author or self.organization.reader.uid)

    def comment(self, name: str, text: str, at: int, author: str = "") -> None:
        """Say something about an issue."""
        author = author or self.organization.reader.uid
        written = self.write_comment(text, at, author)
        self.save(self._named(name), at, author, "IssueCommentAdded", {}, comment=written)

    def move(self, name: str, queue: str, at: int, author: str = "") -> None:
        """Move an issue to a queue, given by key."""
        issue = self._named(name)
        self.truth[issue.id].queues.append((queue, at))
        self.rekey(issue, queue, at, author or self.organization.reader.uid)

    def touch(self, name: str, at: int) -> None:
        """Save an issue as it is: updatedAt moves, and the changelog stays as it was."""
        self.touched(self._named(name), at, self.organization.reader.uid)

    def destroy(self, name: str, at: int) -> None:
        """Take an issue away, as its queue's deletion does."""
        issue = self._named(name)
        self.destroyed[issue.id] = self.issues.pop(issue.id)
        self._remove(issue, at)

    def hide(self, name: str, at: int) -> None:
        """Take an issue from the reader's sight, as a change of access does."""
        issue = self._named(name)
        self.hidden.add(issue.id)
        self._remove(issue, at)

    def _named(self, name: str) -> Issue:
        issue = self.find(name)
        if issue is None:
            raise KeyError(f"no issue {name}; keys look like PAYMENTS-1")
        return issue

    def _remove(self, issue: Issue, at: int) -> None:
        self.truth[issue.id].is_deleted = True
        self._moved_on(at)

    # Rows ---------------------------------------------------------------------------------------

    def create(self, queue: str, at: int, author: str, fields: Mapping[str, Value]) -> Issue:
        """Write the first entry of a new issue's changelog."""
        issue = Issue(self._issue_ids.next(at), at, author, at, author)
        self.issues[issue.id] = issue
        places = {"queue": Ref("queues", queue), "key": self._give_key(issue, queue)}
        self.save(issue, at, author, "IssueCreated", places | dict(fields))
        return issue

    def skip_key(self, queue: str) -> None:
        """Leave out a key, as that of an issue which is no more."""
        self._numbers[queue] += 1

    def transition(
        self, issue: Issue, status: str, at: int, author: str, comment: Comment | None = None
    ) -> None:
        """Write a change of status, and the comment that was saved with it."""
        was_closed = is_closed(issue.status)
        resolved_at = issue.fields.get("resolvedAt") if was_closed else stamp(at)
        changes: dict[str, Value] = {
            "status": Ref("statuses", status),
            "statusStartTime": stamp(at),
            "resolution": None,
            "resolvedAt": None,
        }
        if is_closed(status):
            changes["resolution"] = Ref("resolutions", RESOLUTION_OF[status])
            changes["resolvedAt"] = resolved_at
        issue.fields["previousStatus"] = issue.fields["status"]
        self.save(issue, at, author, "IssueWorkflow", changes, comment=comment)

    def rekey(self, issue: Issue, queue: str, at: int, author: str) -> None:
        """Write a move: a new key, and the fields that only the former queue has are emptied."""
        issue.aliases.append(issue.key)
        issue.fields["previousQueue"] = issue.fields["queue"]
        changes = {"queue": Ref("queues", queue), "key": self._give_key(issue, queue)}
        cleared = {field.id: None for field in LOCAL_FIELDS if field.queue != queue}
        self.save(issue, at, author, "IssueMoved", changes | cleared)

    def write_comment(self, text: str, at: int, author: str) -> Comment:
        """A comment to save with a change."""
        return Comment(self._next("comment"), self._comment_ids.next(at), text, at, author)

    def log_work(self, issue: Issue, start: int, minutes: int, at: int, author: str) -> None:
        """Write down time that was spent."""
        worklog = Worklog(self._next("worklog"), at, author, start, minutes)
        spent = duration(minutes + sum(other.minutes for other in issue.worklogs))
        self.worklogs.append((issue, worklog))
        self.save(issue, at, author, "IssueWorklogAdded", {"spent": spent}, worklog=worklog)

    def link(
        self, issue: Issue, type_: str, direction: str, other: Issue, at: int, author: str
    ) -> None:
        """Write one side of a link; the other side is told by itself."""
        ends = (type_, frozenset((issue.id, other.id)))
        if ends not in self._link_ids:
            self._link_ids[ends] = self._next("link")
        link = Link(self._link_ids[ends], type_, direction, other.id, at, author)
        is_child = (type_, direction) == ("subtask", "inward")
        changes = {"parent": Ref("issues", other.id)} if is_child else {}
        self.save(issue, at, author, "IssueLinked", changes, link=link)

    def save(
        self,
        issue: Issue,
        at: int,
        author: str,
        type_: str,
        changes: Mapping[str, Value],
        *,
        comment: Comment | None = None,
        worklog: Worklog | None = None,
        link: Link | None = None,
    ) -> None:
        """
        Write one entry of the changelog; where nothing has changed, only updatedAt moves.

        :param changes: field id -> new value; None empties the field.
        """
        fields = [
            (name, issue.fields.get(name), value)
            for name, value in changes.items()
            # Of two transitions in one instant, the second tells its start too.
            if value != issue.fields.get(name) or name == "statusStartTime"
        ]
        for name, _, value in fields:
            if value is None:
                del issue.fields[name]
            else:
                issue.fields[name] = value
        if comment:
            issue.comments.append(comment)
        if worklog:
            issue.worklogs.append(worklog)
        if link and all(known.id != link.id for known in issue.links):
            issue.links.append(link)
        if fields or comment or worklog or link:
            entry = Change(
                self._change_ids.next(at), at, author, type_, fields, comment, worklog, link
            )
            issue.changelog.append(entry)
            issue.version += 1
        self.touched(issue, at, author)

    def touched(self, issue: Issue, at: int, author: str) -> None:
        """Move an issue's updatedAt; it never goes back."""
        if at >= issue.updated_at:
            issue.updated_at, issue.updated_by = at, author
        self._moved_on(at)

    def _moved_on(self, at: int) -> None:
        self.now = max(self.now, at)
        self.revision += 1

    def _give_key(self, issue: Issue, queue: str) -> str:
        self._numbers[queue] += 1
        key = f"{queue}-{self._numbers[queue]}"
        self._id_of_key[key] = issue.id
        if issue.id in self.truth:
            self.truth[issue.id].keys.append(key)
        return key

    def _next(self, kind: str) -> int:
        self._counted[kind] += 1
        return self._counted[kind]
