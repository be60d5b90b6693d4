"""A Yandex Tracker of the test's own, in the shapes that the API's documentation shows."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from flowmart.transform.runner import BatchContext
from tests.records import make_record

if TYPE_CHECKING:
    from flowmart.sources.base import Record
    from tests.sql.warehouse import Warehouse

Json = dict[str, Any]

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = 86_400
INSTANCE = "yandex_tracker"
ANN, BOB = "8000000000000001", "8000000000000002"

# id -> key, name and type; ids are no ranks, and keys are no ids.
STATUSES = {
    "1": ("open", "Open", "new"),
    "3": ("inProgress", "In progress", "inProgress"),
    "5": ("needInfo", "Need info", "paused"),
    "8": ("closed", "Closed", "done"),
    "2": ("rejected", "Rejected", "cancelled"),
    "77": ("limbo", "Limbo", None),
}


def at(day: float, hours_east: float = 0) -> str:
    """A day since 2026-01-01T00:00Z as the API writes it, in a zone so far east."""
    instant = (START + timedelta(days=day)).astimezone(timezone(timedelta(hours=hours_east)))
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}{instant:%z}"


def instant(day: float) -> datetime:
    """A day since 2026-01-01T00:00Z."""
    return START + timedelta(days=day)


def day_of(instant: datetime | None) -> float | None:
    """The inverse of :func:`at`."""
    return None if instant is None else (instant - START).total_seconds() / DAY


def issue_id(number: int) -> str:
    """The immutable id of an issue."""
    return f"{number:024x}"


def user(uid: str) -> Json:
    """A reference to an account."""
    return {"self": f"https://tracker.test/v3/users/{uid}", "id": uid, "display": "Somebody"}


def status(status_id: str) -> Json:
    """A reference to a status; a deleted one has no key."""
    key, name, _ = STATUSES.get(status_id, (None, "Deleted", None))
    return {"id": status_id, "display": name} | ({"key": key} if key else {})


def queue(number: int, key: str) -> Json:
    """A reference to a queue."""
    return {"id": str(number), "key": key, "display": f"Queue {key}"}


def sprint(number: int) -> Json:
    """A reference to a sprint."""
    return {"id": str(number), "display": f"Sprint {number}"}


CORE, OPS = queue(3, "CORE"), queue(5, "OPS")


@dataclass
class Tracker:
    """
    Holds what the API would answer; times are days since 2026-01-01.

    Queues: 3 `CORE` and 5 `OPS`. People: ann and bob.
    """

    streams: dict[str, dict[str, Record]] = field(default_factory=dict)
    _entries: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        for uid, login in ((ANN, "ann"), (BOB, "bob")):
            self.put("users", uid, {"uid": int(uid), "login": login, "display": login.title(),
                                    "dismissed": False})  # fmt: skip
        for number, key in ((3, "CORE"), (5, "OPS")):
            self.put("queues", str(number), {"id": number, "key": key, "name": f"Team {key}"})
        self.statuses({status_id: name for status_id, (_, name, _) in STATUSES.items()})

    def put(
        self,
        stream: str,
        record_id: str,
        payload: Json,
        parent: str | None = None,
        version: int = 0,
    ) -> None:
        """Keep a record; a later one of the same id replaces it."""
        record = make_record(record_id, parent, version, payload)
        self.streams.setdefault(stream, {})[record_id] = record

    def statuses(self, names: dict[str, str], version: int = 0) -> None:
        """The statuses, named in somebody's language."""
        for status_id, name in names.items():
            key, _, kind = STATUSES[status_id]
            payload = {"id": int(status_id), "key": key, "name": name} | (
                {"type": kind} if kind else {}
            )
            self.put("statuses", status_id, payload, version=version)

    def board(self, number: int, name: str, selects: Any = None) -> None:
        """A board, and the queues whose issues it selects."""
        selection = {"queue": selects} if selects else {}
        self.put("boards", str(number), {"id": number, "name": name, "filter": selection})

    def add_sprint(self, number: int, name: str, board: int, **more: Any) -> None:
        """A sprint of a board."""
        payload = {"id": number, "name": name, "status": "in_progress", "archived": False,
                   "board": {"id": str(board), "display": "?"}, "createdAt": at(-5)}  # fmt: skip
        self.put("sprints", str(number), payload | more)

    def issue(
        self, number: int, *, key: str | None = None, created: str = at(0), now: str = "1",
        version: int = 1, **members: Any,
    ) -> None:  # fmt: skip
        """An issue as it is now; `now` is its status."""
        payload = {
            "id": issue_id(number), "key": key or f"CORE-{number}", "version": version,
            "summary": f"Issue {number}", "queue": CORE, "status": status(now),
            "type": {"id": "2", "key": "task", "display": "Задача"},
            "priority": {"id": "3", "key": "normal", "display": "Средний"},
            "createdBy": user(ANN), "createdAt": created, "updatedAt": created, **members,
        }  # fmt: skip
        self.put("issues", issue_id(number), payload, version=version)

    def entry(
        self, issue: int, when: str | float, kind: str, *fields: tuple[str, Any, Any],
        entry_id: str | None = None, actor: str = BOB, **more: Any,
    ) -> str:  # fmt: skip
        """An entry of the changelog: (field, from, to) for each field, in the order given."""
        entry_id = entry_id or f"{next(self._entries):024x}"
        payload: Json = {
            "id": entry_id, "issue": {"id": issue_id(issue), "key": "OLD-1"},
            "updatedAt": when if isinstance(when, str) else at(when), "updatedBy": user(actor),
            "type": kind, "transport": "front",
            "fields": [{"field": {"id": name, "display": "Поле"}, "from": old, "to": new}
                       for name, old, new in fields],
            **more,
        }  # fmt: skip
        self.put("changelog", entry_id, payload, parent=issue_id(issue))
        return entry_id

    def creation(self, issue: int, when: str | float = 0, first: str = "1", **more: Any) -> None:
        """The entry that begins a changelog."""
        self.entry(issue, when, "IssueCreated", ("status", None, status(first)), actor=ANN, **more)

    def moves(self, issue: int, *steps: tuple[float, str], first: str = "1") -> None:
        """Transitions: (day, status it leads to). The status is never the first field."""
        before = first
        for day, after in steps:
            self.entry(issue, day, "IssueWorkflow",
                       ("statusStartTime", at(0), at(day)),
                       ("status", status(before), status(after)))  # fmt: skip
            before = after

    def into(self, warehouse: Warehouse, context: BatchContext | None = None) -> None:
        """Land, build and publish everything."""
        streams = {stream: list(records.values()) for stream, records in self.streams.items()}
        warehouse.run(streams, context or BatchContext(), INSTANCE)


def issue_key(number: int) -> str:
    """The key of an issue in the marts."""
    return f"{INSTANCE}:{issue_id(number)}"


def of(number: int) -> str:
    """The condition that a mart's rows belong to an issue."""
    return f"issue_key = '{issue_key(number)}'"
