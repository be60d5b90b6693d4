"""The row of maniphest.search that a task's life results in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.company import shapes
from local.sandbox.company.details import PRIORITIES

if TYPE_CHECKING:
    from local.sandbox.company.histories import History
    from local.sandbox.company.shapes import Json

_STATUS_NAMES = {s["value"]: s["name"] for s in shapes.STATUSES}


def task_row(history: History) -> Json:
    """The row, with every attachment; its dateModified moves as its edits are recorded."""
    subscribers = history.details.subscribers
    return {
        "id": history.plan.task_id,
        "type": "TASK",
        "phid": history.plan.phid,
        "fields": _fields(history),
        "attachments": {
            "projects": {"projectPHIDs": list(history.projects)},
            "columns": {"boards": _boards(history)},
            "subscribers": {
                "subscriberPHIDs": list(subscribers),
                "subscriberCount": len(subscribers),
                "viewerIsSubscribed": history.company.reader in subscribers,
            },
        },
    }


def _fields(history: History) -> Json:
    details, status = history.details, history.status
    priority = PRIORITIES[details.priority]
    return {
        "name": details.title,
        "description": {"raw": details.description},
        "authorPHID": history.author,
        "ownerPHID": details.owner,
        "status": {"value": status, "name": _STATUS_NAMES[status], "color": None},
        "priority": {key: priority[key] for key in ("value", "name", "color")},
        "points": None if details.points is None else str(details.points),
        "subtype": "default",
        "closerPHID": history.closed["closerPHID"],
        "dateClosed": history.closed["dateClosed"],
        "groupByProjectPHID": None,
        "spacePHID": None,
        "dateCreated": history.plan.created_at,
        "dateModified": history.plan.created_at,
        "policy": {"view": "users", "interact": "users", "edit": "users"},
        **{f"custom.{key}": value for key, value in details.custom.items()},
    }


def _boards(history: History) -> Json | list[Json]:
    """
    Current columns of the boards whose project the task is in.

    The server leaves out a board on which the task stands in a proxy column. PHP writes an empty
    map as a list.
    """
    standing = {v.board: v.column for v in history.truth.columns if v.left_at is None}
    boards: Json = {}
    for board in history.projects:
        if board in standing:
            row = history.company.column(standing[board])
            column = {"id": row["id"], "phid": row["phid"], "name": row["fields"]["name"]}
            boards[board] = {"columns": [column]}
    return boards or []
