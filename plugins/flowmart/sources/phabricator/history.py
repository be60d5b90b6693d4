"""
The history of tasks, which two methods tell.

``maniphest.gettasktransactions`` (frozen, deprecated) tells all of it as raw values, for a hundred
tasks at once. ``transaction.search`` tells it in pages, where column moves, subtasks and custom
fields have no content: it is read where the frozen method is silent, and to prove the other's rows.
"""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from flowmart.core.errors import SourceError
from flowmart.sources.base import Page, Record
from flowmart.sources.phabricator.conduit import ConduitError
from flowmart.sources.phabricator.paging import PAGE_SIZE, walk
from flowmart.sources.phabricator.proof import Proof
from flowmart.sources.phabricator.records import (
    LegacyTransaction,
    Numbered,
    RecordMaker,
    Transaction,
)
from flowmart.sources.rows import read_json, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flowmart.core.window import Window
    from flowmart.sources.declaration import SourceSpec
    from flowmart.sources.phabricator.conduit import Conduit

log = logging.getLogger(__name__)

# Below this number of tasks it is not worth asking how many calls the full history takes.
SWEEP_FROM_TASKS = 20
TASKS_PER_CALL = 100
TASKS_PER_PROBE = 5

_BY_TASK: Any = dict[str, msgspec.Raw] | list[msgspec.Raw] | None


class _Status(msgspec.Struct):
    value: Any = ""
    special: Any = None


class _Statuses(msgspec.Struct):
    data: list[_Status]


class Task(NamedTuple):
    """The ids of a task that are needed to read its history."""

    phid: str
    task_id: int


