"""Projects (v2): boards, their fields, and what stands on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.github.timeline import happen
from local.sandbox.github.truth import truth_of
from local.sandbox.github.values import Node, moment, oid

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore

IN_REVIEW, DONE = "In review", "Done"
STATUSES = ("Backlog", "In progress", "Blocked", IN_REVIEW, DONE)
_COLORS = ("GRAY", "YELLOW", "RED", "BLUE", "GREEN")


def add_board(
    store: GitHubStore, title: str, at: int, creator: Node | None, iterations: list[Node]
) -> Node:
    """
    A board of the organization's, with a status, an estimate and iterations.

    :param iterations: ``id``, ``title``, ``startDate`` and ``duration`` in days of each.
    """
    number = len(store.projects) + 1
    project = store.add(
        "ProjectV2",
        at,
        number=number,
        title=title,
        url=f"{store.organization['url'].replace('.com/', '.com/orgs/')}/projects/{number}",
        closed=False,
        closedAt=None,
        creator=creator,
        owner=store.organization,
        public=False,
        shortDescription=None,
        items=[],
        repositories=[],
        teams=[],
    )
    options = [
        {"id": oid(title, name)[:8], "name": name, "color": color, "description": ""}
        for name, color in zip(STATUSES, _COLORS, strict=True)
    ]
    configuration = {
        "duration": 14,
        "startDay": 1,
        "iterations": iterations[-1:],
        "completedIterations": iterations[:-1],
    }
    project["fields"] = [
        store.add("ProjectV2Field", at, name="Title", dataType="TITLE"),
        store.add(
            "ProjectV2SingleSelectField", at, name="Status", dataType="SINGLE_SELECT",
            options=options,
        ),
        store.add("ProjectV2Field", at, name="Estimate", dataType="NUMBER"),
        store.add(
            "ProjectV2IterationField", at, name="Iteration", dataType="ITERATION",
            configuration=configuration,
        ),
    ]  # fmt: skip
    store.projects.append(project)
    return project


def put_on_board(
    store: GitHubStore, project: Node, item: Node, at: int, actor: Node | None
) -> Node:
    """Put an issue on a board; it has no status there yet."""
    entry = store.add(
        "ProjectV2Item",
        at,
        project=project,
        content=item,
        type="ISSUE" if item["__typename"] == "Issue" else "PULL_REQUEST",
        isArchived=False,
        creator=actor,
        fieldValues=[],
    )
    project["items"].append(entry)
    item["projectItems"].append(entry)
    happen(store, item, "AddedToProjectV2Event", at, actor, project=project, wasAutomated=False)
    return entry


def take_off_board(store: GitHubStore, entry: Node, at: int, actor: Node | None) -> None:
    """Take an issue off a board."""
    project, item = entry["project"], entry["content"]
    project["items"].remove(entry)
    item["projectItems"].remove(entry)
    del store.nodes[entry["id"]]
    truth_of(item).enter("board", None, at)
    happen(store, item, "RemovedFromProjectV2Event", at, actor, project=project, wasAutomated=False)


def move(
    store: GitHubStore,
    entry: Node,
    at: int,
    actor: Node | None,
    status: str,
    *,
    is_automated: bool = False,
) -> None:
    """Move to another status; the first move comes from the empty one."""
    project = entry["project"]
    before = value_of(entry, "Status")
    if before == status:
        return
    field = next(f for f in project["fields"] if f["name"] == "Status")
    option = next(o for o in field["options"] if o["name"] == status)
    truth_of(entry["content"]).enter("board", status, at)
    told = {"name": status, "optionId": option["id"]}
    fill(store, entry, at, "Status", "ProjectV2ItemFieldSingleSelectValue", told, actor)
    happen(
        store,
        entry["content"],
        "ProjectV2ItemStatusChangedEvent",
        at,
        actor,
        project=project,
        previousStatus=before or "",
        status=status,
        wasAutomated=is_automated,
    )


def value_of(entry: Node, field: str) -> Any:
    """What a board says of an issue in a field."""
    found = next((v for v in entry["fieldValues"] if v["field"]["name"] == field), None)
    return found["name"] if found else None


def empty(store: GitHubStore, entry: Node, at: int, field: str) -> None:
    """Empty a field of a board."""
    for value in [v for v in entry["fieldValues"] if v["field"]["name"] == field]:
        entry["fieldValues"].remove(value)
        store.touch(entry, at)


def fill(
    store: GitHubStore,
    entry: Node,
    at: int,
    field: str,
    kind: str,
    value: Node,
    actor: Node | None = None,
) -> None:
    """Fill a field of a board; only that of the status is told in timelines."""
    named = next(f for f in entry["project"]["fields"] if f["name"] == field)
    found = next((v for v in entry["fieldValues"] if v["field"] is named), None)
    if found is None:
        found = store.add(kind, at, field=named, item=entry, creator=actor)
        entry["fieldValues"].append(found)
    found |= value | {"updatedAt": moment(at)}
    store.touch(entry, at)
    store.touch(entry["project"], at)
