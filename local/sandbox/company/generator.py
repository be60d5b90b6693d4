"""An invented company's whole history: the same arguments give the same bytes."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from typing import TYPE_CHECKING

from local.sandbox.company import shapes, texts
from local.sandbox.company.histories import History
from local.sandbox.company.people_and_projects import TEAMS, found_company
from local.sandbox.company.plans import Edit, Plan
from local.sandbox.company.relations import relate
from local.sandbox.company.rhythm import DAY, moment
from local.sandbox.company.shapes import make_phid
from local.sandbox.company.store import Store
from local.sandbox.company.task_rows import task_row
from local.sandbox.company.trains import add_trains
from local.sandbox.company.trains_told import Trains

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from local.sandbox.company.people_and_projects import Company
    from local.sandbox.company.truth import TaskTruth

NATURAL_TRANSITIONS = 6.0
_UNTOUCHED_SHARE, _BOARDLESS_SHARE, _DRAGGED_SHARE = 0.04, 0.08, 0.1
_OLD_SHARE, _MERGED_SHARE = 0.05, 0.04
_MEDIAN_LIFE_DAYS = 6.0
_BUSY_DAYS = 14


@dataclass(frozen=True)
class Generated:
    """
    A generated store and what is known about it.

    :param store: what the sandbox serves.
    :param destroyed: ids of tasks that existed once.
    :param planning_of: delivery project of a team -> its planning project, which has the sprints.
    :param trains: release trains, where they were asked for; they are no part of the story.
    """

    store: Store
    destroyed: tuple[int, ...]
    planning_of: dict[str, str]
    _truth: dict[int, TaskTruth]
    trains: Trains = field(default_factory=Trains)

    def truth(self) -> dict[int, TaskTruth]:
        """
        Task id -> its stays, for the tasks that the reader sees.

        It is written down while the story is told, not derived from transactions. Rows per stream
        are in ``store.counts``.
        """
        return self._truth


def generate(
    seed: int = 7,
    tasks: int = 300,
    days: int = 60,
    until: date = date(2026, 11, 23),
    transitions: float = NATURAL_TRANSITIONS,
    teams: Collection[str] = TEAMS,
    median_life: Callable[[float], float] = lambda _: _MEDIAN_LIFE_DAYS,
    *,
    with_trains: bool = False,
) -> Generated:
    """
    Invent a company's tasks.

    :param seed: another seed gives another company.
    :param tasks: how many tasks the reader sees, 10 or more; some others are hidden or destroyed.
    :param days: length of the history in days, 1 or more.
    :param until: the day, from midnight UTC on, by which everything has happened.
    :param transitions: mean rows of status and column changes per task.
    :param teams: the teams whose tasks they are.
    :param median_life: how many days half of the tasks take at most, by the days between their
        creation and ``until``.
    :param with_trains: whether release trains come on top, a task and its blockers each week.
    :raises ValueError: for too few tasks or days.
    """
    if tasks < 10 or days < 1:
        raise ValueError(f"{tasks} tasks in {days} days make no history: 10 and 1 at least")
    rng = Random(seed)
    end = int(datetime(until.year, until.month, until.day, tzinfo=UTC).timestamp())
    start = end - days * DAY
    company = found_company(seed, start, end, teams)
    gone = max(1, tasks // 100)
    births = sorted(moment(rng, start, end - 3600) for _ in range(tasks + 2 * gone))
    special = rng.sample(range(5, len(births) + 1), 2 * gone)
    hidden, destroyed = set(special[:gone]), set(special[gone:])
    mean = transitions / (1 - _UNTOUCHED_SHARE)
    histories = {
        task_id: History(
            rng,
            company,
            _plan(rng, company, task_id, born_at, (start, end), mean, median_life),
        )
        for task_id, born_at in enumerate(births, start=1)
        if task_id not in destroyed
    }
    store = _store(company, histories)
    edits = [edit for history in histories.values() for edit in history.edits]
    edits += relate(rng, company, histories, store, end)
    edits += _routine(rng, company, histories, edits, end)
    edits += _saved_again(rng, histories, end)
    trains = Trains()
    if with_trains:
        trains = add_trains(seed, company, store, len(births) + 1, end)
        edits += trains.edits
    old = {task_id for task_id, history in histories.items() if history.plan.is_old}
    for edit in sorted(edits, key=lambda e: (e.at, e.task_id)):
        _record(store, edit, is_old=edit.task_id in old)
    for task_id in hidden:
        store.hide(task_id)
        store.tasks[task_id]["fields"]["policy"]["view"] = company.admin
    visible = {t: history.truth for t, history in histories.items() if t not in hidden}
    visible |= {task_id: planned.truth for task_id, planned in trains.tasks.items()}
    planning_of = {team.delivery: team.planning for team in company.teams}
    return Generated(store, tuple(sorted(destroyed)), planning_of, visible, trains)


def _plan(
    rng: Random,
    company: Company,
    task_id: int,
    born_at: int,
    span: tuple[int, int],
    mean: float,
    median_life: Callable[[float], float],
) -> Plan:
    start, end = span
    median = min(median_life((end - born_at) / DAY), (end - start) / DAY / 5)
    life = int(DAY * rng.lognormvariate(math.log(median), 0.9))
    ends_at = min(born_at + max(life, 600), end)
    touched = rng.random() >= _UNTOUCHED_SHARE
    has_board = rng.random() >= _BOARDLESS_SHARE
    merged = task_id > 10 and rng.random() < _MERGED_SHARE
    return Plan(
        task_id=task_id,
        phid=make_phid("TASK", company.seed, task_id),
        created_at=born_at,
        ends_at=ends_at,
        transitions=max(1, round(rng.gauss(mean, mean / 4))) if touched else 0,
        is_finished=ends_at < end,
        team=rng.choice(company.teams) if has_board else None,
        is_dragged=has_board and rng.random() < _DRAGGED_SHARE,
        is_old=rng.random() < _OLD_SHARE and born_at < start + 10 * DAY,
        duplicate_of=make_phid("TASK", company.seed, 1 + task_id % 10) if merged else None,
    )


def _store(company: Company, histories: dict[int, History]) -> Store:
    store = Store(
        reader=company.whoami,
        statuses=shapes.STATUSES,
        priorities=shapes.PRIORITIES,
        users=company.users,
        projects=company.projects,
        columns=list(company.columns_by_phid.values()),
    )
    for history in histories.values():
        store.put_task(task_row(history))
    return store


def _routine(
    rng: Random, company: Company, histories: dict[int, History], edits: list[Edit], end: int
) -> list[Edit]:
    """Comments of those on call, on days of the last two weeks that would be too quiet."""
    enough = max(5, len(histories) // 40)
    edits_of = Counter(edit.at // DAY for edit in edits)
    alive = [history for history in histories.values() if history.plan.transitions]
    added = []
    for day_start in range(end - _BUSY_DAYS * DAY, end, DAY):
        there = [history for history in alive if history.plan.created_at < day_start]
        for _ in range(enough - edits_of[day_start // DAY] if there else 0):
            at = moment(rng, day_start, day_start + DAY)
            on_call = rng.choice(rng.choice(company.teams).members)
            change = shapes.comment(texts.comment(rng))
            added.append(Edit(at, rng.choice(there).plan.task_id, on_call, [change]))
    return added


def _saved_again(rng: Random, histories: dict[int, History], end: int) -> list[Edit]:
    """Edits without an effect, most of them long after the last real one."""
    alive = [history for history in histories.values() if history.plan.transitions]
    chosen = rng.sample(alive, len(alive) // 50)
    return [Edit(moment(rng, h.plan.created_at, end), h.plan.task_id, h.author, []) for h in chosen]


def _record(store: Store, edit: Edit, *, is_old: bool) -> None:
    if edit.changes:
        store.record(
            edit.task_id,
            edit.author,
            edit.at,
            edit.changes,
            is_creation=edit.is_creation,
            is_grouped=not is_old,
        )
    else:
        store.touch(edit.task_id, edit.at)
