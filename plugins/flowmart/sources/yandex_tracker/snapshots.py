"""Reads dictionaries: the objects that issues refer to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flowmart.core.errors import CompletenessError, ConfigError
from flowmart.sources.api import ApiError
from flowmart.sources.base import Page, Record
from flowmart.sources.children import read_children
from flowmart.sources.rows import read_json
from flowmart.sources.yandex_tracker.api import ForbiddenError
from flowmart.sources.yandex_tracker.options import FIELD_TYPES
from flowmart.sources.yandex_tracker.paging import read_list
from flowmart.sources.yandex_tracker.records import ROWS, Field, Thing, make_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.sources.declaration import StreamSpec
    from flowmart.sources.yandex_tracker.api import Tracker
    from flowmart.sources.yandex_tracker.options import TrackerOptions

log = logging.getLogger(__name__)


class Snapshots:
    """
    Reads the dictionaries of an instance.

    :param tracker: the instance.
    :param streams: the declarations of all streams.
    :param options: the instance's options.
    """

    def __init__(
        self, tracker: Tracker, streams: Mapping[str, StreamSpec], options: TrackerOptions
    ) -> None:
        self._tracker = tracker
        self._streams = streams
        self._options = options

    def read(self, name: str) -> Iterator[Page]:
        """
        Read a dictionary.

        :param name: the stream's name.
        :raises CompletenessError: if fewer rows are returned than Tracker counts.
        :raises ConfigError: if a field has an unknown type.
        """
        match name:
            case "fields":
                return self._fields()
            case "sprints":
                boards = self._rows_of("boards")
                return self._parts(boards, "sprints", self._streams["sprints"].endpoint)
            case _:
                return self._list(name)

    def _list(self, name: str) -> Iterator[Page]:
        stream = self._streams[name]
        ids: set[str] = set()
        total: int | None = None
        for rows, total in read_list(
            self._tracker, stream.endpoint, ROWS[stream.key], stream.params
        ):
            records = [make_record(row, stream.key) for row in rows]
            ids.update(record.record_id for record in records)
            yield Page(records, source_total=total)
        if total is not None and len(ids) < total:
            raise CompletenessError(
                f"Tracker counts {total} {name} but returned {len(ids)}",
                where=f"{self._tracker.instance}: {stream.endpoint}",
                next_step="run it again; if it keeps failing, report it to Tracker's support",
            )

    def _rows_of(self, name: str) -> Iterator[Record]:
        return (record for page in self._list(name) for record in page.records)

    def _fields(self) -> Iterator[Page]:
        """The global fields, then those of each queue."""
        for page in self._list("fields"):
            self._require_known_types(page)
            # Tracker's total does not include the queues' own fields.
            yield Page(page.records)
        reads = self._options.reads_queue
        queues = (queue for queue in self._rows_of("queues") if reads(_key_of(queue)))
        for page in self._parts(queues, "fields", "queues/{key}/localFields"):
            self._require_known_types(page)
            yield page

    def _parts(self, parents: Iterator[Record], name: str, endpoint: str) -> Iterator[Page]:
        """The parts of each board or queue, read in parallel."""
        key = self._streams[name].key

        def read(parent: Record) -> list[Record]:
            path = endpoint.format(id=parent.record_id, key=_key_of(parent))
            try:
                pages = read_list(self._tracker, path, ROWS[key])
                rows = [row for page in pages for row in page.rows]
            except ForbiddenError as error:
                self._tracker.check()
                log.warning("%s: skipped: %s", self._tracker.instance, error)
                return []
            except ApiError as error:
                if error.status != 404:
                    raise
                log.warning("%s: skipped: %s", self._tracker.instance, error)
                return []
            return [make_record(row, key) for row in rows]

        for page in read_children(parents, read, concurrency=self._tracker.concurrency):
            yield Page(page.records)

    def _require_known_types(self, page: Page) -> None:
        known = FIELD_TYPES.union(self._options.field_types)
        for field in page.records:
            with self._tracker.expecting("field", "fields"):
                schema = read_json(field.payload, Field).schema
            types = {schema.type, schema.items or schema.type} if schema else {None}
            if unknown := sorted(str(type_) for type_ in types - known):
                raise ConfigError(
                    f"The field {field.record_id} has a type that Flowmart does not know: "
                    f"{', '.join(unknown)}",
                    where=f"{self._tracker.instance}: fields",
                    next_step="to store its values as they come, add the type to field_types in "
                    f"flowmart.yaml, instances.{self._tracker.instance}.options",
                )


def _key_of(parent: Record) -> str:
    return str(read_json(parent.payload, Thing).key)
