"""YouTrack's log: the activities, as the sandbox wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.youtrack.fields import FIELDS
from tests.oracle.flow.history import History, Meaning, Project, Since, Sprint, World, told
from tests.oracle.flow.yandex_tracker import places

if TYPE_CHECKING:
    from local.sandbox.youtrack.issues import Activity, Issue
    from local.sandbox.youtrack.store import YouTrackStore

# By the sandbox's own words for states, which are the same in all projects.
_MEANINGS = {
    "open": Meaning("todo"),
    "progress": Meaning("in_progress"),
    "stalled": Meaning("in_progress", is_waiting=True),
    "resolved": Meaning("done"),
    "wontfix": Meaning("done"),
    "invalid": Meaning("done"),
    "duplicate": Meaning("done"),
}
# Of the states' names, these discard an issue, whatever their case.
_DISCARDING = {"won't fix", "duplicate", "incomplete", "obsolete", "can't reproduce"}


def youtrack_world(store: YouTrackStore) -> World:
    """What the sandbox's YouTrack holds."""
    statuses = {}
    for project in store.projects:
        bundle = project.fields["state"].bundle
        assert bundle is not None
        for word, element in bundle.elements.items():
            meaning = _MEANINGS[word]
            if element["name"].lower() in _DISCARDING:
                meaning = meaning._replace(outcome="discarded")
            statuses[element["id"]] = ((element["id"], element["name"]), meaning)
    return World(
        "youtrack",
        projects={
            f"project:{project.project_id}": Project(
                int(project.project_id.partition("-")[2]),
                project.name,
                (project.project_id, project.short_name, project.name),
            )
            for project in store.projects
        },
        sprints={
            f"sprint:{sprint['id']}": Sprint(
                sprint["start"], sprint["name"], f"project:{board['projects'][0]['id']}"
            )
            for board in store.boards
            for sprint in board["sprints"]
        },
        statuses=statuses,
        histories={issue.issue_id: _history(issue) for issue in store.visible_issues()},
    )


def _history(issue: Issue) -> History:
    created_at = issue.created

    def values(key: str) -> list[Since]:
        changes = [
            (activity.at, _one(activity.removed), _one(activity.added))
            for activity in _of_field(issue, key)
        ]
        return told(created_at, changes, _one(issue.values.get(key)))

    def named(key: str, name: str = "name") -> list[Since]:
        return [Since(at, value and value[name]) for at, value in values(key)]

    moves = [one for one in issue.activities if one.category == "ProjectCategory"]
    projects = told(
        created_at,
        [(m.at, f"project:{m.removed['id']}", f"project:{m.added['id']}") for m in moves],
        f"project:{issue.project.project_id}",
    )
    return History(
        issue.issue_id,
        created_at,
        # A move is no change of the state, though the new project calls it by another id.
        named("state", "id"),
        places(projects, _sprints(issue)),
        {
            "issue_type": [Since(at, name or "default") for at, name in named("type")],
            "priority": named("priority"),
            "estimate": values("points"),
            "assignee": named("assignee", "id"),
            "resolution": [Since(created_at, None)],
        },
    )


def _of_field(issue: Issue, key: str) -> list[Activity]:
    """The changes of a custom field, whatever projects call it."""
    return [
        one
        for one in issue.activities
        if one.category == "CustomFieldCategory"
        and one.subject
        and one.subject["member"] == FIELDS[key].target_member
    ]


def _one(value: Any) -> Any:
    """A value, which activities tell as a list of one."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def _sprints(issue: Issue) -> list[Since]:
    there: set[str] = set()
    told_of = [Since(issue.created, there)]
    for one in issue.activities:
        if one.category == "SprintCategory":
            went, came = ({f"sprint:{s['id']}" for s in told} for told in (one.removed, one.added))
            there = there - went | came
            told_of.append(Since(one.at, there))
    return told_of
