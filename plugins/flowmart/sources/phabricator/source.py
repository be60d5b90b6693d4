"""Phabricator and Phorge: tasks, both views of their history, and what these refer to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from flowmart.sources.base import Page, Record, RecordState, Source
from flowmart.sources.options import read_options
from flowmart.sources.phabricator.conduit import Conduit
from flowmart.sources.phabricator.history import History
from flowmart.sources.phabricator.options import PhabricatorOptions
from flowmart.sources.phabricator.paging import PAGE_SIZE, walk
from flowmart.sources.phabricator.records import RecordMaker, Term, Thing
from flowmart.sources.phabricator.releases import ReleaseTasks
from flowmart.sources.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from flowmart.core.window import Window
    from flowmart.sources.base import SourceConnection
    from flowmart.sources.declaration import SourceSpec
    from flowmart.sources.phabricator.records import Task
    from flowmart.sources.rows import SomeRow

_UNPAGED = ("statuses", "priorities")


class _Result(msgspec.Struct):
    """The answer of methods without pages."""

    data: msgspec.Raw


class PhabricatorSource(Source):
    """
    One Phabricator or Phorge.

    :param spec: the declaration.
    :param connection: how to reach the instance.
    :param instance: its name, for errors and logs.
    :param options: as in :class:`PhabricatorOptions`.
    """

    options_model = PhabricatorOptions

    def __init__(
        self,
        spec: SourceSpec,
        connection: SourceConnection,
        instance: str,
        options: Mapping[str, Any],
    ) -> None:
        super().__init__(spec, connection, instance, options)
        chosen = read_options(PhabricatorOptions, options, instance)
        self._conduit = Conduit(connection, instance)
        self._releases = ReleaseTasks(self._conduit, chosen.releases)
        self._history = History(self._conduit, spec)

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._conduit.requests_made

    def check(self) -> None:
        """
        Read the user of the token.

        :raises AuthError: if the token is refused.
        :raises SourceUnavailableError: if the instance cannot be reached.
        """
        self._conduit.call("user.whoami", {}, msgspec.Raw)

    def read_window(self, stream: str, window: Window, after: Any) -> Iterator[Page]:
        """Tasks whose last modification lies in the window, or in the overlap before it."""
        spec = self.spec.streams[stream]
        make = RecordMaker(spec)
        end = window.end.timestamp()
        start = window.start.timestamp() - spec.overlap_seconds
        # Both bounds are inclusive seconds, and a start of 0 would mean no filter.
        constraints = {"modifiedStart": max(1, math.floor(start)), "modifiedEnd": math.ceil(end)}
        for rows in self._tasks(stream, constraints):
            records = [make(row) for row in rows]
            yield Page([record for record in records if start <= record.version < end])

    def read_children(
        self, stream: str, window: Window, parents: Iterable[Record], after: Any
    ) -> Iterator[Page]:
        """The history of tasks from one of two methods; a retry starts from the beginning."""
        if stream == "transactions":
            return self._history.transactions(window, parents)
        return self._history.task_transactions(window, parents)

    def read_snapshot(self, stream: str, after: Any) -> Iterator[Page]:
        """A dictionary; two of them are not paged."""
        spec = self.spec.streams[stream]
        make = RecordMaker(spec)
        if stream in _UNPAGED:
            yield Page([make(row) for row in self._unpaged(spec.endpoint, spec.params, Term)])
            return
        for rows in walk(self._conduit, spec.endpoint, Thing, spec.params, ascending=True):
            yield Page([make(row) for row in rows])

    def verify(
        self, window: Window, landed: Callable[[str], Iterable[Record]]
    ) -> dict[str, list[Page]]:
        """Compare histories with their tasks, and where there is a doubt, with each other."""
        return self._history.verify(window, landed)

    def read_records(self, entity: str, window: Window, ids: Sequence[str]) -> Iterator[Page]:
        """Some tasks, by their PHIDs."""
        spec = self.spec.streams[self.spec.entities[entity].stream]
        make = RecordMaker(spec)
        for start in range(0, len(ids), PAGE_SIZE):
            some = list(ids[start : start + PAGE_SIZE])
            found = self._tasks(self.spec.entities[entity].stream, {"phids": some})
            records = [make(row) for rows in found for row in rows]
            yield Page([r for r in records if r.version < window.end.timestamp()])

    def census(self, entity: str) -> Iterator[dict[str, int]]:
        """List the PHIDs of all tasks, or release tasks, that are visible to the token's user."""
        for rows in self._tasks(self.spec.entities[entity].stream, {}, attachments=False):
            yield {row.phid: row.fields.dateModified * 1000 for row in rows}

    def state_of(self, entity: str, record_id: str, url: str | None = None) -> RecordState:
        """
        Ask whether a task is visible; deleted and hidden ones cannot be distinguished.

        One that no longer stands for a release is missing among those.
        """
        stream = self.spec.entities[entity].stream
        found = self._tasks(stream, {"phids": [record_id]}, attachments=False)
        return RecordState.PRESENT if any(found) else RecordState.MISSING

    def _tasks(
        self, stream: str, constraints: Mapping[str, Any], *, attachments: bool = True
    ) -> Iterator[Sequence[Thing | Task]]:
        """Tasks page by page, or those that stand for a release."""
        spec = self.spec.streams[stream]
        params = {name: v for name, v in spec.params.items() if attachments or name == "order"}
        if stream == "release_tasks":
            return self._releases.walk(spec.endpoint, params, constraints)
        asked = {**params, "constraints": dict(constraints)} if constraints else params
        return walk(self._conduit, spec.endpoint, Thing, asked, ascending=True)

    def _unpaged(
        self, method: str, params: Mapping[str, Any], type_: type[SomeRow]
    ) -> list[SomeRow]:
        """The rows of a single answer."""
        result = self._conduit.call(method, params, _Result)
        with self._conduit.expecting("result", method):
            return read_rows(result.data, type_)
