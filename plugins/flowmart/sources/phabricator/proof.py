"""
The proof that a history is complete: it led to the task as it is, and two methods agree on it.

The frozen method answers for a whole history at once, without pages. Its history is compared with
the task; where they do not fit, and for one task of every hundred, it is compared with the other
method's.
"""

from __future__ import annotations

import itertools
import logging
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page, Record
from flowmart.sources.phabricator.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)

MODERN = "transactions"
LEGACY = "task_transactions"
TASKS = "tasks"
TASKS_PER_SAMPLE = 100


class Proof:
    """
    Compares landed transactions with their tasks, and both methods' where both have landed.

    Memory grows with tasks, not with transactions: a task's transactions are hashed into one
    number, and their ids are compared only where there is a doubt.

    :param instance: name of the instance, for errors and logs.
    :param landed: returns the landed records of a stream.
    """

    def __init__(self, instance: str, landed: Callable[[str], Iterable[Record]]) -> None:
        self._instance = instance
        self._landed = landed
        self._found: dict[str, list[Record]] = {MODERN: [], LEGACY: []}
        self._vanished: list[str] = []
        self._tasks = {task.record_id: Evidence.of(task) for task in landed(TASKS)}
        modern, legacy = _sums(landed(MODERN)), _sums(landed(LEGACY))
        self._silent = modern.keys() - legacy.keys()
        # Without any answer of the frozen method, there is nothing to compare. A task without any
        # transaction is a contradiction, not an empty history.
        compared = modern.keys() if legacy else set()
        differing = {task for task in compared if modern[task] != legacy.get(task)}
        differing |= self._unproved(self._tasks.keys() - modern.keys())
        self._ids = {stream: self._ids_of(stream, differing) for stream in (MODERN, LEGACY)}
        #: PHID -> id of the tasks to read again.
        self.doubtful = {
            phid: task.task_id
            for phid, task in self._tasks.items()
            # A repeated row changes a sum, but not the set of ids.
            if phid in differing
            and (not self._ids[MODERN][phid] or self._ids[MODERN][phid] != self._ids[LEGACY][phid])
        }

    def confirms(self, task: str, modern: list[Record]) -> bool:
        """
        Tell whether the other method knows the same transactions as have landed.

        :param task: the PHID of a task that has landed from the frozen method only.
        :param modern: its records from ``transaction.search``.
        """
        ids = {record.record_id for record in modern}
        return bool(ids) and not self._ids[MODERN][task] and ids == self._ids[LEGACY][task]

    def look_again(self, task: str, modern: list[Record], legacy: list[Record]) -> None:
        """
        Compare the current answers of both methods for a task in doubt.

        :param task: the task's PHID.
        :param modern: its records from ``transaction.search``, empty if it disappeared.
        :param legacy: its records from the frozen method.
        :raises CompletenessError: if a transaction is still known to one method only.
        """
        if not modern:
            self._vanished.append(task)
            return
        if not legacy:
            self._silent |= {task}
            ids = self._ids[MODERN][task]
            self._found[MODERN] += [r for r in modern if r.record_id not in ids]
            return
        known = {}
        for stream, records in ((MODERN, modern), (LEGACY, legacy)):
            ids = self._ids[stream][task]
            self._found[stream] += [record for record in records if record.record_id not in ids]
            known[stream] = ids | {record.record_id for record in records}
        if lost := known[MODERN] ^ known[LEGACY]:
            raise CompletenessError(
                f"{len(lost)} of {len(known[MODERN] | known[LEGACY])} transactions of a task are "
                f"known to one of two methods only, such as {min(lost)}",
                where=f"{self._instance}: {task}",
                next_step="check that the token's user can see all of the task; then run it again",
            )

    def found(self) -> dict[str, list[Page]]:
        """Stream -> rows that only the second read found, and tasks that it found no more."""
        if self._silent:
            log.warning(
                "%s: history without detail: %s of %s tasks have no answer from the frozen "
                "method, so their column moves, subtasks and custom fields are unknown",
                self._instance,
                len(self._silent),
                len(self._tasks),
            )
        pages = {stream: [Page(records)] for stream, records in self._found.items() if records}
        if self._vanished:
            gone = Page([], vanished=tuple(self._vanished))
            pages.setdefault(MODERN, []).append(gone)
        return pages

    def _unproved(self, tasks: set[str]) -> set[str]:
        """Those of the tasks whose history does not fit them, and some whose history does."""
        fitting: set[str] = set()
        sizes: Counter[str] = Counter()
        for task, records in itertools.groupby(self._landed(LEGACY), lambda r: str(r.parent_id)):
            if task in tasks:
                history = list(records)
                sizes[task] = max(sizes[task], len(history))
                if self._tasks[task].fits(history):
                    fitting.add(task)
        others = [task for task in self._tasks if task in fitting]
        some = (
            max(others[start : start + TASKS_PER_SAMPLE], key=sizes.__getitem__)
            for start in range(0, len(others), TASKS_PER_SAMPLE)
        )
        return (tasks - fitting) | set(some)

    def _ids_of(self, stream: str, tasks: set[str]) -> dict[str, set[str]]:
        ids: dict[str, set[str]] = defaultdict(set)
        if tasks:
            for record in self._landed(stream):
                if record.parent_id in tasks:
                    ids[record.parent_id].add(record.record_id)
        return ids


def _sums(records: Iterable[Record]) -> dict[str, int]:
    """Task -> a number that is equal for equal sets of transactions only."""
    sums: dict[str, int] = defaultdict(int)
    for record in records:
        sums[str(record.parent_id)] ^= hash(record.record_id)
    return sums
