"""Writes a stream's pages into landing files, and the manifest at the end."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import FatalError
from flowmart.landing.checkpoint import Checkpoint, find_checkpoint
from flowmart.landing.manifest import ATTEMPT_FORMAT, FILE_NAME, Manifest
from flowmart.landing.parts import PartFiles
from flowmart.landing.reader import read_files
from flowmart.landing.record_counter import RecordCounter
from flowmart.landing.storage import explain_write_failure, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flowmart.core.batch import Batch
    from flowmart.core.paths import StoragePath
    from flowmart.landing.manifest import LandedFile
    from flowmart.sources.base import Page

log = logging.getLogger(__name__)

ROWS_PER_PART = 50_000
SECONDS_PER_PART = 20.0


def write_stream(
    root: StoragePath,
    batch: Batch,
    stream: str,
    pages: Iterable[Page],
    requests: Callable[[], int],
    *,
    rows_per_part: int = ROWS_PER_PART,
) -> Manifest:
    """
    Land one stream of a batch as a new attempt, like :func:`land_stream`.

    :param pages: the stream's pages, read lazily.
    """
    return _Attempt(root, batch, stream, "", None, rows_per_part).land(pages, requests)


def land_stream(
    root: StoragePath,
    batch: Batch,
    stream: str,
    read: Callable[[Any], Iterable[Page]],
    requests: Callable[[], int],
    *,
    basis: str = "",
    rows_per_part: int = ROWS_PER_PART,
) -> Manifest:
    """
    Land one stream of a batch, continuing an interrupted try of the same run.

    An interrupted attempt has no manifest, so readers ignore it. Memory holds one page, and eight
    bytes per row.

    :param root: the landing folder.
    :param batch: the batch.
    :param stream: the stream's name.
    :param read: reads the stream's pages after a page's ``resume``; all of them for ``None``.
    :param requests: returns how many requests the source has sent so far.
    :param basis: what else the rows depend on, such as the path of the issues' manifest.
    :param rows_per_part: records after which a new part file is started.
    :raises RetryableError: if the storage is full or fails.
    :raises ConfigError: if it is not writable.
    """
    checkpoint = find_checkpoint(root, batch, stream, basis)
    attempt = _Attempt(root, batch, stream, basis, checkpoint, rows_per_part)
    return attempt.land(read(attempt.resume), requests)


class _Attempt:
    """An attempt that is being written."""

    def __init__(
        self,
        root: StoragePath,
        batch: Batch,
        stream: str,
        basis: str,
        checkpoint: Checkpoint | None,
        rows_per_part: int,
    ) -> None:
        self._batch = batch
        self._stream = stream
        self._basis = basis
        self._rows_per_part = rows_per_part
        self._began_at = datetime.now(UTC)
        self._counter = RecordCounter(f"{batch.instance} {stream}")
        self._files: tuple[LandedFile, ...] = ()
        self._requests = 0
        self._total: int | None = None
        self._vanished: tuple[str, ...] = ()
        self.resume: Any = None
        slug = batch.window.slug
        self._folder = root / batch.instance / stream / slug / f"{self._began_at:{ATTEMPT_FORMAT}}"
        if checkpoint:
            self._continue(checkpoint)

    def land(self, pages: Iterable[Page], requests: Callable[[], int]) -> Manifest:
        """Write the pages and the manifest."""
        before = requests()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            parts = PartFiles(self._folder, self._files)
            self._write(parts, pages, lambda: self._requests + requests() - before)
            manifest = self._manifest(parts, self._requests + requests() - before)
            write_atomically(self._folder / FILE_NAME, manifest.to_json())
        except OSError as error:
            raise explain_write_failure(error, self._folder) from error
        log.info("%s: in %s, %s requests", self._counter.summary(), self._folder, manifest.requests)
        return manifest

    def _write(self, parts: PartFiles, pages: Iterable[Page], requests: Callable[[], int]) -> None:
        try:
            for page in pages:
                parts.add(page.records)
                for record in page.records:
                    self._counter.count(record)
                self.resume = page.resume
                self._vanished += page.vanished
                if page.source_total is not None:
                    self._total = page.source_total
                is_old = page.resume is not None and parts.open_seconds > SECONDS_PER_PART
                if parts.open_rows >= self._rows_per_part or is_old:
                    self._checkpoint(parts, requests())
        except BaseException:
            with suppress(OSError):
                self._checkpoint(parts, requests())
            raise
        parts.close()

    def _checkpoint(self, parts: PartFiles, requests: int) -> None:
        """Close the part, and save a checkpoint if the source can continue from here."""
        parts.close()
        if self.resume is not None:
            Checkpoint(
                window=self._batch.window,
                run_id=self._batch.run_id,
                basis=self._basis,
                extracted_at=self._began_at,
                files=tuple(parts.files),
                resume=self.resume,
                source_total=self._total,
                requests=requests,
                vanished=self._vanished,
                path=self._folder,
            ).save()

    def _continue(self, checkpoint: Checkpoint) -> None:
        """Continue an earlier try, if its files are intact."""
        try:
            for record in read_files(checkpoint.path, checkpoint.files):
                self._counter.count_earlier(record)
        except FatalError as error:
            log.warning("%s: reading the stream from the beginning", error)
            self._counter = RecordCounter(f"{self._batch.instance} {self._stream}")
            return
        self._folder, self._files = checkpoint.path, checkpoint.files
        self._began_at, self.resume = checkpoint.extracted_at, checkpoint.resume
        self._total, self._requests = checkpoint.source_total, checkpoint.requests
        self._vanished = checkpoint.vanished
        log.info("%s: continuing after %s rows", self._folder, self._counter.rows)

    def _manifest(self, parts: PartFiles, requests: int) -> Manifest:
        tally = self._counter
        return Manifest(
            instance=self._batch.instance,
            source=self._batch.source,
            stream=self._stream,
            window=self._batch.window,
            run_id=self._batch.run_id,
            extracted_at=self._began_at,
            files=tuple(parts.files),
            rows=tally.rows,
            distinct_records=tally.distinct,
            duplicates=tally.rows - tally.distinct,
            source_total=self._total,
            min_version=tally.min_version,
            max_version=tally.max_version,
            requests=requests,
            vanished=self._vanished,
            path=self._folder,
        )
