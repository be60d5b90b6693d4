"""Children of issues: changelogs, comments, worklogs and links."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING

from flowmart.core.errors import CompletenessError
from flowmart.sources.api import ApiError
from flowmart.sources.base import RecordState
from flowmart.sources.children import read_children
from flowmart.sources.rows import read_json
from flowmart.sources.yandex_tracker.api import ForbiddenError
from flowmart.sources.yandex_tracker.paging import follow
from flowmart.sources.yandex_tracker.records import ROWS, Dated, Issue, epoch_ms, make_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowmart.core.window import Window
    from flowmart.sources.base import Page, Record
    from flowmart.sources.declaration import StreamSpec
    from flowmart.sources.yandex_tracker.api import Tracker

log = logging.getLogger(__name__)

_TRIES = 3


class Children:
    """
    Reads one of the streams that belong to issues.

    :param tracker: the instance.
    :param name: the stream's name.
    :param stream: its declaration.
    """

    def __init__(self, tracker: Tracker, name: str, stream: StreamSpec) -> None:
        self._tracker = tracker
        self._name = name
        self._stream = stream
        self._type = ROWS[stream.key]
        self._part = stream.endpoint.rpartition("/")[2]

    def read(
        self, window: Window, parents: Iterable[Record], after: int | None = None
    ) -> Iterator[Page]:
        """
        Read children created before the window's end, so that a later run reads the same.

        :param window: the data interval.
        :param parents: the touched issues.
        :param after: the ``resume`` of the last page that landed.
        """
        return read_children(
            (parent for parent in parents if self._has_any(parent)),
            lambda parent: self.of_issue(parent.record_id, _issue(parent).name, window),
            concurrency=self._tracker.concurrency,
            after=after,
        )

    def of_issue(self, issue_id: str, name: str, window: Window) -> list[Record] | None:
        """
        The children of one issue.

        :param issue_id: the issue's id.
        :param name: its key, for the log.
        :param window: the data interval.
        :return: ``None`` if the issue was deleted or hidden since it was read.
        :raises CompletenessError: if the list does not come to its end.
        """
        rows = self._rows(issue_id, name)
        if rows is None:
            return None
        end, key = epoch_ms(window.end), self._stream.key
        records = [make_record(row, key, issue_id) for row in rows if row.born_ms < end]
        if self._name == "links":
            # A link has the same id in both of its issues.
            return [r._replace(record_id=f"{issue_id}:{r.record_id}") for r in records]
        return records

    def _rows(self, issue_id: str, name: str) -> list[Dated] | None:
        where = f"issues/{issue_id}/{self._part}"
        for _ in range(_TRIES):
            first = self._tracker.issue(issue_id, self._part, self._stream.params)
            if isinstance(first, RecordState):
                log.warning("%s: %s disappeared: %s", self._tracker.instance, name, first)
                return None
            pages = (page.rows for page in follow(self._tracker, where, self._type, first))
            try:
                rows = list(itertools.chain.from_iterable(pages))
            except ForbiddenError:
                # The issue may have been hidden: the first page says so.
                continue
            except ApiError as error:
                # The row that a link continues after may have been deleted.
                if error.status != 404:
                    raise
            else:
                return list({getattr(row, self._stream.key): row for row in rows}.values())
        raise CompletenessError(
            f"Rows kept disappearing during reading, in {_TRIES} tries",
            where=f"{self._tracker.instance}: {where}",
            next_step="run it again",
        )

    def _has_any(self, parent: Record) -> bool:
        """Whether there may be something to read, according to the issue's payload."""
        if self._name not in ("comments", "worklogs"):
            # An issue does not say whether it has links.
            return True
        issue = _issue(parent)
        if self._name == "worklogs":
            return bool(issue.spent)
        return bool(
            issue.commentWithoutExternalMessageCount or issue.commentWithExternalMessageCount
        )


def _issue(parent: Record) -> Issue:
    return read_json(parent.payload, Issue)
