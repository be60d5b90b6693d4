"""Made-up Phabricator history at any size, as rows of raw tables."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = tuple[Any, ...]

INSTANCE = "phabricator"
STATUSES = {"open": False, "progress": False, "stalled": False, "resolved": True}
_STEPS = ("progress", "stalled", "progress", "resolved", "open")
_TEAMS = 20
_PEOPLE = 200
_STEP_SECONDS = 7_200
_START = datetime(2025, 1, 1, tzinfo=UTC)
_SPREAD = timedelta(days=400)


def snapshots(landed_at: datetime) -> dict[str, Iterator[Row]]:
    """The streams that are fetched whole: projects, columns, users and statuses."""
    return {
        "projects": _snapshot("PROJ", _TEAMS, landed_at, slug="team"),
        "columns": iter(()),
        "users": _snapshot("USER", _PEOPLE, landed_at, roles=["activated"]),
        "statuses": (
            _row(status, None, 0, _status(status, closed), landed_at)
            for status, closed in STATUSES.items()
        ),
    }


def task_id(number: int) -> str:
    """The id of a task."""
    return _phid("TASK", number)


def tasks(numbers: range, transitions: int, landed_at: datetime) -> Iterator[Row]:
    """
    Tasks as they are after their last transition.

    :param numbers: their numbers.
    :param transitions: changes of status that tasks have seen; every tenth saw one less.
    :param landed_at: when they were fetched; part of their version.
    """
    for number in numbers:
        created = _created(number)
        seen = _seen(number, transitions)
        changed = created + seen * _STEP_SECONDS
        status = _status_after(seen)
        fields = {
            "name": f"Task {number} of a team that writes titles of some length",
            "status": {"value": status, "name": status.title()},
            "priority": {"value": 50, "name": "Normal"},
            "points": number % 8,
            "subtype": "default",
            "authorPHID": _phid("USER", number % _PEOPLE),
            "ownerPHID": _phid("USER", (number + 7) % _PEOPLE),
            "dateCreated": created,
            "dateModified": changed,
            "dateClosed": changed if status == "resolved" else None,
            "description": {"raw": "As a user I want this to be done. " * 20},
        }
        attachments = {
            "projects": {"projectPHIDs": [_phid("PROJ", number % _TEAMS)]},
            "columns": {"boards": []},
        }
        phid = task_id(number)
        payload = {"id": number, "phid": phid, "fields": fields, "attachments": attachments}
        yield _row(phid, None, int(landed_at.timestamp()), payload, landed_at)


def transactions(numbers: range, transitions: int, landed_at: datetime) -> Iterator[Row]:
    """The status changes of tasks, as the newer of the two history calls tells them."""
    for number in numbers:
        before, at = "open", _created(number)
        for step in range(1, _seen(number, transitions) + 1):
            at += _STEP_SECONDS
            status = _status_after(step)
            event = number * 1000 + step
            phid = _phid("XACT-TASK", event)
            payload = {
                "id": event,
                "phid": phid,
                "type": "status",
                "authorPHID": _phid("USER", event % _PEOPLE),
                "objectPHID": task_id(number),
                "dateCreated": at,
                "groupID": f"g{event}",
                "comments": [],
                "fields": {"old": before, "new": status},
            }
            yield _row(phid, task_id(number), at, payload, landed_at)
            before = status


def _snapshot(kind: str, count: int, landed_at: datetime, **fields: Any) -> Iterator[Row]:
    for number in range(count):
        phid, name = _phid(kind, number), f"{kind.title()} {number}"
        known = {"name": name, "username": name, "realName": name, "status": "active", **fields}
        payload = {"id": number, "phid": phid, "fields": known | {"dateCreated": 1_700_000_000}}
        yield _row(phid, None, 0, payload, landed_at)


def _status(status: str, closed: bool) -> dict[str, Any]:
    special = {"special": "default"} if status == "open" else {}
    return {"value": status, "name": status.title(), "closed": closed, **special}


def _status_after(transitions: int) -> str:
    """The status that a number of transitions leads to."""
    return "open" if transitions == 0 else _STEPS[(transitions - 1) % len(_STEPS)]


def _seen(number: int, transitions: int) -> int:
    return transitions - (number % 10 == 0)


def _created(number: int) -> int:
    """Epoch second of a task's creation: spread over the history, in no order of numbers."""
    offset = (number * 2_654_435_761) % int(_SPREAD.total_seconds())
    return int(_START.timestamp()) + offset


def _phid(kind: str, number: int) -> str:
    """An id whose order tells nothing, as Phabricator's."""
    return f"PHID-{kind}-{hashlib.blake2b(str(number).encode(), digest_size=10).hexdigest()}"


def _row(
    record_id: str, parent: str | None, version: int, payload: dict[str, Any], landed_at: datetime
) -> Row:
    document = json.dumps(payload, separators=(",", ":"))
    window = (landed_at - timedelta(days=1), landed_at)
    return (INSTANCE, record_id, parent, version, document, *window, "benchmark", landed_at)
