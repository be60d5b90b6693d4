"""What the published rows of one issue should say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.oracle.flow.history import held, last
from tests.oracle.flow.meanings import seconds, worked
from tests.oracle.flow.metrics import EVER, TIMES
from tests.oracle.flow.settings import OFFICE, OFFICE_ZONE

if TYPE_CHECKING:
    from tests.oracle.flow.meanings import Visit
    from tests.oracle.flow.metrics import Flow


def visit_rows(flow: Flow) -> list[dict[str, Any]]:
    """What ``fct_issue_status_intervals`` says of an issue, in order."""
    has_calendar = bool(flow.reading.settings.calendar)
    return [
        {
            "status_id": visit.status,
            "status_category": visit.category,
            "is_waiting": visit.meaning.is_waiting,
            "entered_at": visit.entered_at,
            "left_at": visit.left_at,
            "duration_seconds": None if visit.left_at is None else visit.seconds,
            "working_duration_seconds": None
            if visit.left_at is None or not has_calendar
            else worked(visit.entered_at, visit.left_at, OFFICE, ZoneInfo(OFFICE_ZONE)),
        }
        for visit in flow.reading.visits(flow.history)
    ]


def flow_row(flow: Flow) -> dict[str, Any]:
    """What ``fct_issue_flow`` says of an issue."""
    reading, ends = flow.reading, [run.entered_at for run in flow.done_runs]
    times: dict[str, int | None] = dict.fromkeys(TIMES)
    if flow.is_done:
        times = flow.times(ends[-1])
    elif ends:
        first = "first_start_first_done_seconds"
        times[first] = flow.times(ends[-1])[first]
    place = flow.counts_under
    whole, active = times["first_start_last_done_without_done_seconds"], times["active_seconds"]
    is_known = reading.has_waiting or bool(reading.settings.blocked)
    return {
        "project_id": place.project_id,
        "team": place.team,
        "issue_type": place.issue_type,
        "level": place.level,
        "sprint": place.sprint,
        "quarter": reading.quarter(ends[-1]) if flow.is_done else None,
        "created_at": flow.history.created_at,
        "first_started_at": flow.starts[0] if flow.starts else None,
        "last_started_at": flow.starts[-1] if flow.starts else None,
        "first_done_at": ends[0] if ends else None,
        "last_done_at": ends[-1] if ends else None,
        "is_done": flow.is_done,
        "outcome": flow.outcome_of(flow.runs[-1]) if flow.is_done else None,
        **times,
        "cycle_time_seconds": times[f"{reading.settings.cycle_time_policy}_seconds"],
        "flow_efficiency": active / whole if is_known and active is not None and whole else None,
        "reopen_count": sum(run.left_at is not None for run in flow.done_runs),
    }


def delivery_rows(flow: Flow) -> list[dict[str, Any]]:
    """What ``fct_issue_deliveries`` says of an issue, in the order of its entries into done."""
    reading, history = flow.reading, flow.history
    rows = []
    for number, run in enumerate(flow.done_runs, start=1):
        at = run.entered_at
        place, times = reading.place(history, at), flow.times(at)
        rows.append(
            {
                "sequence": number,
                "project_id": place.project_id,
                "team": place.team,
                "issue_type": place.issue_type,
                "level": place.level,
                "sprint": place.sprint,
                "sprint_id": place.sprint_id,
                "quarter": reading.quarter(at),
                "priority": held(history.values["priority"], at),
                "estimate": held(history.values["estimate"], at),
                "delivered_at": at,
                "delivered_on": reading.day(at),
                "outcome": flow.outcome_of(run),
                "resolution": flow.resolution_of(run),
                "is_last": run is flow.done_runs[-1],
                "is_reopened": run.left_at is not None,
                "reopened_at": run.left_at,
                "created_at": history.created_at,
                "first_started_at": next((s for s in flow.starts if s <= at), None),
                "lead_time_seconds": times["lead_time_seconds"],
                "cycle_time_seconds": times[f"{reading.settings.cycle_time_policy}_seconds"],
            }
        )
    return rows


def issue_row(flow: Flow) -> dict[str, Any]:
    """What ``fct_issues`` says of today."""
    place = flow.reading.place(flow.history, EVER)
    values = flow.history.values
    return {
        "project_id": place.project_id,
        "team": place.team,
        "issue_type": place.issue_type,
        "level": place.level,
        "sprint": place.sprint,
        "priority": last(values["priority"]),
        "estimate": last(values["estimate"]),
        "assignee_id": last(values["assignee"]),
        "status_id": flow.history.statuses[-1].value,
        "created_at": flow.history.created_at,
    }


def measure_rows(flow: Flow) -> dict[str, dict[str, Any]]:
    """Measure -> what ``fct_issue_measures`` says of it."""
    found = {}
    for name, measure in flow.reading.settings.measures.items():
        visits = list(flow.visits)
        while visits and not _is_one_of(flow, visits[0], measure.begins_with):
            visits.pop(0)
        if visits:
            begins_at = visits.pop(0).entered_at
            ends = (v.entered_at for v in visits if _is_one_of(flow, v, measure.ends_with))
            ends_at = next(ends, None)
            found[name] = {
                "begins_at": begins_at,
                "ends_at": ends_at,
                "duration_seconds": None if ends_at is None else seconds(begins_at, ends_at),
            }
    return found


def _is_one_of(flow: Flow, visit: Visit, names: list[str]) -> bool:
    return any(name in names for name in flow.reading.world.statuses[visit.status][0])
