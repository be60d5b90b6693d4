"""What became of the issues of a sprint, as of its end."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.oracle.flow.history import held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.flow.history import Sprint
    from tests.oracle.flow.metrics import Flow, Run

_EVER = 2**62
FLAGS = (
    "was_committed",
    "was_added",
    "was_removed",
    "was_re_estimated",
    "is_completed",
    "is_discarded",
    "is_open_at_end",
)


class Stay(NamedTuple):
    """A stay in a sprint, epoch milliseconds."""

    came_at: int
    left_at: int


def sprint_rows(flow: Flow) -> Iterator[tuple[str, dict[str, Any]]]:
    """(Sprint, what ``fct_sprint_issues`` says of the issue in it)."""
    for sprint_id, told in flow.reading.world.sprints.items():
        sprint = flow.reading.dated(told)
        stays = list(_stays(flow, sprint_id))
        if sprint.starts_at is None or sprint.ends_at is None:
            if stays:
                yield sprint_id, dict.fromkeys(FLAGS)
            continue
        # What changes at the very end has not when it ends.
        if any(stay.came_at < sprint.ends_at for stay in stays):
            yield sprint_id, _row(flow, sprint, stays)


def _stays(flow: Flow, sprint_id: str) -> Iterator[Stay]:
    """One that lasts no time is none; those that follow each other are one."""
    places = [(at, sprint_id in there) for at, there in flow.history.places]
    found: list[Stay] = []
    for (at, is_in), (until, _) in pairwise([*places, (_EVER, False)]):
        if is_in and until > at:
            if found and found[-1].left_at == at:
                found[-1] = found[-1]._replace(left_at=until)
            else:
                found.append(Stay(at, until))
    yield from found


def _row(flow: Flow, sprint: Sprint, stays: list[Stay]) -> dict[str, Any]:
    starts_at, ends_at = int(sprint.starts_at or 0), int(sprint.ends_at or 0)
    in_at_start = any(stay.came_at <= starts_at < stay.left_at for stay in stays)
    in_at_end = any(stay.came_at < ends_at <= stay.left_at for stay in stays)
    at_start, at_end = _run_at(flow, starts_at), _run_at(flow, ends_at - 1)
    was_done = bool(at_start and at_start.category == "done")
    # While it was in the sprint, or before it came.
    reopened = [
        run.left_at
        for run in flow.done_runs
        if run.left_at and starts_at < run.left_at < ends_at
        if any(run.left_at < stay.left_at for stay in stays)
    ]
    counts = not was_done or bool(reopened)
    came = [stay.came_at for stay in stays if starts_at < stay.came_at < ends_at]
    committed = in_at_start and not was_done and bool(at_start and at_start.category != "unknown")
    added = counts and not committed and (bool(came) or (in_at_start and was_done))
    is_done = bool(at_end and at_end.category == "done")
    outcome = flow.outcome_of(_cut(at_end, ends_at)) if at_end and is_done else None
    place = flow.reading.place(flow.history, max(ends_at - 1, flow.history.created_at))
    row = {
        "team": place.team,
        "issue_type": place.issue_type,
        "level": place.level,
        "was_committed": committed,
        "was_added": added,
        "was_removed": (committed or added) and not in_at_end,
        "is_completed": in_at_end and counts and outcome == "delivered",
        "is_discarded": in_at_end and counts and outcome == "discarded",
        "is_open_at_end": in_at_end and not is_done,
    }
    if committed or added:
        first = starts_at if committed or not came or in_at_start else came[0]
        until = ends_at if in_at_end else max(s.left_at for s in stays if s.left_at < ends_at)
        before, after = (held(flow.history.values["estimate"], at) for at in (first, until - 1))
        row |= {
            "estimate_at_start": before,
            "estimate_at_end": after,
            "was_re_estimated": before != after,
        }
        if added and first != starts_at:
            row["added_at"] = first
        row["removed_at"] = None if in_at_end else until
    return row


def _run_at(flow: Flow, at: int) -> Run | None:
    """The category that it is in after all that happened up to a moment."""
    return next((run for run in reversed(flow.runs) if run.entered_at <= at), None)


def _cut(run: Run, until: int) -> Run:
    """A stay in done as far as it is known before a moment."""
    return run._replace(
        left_at=until if run.left_at is None or run.left_at > until else run.left_at,
        visits=[visit for visit in run.visits if visit.entered_at < until],
    )
