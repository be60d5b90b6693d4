"""YouTrack's log: the activities, as the sandbox wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.youtrack.fields import FIELDS
from tests.oracle.flow.history import (
    History,
    Meaning,
    Project,
    Since,
    Sprint,
    World,
    linked,
    marked,
    told,
)
from tests.oracle.flow.yandex_tracker import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.youtrack.issues import Activity, Issue
    from local.sandbox.youtrack.store import YouTrackStore

_EVER = 2**62
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
    statuses: dict[str, tuple[tuple[str, ...], Meaning]] = {}
    for project in store.projects:
        bundle = project.fields["state"].bundle
        assert bundle is not None
        for word, element in bundle.elements.items():
            meaning = _MEANINGS[word]
            if element["name"].lower() in _DISCARDING:
                meaning = meaning._replace(outcome="discarded")
            statuses[element["id"]] = ((element["id"], element["name"]), meaning)
    sprints = {
        f"sprint:{sprint['id']}": Sprint(
            sprint["start"],
            sprint["name"],
            f"project:{board['projects'][0]['id']}",
            sprint["start"],
            sprint["finish"],
        )
        for board in store.boards
        for sprint in board["sprints"]
    }
    shown_on = {key: str(sprint.project_id) for key, sprint in sprints.items()}
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
        sprints=sprints,
        statuses=statuses,
        histories={issue.issue_id: _history(issue, shown_on) for issue in store.visible_issues()},
        people=frozenset(user["id"] for user in store.people.known),
    )


def _history(issue: Issue, shown_on: dict[str, str]) -> History:
    """
    An issue.

    :param shown_on: sprint -> the project whose issues its board shows.
    """
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
        _statuses(issue, moves),
        [Since(at, _shown(there, shown_on)) for at, there in places(projects, _sprints(issue))],
        {
            "issue_type": [Since(at, name or "default") for at, name in named("type")],
            "priority": named("priority"),
            "estimate": values("points"),
            "assignee": named("assignee", "id"),
            "resolution": [Since(created_at, None)],
        },
        {
            "priority": marked(named("priority") if _of_field(issue, "priority") else []),
            "tag": list(_tags(issue)),
            "link:parent for": linked(_links(issue, "parent for")),
            "parent": linked(_links(issue, "subtask of")),
        },
        issue.reporter["id"],
        [Since(one.at, one.author["id"]) for one in issue.activities if not _is_hidden(one)],
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


def _statuses(issue: Issue, moves: list[Activity]) -> list[Since]:
    """
    A move brings a state of the new project, and writes no change of the state.

    What it is, the next change tells (or today's state, if none comes). Where a project was left
    before the state changed in it, nothing tells what it was called there: then a state goes on,
    and the first that is told has always been. A change of state in the move's own edit starts from
    the state in the project before.
    """
    changes = _of_field(issue, "state")
    begins = [(issue.created, 0), *((move.at, move.number) for move in moves)]
    ends = [*begins[1:], (_EVER, 0)]
    statuses: list[Since] = []
    for begin, end in zip(begins, ends, strict=True):
        inside = [one for one in changes if begin <= (one.at, one.number) < end]
        if inside:
            first = _one(inside[0].removed)["id"]
        elif end[0] == _EVER:
            first = issue.values["state"]["id"]
        else:
            continue
        if not (statuses and inside and inside[0].at == begin[0]):
            statuses.append(Since(begin[0] if statuses else issue.created, first))
        statuses += [Since(one.at, _one(one.added)["id"]) for one in inside]
    return statuses


def _sprints(issue: Issue) -> list[Since]:
    there: set[str] = set()
    told_of = [Since(issue.created, there)]
    for one in issue.activities:
        if one.category == "SprintCategory":
            went, came = ({f"sprint:{s['id']}" for s in told} for told in (one.removed, one.added))
            there = there - went | came
            told_of.append(Since(one.at, there))
    return told_of


def _tags(issue: Issue) -> Iterator[Since]:
    there: set[str] = set()
    for one in issue.activities:
        if one.category == "TagsCategory":
            went, came = ({tag["name"] for tag in told} for told in (one.removed, one.added))
            there = there - went | came
            yield Since(one.at, frozenset(there))


def _is_hidden(activity: Activity) -> bool:
    """Whether it only links issues that the reader does not see."""
    if activity.category != "LinksCategory":
        return False
    return all(other.is_hidden for told in (activity.removed, activity.added) for other in told)


def _links(issue: Issue, phrase: str) -> Iterator[tuple[int, set[str], set[str]]]:
    for one in issue.activities:
        if one.category == "LinksCategory" and one.subject and one.subject["member"] == phrase:
            went, came = (
                {other.issue_id for other in told if not other.is_hidden}
                for told in (one.removed, one.added)
            )
            yield one.at, went, came


def _shown(there: frozenset[str], shown_on: dict[str, str]) -> frozenset[str]:
    """Without sprints whose board does not show the issue's project; of that nothing is written."""
    return frozenset(place for place in there if shown_on.get(place, place) in there)
