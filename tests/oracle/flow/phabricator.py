"""Phabricator's log: the rows of the frozen method, as the sandbox wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store

_PROJECT_EDGE, _SUBTASK_EDGE, _PARENT_EDGE = 41, 3, 4
_DISCARDED = Meaning("done", outcome="discarded")
_MEANINGS = {
    "open": Meaning("todo"),
    "progress": Meaning("in_progress"),
    "stalled": Meaning("in_progress", is_waiting=True),
    "resolved": Meaning("done"),
    "wontfix": _DISCARDED,
    "invalid": _DISCARDED,
    "duplicate": _DISCARDED,
}


def phabricator_world(store: Store) -> World:
    """What the sandbox's Phabricator holds."""
    rows = [(project["phid"], project["id"], project["fields"]) for project in store.projects]
    names = {row["value"]: row["name"] for row in store.priorities}
    return World(
        "phabricator",
        projects={
            phid: Project(number, fields["name"], (phid, fields["slug"], fields["name"]))
            for phid, number, fields in rows
            if not fields["milestone"]
        },
        sprints={
            phid: Sprint(number, fields["name"], fields["parent"]["phid"])
            for phid, number, fields in rows
            if fields["milestone"]
        },
        statuses={key: ((key,), meaning) for key, meaning in _MEANINGS.items()},
        histories={
            task["phid"]: _history(task, store.legacy[task["id"]], names)
            for task in store.visible_tasks()
        },
        people=frozenset(_people(store)),
    )


def _people(store: Store) -> set[str]:
    """Accounts that are no bots, those that are gone as well."""
    actors = {row["authorPHID"] for row in store.transactions}
    bots = {user["phid"] for user in store.users if "bot" in user["fields"]["roles"]}
    return {phid for phid in actors if phid.startswith("PHID-USER-")} - bots


def _history(task: Json, rows: list[Json], priority_names: dict[int, str]) -> History:
    fields = task["fields"]
    created_at = fields["dateCreated"] * 1000

    def changes(kind: str) -> list[tuple[int, Any, Any]]:
        return [
            (int(row["dateCreated"]) * 1000, row["oldValue"], row["newValue"])
            for row in rows
            if row["transactionType"] == kind
        ]

    return History(
        task["phid"],
        created_at,
        _statuses(created_at, rows, fields["status"]["value"]),
        list(_places(created_at, rows, task["attachments"]["projects"]["projectPHIDs"])),
        {
            "issue_type": told(created_at, changes("core:subtype"), fields["subtype"]),
            "priority": [
                Since(at, priority_names[int(value)])
                for at, value in told(created_at, changes("priority"), fields["priority"]["value"])
            ],
            "estimate": [
                Since(at, None if value is None else float(value))
                for at, value in told(created_at, changes("points"), fields["points"])
            ],
            "assignee": told(created_at, changes("reassign"), fields["ownerPHID"]),
            "resolution": [Since(created_at, None)],
        },
        {
            "custom:acme.story": marked(told(created_at, list(_stories(rows)), None)),
            "subtask": linked(_edges(rows, _SUBTASK_EDGE)),
            "parent": linked(_edges(rows, _PARENT_EDGE)),
        },
        fields["authorPHID"],
        [Since(int(row["dateCreated"]) * 1000, row["authorPHID"]) for row in rows],
    )


def _stories(rows: list[Json]) -> Iterator[tuple[int, Any, Any]]:
    for row in rows:
        if row["meta"] and row["meta"].get("customfield:key") == "std:maniphest:acme.story":
            yield int(row["dateCreated"]) * 1000, row["oldValue"], row["newValue"]


def _statuses(created_at: int, rows: list[Json], now: str) -> list[Since]:
    """What is written with the creation is what the task began with."""
    steps = [row for row in rows if row["transactionType"] == "status"]
    if not steps:
        return [Since(created_at, now)]
    is_birth = bool(steps[0]["meta"] and steps[0]["meta"].get("core.create"))
    first = [] if is_birth else [Since(created_at, steps[0]["oldValue"])]
    return [*first, *(Since(int(row["dateCreated"]) * 1000, row["newValue"]) for row in steps)]


def _places(created_at: int, rows: list[Json], now: list[str]) -> Iterator[Since]:
    """A task is born without projects; those of which no row speaks it always had."""
    edits = list(_edges(rows, _PROJECT_EDGE))
    there = set(now) - {phid for _, went, came in edits for phid in went | came}
    yield Since(created_at, frozenset(there))
    for at, went, came in edits:
        there = (there - went) | came
        yield Since(at, frozenset(there))


def _edges(rows: list[Json], kind: int) -> Iterator[tuple[int, set[str], set[str]]]:
    for row in rows:
        if row["meta"] and row["meta"].get("edge:type") == kind:
            yield int(row["dateCreated"]) * 1000, set(row["oldValue"]), set(row["newValue"])
