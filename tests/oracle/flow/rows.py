"""What the published rows of one issue should say."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.oracle.flow.history import Since, held, last
from tests.oracle.flow.meanings import seconds
from tests.oracle.flow.metrics import EVER, TIMES
from tests.oracle.flow.office import worked

if TYPE_CHECKING:
    from tests.oracle.flow.history import History
    from tests.oracle.flow.meanings import Visit
    from tests.oracle.flow.metrics import Count, Flow


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
            else worked(visit.entered_at, visit.left_at),
        }
        for visit in flow.reading.visits(flow.history)
    ]


def flow_row(flow: Flow) -> dict[str, Any]:
    """What ``fct_issue_flow`` says of an issue."""
    reading, ends = flow.reading, [run.entered_at for run in flow.done_runs]
    times = _times_now(flow, seconds)
    working = _times_now(flow, worked)
    if not reading.settings.calendar:
        working = dict.fromkeys(working)
    policy = f"{reading.settings.cycle_time_policy}_seconds"
    answered_at = first_response(flow)
    place = flow.counts_under
    whole, active = times["first_start_last_done_without_done_seconds"], times["active_seconds"]
    is_known = reading.has_waiting or reading.knows_blocked
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
        **{f"working_{name}": value for name, value in working.items()},
        "cycle_time_seconds": times[policy],
        "working_cycle_time_seconds": working[policy],
        "first_response_at": answered_at,
        "first_response_seconds": None
        if answered_at is None
        else seconds(flow.history.created_at, answered_at),
        "flow_efficiency": active / whole if is_known and active is not None and whole else None,
        "reopen_count": sum(run.left_at is not None for run in flow.done_runs),
    }


def _times_now(flow: Flow, count: Count) -> dict[str, int | None]:
    """The times of an issue that is done; of one that was done once, how long that took."""
    if flow.is_done:
        return flow.times(flow.done_runs[-1].entered_at, count)
    times: dict[str, int | None] = dict.fromkeys(TIMES)
    if flow.done_runs:
        first = "first_start_first_done_seconds"
        times[first] = flow.times(flow.done_runs[-1].entered_at, count)[first]
    return times


def first_response(flow: Flow) -> int | None:
    """When a person other than the author first did something, the creation left out."""
    history = flow.history
    people = flow.reading.world.people - {history.author}
    answers = (at for at, actor in history.deeds if actor in people and at > history.created_at)
    return min(answers, default=None)


def delivery_rows(flow: Flow) -> list[dict[str, Any]]:
    """What ``fct_issue_deliveries`` says of an issue, in the order of its entries into done."""
    reading, history = flow.reading, flow.history
    policy = f"{reading.settings.cycle_time_policy}_seconds"
    rows = []
    for number, run in enumerate(flow.done_runs, start=1):
        at = run.entered_at
        place, times = reading.place(history, at), flow.times(at)
        working: dict[str, int | None] = dict.fromkeys(times)
        if reading.settings.calendar:
            working = flow.times(at, worked)
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
                "cycle_time_seconds": times[policy],
                "working_lead_time_seconds": working["lead_time_seconds"],
                "working_cycle_time_seconds": working[policy],
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
        "parent_id": _parent(flow.history),
        "sprint": place.sprint,
        "priority": last(values["priority"]),
        "estimate": last(values["estimate"]),
        "assignee_id": last(values["assignee"]),
        "status_id": flow.history.statuses[-1].value,
        "created_at": flow.history.created_at,
    }


def _parent(history: History) -> str | None:
    """Of the parents that it has now, the one that came last; of those, the lowest id."""
    marks = history.marks["parent"]
    if not marks or not last(marks):
        return None
    came = {
        parent: max(
            new.at
            for old, new in pairwise([Since(0, frozenset()), *marks])
            if parent in new.value - old.value
        )
        for parent in last(marks)
    }
    return min(came, key=lambda parent: (-came[parent], parent))


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
