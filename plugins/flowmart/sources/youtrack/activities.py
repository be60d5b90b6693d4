"""The history of issues: their activities, checked for the creation of the issue."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.children import read_children
from flowmart.sources.rows import read_json, read_rows
from flowmart.sources.youtrack.records import Activity, Issue, epoch_ms, make_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowmart.core.window import Window
    from flowmart.sources.base import Page, Record
    from flowmart.sources.declaration import StreamSpec
    from flowmart.sources.youtrack.api import YouTrack

log = logging.getLogger(__name__)

_CREATION = "IssueCreatedCategory"
_TRIES = 2


class _Page(msgspec.Struct):
    """A page of activities; it only says whether more follow, not how many."""

    activities: msgspec.Raw
    hasAfter: bool
    afterCursor: str | None = None


class Activities:
    """
    Reads the activities of issues.

    :param api: the server.
    :param stream: the stream's declaration.
    """

    def __init__(self, api: YouTrack, stream: StreamSpec) -> None:
        self._api = api
        self._stream = stream
        self._part = stream.endpoint.rpartition("/")[2]

    def read(
        self, window: Window, parents: Iterable[Record], after: int | None = None
    ) -> Iterator[Page]:
        """
        Read activities before the window's end, so that a later run reads the same.

        :param window: the data interval.
        :param parents: the touched issues.
        :param after: the ``resume`` of the last page that landed.
        """
        end = epoch_ms(window.end)
        return read_children(
            parents,
            lambda parent: self._of_issue(parent, end),
            concurrency=self._api.concurrency,
            after=after,
        )

    def _of_issue(self, issue: Record, end: int) -> list[Record] | None:
        """
        The activities of one issue; ``None`` if it was deleted or hidden since it was read.

        An imported issue may lack its creation, but no issue lacks all activities.

        :raises CompletenessError: if there are none, also at a second read.
        """
        found: dict[str, Record] = {}
        for _ in range(_TRIES):
            rows = self._rows(issue.record_id, end)
            if rows is None:
                log.warning("%s: %s disappeared", self._api.instance, _name(issue))
                return None
            records = [make_record(row, issue.record_id, self._stream.version) for row in rows]
            found.update({record.record_id: record for record in records})
            if any(row.category and row.category.id == _CREATION for row in rows):
                return [record for record in found.values() if record.version < end]
        name = _name(issue)
        if not found:
            raise CompletenessError(
                f"YouTrack returns no history of {name}, not even its creation",
                where=self._where(issue.record_id),
                next_step="check that the token's user can see all of it; then run it again. An "
                "issue that was imported without any history can only be excluded by the option "
                f"query, such as issue id: -{name}",
            )
        log.warning("%s: the history of %s does not have its creation", self._api.instance, name)
        return [record for record in found.values() if record.version < end]

    def _rows(self, issue_id: str, end: int) -> list[Activity] | None:
        """The activities of all pages."""
        rows: list[Activity] = []
        cursors: set[str] = set()
        params = {**self._stream.params, "end": end}
        while True:
            page = self._api.of_issue(issue_id, _Page, params, self._part)
            if page is None:
                return None
            with self._api.expecting("activity", f"issues/{issue_id}/{self._part}"):
                rows += read_rows(page.activities, Activity)
            if not page.hasAfter:
                return rows
            cursor = page.afterCursor
            if not cursor or cursor in cursors:
                raise CompletenessError(
                    "The cursor of the next page does not advance",
                    where=self._where(issue_id),
                    next_step="run it again; if it keeps failing, report it to YouTrack's support",
                )
            cursors.add(cursor)
            params["cursor"] = cursor

    def _where(self, issue_id: str) -> str:
        return f"{self._api.instance}: issues/{issue_id}/{self._part}"


def _name(issue: Record) -> str:
    return read_json(issue.payload, Issue).name
