"""
What a task itself tells about its history: when it begins and ends, and what it has led to.

``maniphest.search`` knows when a task was created and modified, and what it is like now. On Phorge,
the first transaction has the time of the creation and the last one that of the modification, but
for edits without an effect; each value leads to the next, from that of a task without history to
the task's own.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from flowmart.sources.rows import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowmart.sources.base import Record

_PROJECT_EDGE = 41
# What old transactions call statuses; staging reads them alike.
_OLD_STATUSES = {
    "0": "open", "1": "resolved", "2": "wontfix", "3": "invalid", "4": "duplicate", "5": "spite",
}  # fmt: skip


class _Fields(msgspec.Struct):
    """Of any type: what is odd fits no history."""

    dateCreated: Any = None
    name: Any = None
    status: Any = None
    priority: Any = None
    ownerPHID: Any = None
    points: Any = None


class _Task(msgspec.Struct):
    id: int
    fields: _Fields
    attachments: Any = None


class _Change(msgspec.Struct):
    """A transaction of the frozen method, which writes most numbers as text."""

    transactionID: int | str
    dateCreated: int | str
    transactionType: Any = None
    oldValue: Any = None
    newValue: Any = None
    meta: Any = None


class Evidence(NamedTuple):
    """
    What the search says about a task; values are hashed, as there is one of it for each task.

    :param task_id: the task's number.
    :param created_at: epoch seconds, if it says so.
    :param modified_at: epoch seconds.
    :param values: type of the transactions that change a value -> the value now.
    :param projects: its projects and milestones now.
    """

    task_id: int
    created_at: Any
    modified_at: int
    values: Mapping[str, int]
    projects: int

    @classmethod
    def of(cls, task: Record) -> Evidence:
        """Read it from a landed task."""
        row = read_json(task.payload, _Task)
        fields = row.fields
        now = {
            "title": fields.name,
            "status": _below(fields.status, "value"),
            "priority": _below(fields.priority, "value"),
            "reassign": fields.ownerPHID,
            "points": fields.points,
        }
        return cls(
            row.id,
            fields.dateCreated,
            task.version,
            {kind: hash(_spelled(kind, value)) for kind, value in now.items()},
            _hash_of_set(_members(_below(_below(row.attachments, "projects"), "projectPHIDs"))),
        )

    def fits(self, history: Iterable[Record], default_status: str) -> bool:
        """
        Tell whether a history is what led to the task as it is.

        Transactions since the task was read are passed over: it does not know of them yet.

        :param history: the task's transactions from the frozen method.
        :param default_status: the status that tasks begin in; a status row is written for any
            other one only.
        """
        found = (read_json(record.payload, _Change) for record in history)
        changes = [change for change in found if int(change.dateCreated) <= self.modified_at]
        changes.sort(key=lambda change: int(change.transactionID))
        times = [int(change.dateCreated) for change in changes]
        return (
            bool(times)
            and (min(times), max(times)) == (self.created_at, self.modified_at)
            and self._values_fit(changes, default_status)
            and self._projects_fit(changes)
        )

    def _values_fit(self, changes: list[_Change], default_status: str) -> bool:
        """The default priority is no fixed one, so its first row has nothing to follow."""
        first = {"title": "", "reassign": "", "points": "", "status": default_status}
        latest = {kind: hash(value) for kind, value in first.items()}
        for change in changes:
            kind = str(change.transactionType)
            if kind in self.values:
                old, new = (hash(_spelled(kind, v)) for v in (change.oldValue, change.newValue))
                # A creation in another status may say that there was none before.
                begins = kind == "status" and change.oldValue is None
                if latest.get(kind, old) != old and not begins:
                    return False
                latest[kind] = new
        return all(self.values[kind] == value for kind, value in latest.items())

    def _projects_fit(self, changes: list[_Change]) -> bool:
        projects: set[str] = set()
        for change in changes:
            if isinstance(change.meta, dict) and change.meta.get("edge:type") == _PROJECT_EDGE:
                projects -= _members(change.oldValue)
                projects |= _members(change.newValue)
        return _hash_of_set(projects) == self.projects


def _below(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _spelled(kind: str, value: Any) -> str:
    """The two methods write numbers as text or not, and old transactions statuses as numbers."""
    text = "" if value is None else str(value)
    if kind == "status":
        return _OLD_STATUSES.get(text, text)
    if kind in ("points", "priority"):
        try:
            return f"{Decimal(text).normalize()}"
        except InvalidOperation:
            return text
    return text


def _members(value: Any) -> set[str]:
    """The PHIDs in a list of them, or in an object that is keyed by them."""
    return {str(item) for item in value} if isinstance(value, (list, dict)) else set()


def _hash_of_set(values: set[str]) -> int:
    return hash(frozenset(values))
