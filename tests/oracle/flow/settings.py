"""The settings of flowmart.yaml under which the trackers are compared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flowmart.calendars.resolve import resolve
from flowmart.calendars.settings import CalendarSettings
from flowmart.core.status import ConfiguredMeaning, Measure
from flowmart.settings import DEFAULT_CONFIG, load_settings
from flowmart.transform.runner import BatchContext
from tests.oracle.flow.office import HOURS, ZONE

_LATER = {"valid_from": date(2026, 6, 1)}
_WAITING = {"category": "in_progress", "is_waiting": True}
_TODO = {"category": "todo"}
_DELIVERED = {"category": "done", "outcome": "delivered"}
# Statuses that mean something else from a day on, and others that do so in one project.
_ODD_STATUSES: dict[str, dict[str, list[dict[str, Any]]]] = {
    "phabricator": {
        "open": [_TODO, _WAITING | _LATER],
        "stalled": [_WAITING, _TODO | {"project": "search"}],
        "invalid": [_DELIVERED | _LATER],
    },
    "yandex_tracker": {
        "open": [_WAITING | _LATER],
        "needInfo": [_TODO | {"project": "SEARCH"}],
        "rejected": [_DELIVERED | _LATER],
    },
    "youtrack": {
        "Open": [_TODO, _WAITING | _LATER],
        "Stalled": [_WAITING, _TODO | {"project": "PAY"}],
        "Invalid": [{"outcome": "discarded"} | _LATER],
    },
}
_BLOCKED = {
    "phabricator": {"custom:acme.story": ["acme:bug"]},
    "yandex_tracker": {"priority": ["blocker", "critical"]},
    "youtrack": {"tag": ["blocked"], "priority": ["Unbreak Now!", "High"]},
}
# Here all who have sub-tasks wait for them.
_LINKS = {
    "phabricator": ("subtask",),
    "yandex_tracker": ("subtask",),
    "youtrack": ("link:parent for",),
}
_WAITS = {
    "phabricator": {"from": ["stalled"], "to": ["progress", "resolved"]},
    "yandex_tracker": {"from": ["needInfo"], "to": ["inProgress", "4"]},
    "youtrack": {"from": ["Stalled", "Приостановлена"], "to": ["In Progress", "Resolved"]},
}

_HOURS = [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in HOURS]
_CALENDARS = {
    "office": CalendarSettings.model_validate({"timezone": str(ZONE), "hours": {"mon-fri": _HOURS}})
}
# Milestones have no dates of their own; those of all teams are called alike.
_SPRINTS = {
    f"Sprint {number}": (first, first + timedelta(days=13))
    for number in range(1, 28)
    for first in [date(2025, 11, 10) + timedelta(days=14 * number)]
}


def as_shipped(source: str) -> BatchContext:
    """The settings of the file that comes with Flowmart, and a measure."""
    settings = load_settings(DEFAULT_CONFIG).instances[source]
    return BatchContext(
        statuses=settings.statuses,
        teams={name: team for team, names in settings.teams.items() for name in names},
        measures={"wait": Measure.model_validate(_WAITS[source])},
    )


def odd(source: str) -> BatchContext:
    """Other meanings, levels and outcomes, visits that do not count, and a zone."""
    shipped = as_shipped(source)
    said = {
        name: [ConfiguredMeaning.model_validate(meaning) for meaning in meanings]
        for name, meanings in _ODD_STATUSES[source].items()
    }
    return BatchContext(
        statuses={**shipped.statuses, **said},
        measures=shipped.measures,
        blocked=_BLOCKED[source],
        blocked_by=_LINKS[source],
        calendars=tuple(resolve(_CALENDARS, "test").values()),
        calendar="office",
        sprints=_SPRINTS if source == "phabricator" else {},
        resolutions={"later": "delivered"},
        levels={"bug": "subtask", "Bug": "subtask", "epic": "epic", "Story": "epic"},
        ignore_visits_shorter_than_seconds=3600,
        reporting_timezone="America/St_Johns",
        cycle_time_policy="first_start_last_done_without_done",
    )


SETTINGS = {"as shipped": as_shipped, "odd": odd}
