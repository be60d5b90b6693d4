"""Write a stream's pages into landing files, and the manifest when all of them are safe."""

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
from flowmart.landing.storage import explain_write_failure, write_atomically
from flowmart.landing.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flowmart.core.batch import Batch
    from flowmart.landing.manifest import LandedFile
    from flowmart.landing.storage import StoragePath
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
    Land one stream of a batch as a new attempt; see :func:`land_stream`.

    :param pages: the stream, read lazily.
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
    Land one stream of a batch, going on where an earlier try of the same run broke off.

    An attempt that dies on the way leaves no manifest, and readers ignore it. Of the records, one
    page and eight bytes a row are in memory.

    :param root: the landing folder.
    :param batch: the batch.
    :param stream: the stream's name.
    :param read: gives the stream's pages behind a page's ``resume``; all of them for ``None``.
    :param requests: tells how many requests the source has made so far.
    :param basis: what else the rows depend on, such as the path of the issues' manifest.
    :param rows_per_part: records after which the next part file begins.
    :raises RetryableError: if the storage is full or fails.
    :raises ConfigError: if it must not be written to.
    """
    broken_off = find_checkpoint(root, batch, stream, basis)
    attempt = _Attempt(root, batch, stream, basis, broken_off, rows_per_part)
    return attempt.land(read(attempt.resume), requests)


class _Attempt:
    """One attempt's folder and what is in it so far."""

    def __init__(
        self,
        root: StoragePath,
        batch: Batch,
        stream: str,
        basis: str,
        broken_off: Checkpoint | None,
        rows_per_part: int,
    ) -> None:
        self._batch = batch
        self._stream = stream
        self._basis = basis
        self._rows_per_part = rows_per_part
        self._began_at = datetime.now(UTC)
        self._tally = Tally(f"{batch.instance} {stream}")
        self._files: tuple[LandedFile, ...] = ()
        self._requests = 0
        self._total: int | None = None
        self.resume: Any = None
        slug = batch.window.slug
        self._folder = root / batch.instance / stream / slug / f"{self._began_at:{ATTEMPT_FORMAT}}"
        if broken_off:
            self._go_on(broken_off)

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
        log.info("%s: in %s, %s requests", self._tally.summary(), self._folder, manifest.requests)
        return manifest

    def _write(self, parts: PartFiles, pages: Iterable[Page], requests: Callable[[], int]) -> None:
        try:
            for page in pages:
                parts.add(page.records)
                for record in page.records:
                    self._tally.count(record)
                self.resume = page.resume
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
        """Close the part, and note that all up to here is safe if the source can go on."""
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
                path=self._folder,
            ).save()

    def _go_on(self, broken_off: Checkpoint) -> None:
        """Take over what an earlier try has landed, if all of it can be read."""
        try:
            for record in read_files(broken_off.path, broken_off.files):
                self._tally.count_earlier(record)
        except FatalError as error:
            log.warning("%s: the stream is read from its beginning", error)
            self._tally = Tally(f"{self._batch.instance} {self._stream}")
            return
        self._folder, self._files = broken_off.path, broken_off.files
        self._began_at, self.resume = broken_off.extracted_at, broken_off.resume
        self._total, self._requests = broken_off.source_total, broken_off.requests
        log.info("%s: going on behind %s rows", self._folder, self._tally.rows)

    def _manifest(self, parts: PartFiles, requests: int) -> Manifest:
        tally = self._tally
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
            path=self._folder,
        )
