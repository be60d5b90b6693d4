"""What settings make of an issue's log: visits with a meaning, and what it counts under when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.oracle.flow.history import Meaning, held

if TYPE_CHECKING:
    from tests.oracle.flow.history import History, Since, Sprint, World

_EVER = 2**62


class Visit(NamedTuple):
    """
    A stay in a status, epoch milliseconds.

    :param left_at: None while it lasts.
    """

    status: str
    entered_at: int
    left_at: int | None
    meaning: Meaning

    @property
    def category(self) -> str:
        """todo, in_progress, done or unknown."""
        return self.meaning.category

    @property
    def seconds(self) -> int:
        """How long it was, from second to second; what lasts still counts nothing."""
        return 0 if self.left_at is None else seconds(self.entered_at, self.left_at)


class Place(NamedTuple):
    """What an issue counts under at a moment."""

    project_id: str | None
    team: str
    issue_type: str
    level: str
    sprint_id: str | None
    sprint: str | None


@dataclass
class Reading:
    """
    A tracker's issues under the settings of an instance.

    :param settings: what ``flowmart.yaml`` says of it, as it is given to a batch.
    """

    world: World
    settings: Any
    _visits_of: dict[str, list[Visit]] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of days and quarters."""
        return ZoneInfo(self.settings.reporting_timezone)

    def day(self, at: int) -> date:
        """The day on which a moment falls."""
        return moment(at).astimezone(self.zone).date()

    def quarter(self, at: int) -> str:
        """The quarter in which a moment falls."""
        day = self.day(at)
        return f"{day.year}-Q{(day.month + 2) // 3}"

    def dated(self, sprint: Sprint) -> Sprint:
        """A sprint with the days that settings give to it, if they do."""
        if sprint.name not in self.settings.sprints:
            return sprint
        first, final = self.settings.sprints[sprint.name]
        starts_at, ends_at = (self._midnight(day) for day in (first, final + timedelta(days=1)))
        return sprint._replace(starts_at=starts_at, ends_at=ends_at)

    def _midnight(self, day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp()) * 1000

    # What it counts under -----------------------------------------------------------------------

    def place(self, history: History, at: int) -> Place:
        """What an issue counts under after all that happened up to a moment."""
        there = held(history.places, at)
        sprints = [(self.world.sprints[i], i) for i in there if i in self.world.sprints]
        homes = {i for i in there if i in self.world.projects}
        homes |= {sprint.project_id for sprint, _ in sprints if sprint.project_id}
        main = min(homes, key=lambda i: self.world.projects[i].number, default=None)
        sprint, sprint_id = max(sprints, default=(None, None))
        issue_type = held(history.values["issue_type"], at)
        return Place(
            main,
            self._team(main),
            issue_type,
            self.settings.levels.get(issue_type, "item"),
            sprint_id,
            sprint and sprint.name,
        )

    def _team(self, project_id: str | None) -> str:
        if project_id is None:
            return "(no project)"
        project = self.world.projects[project_id]
        given = [self.settings.teams[n] for n in project.names if n in self.settings.teams]
        return given[0] if given else project.name

    def blocked(self, history: History) -> list[tuple[int, int]]:
        """
        The stretches, epoch milliseconds, in which a field says that an issue is blocked, or a link
        names an issue that is not done.
        """
        saying = {name: frozenset(values) for name, values in self.settings.blocked.items()}
        marks = {n: history.marks.get(n, []) for n in (*saying, *self.settings.blocked_by)}
        named = {
            other
            for link in self.settings.blocked_by
            for _, others in marks[link]
            for other in others
        }
        moments = {at for told in marks.values() for at, _ in told}
        moments |= {visit.entered_at for other in named for visit in self._known_visits(other)}

        def is_blocked(at: int) -> bool:
            there = {name: _held(told, at) for name, told in marks.items()}
            return any(there[name] & values for name, values in saying.items()) or any(
                not self._is_done(other, at)
                for link in self.settings.blocked_by
                for other in there[link]
            )

        return [span for span in pairwise([*sorted(moments), _EVER]) if is_blocked(span[0])]

    def _is_done(self, issue_id: str, at: int) -> bool:
        """Whether an issue is done after all that happened up to a moment; not, if unknown."""
        entered = [visit for visit in self._known_visits(issue_id) if visit.entered_at <= at]
        return bool(entered) and entered[-1].category == "done"

    def _known_visits(self, issue_id: str) -> list[Visit]:
        if issue_id not in self._visits_of:
            history = self.world.histories.get(issue_id)
            self._visits_of[issue_id] = self.visits(history) if history else []
        return self._visits_of[issue_id]

    # What its statuses mean ---------------------------------------------------------------------

    def visits(self, history: History) -> list[Visit]:
        """Its visits to statuses; a change to the same status begins none."""
        found: list[Visit] = []
        for at, status in history.statuses:
            if found and found[-1].status == status:
                continue
            if found:
                found[-1] = found[-1]._replace(left_at=at)
            found.append(Visit(status, at, None, self._meaning(history, status, at)))
        return found

    def flow_visits(self, history: History) -> list[Visit]:
        """
        Its visits without those that were too short: their time joins the visit before, which goes
        on if its status is the next one again. A first visit has none before it, and stays.
        """
        kept: list[Visit] = []
        for visit in self.visits(history):
            is_short = visit.left_at is not None and visit.seconds < self._shortest
            is_more = bool(kept) and kept[-1].status == visit.status
            if kept and (is_short or is_more):
                kept[-1] = kept[-1]._replace(left_at=visit.left_at)
            else:
                kept.append(visit)
        return kept

    @property
    def _shortest(self) -> int:
        shortest: int = self.settings.ignore_visits_shorter_than_seconds
        return shortest

    def _meaning(self, history: History, status: str, at: int) -> Meaning:
        """That of the project and the day of the entry; what says more of both goes first."""
        names, usual = self.world.statuses[status]
        project_id = self.place(history, at).project_id
        called = self.world.projects[project_id].names if project_id else ()
        valid = [
            said
            for name in names
            for said in self.settings.statuses.get(name, ())
            if (said.project is None or said.project in called)
            and (said.valid_from is None or said.valid_from <= self.day(at))
        ]
        if not valid:
            return usual
        said = max(valid, key=lambda s: (s.project is not None, s.valid_from or date.min))
        category = said.category or usual.category
        waits = (
            usual.is_waiting if said.is_waiting is None and not said.category else said.is_waiting
        )
        return Meaning(category, bool(waits), said.outcome or usual.outcome)

    @property
    def knows_blocked(self) -> bool:
        """Whether anything may say that an issue is blocked."""
        return bool(self.settings.blocked or self.settings.blocked_by)

    @property
    def has_waiting(self) -> bool:
        """Whether any status is waiting."""
        usual = [
            meaning.is_waiting
            for names, meaning in self.world.statuses.values()
            if not any(said.is_general for n in names for said in self.settings.statuses.get(n, ()))
        ]
        given = [said.is_waiting for rows in self.settings.statuses.values() for said in rows]
        return any(usual) or any(given)

    def outcome(self, resolution: str | None, meaning: Meaning) -> str:
        """What becomes of an issue in a done status, with a resolution."""
        said = self.settings.resolutions.get(resolution)
        if said is None and resolution in self.world.discarding:
            said = "discarded"
        return "discarded" if "discarded" in (said, meaning.outcome) else "delivered"


def _held(marks: list[Since], at: int) -> frozenset[str]:
    """The values that a field has after all that happened up to a moment, as far as it is told."""
    return frozenset(held(marks, at)) if marks and marks[0].at <= at else frozenset()


def moment(at: int) -> datetime:
    """Epoch milliseconds as a time."""
    return datetime.fromtimestamp(at // 1000, UTC).replace(microsecond=at % 1000 * 1000)


def seconds(start: int, end: int) -> int:
    """A duration, counted between the seconds that both ends fall into."""
    return end // 1000 - start // 1000
