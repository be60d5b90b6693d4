"""
What the marts should say about statuses: one task at a time, one change at a time.

Written from the definitions in docs/metrics.md and the API's answers; no SQL, no Flowmart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.oracle.answers import Answers, Json


class Visit(NamedTuple):
    """A stay in a status or a column, epoch seconds; open if nothing ended it."""

    where: str
    entered_at: int
    left_at: int | None
    by: str | None

    @property
    def seconds(self) -> int:
        """How long it was; an open one counts nothing."""
        return 0 if self.left_at is None else self.left_at - self.entered_at


@dataclass
class Meanings:
    """What statuses mean: as given, else as the source says."""

    answers: Answers
    given: dict[str, tuple[str, bool]]

    def category(self, status: str) -> str:
        """todo, in_progress, done or unknown."""
        if status in self.given:
            return self.given[status][0]
        for row in self.answers.statuses:
            if row["value"] == status and row["closed"]:
                return "done"
            if row["value"] == status and row.get("special") == "default":
                return "todo"
        return "unknown"

    def is_waiting(self, status: str) -> bool:
        """Whether work rests."""
        return self.given.get(status, ("", False))[1]


def status_visits(answers: Answers, task: Json) -> list[Visit]:
    """The statuses that a task was in, in order."""
    fields = task["fields"]
    steps = [e for e in answers.events_of(task) if e["type"] == "status"]
    first = steps[0]["fields"]["old"] if steps else fields["status"]["value"]
    created = {e["groupID"] for e in answers.events_of(task) if e["type"] == "create"}
    if steps and steps[0]["groupID"] in created:
        first = steps[0]["fields"]["new"]
    visits = [Visit(first, fields["dateCreated"], None, fields["authorPHID"])]
    for step in steps:
        if step["fields"]["new"] != visits[-1].where:
            visits[-1] = visits[-1]._replace(left_at=step["dateCreated"])
            visits.append(
                Visit(step["fields"]["new"], step["dateCreated"], None, step["authorPHID"])
            )
    return visits


def status_times(visits: list[Visit]) -> dict[str, tuple[int, int]]:
    """Status -> number of visits, seconds of those that ended."""
    times: dict[str, tuple[int, int]] = {}
    for visit in visits:
        count, seconds = times.get(visit.where, (0, 0))
        times[visit.where] = (count + 1, seconds + visit.seconds)
    return times


def flow(meanings: Meanings, visits: list[Visit]) -> dict[str, Any]:
    """Start, completion and durations of one task."""
    starts, ends, reopens = _turning_points(meanings, visits)
    created = visits[0].entered_at
    is_done = meanings.category(visits[-1].where) == "done"
    born_done = meanings.category(_when_created(visits)) == "done"
    is_cycle = is_done and bool(starts) and not born_done
    delivered = starts and ends and starts[0] <= ends[0] and not born_done
    active = waiting = 0
    for visit in visits:
        if meanings.is_waiting(visit.where):
            waiting += visit.seconds
        elif meanings.category(visit.where) == "in_progress":
            active += visit.seconds
    waits = any(is_waiting for _, is_waiting in meanings.given.values())
    return {
        "first_started_at": starts[0] if starts else None,
        "last_started_at": starts[-1] if starts else None,
        "first_done_at": ends[0] if ends else None,
        "last_done_at": ends[-1] if ends else None,
        "is_done": is_done,
        "lead_time_seconds": ends[-1] - created if is_done and not born_done else None,
        "first_start_first_done_seconds": ends[0] - starts[0] if delivered else None,
        "first_start_last_done_seconds": ends[-1] - starts[0] if is_cycle else None,
        "last_start_last_done_seconds": ends[-1] - starts[-1] if is_cycle else None,
        "active_seconds": active if is_cycle else None,
        "waiting_seconds": waiting if is_cycle and waits else None,
        "reopen_count": reopens,
    }


def _when_created(visits: list[Visit]) -> str:
    """The status that a task had when the instant of its creation was over."""
    return next(v.where for v in visits if v.left_at is None or v.left_at > visits[0].entered_at)


def _turning_points(meanings: Meanings, visits: list[Visit]) -> tuple[list[int], list[int], int]:
    """When work started, when it was done, and how often that was taken back."""
    starts: list[int] = []
    ends: list[int] = []
    reopens = 0
    before, entered_work_at = None, None
    for visit in visits:
        category = meanings.category(visit.where)
        if category == before:
            continue
        if category == "in_progress":
            starts.append(visit.entered_at)
            entered_work_at = visit.entered_at
        if category == "done":
            if before == "in_progress" and entered_work_at == visit.entered_at:
                starts.pop()
            ends.append(visit.entered_at)
        reopens += before == "done"
        before = category
    return starts, ends, reopens
