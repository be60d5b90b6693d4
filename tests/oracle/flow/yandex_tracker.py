"""Yandex Tracker's log: the changelogs, as the sandbox wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.yandex_tracker.vocabulary import STATUSES
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.yandex_tracker.issue import Issue
    from local.sandbox.yandex_tracker.organization import Organization
    from local.sandbox.yandex_tracker.store import TrackerStore

_MEANINGS = {
    "new": Meaning("todo"),
    "paused": Meaning("in_progress", is_waiting=True),
    "inProgress": Meaning("in_progress"),
    "done": Meaning("done"),
    "cancelled": Meaning("done", outcome="discarded"),
}
_DISCARDING = frozenset({"wontFix", "invalid", "duplicate", "later"})


def yandex_tracker_world(store: TrackerStore) -> World:
    """What the sandbox's Tracker holds."""
    organization = store.organization
    queues = list(organization.queues.values())
    return World(
        "yandex_tracker",
        projects={
            f"queue:{queue.id}": Project(
                int(queue.id), queue.name, (queue.id, queue.key, queue.name)
            )
            for queue in queues
        },
        sprints={
            f"sprint:{sprint.id}": Sprint(
                int(sprint.id), sprint.name, None, sprint.starts_at, sprint.ends_at
            )
            for sprint in organization.sprints.values()
        },
        statuses={
            term.id: ((term.id, key, term.en), _MEANINGS[term.type])
            for key, term in STATUSES.items()
        },
        histories={issue.id: _history(issue, organization) for issue in store.visible()},
        discarding=_DISCARDING,
        people=frozenset(organization.uid_of.values()),
    )


def _history(issue: Issue, organization: Organization) -> History:
    def values(name: str) -> list[Since]:
        changes = [
            (entry.at, before, after)
            for entry in issue.changelog
            for field, before, after in entry.fields
            if field == name
        ]
        if changes and changes[0][0] == issue.created_at and changes[0][1] is None:
            return [Since(at, after) for at, _, after in changes]
        return told(issue.created_at, changes, issue.fields.get(name))

    def keys(name: str) -> list[Since]:
        return [Since(at, None if ref is None else ref.id) for at, ref in values(name)]

    queues = [Since(at, f"queue:{organization.queues[key].id}") for at, key in keys("queue")]
    sprints = [
        Since(at, {f"sprint:{ref.id}" for ref in refs or ()}) for at, refs in values("sprint")
    ]
    return History(
        issue.id,
        issue.created_at,
        [Since(at, STATUSES[key].id) for at, key in keys("status")],
        places(queues, sprints),
        {
            "issue_type": keys("type"),
            "priority": keys("priority"),
            "estimate": values("storyPoints"),
            "assignee": keys("assignee"),
            "resolution": keys("resolution"),
        },
        {
            "priority": marked(keys("priority")),
            "subtask": linked(_links(issue, "outward")),
            "parent": linked(_links(issue, "inward")),
        },
        issue.created_by,
        [Since(entry.at, entry.author) for entry in issue.changelog],
    )


def _links(issue: Issue, direction: str) -> Iterator[tuple[int, set[str], set[str]]]:
    for entry in issue.changelog:
        link = entry.link
        if link and (link.type, link.direction) == ("subtask", direction):
            yield entry.at, set(), {link.other}


def places(projects: list[Since], sprints: list[Since]) -> list[Since]:
    """The project and the sprints at each moment at which one of them changed."""
    moments = sorted({at for at, _ in projects} | {at for at, _ in sprints})

    def at(values: list[Since], moment: int) -> Any:
        return [value for since, value in values if since <= moment][-1]

    return [Since(m, frozenset({at(projects, m)} | at(sprints, m))) for m in moments]
