"""The raw shapes of a task's history, each change in both of the API's spellings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]

STATUSES: list[Json] = [
    {"name": "Open", "value": "open", "closed": False, "special": "default"},
    {"name": "In Progress", "value": "progress", "closed": False},
    {"name": "Stalled", "value": "stalled", "closed": False},
    {"name": "Resolved", "value": "resolved", "closed": True, "special": "closed"},
    {"name": "Wontfix", "value": "wontfix", "closed": True},
    {"name": "Invalid", "value": "invalid", "closed": True},
    {"name": "Duplicate", "value": "duplicate", "closed": True, "special": "duplicate"},
]
PRIORITIES: list[Json] = [
    {"name": name, "keywords": [word], "short": short, "color": color, "value": value}
    for name, word, short, color, value in (
        ("Unbreak Now!", "unbreak", "Unbreak!", "pink", 100),
        ("Needs Triage", "triage", "Triage", "violet", 90),
        ("High", "high", "High", "red", 80),
        ("Normal", "normal", "Normal", "orange", 50),
        ("Low", "low", "Low", "yellow", 25),
        ("Wishlist", "wishlist", "Wish", "sky", 0),
    )
]
PRIORITY_NAMES: dict[int, str] = {p["value"]: p["name"] for p in PRIORITIES}

EDGE_PROJECT, EDGE_SUBTASK, EDGE_PARENT = 41, 3, 4
EDGE_MENTIONED_BY, EDGE_MENTIONS = 51, 52
EDGE_HAS_DUPLICATE, EDGE_IS_DUPLICATE_OF = 62, 63
EDGE_NAMES = {
    EDGE_SUBTASK: "task.subtask",
    EDGE_PARENT: "task.parent",
    EDGE_MENTIONED_BY: "mentioned-in",
    EDGE_MENTIONS: "mention",
    EDGE_HAS_DUPLICATE: "task.merged-in",
    EDGE_IS_DUPLICATE_OF: "task.duplicate",
}


def make_phid(kind: str, *parts: object) -> str:
    """
    A PHID that is the same for the same arguments.

    :param kind: its type, such as ``TASK`` or ``XACT-TASK``.
    :param parts: what tells the object from all others of the kind.
    """
    text = "|".join(map(str, (kind, *parts)))
    digest = hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
    return f"PHID-{kind}-{digest[:15] if kind.startswith('XACT') else digest}"


@dataclass(frozen=True)
class Change:
    """
    One change within one edit.

    :param api_type: ``type`` in transaction.search; None for what that method does not explain.
    :param fields: ``fields`` in transaction.search.
    :param legacy_type: ``transactionType`` in maniphest.gettasktransactions.
    :param old: ``oldValue`` there.
    :param new: ``newValue`` there.
    :param title: the sentence about it, without its author.
    :param meta: ``meta`` there, beyond what each row has.
    :param comment: the comment's text.
    """

    api_type: str | None
    legacy_type: str
    title: str
    fields: Json = field(default_factory=dict)
    old: Any = None
    new: Any = None
    meta: Json = field(default_factory=dict)
    comment: str | None = None

    @property
    def is_move(self) -> bool:
        """Whether it moves a task on a workboard."""
        return self.legacy_type == "core:columns"


def _old_new(api_type: str, legacy_type: str, title: str, old: Any, new: Any) -> Change:
    return Change(api_type, legacy_type, title, {"old": old, "new": new}, old, new)


def created() -> Change:
    """The row that every task begins with."""
    return Change("create", "core:create", "created this task.")


def title(old: str, new: str) -> Change:
    """A new title; ``old`` is empty at creation."""
    return _old_new("title", "title", "renamed this task.", old, new)


def description(old: str, new: str) -> Change:
    """A new description; ``old`` is empty at creation."""
    return _old_new("description", "description", "updated the task description.", old, new)


def status(old: str | None, new: str) -> Change:
    """Another status."""
    return _old_new("status", "status", f'changed the task status to "{new}".', old, new)


def owner(old: str | None, new: str | None) -> Change:
    """Another assignee, or none."""
    return _old_new("owner", "reassign", "changed the assignee.", old, new)


def points(old: float | None, new: float | None) -> Change:
    """Another estimate, or none."""
    return _old_new("points", "points", "changed the point value for this task.", old, new)


def priority(old: int, new: int) -> Change:
    """Another priority: named in the one spelling, digits as text in the other."""
    named = {
        key: {"value": value, "name": PRIORITY_NAMES[value]}
        for key, value in (("old", old), ("new", new))
    }
    text = f'changed the priority to "{PRIORITY_NAMES[new]}".'
    return Change("priority", "priority", text, named, str(old), str(new))


def comment(text: str) -> Change:
    """A comment."""
    return Change("comment", "core:comment", "added a comment.", comment=text)


def _operations(added: list[str], removed: list[str]) -> Json:
    operations = [{"operation": "add", "phid": phid} for phid in added]
    return {"operations": operations + [{"operation": "remove", "phid": p} for p in removed]}


def subscribers(before: list[str], added: list[str]) -> Change:
    """More subscribers; the legacy spelling repeats those who were there."""
    return Change(
        "subscribers",
        "core:subscribers",
        "added subscribers.",
        _operations(added, []),
        list(before),
        [*before, *added],
    )


def projects(added: list[str], removed: list[str], *, as_map: bool = False) -> Change:
    """
    Projects and milestones put on or taken off.

    :param as_map: spell the legacy values as maps keyed by PHID, as rows of old versions are.
    """
    old, new = (_edge_values(phids, EDGE_PROJECT, as_map) for phids in (removed, added))
    meta = {"edge:type": EDGE_PROJECT}
    fields = _operations(added, removed)
    return Change("projects", "core:edge", "edited projects.", fields, old, new, meta)


def edge(
    edge_type: int, added: list[str], *, removed: Sequence[str] = (), as_map: bool = False
) -> Change:
    """An edge to other tasks, which transaction.search does not explain."""
    old, new = (_edge_values(list(phids), edge_type, as_map) for phids in (removed, added))
    meta = {"edge:type": edge_type}
    return Change(None, "core:edge", "edited related tasks.", {}, old, new, meta)


def unblock(subtask: str, old: str, new: str) -> Change:
    """A subtask was closed or opened again, which transaction.search does not explain."""
    title = "closed a subtask." if old == "open" else "changed the status of a subtask."
    return Change(None, "unblock", title, {}, {subtask: old}, {subtask: new})


def _edge_values(phids: list[str], edge_type: int, as_map: bool) -> list[str] | Json:
    if as_map and phids:
        return {phid: {"dst": phid, "type": edge_type, "data": []} for phid in phids}
    return list(phids)


def column(board: str, new: str, old: str) -> Change:
    """A move on a workboard, which transaction.search does not explain."""
    moved = {
        "columnPHID": new,
        "beforePHIDs": [],
        "afterPHIDs": [],
        "boardPHID": board,
        "fromColumnPHIDs": {old: old},
    }
    return Change(None, "core:columns", "moved this task on the board.", {}, None, [moved])


def custom_field(key: str, old: Any, new: Any) -> Change:
    """Another value of a custom field, which transaction.search does not explain."""
    meta = {"customfield:key": f"std:maniphest:{key}"}
    return Change(None, "core:customfield", f"changed {key}.", {}, old, new, meta)
