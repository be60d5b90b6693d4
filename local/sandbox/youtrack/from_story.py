"""Builds the YouTrack store of a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.company import shapes
from local.sandbox.youtrack.catalog import found_projects
from local.sandbox.youtrack.directory import People, found_boards
from local.sandbox.youtrack.edits import edits_of, last_touched_at
from local.sandbox.youtrack.issues import Issue
from local.sandbox.youtrack.store import YouTrackStore
from local.sandbox.youtrack.truth import TruthTeller
from local.sandbox.youtrack.workflow import change_state

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.company.story import Event, Story
    from local.sandbox.youtrack.catalog import Project
    from local.sandbox.youtrack.edits import Edit

_DAY = 86_400_000
_NOON = _DAY // 2
_LINK_ENDS = {
    "subtask": ("Subtask", "OUTWARD"),
    "parent": ("Subtask", "INWARD"),
    "duplicated_by": ("Duplicate", "OUTWARD"),
    "duplicates": ("Duplicate", "INWARD"),
    "mentions": ("Relates", "BOTH"),
    "mentioned_by": ("Relates", "BOTH"),
}
_DEFAULT_PRIORITY = "90"
_TYPES = ("story", "story", "bug", "bug", "task", "feature", None)
_COMPONENTS = ((), ("backend",), ("backend", "frontend"), ("mobile",))
assert _DEFAULT_PRIORITY in map(str, shapes.PRIORITY_NAMES)


def youtrack_store(story: Story, *, sprint_moves_updated: bool = True) -> YouTrackStore:
    """
    Build the store of a story; the same story gives the same bytes.

    Choices where YouTrack's documentation is silent: first values of fields are no activities, the
    first sprint is one; a move gives a state its id in the new project's bundle without an
    activity.

    :param sprint_moves_updated: whether putting an issue into a sprint moves its ``updated``; a
        third party's connector says that it does not.
    """
    people = People(story)
    projects = found_projects(story)
    boards = found_boards(story, projects, people.listed[0])
    teller = _Teller(story, YouTrackStore(projects, people, boards))
    edits = edits_of(story)
    for edit in edits:
        teller.tell(edit, moves_updated=sprint_moves_updated)
    store = teller.store
    for told in story.issues:
        issue = store.issues[f"2-{told.number}"]
        at = last_touched_at(told, issue.activities[-1].at)
        if at > issue.activities[-1].at:
            store.touch(issue.issue_id, at, issue.updater)
    store.truth = TruthTeller(projects, teller.sprint_ids).tell(edits)
    for told in story.issues:
        if told.is_hidden:
            store.hide(f"2-{told.number}")
    return store


class _Teller:
    """Writes edits into a store."""

    def __init__(self, story: Story, store: YouTrackStore) -> None:
        self.store = store
        self._projects = {project.team_id: project for project in store.projects}
        told = [sprint for team in story.teams for sprint in team.sprints]
        shown = [sprint for board in store.boards for sprint in board["sprints"]]
        self._sprints: dict[str, Json] = {
            one.sprint_id: other for one, other in zip(told, shown, strict=True)
        }
        self.sprint_ids: dict[str, str] = {key: s["id"] for key, s in self._sprints.items()}

    def tell(self, edit: Edit, *, moves_updated: bool) -> None:
        """
        Write an edit.

        :param moves_updated: whether one of the sprint alone moves the issue's ``updated``.
        """
        author = self.store.people.user(edit.actor_id)
        if edit.is_creation:
            self._create(edit, author)
            return
        issue = self.store.issues[f"2-{edit.number}"]
        updated = issue.updated
        for event in edit.events:
            self._tell_event(issue, event, edit.at, author)
        if not moves_updated and {event.field for event in edit.events} == {"sprint"}:
            issue.updated = updated

    def _create(self, edit: Edit, author: Json) -> None:
        first = {event.field: event.new for event in edit.events}
        changes = [e for e in edit.events if e.field == "status" and e.old is not None]
        project = self._projects[first["team"]]
        issue = Issue(
            number=edit.number,
            project=project,
            number_in_project=0,
            created=edit.at,
            updated=edit.at,
            reporter=author,
            updater=author,
            summary=first["title"],
            description=first.get("description"),
        )
        status = "open" if changes else first.get("status", "open")
        values = {
            "state": project.element("state", status),
            "qa_state": project.element("qa_state", "new") if _has(project, "qa_state") else None,
            "priority": project.element("priority", first.get("priority", _DEFAULT_PRIORITY)),
            "assignee": self._user(first.get("assignee")),
            "points": first.get("estimate"),
            **_invented(edit, project),
        }
        issue.values = {k: v for k, v in values.items() if v is not None and _has(project, k)}
        sprint = first.get("sprint")
        if sprint and _has(project, "sprints"):
            issue.values["sprints"] = [project.element("sprints", sprint)]
        self.store.create(issue)
        for event in changes:
            change_state(self.store, issue.issue_id, event.new, edit.at, author)
        if sprint:
            self.store.change_sprint(issue, self._sprints[sprint], edit.at, author)

    def _tell_event(self, issue: Issue, event: Event, at: int, author: Json) -> None:
        store, field, new = self.store, event.field, event.new
        if field == "status":
            change_state(store, issue.issue_id, new, at, author)
        elif field == "team":
            store.move(issue.issue_id, self._projects[new].short_name, at, author)
        elif field == "sprint":
            store.change_sprint(issue, self._sprints.get(new), at, author)
            if _has(issue.project, "sprints"):
                versions = [issue.project.element("sprints", new)] if new else []
                store.set_value(issue, "sprints", versions, at, author)
        elif field == "comment":
            store.comment(issue.issue_id, new, at, author)
        elif field in _LINK_ENDS:
            if other := store.issues.get(f"2-{new}"):
                store.link(issue, _LINK_ENDS[field], other, at, author)
        else:
            self._tell_detail(issue, event, at, author)

    def _tell_detail(self, issue: Issue, event: Event, at: int, author: Json) -> None:
        store, new = self.store, event.new
        if event.field == "title":
            store.change_text(issue, "summary", new, at, author)
            if "components" in issue.values:
                turned = issue.values["components"][1:] or [
                    issue.project.element("components", "mobile")
                ]
                store.set_value(issue, "components", turned, at, author)
        elif event.field == "description":
            store.change_text(issue, "description", new, at, author)
        elif event.field == "priority":
            store.set_value(issue, "priority", issue.project.element("priority", new), at, author)
            if "due" in issue.values:
                store.set_value(issue, "due", _noon(at + 7 * _DAY), at, author)
        elif event.field == "assignee":
            store.set_value(issue, "assignee", self._user(new), at, author)
        elif event.field == "estimate":
            store.set_value(issue, "points", new, at, author)
        elif event.field == "build":
            store.set_value(issue, "build", new, at, author)

    def _user(self, person_id: str | None) -> Json | None:
        return self.store.people.user(person_id) if person_id else None


def _invented(edit: Edit, project: Project) -> Json:
    """First values of fields of which the story does not speak."""
    kind = _TYPES[edit.number % len(_TYPES)]
    names = _COMPONENTS[edit.number % len(_COMPONENTS)]
    return {
        "type": project.element("type", kind) if kind else None,
        "due": _noon(edit.at + 14 * _DAY) if edit.number % 3 == 0 else None,
        "build": f"build {edit.number}" if edit.number % 5 == 0 else None,
        "components": [project.element("components", name) for name in names]
        if names and _has(project, "components")
        else None,
    }


def _has(project: Project, key: str) -> bool:
    return key in project.fields


def _noon(at: int) -> int:
    """12:00 UTC of the day, which is how a date is stored."""
    return at - at % _DAY + _NOON
