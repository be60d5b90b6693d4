"""
What may change around issues, all side by side: a batch for each scenario would take minutes.

A scenario is a generator: up to its ``yield`` it tells a tracker what there is, then what changes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowmart.publish.publisher import publish_batch
from flowmart.transform.runner import build_batch
from tests.meanings import meaning
from tests.sql.tracker import Tracker, phid
from tests.sql.warehouse import CONTEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flowmart.core.batch import Batch
    from flowmart.sources.base import Record
    from tests.sql.warehouse import Warehouse

    Scenario = Callable[[Tracker], Iterator[None]]

SNAPSHOTS = ("projects", "columns", "statuses")
HISTORIES = ("tasks", "transactions", "task_transactions")
TEAMS = {phid("PROJ", 132): "Team M"}
WITHOUT_WAITING = replace(
    CONTEXT,
    statuses={
        "progress": meaning("in_progress"),
        "stalled": meaning("in_progress"),
        "coding": meaning("in_progress"),
        "testing": meaning("in_progress"),
        "review": meaning("in_progress"),
        "shipped": meaning("done"),
    },
    teams=TEAMS,
)
BEFORE = replace(
    WITHOUT_WAITING,
    statuses={**WITHOUT_WAITING.statuses, "stalled": meaning("in_progress", is_waiting=True)},
)
AFTER = replace(
    BEFORE,
    statuses={name: status for name, status in BEFORE.statuses.items() if name != "review"},
    teams=TEAMS | {"gamma": "Team G", "Alpha 2": "Team A"},
)

_scenarios: list[Scenario] = []


def scenario(function: Scenario) -> Scenario:
    """Make a generator over a tracker one of the scenarios."""
    _scenarios.append(function)
    return function


def within(tracker: Tracker, task: int, *projects: int, **fields: Any) -> None:
    """A task that has been in projects since it was created."""
    tracker.task(task, projects=projects, **fields)
    tracker.joins(task, 0, *projects)


def formerly_within(tracker: Tracker, task: int, project: int) -> None:
    """A task that was in a project for one day."""
    tracker.task(task)
    tracker.joins(task, 0, project)
    tracker.joins(task, 1, leaves=(project,))


class World:
    """
    All scenarios in one warehouse: published, changed, built anew; and in a second instance.

    :param warehouse: an empty one.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        tracker = Tracker()
        running = [function(tracker) for function in _scenarios]
        for one in running:
            next(one)
        warehouse.run(tracker.records(), BEFORE, instance="phabricator__two")
        warehouse.run(tracker.records(), WITHOUT_WAITING)
        same = {"tasks": [], **_snapshots(tracker)}
        self.touched_by_waiting = self._reasons(warehouse.run(same, BEFORE))
        self.touched_by_nothing = self._reasons(warehouse.run(same, BEFORE))
        self.before = warehouse.marts()
        known = {stream: dict(records) for stream, records in tracker.streams.items()}
        for one in running:
            next(one, None)
        batch = warehouse.run(_changed(tracker, known) | _snapshots(tracker), AFTER)
        self._touched = self._reasons(batch)
        self.after = warehouse.marts()
        self.counts = self._rebuild()
        self.rebuilt = warehouse.marts()

    def _reasons(self, batch: Batch) -> dict[int, str]:
        """Number of a task that a batch touched -> because of what."""
        table = f"stage.int_touched_issue__{batch.batch_id}"
        rows = self._warehouse.rows(table, "issue_id, reason")
        return {int(row["issue_id"].rsplit("-", 1)[1]): row["reason"] for row in rows}

    def _rebuild(self) -> list[dict[str, int]]:
        """Publish everything anew from raw rows, built twice; the rows of each time."""
        engine, project = self._warehouse.engine, self._warehouse.project
        batch = self._warehouse.batch()
        self._warehouse.load(batch, {})
        everything = replace(AFTER, everything=True)
        counts = [build_batch(engine, project, batch, everything) for _ in range(2)]
        publish_batch(engine, project, batch, everything=True)
        return counts

    def touched(self, ten: int) -> dict[int, str]:
        """Task of the scenario of some ten that the changes touched -> because of what."""
        return {task: reason for task, reason in self._touched.items() if task // 10 == ten // 10}

    @staticmethod
    def rows_of(
        task: int, marts: dict[str, list[dict[str, Any]]], instance: str = "phabricator"
    ) -> dict[str, list[dict[str, Any]]]:
        """A task's rows in each of the marts."""
        key = f"{instance}:{phid('TASK', task)}"
        return {
            model: [row for row in rows if row.get("issue_key") == key]
            for model, rows in marts.items()
        }

    def issue(self, task: int, instance: str = "phabricator") -> dict[str, Any]:
        """A task's row in ``fct_issues`` after the changes."""
        [row] = self.rows_of(task, self.after, instance)["fct_issues"]
        return row

    def columns(self, task: int) -> list[tuple[str, str]]:
        """Board and column of each visit of a task after the changes."""
        rows = self.rows_of(task, self.after)["fct_issue_column_intervals"]
        return [(row["board_name"], row["column_name"]) for row in rows]


def _snapshots(tracker: Tracker) -> dict[str, list[Record]]:
    return {stream: list(tracker.streams[stream].values()) for stream in SNAPSHOTS}


def _changed(tracker: Tracker, known: dict[str, dict[str, Record]]) -> dict[str, list[Record]]:
    """The tasks and the changes that are not as they were."""
    return {
        stream: [
            record
            for key, record in tracker.streams[stream].items()
            if known[stream].get(key) != record
        ]
        for stream in HISTORIES
    }
