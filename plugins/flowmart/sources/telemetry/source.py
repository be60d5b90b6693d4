"""Telemetry: reports that installations of a product send once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from flowmart.core.errors import ConfigError
from flowmart.sources.base import Page, RecordState, Source
from flowmart.sources.options import read_options
from flowmart.sources.telemetry.databases import CollectorTable, PulpDatabase
from flowmart.sources.telemetry.options import TelemetryOptions
from flowmart.sources.telemetry.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flowmart.core.window import Window
    from flowmart.sources.base import Record, SourceConnection
    from flowmart.sources.declaration import SourceSpec


class TelemetrySource(Source):
    """
    The reports of one product.

    :param spec: the declaration.
    :param connection: the folder of segments (extra ``folder``), or a database.
    :param instance: its name, for errors and logs.
    :param options: as :class:`TelemetryOptions` declares them.
    :raises ConfigError: if an option or the connection is wrong.
    """

    options_model: ClassVar[type[TelemetryOptions]] = TelemetryOptions

    def __init__(
        self,
        spec: SourceSpec,
        connection: SourceConnection,
        instance: str,
        options: Mapping[str, Any],
    ) -> None:
        super().__init__(spec, connection, instance, options)
        given = read_options(self.options_model, options, instance)
        self._reader: Segments | CollectorTable | PulpDatabase
        product = spec.product(given.product, instance)
        if given.reader == "segments":
            self._reader = Segments(_folder(connection, instance), product, instance)
        elif given.reader == "segments_in_postgres":
            self._reader = CollectorTable(connection.dsn, product, instance)
        else:
            self._reader = PulpDatabase(connection.dsn, product, instance)

    @property
    def requests_made(self) -> int:
        """How many files, folders or queries were read so far."""
        return self._reader.requests_made

    def check(self) -> None:
        """
        See that the folder or the database is there.

        :raises AuthError: if the database refuses the login.
        :raises SourceUnavailableError: if it cannot be reached.
        """
        self._reader.check()

    def read_window(self, stream: str, window: Window, after: Any) -> Iterator[Page]:
        """Reports by the time of receipt; a retry reads them from the beginning."""
        overlap = timedelta(seconds=self.spec.streams[stream].overlap_seconds)
        for found in self._reader.read(window.widened(overlap)):
            yield found if isinstance(found, Page) else Page(found)

    def read_children(
        self, stream: str, window: Window, parents: Iterable[Record], after: Any
    ) -> Iterator[Page]:
        """There are no such streams."""
        yield from ()

    def read_snapshot(self, stream: str, after: Any) -> Iterator[Page]:
        """There are no such streams."""
        yield from ()

    def read_records(self, entity: str, window: Window, ids: Sequence[str]) -> Iterator[Page]:
        """Reports are never read again: nothing happens to them."""
        yield from ()

    def census(self, entity: str) -> Iterator[dict[str, int]]:
        """Reports have no census: what the sender's side forgets is kept."""
        yield from ()

    def state_of(self, entity: str, record_id: str, url: str | None = None) -> RecordState:
        """Reports are never deleted."""
        return RecordState.PRESENT


def _folder(connection: SourceConnection, instance: str) -> Any:
    folder = connection.extra.get("folder")
    if not folder:
        raise ConfigError(
            "The connection has no folder",
            where=f"connection flowmart_{instance}, extra",
            next_step='write {"folder": "file:///…"}, the folder where the collector keeps '
            "segments; or let options.reader be a database",
        )
    return folder