class History:
    """
    Reads the transactions of tasks.

    :param conduit: the instance.
    :param spec: the source's declaration.
    """

    def __init__(self, conduit: Conduit, spec: SourceSpec) -> None:
        self._conduit = conduit
        self._spec = spec
        self._modern = spec.streams["transactions"]
        self._legacy = spec.streams["task_transactions"]
        self._make_modern = RecordMaker(self._modern)
        self._make_legacy = RecordMaker(self._legacy)
        self._is_legacy_gone = False

    def transactions(self, window: Window, parents: Iterable[Record]) -> Iterator[Page]:
        """
        Read transactions up to the window's end from the paged method, if the frozen one is silent.

        :param window: the data interval.
        :param parents: the touched tasks; only their ids are kept in memory.
        """
        tasks = _tasks(parents)
        if not tasks or self._ask_legacy(list(tasks.values())[:TASKS_PER_PROBE], window):
            return
        # In the cheaper of two ways.
        sweep = self._sweep_if_cheaper(tasks)
        if sweep is not None:
            yield from (Page(self._records(rows, window, tasks)) for rows in sweep)
            return
        for task in tasks.values():
            rows = self._of_task(task)
            yield Page(self._records(rows, window, tasks), vanished=() if rows else (task.phid,))

    def task_transactions(self, window: Window, parents: Iterable[Record]) -> Iterator[Page]:
        """
        Read transactions up to the window's end from the frozen method, many tasks at a time.

        :param window: the data interval.
        :param parents: the touched tasks; only their ids are kept in memory.
        """
        remaining = iter(_tasks(parents).values())
        while some := list(itertools.islice(remaining, TASKS_PER_CALL)):
            yield Page(self._ask_legacy(some, window))

    def verify(
        self, window: Window, landed: Callable[[str], Iterable[Record]]
    ) -> dict[str, list[Page]]:
        """
        Prove the landed rows, task by task, and read again where there is a doubt.

        :param window: the data interval.
        :param landed: returns the landed records of a stream.
        :return: stream -> rows that only the second read found.
        :raises CompletenessError: if the two methods still differ.
        """
        proof = Proof(self._conduit.instance, landed, self._default_status)
        doubtful = {phid: Task(phid, task_id) for phid, task_id in proof.doubtful.items()}
        for task in self._unconfirmed(doubtful, proof, window):
            modern = self._records(self._of_task(task), window, {task.phid: task})
            if not proof.confirms(task.phid, {record.record_id for record in modern}):
                proof.look_again(task.phid, modern, self._ask_legacy([task], window))
        return proof.found()

    def _unconfirmed(self, tasks: dict[str, Task], proof: Proof, window: Window) -> Iterable[Task]:
        """Those that a sweep does not confirm; all of them where it would not be cheaper."""
        told = {phid: task for phid, task in tasks.items() if proof.was_told(phid)}
        sweep = self._sweep_if_cheaper(told)
        if sweep is None:
            return tasks.values()
        ids: dict[str, set[str]] = {phid: set() for phid in told}
        for rows in sweep:
            for record in self._records(rows, window, told):
                ids[str(record.parent_id)].add(record.record_id)
        confirmed = {phid for phid in told if proof.confirms(phid, ids[phid])}
        return [task for phid, task in tasks.items() if phid not in confirmed]

    def _default_status(self) -> str:
        """The status that tasks begin in; empty if the server names none."""
        endpoint = self._spec.streams["statuses"].endpoint
        result = self._conduit.call(endpoint, {}, _Statuses)
        return next((s.value for s in result.data if s.special == "default"), "")

    def _sweep_if_cheaper(self, tasks: dict[str, Task]) -> Iterator[list[Transaction]] | None:
        """
        The full history of the instance, if that takes fewer calls than one per task.

        Old versions of Phabricator do not support this, and the first call fails.
        """
        if len(tasks) < SWEEP_FROM_TASKS:
            return None
        pages = self._walk({"objectType": "TASK"})
        try:
            newest = next(pages, [])
        except SourceError as error:
            log.info("%s: no sweep, %s", self._conduit.instance, error.what)
            return None
        calls = newest[0].id // PAGE_SIZE if newest else 0
        cheaper = calls < len(tasks)
        log.info(
            "%s: history of %s tasks, at most %s calls for a sweep: %s",
            self._conduit.instance,
            len(tasks),
            calls,
            "sweeping" if cheaper else "reading task by task",
        )
        return itertools.chain([newest], pages) if cheaper else None

    def _of_task(self, task: Task) -> list[Transaction]:
        """
        All transactions of a task; none if it was deleted or hidden, also while they were read.

        Every task has a transaction: without one, its history is hidden.
        """
        try:
            rows = list(itertools.chain.from_iterable(self._walk({"objectIdentifier": task.phid})))
        except ConduitError as error:
            if not error.gone_object:
                raise
            rows = []
        if not rows:
            log.warning("%s: T%s shows no history, left out", self._conduit.instance, task.task_id)
        return rows

    def _walk(self, params: dict[str, str]) -> Iterator[list[Transaction]]:
        return walk(self._conduit, self._modern.endpoint, Transaction, params, ascending=False)

    def _records(
        self, rows: Iterable[Transaction], window: Window, tasks: dict[str, Task]
    ) -> list[Record]:
        """Transactions before the window's end, so that a later run reads the same."""
        end = window.end.timestamp()
        return [
            self._make_modern(row, row.objectPHID)
            for row in rows
            if row.objectPHID in tasks and row.dateCreated < end
        ]

    def _ask_legacy(self, tasks: list[Task], window: Window) -> list[Record]:
        """The transactions of the frozen method; none if the server no longer has it."""
        ids = [task.task_id for task in tasks]
        by_task: dict[str, msgspec.Raw] | list[msgspec.Raw] | None = None
        try:
            if not self._is_legacy_gone:
                by_task = self._conduit.call(self._legacy.endpoint, {"ids": ids}, _BY_TASK)
        except ConduitError as error:
            if not error.unknown_method:
                if len(tasks) == 1:
                    raise
                # PHP's memory may not do for the histories of so many.
                half = len(tasks) // 2
                halves = (tasks[:half], tasks[half:])
                return [row for some in halves for row in self._ask_legacy(some, window)]
            log.warning("%s: this server no longer has the method", error.where)
            self._is_legacy_gone = True
        # PHP writes an empty map as [].
        if not isinstance(by_task, dict):
            return []
        end = window.end.timestamp()
        with self._conduit.expecting("history", self._legacy.endpoint):
            return [
                self._make_legacy(row, task.phid)
                for task in tasks
                for row in read_rows(by_task.get(str(task.task_id), b"[]"), LegacyTransaction)
                if int(row.dateCreated) < end
            ]


def _tasks(parents: Iterable[Record]) -> dict[str, Task]:
    """PHID -> task, without duplicates."""
    return {p.record_id: Task(p.record_id, read_json(p.payload, Numbered).id) for p in parents}
