"""
Release trains: a task per week that stands for a release, and the tasks that stood in its way.

They come on top of a company's tasks, with dice of their own, so that these stay as they are.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from local.sandbox.company import shapes
from local.sandbox.company.plans import Edit
from local.sandbox.company.rhythm import DAY, weekday
from local.sandbox.company.shapes import make_phid
from local.sandbox.company.store import closing
from local.sandbox.company.task_rows import make_fields, make_row
from local.sandbox.company.trains_told import Planned, Stretch, Train, Trains

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.sandbox.company.people_and_projects import Company, Sprint, Team
    from local.sandbox.company.shapes import Change, Json
    from local.sandbox.company.store import Store

SUBTYPE = "release"
_CLOSED = {s["value"] for s in shapes.STATUSES if s["closed"]}
_FATES = ("resolved", "resolved", "taken off", "reopened", "duplicate", "mention", "standing")


def add_trains(seed: int, company: Company, store: Store, first_id: int, end: int) -> Trains:
    """
    Put a train into each whole week, and write its edits down.

    :param store: gets the tasks, not their edits.
    :param first_id: number of the first task.
    :param end: epoch seconds by which everything has happened.
    """
    project, milestones = company.found_releases(end)
    told = Trains(projects=[project, *(milestone.phid for milestone in milestones)])
    yard = _Yard(Random(f"trains {seed}"), company, told, first_id, project, milestones)
    start = company.founded_at
    monday = start + (7 - weekday(start)) % 7 * DAY
    for number, week in enumerate(range(monday, end, 7 * DAY), start=1):
        if week + DAY < end:
            yard.run(number, week, end)
    for planned in told.tasks.values():
        store.put_task(
            make_row(
                planned.task_id,
                planned.phid,
                make_fields(planned.author, planned.status, planned.closed, planned.created_at)
                | planned.values,
                planned.projects,
            )
        )
    for stretch in told.stretches:
        if stretch.until is None and stretch.kind != "project":
            store.edges.append(
                {
                    "sourcePHID": told.tasks[stretch.task].phid,
                    "edgeType": shapes.EDGE_NAMES[_EDGES[stretch.kind]],
                    "destinationPHID": stretch.other,
                }
            )
    return told


_EDGES = {
    "subtask": shapes.EDGE_SUBTASK,
    "parent": shapes.EDGE_PARENT,
    "mention": shapes.EDGE_MENTIONS,
    "mentioned_by": shapes.EDGE_MENTIONED_BY,
    "duplicate_of": shapes.EDGE_IS_DUPLICATE_OF,
    "duplicated_by": shapes.EDGE_HAS_DUPLICATE,
}


class _Yard:
    """Invents one train after the other."""

    def __init__(
        self,
        rng: Random,
        company: Company,
        told: Trains,
        first_id: int,
        project: str,
        milestones: list[Sprint],
    ) -> None:
        self.project = project
        self.milestones = milestones
        self.rng = rng
        self.company = company
        self.told = told
        self.next_id = first_id
        self.names = {u["phid"]: u["fields"]["username"] for u in company.users}
        self.end = 0

    def run(self, number: int, week: int, end: int) -> None:
        """The train of a week: created on Monday, on its way on Tuesday, done by Thursday."""
        rng, self.end = self.rng, end
        team = rng.choice(self.company.teams)
        conductor, backup = rng.sample(team.members, 2)
        train = Train(self.next_id, f"1.45.0-wmf.{number}", conductor, backup, week + DAY)
        values: Json = {
            "name": f"{train.version} deployment blockers",
            "subtype": SUBTYPE,
            "ownerPHID": conductor,
            "custom.release.version": train.version,
            "custom.release.date": train.runs_at,
            "custom.train.backup": [backup],
        }
        created_at = week + 9 * 3600 + rng.randrange(3600)
        task = self._create(created_at, conductor, values, [self.project], [
            shapes.owner(None, conductor),
            shapes.custom_field("release.version", None, train.version),
            shapes.custom_field("release.date", None, train.runs_at),
            shapes.custom_field("train.backup", None, [backup]),
        ])  # fmt: skip
        self.told.trains.append(train)
        for _ in range(rng.randrange(4)):
            self._block(train, task, team, week)
        self._comment(task, week + DAY + 3 * 3600, backup, f"@{self.names[conductor]} shall we go?")
        self._turn(task, week + DAY + 10 * 3600, conductor, "progress")
        last = "declined" if number % 6 == 0 else "resolved"
        self._turn(
            task, week + 3 * DAY + 15 * 3600, conductor, "wontfix" if last == "declined" else last
        )

    def _block(self, train: Train, task: Planned, team: Team, week: int) -> None:
        """A task in the way of a train, and what becomes of it."""
        rng = self.rng
        at = week + DAY // 2 + rng.randrange(DAY)
        author, other = rng.sample(team.members, 2)
        values = {"name": f"Regression {rng.randrange(1000)} in {train.version}"}
        projects = [self.project, self._milestone_at(at)]
        blocker = self._create(at, author, values, projects, [])
        fate = rng.choice(_FATES)
        if fate == "mention":
            self._link(at + 600, author, blocker, task, "mention", "mentioned_by", [
                self._mention(blocker, at + 600, author, train.conductor)
            ])  # fmt: skip
            self._turn(blocker, at + 6 * 3600, other, "resolved")
            return
        self._link(at + 300, train.conductor, task, blocker, "subtask", "parent")
        self._turn(blocker, at + 3600, other, "progress")
        later = at + 2 * 3600 + rng.randrange(20 * 3600)
        if fate == "taken off":
            self._unlink(later, train.conductor, task, blocker)
            self._turn(blocker, later + 2 * DAY, other, "resolved")
            self._move_on(blocker, later + 20 * DAY)
        elif fate == "duplicate":
            self._merge(later, other, blocker)
        elif fate != "standing":
            self._turn(blocker, later, other, "resolved")
        if fate == "reopened":
            self._turn(blocker, later + 3600, author, "open")
            self._turn(blocker, later + 5 * 3600, other, "resolved")

    # Edits --------------------------------------------------------------------------------------

    def _create(
        self, at: int, author: str, values: Json, projects: list[str], changes: Sequence[Change]
    ) -> Planned:
        phid = make_phid("TASK", self.company.seed, self.next_id)
        planned = Planned(self.next_id, phid, author, at, values, list(projects))
        self.next_id += 1
        self.told.tasks[planned.task_id] = planned
        planned.truth.enter_status("open", at)
        planned.truth.change_projects(projects, at)
        for project in projects:
            self.told.stretches.append(Stretch(planned.task_id, "project", project, at, author))
        first = [shapes.created(), shapes.title("", values["name"]), *changes]
        edit = Edit(at, planned.task_id, author, [*first, shapes.projects(projects, [])], True)
        self.told.edits.append(edit)
        return planned

    def _write(self, task: Planned, at: int, author: str, changes: list[Change]) -> None:
        self.told.edits.append(Edit(at, task.task_id, author, changes))

    def _comment(self, task: Planned, at: int, author: str, text: str) -> None:
        if at < self.end:
            name = text.split("@")[1].split()[0]
            self.told.mentions.append((task.task_id, name, at, author))
            self._write(task, at, author, [shapes.comment(text)])

    def _mention(self, task: Planned, at: int, author: str, whom: str) -> Change:
        name = self.names[whom]
        if at < self.end:
            self.told.mentions.append((task.task_id, name, at, author))
        return shapes.comment(f"Stops the train, (@{name.upper()}) please look; not me@{name}.")

    def _turn(self, task: Planned, at: int, by: str, status: str) -> None:
        """Another status; trains that wait for the task are told when it is closed or opened."""
        if at >= self.end:
            return
        before, task.status = task.status, status
        was, is_now = before in _CLOSED, status in _CLOSED
        task.closed = closing(task.closed, was, is_now, at, by)
        task.truth.enter_status(status, at)
        self._write(task, at, by, [shapes.status(before, status)])
        if was != is_now:
            self._tell_parents(task, at, by, before)

    def _tell_parents(self, task: Planned, at: int, by: str, before: str) -> None:
        for stretch in self.told.stretches:
            if (stretch.task, stretch.kind, stretch.until) == (task.task_id, "parent", None):
                parent = next(t for t in self.told.tasks.values() if t.phid == stretch.other)
                change = shapes.unblock(task.phid, before, task.status)
                self._write(parent, at, by, [change])
                self.told.unblocks.append(
                    (parent.task_id, task.phid, at, by, before, task.status)
                )  # fmt: skip

    def _link(
        self,
        at: int,
        by: str,
        one: Planned,
        other: Planned,
        forth: str,
        back: str,
        more: Sequence[Change] = (),
    ) -> None:
        """An edge, which both sides tell."""
        if at >= self.end:
            return
        for source, target, kind, changes in ((one, other, forth, more), (other, one, back, ())):
            self.told.stretches.append(Stretch(source.task_id, kind, target.phid, at, by))
            edge = shapes.edge(_EDGES[kind], [target.phid])
            self._write(source, at, by, [*changes, edge])

    def _unlink(self, at: int, by: str, train: Planned, blocker: Planned) -> None:
        if at >= self.end:
            return
        for source, target, kind in ((train, blocker, "subtask"), (blocker, train, "parent")):
            stretch = self.told.stay(source.task_id, kind, target.phid)
            stretch.until, stretch.ended_by = at, by
            removed = shapes.edge(_EDGES[kind], [], removed=[target.phid])
            self._write(source, at, by, [removed])

    def _merge(self, at: int, by: str, blocker: Planned) -> None:
        """Into the first train, whatever that is for."""
        if at < self.end:
            first = next(iter(self.told.tasks.values()))
            self._link(at, by, blocker, first, "duplicate_of", "duplicated_by")
            self._turn(blocker, at, by, "duplicate")

    def _milestone_at(self, at: int) -> str:
        return next(m.phid for m in reversed(self.milestones) if m.starts_at <= at)

    def _move_on(self, task: Planned, at: int) -> None:
        """Into the milestone that runs then."""
        old, new = task.projects[-1], self._milestone_at(at)
        if at < self.end and new != old:
            stretch = self.told.stay(task.task_id, "project", old)
            stretch.until, stretch.ended_by = at, task.author
            self.told.stretches.append(Stretch(task.task_id, "project", new, at, task.author))
            task.projects[-1] = new
            task.truth.change_projects(task.projects, at)
            self._write(task, at, task.author, [shapes.projects([new], [old])])
