"""The life of one task, told as edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.company import shapes
from local.sandbox.company.details import Details
from local.sandbox.company.plans import Edit
from local.sandbox.company.rhythm import moments
from local.sandbox.company.store import closing
from local.sandbox.company.truth import TaskTruth

if TYPE_CHECKING:
    from random import Random

    from local.sandbox.company.people_and_projects import Company, Sprint, Team
    from local.sandbox.company.plans import Plan
    from local.sandbox.company.shapes import Change, Json

_CLOSED = {s["value"] for s in shapes.STATUSES if s["closed"]}
# status -> what it may turn into before the end, by weight
_NEXT_STATUS = {
    "open": {"progress": 88, "resolved": 6, "wontfix": 3, "invalid": 3},
    "progress": {"stalled": 45, "open": 30, "resolved": 25},
    "stalled": {"progress": 90, "open": 10},
    "resolved": {"open": 45, "progress": 45, "wontfix": 10},
    "wontfix": {"open": 80, "resolved": 20},
    "invalid": {"open": 90, "wontfix": 10},
}
_COLUMNS_OF_STATUS = {
    "open": ("Backlog", "To Do"),
    "progress": ("In Progress", "Review"),
    "stalled": ("In Progress", "To Do"),
}
_SIDE_EVENTS = {
    "comment": 36, "owner": 12, "priority": 10, "points": 9, "title": 4, "description": 6,
    "subscriber": 8, "custom": 7, "team": 3, "nothing": 5,
}  # fmt: skip
_LEAVER_SHARE, _SAME_ACTOR_SHARE, _JOIN_SHARE, _HERALD_SHARE = 0.03, 0.7, 0.5, 0.2


class History:
    """
    One task and everything that was done to it.

    :param company: the people and boards it meets.
    :param plan: what its life is to be.
    """

    def __init__(self, rng: Random, company: Company, plan: Plan) -> None:
        self.rng = rng
        self.company = company
        self.plan = plan
        self.truth = TaskTruth()
        self.edits: list[Edit] = []
        self.at = plan.created_at
        self.team = plan.team
        self.left_teams: list[Team] = []
        self.sprint: Sprint | None = None
        self.column = ""
        self.status = "open"
        self.closed: Json = {"dateClosed": None, "closerPHID": None}
        self.projects: list[str] = []
        self.author = self.actor = self._somebody()
        self.details = Details(rng, plan.task_id, self.author, self._somebody)
        self._create()
        for at, kind in self._agenda():
            self.at = at
            self.actor = self._actor(kind)
            self._do(kind)

    # Creation -----------------------------------------------------------------------------------

    def _create(self) -> None:
        changes = [shapes.created(), *self.details.first(self.at)]
        self.truth.enter_status("open", self.at)
        if self.rng.random() < 0.08:
            changes.append(self._born_in_progress())
        changes.append(self._join())
        edit = Edit(self.at, self.plan.task_id, self.author, changes, is_creation=True)
        self.edits.append(edit)

    def _born_in_progress(self) -> Change:
        """Only a status other than the default one is written at creation."""
        self.status = "progress"
        self.truth.statuses.clear()
        self.truth.enter_status("progress", self.at)
        return shapes.status(None if self.plan.is_old else "open", "progress")

    def _join(self) -> Change:
        """Put the task on its first projects."""
        if self.team is None:
            self.projects = [self.company.operations]
        else:
            self.projects = [self.team.delivery]
            self._enter_delivery_board(self.team)
            if self.plan.is_dragged:
                self.projects.append(self.team.planning)
                self.truth.enter_column(self.team.planning, self.team.planning_backlog, self.at)
            elif self.rng.random() < 0.6:
                self.sprint = self.team.sprint_at(self.at)
                self.projects.append(self.sprint.phid)
        self.truth.change_projects(self.projects, self.at)
        return shapes.projects(self.projects, [], as_map=self.plan.is_old)

    def _enter_delivery_board(self, team: Team) -> None:
        self.column = "Backlog"
        self.truth.enter_column(team.delivery, team.columns["Backlog"], self.at)

    # What happens when --------------------------------------------------------------------------

    def _agenda(self) -> list[tuple[int, str]]:
        """The events after creation, ascending; the last transitions close a finished task."""
        plan, rng = self.plan, self.rng
        if not plan.transitions:
            return []
        last = min(2 if self.team else 1, plan.transitions) if plan.is_finished else 0
        names, weights = list(_SIDE_EVENTS), list(_SIDE_EVENTS.values())
        kinds = rng.choices(names, weights, k=rng.randint(1, 7))
        kinds += ["step"] * (plan.transitions - last)
        rng.shuffle(kinds)
        kinds += [("finish", "finish on board")[last - 1]] if last else []
        times = moments(rng, plan.created_at, plan.ends_at, len(kinds))
        agenda = list(zip(times, kinds, strict=True))
        if self.team:
            starts = (s.starts_at for s in self.team.sprints)
            agenda += [(at, "sprint") for at in starts if plan.created_at < at < plan.ends_at]
        return sorted(agenda, key=lambda event: event[0])

    def _do(self, kind: str) -> None:
        if kind == "step":
            self._write([self._step()])
        elif kind.startswith("finish"):
            self._write(self._finish(on_board=kind.endswith("board")))
        elif kind == "sprint":
            if self.status not in _CLOSED and (self.sprint or self.plan.is_dragged):
                self._write(self._change_sprint())
        elif kind == "team":
            self._write(self._change_team())
        elif kind == "nothing":
            self.edits.append(Edit(self.at, self.plan.task_id, self.actor, []))
        else:
            self._write([self.details.change(kind, self.at)])

    def _write(self, changes: list[Change]) -> None:
        """Write an edit; in the same second it may be part of the same person's one before."""
        before = self.edits[-1]
        is_same = before.at == self.at and before.author == self.actor and not before.is_creation
        joins = is_same and bool(before.changes) and self.rng.random() < _JOIN_SHARE
        # An edit moves a task once.
        moves = [change for change in (*before.changes, *changes) if change.is_move]
        if joins and len(moves) < 2:
            before.changes += changes
        else:
            self.edits.append(Edit(self.at, self.plan.task_id, self.actor, changes))

    def _actor(self, kind: str) -> str:
        before = self.edits[-1]
        if kind == "sprint":
            return self.company.bot
        if kind in ("priority", "subscriber") and self.rng.random() < _HERALD_SHARE:
            return self.company.herald_rule
        if before.at == self.at and self.rng.random() < _SAME_ACTOR_SHARE:
            return before.author
        return self._somebody()

    def _somebody(self) -> str:
        rng, company = self.rng, self.company
        if rng.random() < _LEAVER_SHARE:
            return rng.choice((company.deleted_user, company.disabled_user))
        return rng.choice((self.team or rng.choice(company.teams)).members)

    # Status and columns -------------------------------------------------------------------------

    def _step(self) -> Change:
        columns = _COLUMNS_OF_STATUS.get(self.status, ("Done",))
        targets = [column for column in columns if column != self.column]
        if self.team and targets and self.rng.random() < 0.5:
            return self._move_to(self.rng.choice(targets), self.team)
        weights = _NEXT_STATUS[self.status]
        return self._turn_to(self.rng.choices(list(weights), list(weights.values()))[0])

    def _turn_to(self, status: str) -> Change:
        before, self.status = self.status, status
        was, is_now = before in _CLOSED, status in _CLOSED
        self.closed = closing(self.closed, was, is_now, self.at, self.actor)
        self.truth.enter_status(status, self.at)
        return shapes.status(before, status)

    def _move_to(self, column: str, team: Team) -> Change:
        before, self.column = self.column, column
        self.truth.enter_column(team.delivery, team.columns[column], self.at)
        return shapes.column(team.delivery, team.columns[column], team.columns[before])

    def _finish(self, *, on_board: bool) -> list[Change]:
        changes: list[Change] = []
        if self.status not in _CLOSED and self.plan.duplicate_of:
            edge = shapes.edge(shapes.EDGE_IS_DUPLICATE_OF, [self.plan.duplicate_of])
            changes += [self._turn_to("duplicate"), edge]
        elif self.status not in _CLOSED:
            changes.append(self._turn_to(self.rng.choices(("resolved", "wontfix"), (9, 1))[0]))
        if self.team and on_board and self.column != "Done":
            changes.append(self._move_to("Done", self.team))
        return changes or [self.details.change("comment", self.at)]

    # Projects -----------------------------------------------------------------------------------

    def _change_sprint(self) -> list[Change]:
        """The running sprint for the one before; dragged tasks move on the planning board too."""
        assert self.team is not None
        team, before, sprint = self.team, self.sprint, self.team.sprint_at(self.at)
        if sprint is before:
            return [self.details.change("comment", self.at)]
        removed = before.phid if before else team.planning
        self.sprint = sprint
        self.projects.remove(removed)
        self.projects.append(sprint.phid)
        self.truth.change_projects(self.projects, self.at)
        changes = [shapes.projects([sprint.phid], [removed], as_map=self.plan.is_old)]
        if self.plan.is_dragged:
            self.truth.enter_column(team.planning, sprint.column, self.at)
            left = before.column if before else team.planning_backlog
            changes.append(shapes.column(team.planning, sprint.column, left))
        return changes

    def _change_team(self) -> list[Change]:
        """Hand the task to a team that did not have it yet, in whose backlog it then stands."""
        homes = [t for t in self.company.teams if t not in (self.team, *self.left_teams)]
        if self.team is None or self.plan.is_dragged or not homes:
            return [self.details.change("comment", self.at)]
        removed = list(self.projects)
        self.truth.leave_board(self.team.delivery, self.at)
        self.left_teams.append(self.team)
        self.team = self.rng.choice(homes)
        self.sprint = self.team.sprint_at(self.at) if self.sprint else None
        self.projects = [self.team.delivery, *([self.sprint.phid] if self.sprint else [])]
        self._enter_delivery_board(self.team)
        self.truth.change_projects(self.projects, self.at)
        return [shapes.projects(self.projects, removed, as_map=self.plan.is_old)]
