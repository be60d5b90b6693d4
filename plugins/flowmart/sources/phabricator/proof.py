"""The proof that a history is complete: two methods must return the same transactions."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page, Record
from flowmart.sources.phabricator.records import Numbered
from flowmart.sources.rows import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)

MODERN = "transactions"
LEGACY = "task_transactions"
TASKS = "tasks"


class Proof:
    """
    Compares the landed transactions of both methods, task by task.

    Memory grows with tasks, not with transactions: a task's transactions are hashed into one
    number, and their ids are compared only where the numbers differ.

    :param instance: name of the instance, for errors and logs.
    :param landed: returns the landed records of a stream.
    """

    def __init__(self, instance: str, landed: Callable[[str], Iterable[Record]]) -> None:
        self._instance = instance
        self._landed = landed
        self._found: dict[str, list[Record]] = {MODERN: [], LEGACY: []}
        modern, legacy = _sums(landed(MODERN)), _sums(landed(LEGACY))
        if silent := modern.keys() - legacy.keys():
            log.warning(
                "%s: history without detail: %s of %s tasks have no answer from the frozen "
                "method, so their column moves, subtasks and custom fields are unknown",
                instance,
                len(silent),
                len(modern),
            )
        # Without any answer of the frozen method, there is nothing to compare. A task without any
        # transaction is a contradiction, not an empty history.
        compared = modern.keys() | legacy.keys() if legacy else ()
        differing = {task for task in compared if modern.get(task) != legacy.get(task)}
        differing |= {task.record_id for task in landed(TASKS)} - modern.keys()
        self._vanished: list[str] = []
        self._ids = {stream: self._ids_of(stream, differing) for stream in (MODERN, LEGACY)}
        #: PHID -> id of the tasks to read again.
        self.doubtful = self._task_ids(differing)

    def look_again(self, task: str, modern: list[Record], legacy: list[Record]) -> None:
        """
        Compare the current answers of both methods for a task that differed.

        :param task: the task's PHID.
        :param modern: its records from ``transaction.search``, empty if it disappeared.
        :param legacy: its records from the frozen method.
        :raises CompletenessError: if a transaction is still known to one method only.
        """
        if not modern:
            self._vanished.append(task)
            return
        if not legacy:
            log.warning("%s: %s is hidden from the frozen method", self._instance, task)
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
        pages = {stream: [Page(records)] for stream, records in self._found.items() if records}
        if self._vanished:
            gone = Page([], vanished=tuple(self._vanished))
            pages.setdefault(MODERN, []).append(gone)
        return pages

    def _ids_of(self, stream: str, tasks: set[str]) -> dict[str, set[str]]:
        ids: dict[str, set[str]] = defaultdict(set)
        if tasks:
            for record in self._landed(stream):
                if record.parent_id in tasks:
                    ids[record.parent_id].add(record.record_id)
        return ids

    def _task_ids(self, differing: set[str]) -> dict[str, int]:
        if not differing:
            return {}
        # A repeated row changes a sum, but not the set of ids.
        modern, legacy = self._ids[MODERN], self._ids[LEGACY]
        differing = {task for task in differing if not modern[task] or modern[task] != legacy[task]}
        return {
            record.record_id: read_json(record.payload, Numbered).id
            for record in self._landed(TASKS)
            if record.record_id in differing
        }


def _sums(records: Iterable[Record]) -> dict[str, int]:
    """Task -> a number that is equal for equal sets of transactions only."""
    sums: dict[str, int] = defaultdict(int)
    for record in records:
        sums[str(record.parent_id)] ^= hash(record.record_id)
    return sums
