"""What an issue contributes to the sums of days: arrivals, moves between categories and teams."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tests.oracle.flow.metrics import Flow

# Starts and deliveries have a category; what is reopened counts where the instant leaves it.
_OF = {"started": "in_progress", "delivered": "done", "discarded": "done"}
_RANK = {"unknown": 0, "todo": 1, "in_progress": 2, "done": 3}


class Under(NamedTuple):
    """What is counted by."""

    team: str
    issue_type: str
    level: str
    category: str


class State(NamedTuple):
    """
    Where an issue is from a moment on.

    :param high_water: the same with the furthest category that it has reached.
    """

    at: int
    under: Under
    high_water: Under


Steps = dict[tuple["date", Under], Counter[str]]


def states(flow: Flow) -> list[State]:
    """One state after the other; one that lasts no time is neither entered nor left."""
    found: list[State] = []
    for state in _all_states(flow):
        if found and found[-1].at == state.at:
            found.pop()
        found.append(state)
    return found


def _all_states(flow: Flow) -> Iterator[State]:
    furthest = "unknown"
    for run in flow.runs:
        furthest = max(furthest, run.category, key=lambda category: _RANK[category])
        until = 2**62 if run.left_at is None else run.left_at
        changes = [*flow.history.places, *flow.history.values["issue_type"]]
        inside = sorted({at for at, _ in changes if run.entered_at < at < until})
        for at in (run.entered_at, *inside):
            place = flow.reading.place(flow.history, at)
            by = (place.team, place.issue_type, place.level)
            yield State(at, Under(*by, run.category), Under(*by, furthest))


def steps(flow: Flow) -> Steps:
    """(day, what is counted by) -> what happened."""
    found: Steps = defaultdict(Counter)
    day = flow.reading.day
    before: State | None = None
    told = states(flow)
    for state in told:
        on = day(state.at)
        if before is None or before.under != state.under:
            found[on, state.under]["entered"] += 1
            if before:
                found[on, before.under]["exited"] += 1
        if before is None or before.high_water != state.high_water:
            found[on, state.high_water]["high_water_entered"] += 1
            if before:
                found[on, before.high_water]["high_water_exited"] += 1
        if before is None:
            found[on, state.under]["arrived"] += 1
        before = state
    for at, what in _events(flow):
        under = next(state.under for state in reversed(told) if state.at <= at)
        found[day(at), under._replace(category=_OF.get(what, under.category))][what] += 1
    return {key: counts for key, counts in found.items() if any(counts.values())}


def _events(flow: Flow) -> Iterator[tuple[int, str]]:
    """What happens to an issue as a whole."""
    before = None
    for run in flow.runs:
        if flow.start_runs[:1] == [run]:
            yield run.entered_at, "started"
        if run.category == "done":
            yield run.entered_at, flow.outcome_of(run)
        if before and before.category == "done":
            yield run.entered_at, "reopened"
        before = run


def held_at_ends(flow: Flow, days: list[date]) -> Iterator[tuple[date, Under, Under]]:
    """Where an issue is at the end of each day: now, and by its high water."""
    told = states(flow)
    for on in days:
        before = [state for state in told if flow.reading.day(state.at) <= on]
        if before:
            yield on, before[-1].under, before[-1].high_water
