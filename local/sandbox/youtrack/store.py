"""What the server serves, and the edits that a story, tests and shifting pages make on it."""

from __future__ import annotations

from bisect import insort
from itertools import count
from typing import TYPE_CHECKING, Any

from local.sandbox.youtrack.issues import (
    Activity,
    Issue,
    link_subject,
    sprint_subject,
    told_value,
    wikified,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.catalog import Project
    from local.sandbox.youtrack.directory import People
    from local.sandbox.youtrack.truth import IssueTruth

# Values of these have the same ids in every project; other values of bundles are a project's own.
_SHARED_BUNDLES = {"type", "priority", "components"}


class YouTrackStore:
    """
    One YouTrack as its reader sees it.

    :param projects: the projects.
    :param people: the users.
    :param boards: the agile boards with their sprints.

    ``issues`` and ``truth`` are by database id; ``activities`` is the stream of all issues,
    ascending in time; ``version`` grows with every edit.
    """

    def __init__(self, projects: list[Project], people: People, boards: list[Json]) -> None:
        self.projects = projects
        self.people = people
        self.boards = boards
        self.issues: dict[str, Issue] = {}
        self.activities: list[Activity] = []
        self.truth: dict[str, IssueTruth] = {}
        self.version = 0
        self.clock = 0
        self._by_readable_id: dict[str, Issue] = {}
        self._ids = {kind: count(1) for kind in ("activity", "comment", "work item")}
        self._board_of = {s["id"]: board for board in boards for s in board["sprints"]}
        self.blocked: Json = {
            "id": "6-1",
            "$type": "Tag",
            "name": "blocked",
            "owner": people.listed[0],
            "issues": lambda: self._told(lambda issue: self.blocked in issue.tags),
        }
        for board in boards:
            for sprint in board["sprints"]:
                sprint.update(self._content_of(sprint))

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        visible = self.visible_issues()
        return {
            "issues": len(visible),
            "activities": sum(len(issue.activities) for issue in visible),
            "projects": len(self.projects),
            "users": len(self.people.listed),
            "agiles": len(self.boards),
        }

    def visible_issues(self) -> list[Issue]:
        """The issues that the reader sees, in order of creation."""
        return [issue for issue in list(self.issues.values()) if not issue.is_hidden]

    def visible_issue(self, name: str) -> Issue | None:
        """The issue of a database id or of a readable id, old or new, if the reader sees it."""
        issue = self.issues.get(name) or self._by_readable_id.get(name.upper())
        return None if issue is None or issue.is_hidden else issue

    def project(self, name: str) -> Project | None:
        """The project of a database id, a short name or a name."""
        folded = name.casefold()
        for project in self.projects:
            names = (project.project_id, project.short_name, project.name)
            if folded in map(str.casefold, names):
                return project
        return None

    def _told(self, test: Callable[[Issue], bool]) -> list[Json]:
        return [issue.json for issue in self.visible_issues() if test(issue)]

    def _content_of(self, sprint: Json) -> Json:
        """A way to the issues that are in a sprint now."""

        def found(*, is_open: bool = False) -> list[Json]:
            return self._told(
                lambda issue: issue.sprint is sprint and not (is_open and issue.resolved)
            )

        return {
            "issues": found,
            "unresolvedIssuesCount": lambda: len(found(is_open=True)),
        }

    # Edits --------------------------------------------------------------------------------------

    def create(self, issue: Issue) -> None:
        """Take in a new issue, as a change without a field; its first values are no changes."""
        issue.project.last_number += 1
        issue.number_in_project = issue.project.last_number
        self.issues[issue.issue_id] = self._by_readable_id[issue.readable_id] = issue
        self.record(issue, issue.created, issue.reporter, "IssueCreatedCategory", [issue], [])

    def touch(self, issue_id: str, at: int, author: Json | None = None) -> None:
        """
        Save an issue again: ``updated`` moves, no activity is written.

        :param at: epoch milliseconds, as in all edits.
        :param author: the user; the reader if None, as in all edits.
        """
        issue = self.issues[issue_id]
        issue.updated = max(issue.updated, at)
        issue.updater = author or self.people.reader
        self.clock = max(self.clock, at)
        self.version += 1

    def comment(self, issue_id: str, text: str, at: int, author: Json | None = None) -> None:
        """A comment."""
        issue = self.issues[issue_id]
        author = author or self.people.reader
        told: Json = {
            "id": f"4-{next(self._ids['comment'])}",
            "$type": "IssueComment",
            "text": text,
            "textPreview": wikified(text),
            "author": author,
            "created": at,
            "updated": None,
            "deleted": False,
            "issue": lambda: issue.json,
        }
        issue.comments.append(told)
        self.record(issue, at, author, "CommentsCategory", [told], [], target=told)

    def move(self, issue_id: str, short_name: str, at: int, author: Json | None = None) -> None:
        """
        Move an issue to another project: its readable id changes, its database id does not.

        Values of fields that are there too are kept, of bundles of the new project; nothing is
        written about that. Its sprint is left for :meth:`change_sprint`.

        :param short_name: the project's.
        """
        issue, project = self.issues[issue_id], self.project(short_name)
        assert project is not None
        before = issue.project
        status = status_of(issue)
        issue.former_ids.append(issue.readable_id)
        project.last_number += 1
        issue.project, issue.number_in_project = project, project.last_number
        self._by_readable_id[issue.readable_id] = issue
        issue.values = {k: v for k, v in issue.values.items() if _is_kept(project, k)}
        issue.values["state"] = project.element("state", status)
        author = author or self.people.reader
        self.record(issue, at, author, "ProjectCategory", project.json, before.json)
        if issue_id in self.truth:
            self.truth[issue_id].enter_project(project.project_id, issue.readable_id, at)

    def change_sprint(self, issue: Issue, sprint: Json | None, at: int, author: Json) -> None:
        """Put an issue into a sprint of a board, or into none, out of the one before."""
        before, issue.sprint = issue.sprint, sprint
        boards = [self._board_of[s["id"]] for s in (before, sprint) if s]
        for board in {board["id"]: board for board in boards}.values():
            added, removed = (
                [s] if s and self._board_of[s["id"]] is board else [] for s in (sprint, before)
            )
            subject = sprint_subject(board)
            self.record(issue, at, author, "SprintCategory", added, removed, subject)

    def change_text(self, issue: Issue, name: str, new: str, at: int, author: Json) -> None:
        """Another ``summary`` or ``description``."""
        before = getattr(issue, name)
        setattr(issue, name, new)
        self.record(issue, at, author, f"{name.capitalize()}Category", new, before)

    def set_value(self, issue: Issue, key: str, value: Any, at: int, author: Json) -> None:
        """Another value of a custom field; nothing happens where the project does not have it."""
        before = issue.values.get(key)
        if key not in issue.project.fields or before == value:
            return
        issue.values[key] = value
        added, removed = told_value(key, value), told_value(key, before)
        if isinstance(value, list):  # several values: what came, and what went
            old = before or []
            added, removed = [v for v in value if v not in old], [v for v in old if v not in value]
        subject = issue.project.fields[key].subject
        self.record(issue, at, author, "CustomFieldCategory", added, removed, subject)

    def link(self, issue: Issue, end: tuple[str, str], other: Issue, at: int, author: Json) -> None:
        """Link an issue to another, as this one sees it; the other's side is an edit of its own."""
        linked = issue.links.setdefault(end, [])
        if other not in linked:
            linked.append(other)
            self.record(issue, at, author, "LinksCategory", [other], [], link_subject(*end))

    def log_work(self, issue: Issue, minutes: int, at: int, author: Json) -> None:
        """Minutes that somebody worked."""
        hours, rest = divmod(minutes, 60)
        told: Json = {
            "id": f"113-{next(self._ids['work item'])}",
            "$type": "IssueWorkItem",
            "author": author,
            "creator": author,
            "date": at - at % 86_400_000,
            "created": at,
            "updated": at,
            "duration": {
                "id": f"PT{hours}H{rest}M",
                "$type": "DurationValue",
                "minutes": minutes,
                "presentation": f"{hours}h {rest}m",
            },
            "issue": lambda: issue.json,
        }
        issue.work_items.append(told)
        self.record(issue, at, author, "WorkItemCategory", [told], [], target=told)

    def destroy(self, issue_id: str) -> None:
        """Delete an issue with its history."""
        issue = self.issues.pop(issue_id)
        self.truth.pop(issue_id, None)
        for name in (issue.readable_id, *issue.former_ids):
            del self._by_readable_id[name]
        issue.is_hidden = True  # to those that link to it
        self.activities = [one for one in self.activities if one.issue is not issue]
        self.version += 1

    def hide(self, issue_id: str) -> None:
        """Make an issue invisible to the reader, as a change of its visibility does."""
        self.issues[issue_id].is_hidden = True
        self.truth.pop(issue_id, None)
        self.version += 1

    def record(
        self,
        issue: Issue,
        at: int,
        author: Json,
        category: str,
        added: Any,
        removed: Any,
        subject: Json | None = None,
        target: Json | None = None,
    ) -> None:
        """Write an activity, and move the issue's ``updated``; see :class:`Activity`."""
        number = next(self._ids["activity"])
        told = Activity(number, at, author, issue, category, added, removed, subject, target)
        for stream in (self.activities, issue.activities):
            insort(stream, told, key=place)
        self.touch(issue.issue_id, at, author)


def place(activity: Activity) -> tuple[int, int]:
    """Where an activity stands in a stream."""
    return activity.at, activity.number


def status_of(issue: Issue) -> str:
    """The status of the story that an issue's state stands for."""
    bundle = issue.project.fields["state"].bundle
    assert bundle is not None
    state = issue.values["state"]
    return next(status for status, element in bundle.elements.items() if element is state)


def _is_kept(project: Project, key: str) -> bool:
    there = project.fields.get(key)
    return there is not None and (there.bundle is None or key in _SHARED_BUNDLES)


def find_user(users: Iterable[Json], name: str) -> Json | None:
    """The user of a database id or a login."""
    return next((user for user in users if name in (user["id"], user["login"])), None)
