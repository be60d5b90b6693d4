"""
The proof that a history is complete: it led to the task as it is, and two methods agree on it.

The frozen method answers for a whole history at once, without pages. Its history is compared with
the task; where they do not fit, and for one task of every hundred, it is compared with the other
method's.
"""

from __future__ import annotations

import itertools
import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page, Record
from flowmart.sources.phabricator.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

log = logging.getLogger(__name__)

MODERN = "transactions"
LEGACY = "task_transactions"
TASKS = "tasks"
TASKS_PER_SAMPLE = 100


class Proof:
    """
    Compares landed transactions with their tasks, and both methods' where both have landed.

    Memory grows with tasks, and with the transactions of those in doubt, whose ids are compared; of
    the others, the transactions are hashed into one number.

    :param instance: name of the instance, for errors and logs.
    :param landed: returns the landed records of a stream.
    :param default_status: asks for the status that tasks begin in.
    """

    def __init__(
        self,
        instance: str,
        landed: Callable[[str], Iterable[Record]],
        default_status: Callable[[], str],
    ) -> None:
        self._instance = instance
        self._default_status = default_status
        self._landed = landed
        self._found: dict[str, list[Record]] = {MODERN: [], LEGACY: []}
        self._vanished: list[str] = []
        self._tasks = {task.record_id: Evidence.of(task) for task in landed(TASKS)}
        self._ids: dict[str, dict[str, set[str]]] = {MODERN: {}, LEGACY: {}}
        self._silent: set[str] = set()
        modern = _sums(landed(MODERN))
        doubtful = self._differing(modern) if modern else set()
        doubtful |= self._unproved(self._tasks.keys() - modern.keys())
        #: PHID -> id of the tasks to read again.
        self.doubtful = {
            phid: task.task_id for phid, task in self._tasks.items() if phid in doubtful
        }

    def was_told(self, task: str) -> bool:
        """Whether a task in doubt has landed from the frozen method."""
        return task in self._ids[LEGACY]

    def confirms(self, task: str, ids: Collection[str]) -> bool:
        """
        Tell whether the other method knows the same transactions as have landed.

        :param task: the PHID of a task that has landed from the frozen method only.
        :param ids: those that ``transaction.search`` knows.
        """
        return bool(ids) and task not in self._ids[MODERN] and ids == self._ids[LEGACY].get(task)

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
            ids = self._ids[MODERN].get(task, set())
            self._found[MODERN] += [r for r in modern if r.record_id not in ids]
            return
        known = {}
        for stream, records in ((MODERN, modern), (LEGACY, legacy)):
            ids = self._ids[stream].get(task, set())
            known[stream] = ids | {record.record_id for record in records}
            if ids or stream == LEGACY:
                self._found[stream] += [r for r in records if r.record_id not in ids]
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

    def _differing(self, modern: dict[str, int]) -> set[str]:
        """Those of the tasks which both methods were asked for, and told different rows of."""
        legacy = _sums(self._landed(LEGACY))
        self._silent = modern.keys() - legacy.keys()
        if not legacy:  # and so there is nothing to compare
            return set()
        differing = {task for task in modern if modern[task] != legacy.get(task)}
        for stream, ids in self._ids.items():
            for record in self._landed(stream):
                if record.parent_id in differing:
                    ids.setdefault(str(record.parent_id), set()).add(record.record_id)
        # A repeated row changes a sum, but not the set of ids.
        return {t for t in differing if self._ids[MODERN].get(t) != self._ids[LEGACY].get(t)}

    def _unproved(self, tasks: set[str]) -> set[str]:
        """
        Those of the tasks whose history does not fit them, and some whose history does.

        A task without any transaction is a contradiction, not an empty history.
        """
        default_status = self._default_status() if tasks else ""
        fitting: set[str] = set()
        samples: list[list[Record]] = []
        for task, records in itertools.groupby(self._landed(LEGACY), lambda r: str(r.parent_id)):
            if task not in tasks:
                continue
            history = list(records)
            if not self._tasks[task].fits(history, default_status):
                self._keep_ids(history)
                continue
            if len(fitting) % TASKS_PER_SAMPLE == 0:
                samples.append(history)
            elif len(history) > len(samples[-1]):
                samples[-1] = history
            fitting.add(task)
        for history in samples:
            self._keep_ids(history)
        return (tasks - fitting) | {str(history[0].parent_id) for history in samples}

    def _keep_ids(self, history: list[Record]) -> None:
        ids = self._ids[LEGACY].setdefault(str(history[0].parent_id), set())
        ids.update(record.record_id for record in history)


def _sums(records: Iterable[Record]) -> dict[str, int]:
    """Task -> a number that is equal for equal sets of transactions only."""
    sums: dict[str, int] = defaultdict(int)
    for record in records:
        sums[str(record.parent_id)] ^= hash(record.record_id)
    return sums
