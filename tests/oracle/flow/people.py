"""Who had an issue when, who took part in it, and how many people worked in a week."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.oracle.flow.meanings import seconds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tests.oracle.flow.compare import Rows
    from tests.oracle.flow.metrics import Flow


def assignment_rows(flow: Flow) -> list[dict[str, Any]]:
    """What ``fct_issue_assignments`` says of an issue, in order."""
    changes = flow.history.values["assignee"]
    found: list[dict[str, Any]] = []
    for (at, assignee), after in zip(changes, [*changes[1:], None], strict=True):
        until = after.at if after else None
        if assignee is None or until == at:
            continue
        if found and found[-1]["released_at"] == at and found[-1]["assignee_id"] == assignee:
            at = found.pop()["assigned_at"]
        found.append(
            {
                "sequence": len(found) + 1,
                "assignee_id": assignee,
                "assigned_at": at,
                "released_at": until,
                "is_current": until is None,
                "duration_seconds": None if until is None else seconds(at, until),
            }
        )
    return found


def participant_rows(flow: Flow) -> dict[str, dict[str, Any]]:
    """User -> what ``fct_issue_participants`` says of them."""
    history = flow.history
    found: dict[str, dict[str, Any]] = {}
    had = {value for _, value in history.values["assignee"] if value}
    did: dict[str, list[int]] = defaultdict(list)
    for at, actor in history.deeds:
        did[actor].append(at)
    for user in had | did.keys() | {history.author}:
        times = did.get(user, [])
        found[user] = {
            "first_active_at": min(times, default=None),
            "last_active_at": max(times, default=None),
            "is_author": user == history.author,
            "is_assignee": user in had,
        }
    return found


def contributor_rows(flows: Iterable[Flow]) -> Rows:
    """(Team or ``(all)``, Monday) -> how many people did something on its issues."""
    found: dict[tuple[str, date], set[str]] = defaultdict(set)
    for flow in flows:
        for at, actor in flow.history.deeds:
            if actor in flow.reading.world.people:
                day = flow.reading.day(at)
                monday = day - timedelta(days=day.weekday())
                team = flow.reading.place(flow.history, at).team
                found[team, monday].add(actor)
                found["(all)", monday].add(actor)
    return {key: {"contributors": len(people)} for key, people in found.items()}
