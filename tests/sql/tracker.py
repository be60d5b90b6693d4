"""A Phabricator of the test's own: tasks and histories in the form of its two history calls."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.records import make_record, payload_of

if TYPE_CHECKING:
    from flowmart.sources.base import Record

DAY = 86_400
START = 1_767_225_600  # 2026-01-01T00:00:00Z, day 0


def at(day: float) -> int:
    """The epoch second of a day, counted from 2026-01-01."""
    return round(START + day * DAY)


def phid(kind: str, name: object) -> str:
    """An id that tells what it is."""
    return f"PHID-{kind}-{name}"


@dataclass
class Tracker:
    """
    Holds what the API would answer; times are days since 2026-01-01.

    Projects: 1 `Alpha` (a workboard: Backlog, Doing, Done) and 2 `Beta` (no workboard). People: ann
    and bob. Statuses: open, progress, stalled, resolved, duplicate and the unmapped `limbo`.
    """

    streams: dict[str, dict[str, Record]] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        for name in ("ann", "bob"):
            self.user(name)
        for status, closed in (
            ("open", False),
            ("progress", False),
            ("stalled", False),
            ("resolved", True),
            ("duplicate", True),
            ("limbo", False),
        ):
            self.status(status, closed)
        self.project(1, "Alpha")
        self.project(2, "Beta")
        for position, name in enumerate(("Backlog", "Doing", "Done")):
            self.column(name, board=1, position=position)

    def put(self, stream: str, record: Record) -> None:
        """Keep a record; a later one of the same id replaces it."""
        self.streams.setdefault(stream, {})[record.record_id] = record

    def user(self, name: str, *roles: str) -> None:
        """An account."""
        fields = {"username": name, "realName": name.title(), "roles": [*roles, "activated"]}
        self._snapshot("users", phid("USER", name), 0, fields)

    def status(self, value: str, closed: bool, name: str | None = None) -> None:
        """A status; `open` is the default."""
        payload = {"value": value, "name": name or value.title(), "closed": closed}
        if value == "open":
            payload["special"] = "default"
        if value == "duplicate":
            payload["special"] = "duplicate"
        self.put("statuses", make_record(value, None, 0, payload))

    def priority(self, value: int, name: str) -> None:
        """A priority that the server lists."""
        record = make_record(str(value), None, 0, {"value": value, "name": name})
        self.put("priorities", record)

    def project(
        self,
        number: int,
        name: str,
        *,
        parent: int | None = None,
        milestone: int | None = None,
        version: int = 0,
    ) -> None:
        """A project, or a milestone of its parent."""
        up = None if parent is None else {"id": parent, "phid": phid("PROJ", parent), "name": "?"}
        fields = {
            "name": name,
            "slug": name.lower(),
            "milestone": milestone,
            "parent": up,
            "status": "active",
            "dateCreated": START,
            "dateModified": START + version,
        }
        above = [] if up is None else [up, *self._ancestors(parent)]
        attachments = {"ancestors": {"ancestors": above}}
        self._snapshot(
            "projects", phid("PROJ", number), version, fields, id=number, attachments=attachments
        )

    def _ancestors(self, number: int | None) -> list[Any]:
        record = self.streams["projects"].get(phid("PROJ", number))
        ancestors: list[Any] = (
            payload_of(record)["attachments"]["ancestors"]["ancestors"] if record else []
        )
        return ancestors

    def column(
        self,
        name: str,
        *,
        board: int,
        position: int,
        proxy: int | None = None,
        version: int = 0,
        hidden: bool = False,
    ) -> None:
        """A column of a project's workboard; the first one is the default."""
        fields = {
            "name": name,
            "project": {"id": board, "phid": phid("PROJ", board), "name": "?"},
            "sequence": position,
            "isDefaultColumn": position == 0,
            "isHidden": hidden,
            "proxyPHID": None if proxy is None else phid("PROJ", proxy),
        }
        self._snapshot("columns", phid("PCOL", f"{board}-{position}"), version, fields)

    def task(
        self,
        number: int,
        *,
        created: float = 0,
        status: str = "open",
        version: int = 0,
        projects: tuple[int | str, ...] = (),
        columns: dict[int, int | tuple[int, ...]] | None = None,
        closed: float | None = None,
        **fields: Any,
    ) -> None:
        """A task as it is now; columns: board -> position of its column there, or of several."""
        boards = {}
        for board, found in (columns or {}).items():
            positions = found if isinstance(found, tuple) else (found,)
            shown = [{"phid": phid("PCOL", f"{board}-{p}"), "name": "?"} for p in positions]
            boards[phid("PROJ", board)] = {"columns": shown}
        payload = {
            "id": number, "phid": phid("TASK", number),
            "fields": {"name": f"Task {number}", "status": {"value": status, "name": "?"},
                       "priority": {"value": 50, "name": "Normal"}, "points": None,
                       "subtype": "default", "authorPHID": phid("USER", "ann"), "ownerPHID": None,
                       "dateCreated": at(created), "dateModified": at(created) + version,
                       "dateClosed": None if closed is None else at(closed), **fields},
            "attachments": {"projects": {"projectPHIDs": [phid("PROJ", p) for p in projects]},
                            "columns": {"boards": boards or []}},
        }  # fmt: skip
        self.put("tasks", make_record(phid("TASK", number), None, version, payload))

    def event(
        self,
        task: int,
        day: float,
        kind: str | None,
        fields: dict[str, Any] | None = None,
        *,
        older: dict[str, Any] | None = None,
        actor: str = "PHID-USER-bob",
        group: str | None = None,
        number: int | None = None,
    ) -> int:
        """A transaction; `older` is what only the older call tells about it."""
        number = number or next(self._ids)
        xact = phid("XACT", f"TASK-{number}")
        payload = {
            "id": number,
            "phid": xact,
            "type": kind,
            "authorPHID": actor,
            "objectPHID": phid("TASK", task),
            "dateCreated": at(day),
            "groupID": group or f"g{number}",
            "comments": [],
            "fields": fields or {},
        }
        self.put("transactions", make_record(xact, phid("TASK", task), at(day), payload))
        if older:
            legacy = {
                "taskID": str(task),
                "transactionID": str(number),
                "transactionPHID": xact,
                "oldValue": None,
                "newValue": None,
                "meta": [],
                "authorPHID": actor,
                "dateCreated": str(at(day)),
                **older,
            }
            self.put("task_transactions", make_record(xact, phid("TASK", task), at(day), legacy))
        return number

    def moves(self, task: int, *steps: tuple[float, str], first: str | None = "open") -> None:
        """Status changes: (day, status it leads to)."""
        before = first
        for day, status in steps:
            self.event(task, day, "status", {"old": before, "new": status})
            before = status

    def joins(
        self,
        task: int,
        day: float,
        *projects: int | str,
        leaves: tuple[int, ...] = (),
        group: str | None = None,
    ) -> None:
        """One edit of the projects."""
        operations = [{"operation": "add", "phid": phid("PROJ", p)} for p in projects]
        operations += [{"operation": "remove", "phid": phid("PROJ", p)} for p in leaves]
        self.event(task, day, "projects", {"operations": operations}, group=group)

    def drags(
        self,
        task: int,
        day: float,
        board: int,
        to: int,
        *origins: int | None,
        group: str | None = None,
    ) -> None:
        """A move out of columns to another, which the newer call shows without detail."""
        left = {phid("PCOL", f"{board}-{p}"): "?" for p in origins if p is not None}
        move = {
            "boardPHID": phid("PROJ", board),
            "columnPHID": phid("PCOL", f"{board}-{to}"),
            "fromColumnPHIDs": left or [],
        }
        self.event(
            task,
            day,
            None,
            older={"transactionType": "core:columns", "newValue": [move]},
            group=group,
        )

    def edge(self, task: int, day: float, kind: int, old: Any, new: Any) -> None:
        """An edge that the newer call shows without detail."""
        self.event(
            task,
            day,
            None,
            older={
                "transactionType": "core:edge",
                "oldValue": old,
                "newValue": new,
                "meta": {"edge:type": kind},
            },
        )

    def _snapshot(
        self, stream: str, record_id: str, version: int, fields: dict[str, Any], **more: Any
    ) -> None:
        payload = {"phid": record_id, "fields": fields, **more}
        self.put(stream, make_record(record_id, None, version, payload))

    def records(self) -> dict[str, list[Record]]:
        """Everything, as streams of records."""
        return {stream: list(records.values()) for stream, records in self.streams.items()}


def instant(day: float) -> datetime:
    """A day, counted from 2026-01-01, as a time."""
    return datetime.fromtimestamp(at(day), UTC)


def day_of(instant: datetime | None) -> float | None:
    """The inverse of :func:`at`."""
    return None if instant is None else (instant.timestamp() - START) / DAY
