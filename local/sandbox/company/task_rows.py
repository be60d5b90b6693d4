"""Rows of maniphest.search, and the one that a task's life results in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.company import shapes
from local.sandbox.company.details import PRIORITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.sandbox.company.histories import History
    from local.sandbox.company.shapes import Json

_STATUS_NAMES = {s["value"]: s["name"] for s in shapes.STATUSES}


def make_row(
    task_id: int,
    phid: str,
    fields: Json,
    projects: Sequence[str],
    boards: Json | None = None,
    subscribers: Sequence[str] = (),
    *,
    is_reader_subscribed: bool = False,
) -> Json:
    """
    A row with every attachment.

    :param projects: PHIDs.
    :param boards: PHID of a board -> the columns in which the task is. PHP writes an empty map as a
        list.
    :param subscribers: PHIDs.
    """
    return {
        "id": task_id,
        "type": "TASK",
        "phid": phid,
        "fields": fields,
        "attachments": {
            "projects": {"projectPHIDs": list(projects)},
            "columns": {"boards": boards or []},
            "subscribers": {
                "subscriberPHIDs": list(subscribers),
                "subscriberCount": len(subscribers),
                "viewerIsSubscribed": is_reader_subscribed,
            },
        },
    }


def make_fields(author: str, status: str, closed: Json, created_at: int) -> Json:
    """
    The fields of a task without anything special; dateModified moves as edits are recorded.

    :param closed: ``dateClosed`` and ``closerPHID``.
    :param created_at: epoch seconds.
    """
    triage = {"value": 90, "name": "Needs Triage", "color": "violet"}
    return {
        "description": {"raw": ""},
        "authorPHID": author,
        "ownerPHID": None,
        "status": {"value": status, "name": _STATUS_NAMES[status], "color": None},
        "priority": triage,
        "points": None,
        "subtype": "default",
        **closed,
        "groupByProjectPHID": None,
        "spacePHID": None,
        "dateCreated": created_at,
        "dateModified": created_at,
        "policy": {"view": "users", "interact": "users", "edit": "users"},
    }


def task_row(history: History) -> Json:
    """The row of a task's life."""
    subscribers = history.details.subscribers
    return make_row(
        history.plan.task_id,
        history.plan.phid,
        _fields(history),
        history.projects,
        _boards(history),
        subscribers,
        is_reader_subscribed=history.company.reader in subscribers,
    )


def _fields(history: History) -> Json:
    details = history.details
    priority = PRIORITIES[details.priority]
    return make_fields(history.author, history.status, history.closed, history.plan.created_at) | {
        "name": details.title,
        "description": {"raw": details.description},
        "ownerPHID": details.owner,
        "priority": {key: priority[key] for key in ("value", "name", "color")},
        "points": None if details.points is None else str(details.points),
        **{f"custom.{key}": value for key, value in details.custom.items()},
    }


def _boards(history: History) -> Json:
    """
    Current columns of the boards whose project the task is in.

    The server leaves out a board on which the task stands in a proxy column.
    """
    standing = {v.board: v.column for v in history.truth.columns if v.left_at is None}
    boards: Json = {}
    for board in history.projects:
        if board in standing:
            row = history.company.column(standing[board])
            column = {"id": row["id"], "phid": row["phid"], "name": row["fields"]["name"]}
            boards[board] = {"columns": [column]}
    return boards
