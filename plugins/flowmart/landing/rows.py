"""The rows of a batch's landed files, without records that vanished while they were read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from flowmart.landing.reader import read_records
from flowmart.sources.base import Record, RecordState
from flowmart.sources.declaration import tombstones_of
from flowmart.sources.notes import note_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from flowmart.core.batch import Batch
    from flowmart.core.window import Window
    from flowmart.landing.manifest import Manifest
    from flowmart.sources.declaration import SourceSpec

log = logging.getLogger(__name__)


class BatchRows:
    """
    The rows of a stream, in the order of the raw tables' columns.

    :param spec: the batch's source.
    :param batch: the batch.
    :param stream: the stream.
    :param manifests: all attempts that the batch loads.
    """

    def __init__(
        self, spec: SourceSpec, batch: Batch, stream: str, manifests: Sequence[Manifest]
    ) -> None:
        self._batch = batch
        self._stream = stream
        self._is_snapshot = spec.streams[stream].kind == "snapshot"
        #: Whether a version is the time since when a record is told so.
        self.keeps_changes = spec.streams[stream].keeps_changes
        self._is_of_entity = spec.is_entity_stream(stream)
        entity = spec.entity_of(stream)
        own = [m for m in manifests if entity and spec.entity_of(m.stream) == entity]
        self._reports = [m for m in own if m.vanished]
        self._starts = [m for m in own if spec.is_entity_stream(m.stream)]
        self._has_notes = entity is not None and stream == tombstones_of(entity)
        #: Rows of records that vanished, and rows that are in no landed file.
        self.left_out = 0
        self.added = 0

    def read(self, manifests: Sequence[Manifest]) -> Iterator[tuple[Any, ...]]:
        """
        Read the landed rows, without those of records that vanished while they were read.

        :param manifests: the attempts at the stream.
        """
        for manifest in sorted(manifests, key=lambda manifest: manifest.extracted_at):
            vanished = self._vanished(manifest)
            for found in read_records(manifest):
                if (found.record_id if self._is_of_entity else found.parent_id) in vanished:
                    self.left_out += 1
                else:
                    yield self._row(manifest, found)
        for manifest in manifests:
            if self._is_snapshot and not manifest.rows:
                # Without a row, the snapshot would not differ from one that was never taken.
                self.added += 1
                yield self._row(manifest, Record("", None, 0, b"null"))
        if self.left_out:
            log.warning(
                "%s: %s rows of %s are left out: their records vanished while they were read. They "
                "are read again by the next window",
                self._batch.instance,
                self.left_out,
                self._stream,
            )
        for report in self._reports if self._has_notes else ():
            for record_id in dict.fromkeys(report.vanished):
                self.added += 1
                note = note_of(record_id, RecordState.UNREAD, report.extracted_at)
                yield self._row(report, note)

    def _vanished(self, manifest: Manifest) -> set[str]:
        """What vanished during the extraction that an attempt is part of."""
        if self._has_notes:
            return set()
        extraction = self._extraction(manifest)
        reports = [r for r in self._reports if self._extraction(r) == extraction]
        return {record_id for report in reports for record_id in report.vanished}

    def _extraction(self, manifest: Manifest) -> tuple[Window, str, datetime | None]:
        """Each attempt at the entity's own stream starts an extraction."""
        starts = [
            start.extracted_at
            for start in self._starts
            if (start.window, start.run_id) == (manifest.window, manifest.run_id)
            and start.extracted_at <= manifest.extracted_at
        ]
        return manifest.window, manifest.run_id, max(starts, default=None)

    def _row(self, manifest: Manifest, found: Record) -> tuple[Any, ...]:
        window, landed_at = manifest.window, manifest.extracted_at
        origin = (window.start, window.end, manifest.run_id, landed_at)
        record_id, parent_id, version, payload = found
        if self.keeps_changes:
            version = int(landed_at.timestamp() * 1000)
        return (self._batch.instance, record_id, parent_id, version, payload.decode(), *origin)
