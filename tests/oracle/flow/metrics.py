"""The flow of one issue: its milestones, its stays in done, its times under every policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tests.oracle.flow.history import held
from tests.oracle.flow.meanings import seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracle.flow.history import History
    from tests.oracle.flow.meanings import Place, Reading, Visit

    Count = Callable[[int, int], int]

EVER = 2**62
TIMES = (
    "lead_time_seconds",
    "lead_time_without_done_seconds",
    "first_start_first_done_seconds",
    "first_start_last_done_seconds",
    "first_start_last_done_without_done_seconds",
    "last_start_last_done_seconds",
    "active_seconds",
    "waiting_seconds",
    "blocked_seconds",
    "backlog_seconds",
)


class Run(NamedTuple):
    """Visits to one category that follow each other."""

    category: str
    entered_at: int
    left_at: int | None
    visits: list[Visit]


@dataclass
class Flow:
    """One issue as the settings read it."""

    reading: Reading
    history: History

    @cached_property
    def visits(self) -> list[Visit]:
        """Its visits, without those that do not count."""
        return self.reading.flow_visits(self.history)

    @cached_property
    def runs(self) -> list[Run]:
        """Its stays in categories."""
        found: list[Run] = []
        for visit in self.visits:
            if found and found[-1].category == visit.category:
                run = found.pop()
                found.append(run._replace(left_at=visit.left_at, visits=[*run.visits, visit]))
            else:
                found.append(Run(visit.category, visit.entered_at, visit.left_at, [visit]))
        return found

    @cached_property
    def start_runs(self) -> list[Run]:
        """Stays in work; what ends in done at the same instant is none."""
        return [
            run
            for run, after in zip(self.runs, [*self.runs[1:], None], strict=True)
            if run.category == "in_progress"
            and not (after and after.category == "done" and run.left_at == run.entered_at)
        ]

    @property
    def starts(self) -> list[int]:
        """Entries into work."""
        return [run.entered_at for run in self.start_runs]

    @cached_property
    def done_runs(self) -> list[Run]:
        """Its stays in done."""
        return [run for run in self.runs if run.category == "done"]

    @property
    def is_done(self) -> bool:
        """Whether it is done now."""
        return self.runs[-1].category == "done"

    @property
    def is_born_done(self) -> bool:
        """Whether it was done when the instant of its creation was over."""
        created_at = self.history.created_at
        first = next(r for r in self.runs if r.left_at is None or r.left_at > created_at)
        return first.category == "done"

    @property
    def counts_under(self) -> Place:
        """What it counts under: as of its completion, or today while it is not done."""
        at = self.done_runs[-1].entered_at if self.is_done else EVER
        return self.reading.place(self.history, at)

    def resolution_of(self, run: Run) -> str | None:
        """The last resolution of a stay in done, before it was taken back."""
        until = EVER if run.left_at is None else run.left_at - 1
        resolution: str | None = held(self.history.values["resolution"], max(until, run.entered_at))
        return resolution

    def outcome_of(self, run: Run) -> str:
        """What became of an issue in a stay in done: by the status and resolution it ended in."""
        return self.reading.outcome(self.resolution_of(run), run.visits[-1].meaning)

    def times(self, done_at: int, count: Count = seconds) -> dict[str, int | None]:
        """
        Times up to a completion.

        :param done_at: an entry into done.
        :param count: what is counted between two moments.
        """
        reading, created_at = self.reading, self.history.created_at
        starts = [at for at in self.starts if at <= done_at]
        first_done_at = self.done_runs[0].entered_at
        lead = first_last = last_last = lead_less = first_last_less = active = waiting = None
        first_first = blocked = None
        if not self.is_born_done:
            lead = count(created_at, done_at)
            lead_less = lead - self._spent_done(created_at, done_at, count)
        if starts and not self.is_born_done:
            first_last = count(starts[0], done_at)
            first_last_less = first_last - self._spent_done(starts[0], done_at, count)
            last_last = count(starts[-1], done_at)
            blocked = self._blocked(done_at, count)
            active = self._spent(done_at, _is_work, count) - blocked
            waiting = self._spent(done_at, _is_wait, count)
            if starts[0] <= first_done_at:
                first_first = count(starts[0], first_done_at)
        return {
            "lead_time_seconds": lead,
            "lead_time_without_done_seconds": lead_less,
            "first_start_first_done_seconds": first_first,
            "first_start_last_done_seconds": first_last,
            "first_start_last_done_without_done_seconds": first_last_less,
            "last_start_last_done_seconds": last_last,
            "active_seconds": active,
            "waiting_seconds": waiting if reading.has_waiting else None,
            "blocked_seconds": blocked if reading.knows_blocked else None,
            "backlog_seconds": self._spent(done_at, _is_backlog, count),
        }

    def _spent(self, until: int, counts: Callable[[Visit], bool], count: Count) -> int:
        return sum(
            count(visit.entered_at, visit.left_at)
            for visit in self.visits
            if visit.left_at is not None and visit.entered_at < until and counts(visit)
        )

    def _blocked(self, until: int, count: Count) -> int:
        """Time blocked while it was worked on."""
        return sum(
            count(max(begin, visit.entered_at), min(end, visit.left_at))
            for visit in self.visits
            if _is_work(visit) and visit.left_at is not None and visit.entered_at < until
            for begin, end in self.reading.blocked(self.history)
            if begin < visit.left_at and visit.entered_at < end
        )

    def _spent_done(self, since: int, until: int, count: Count) -> int:
        """Time between two completions that was spent done."""
        return sum(
            count(run.entered_at, run.left_at)
            for run in self.done_runs
            if run.left_at is not None and since <= run.entered_at and run.left_at <= until
        )


def _is_work(visit: Visit) -> bool:
    return visit.category == "in_progress" and not visit.meaning.is_waiting


def _is_wait(visit: Visit) -> bool:
    return visit.meaning.is_waiting


def _is_backlog(visit: Visit) -> bool:
    return visit.category == "todo" and not visit.meaning.is_waiting
