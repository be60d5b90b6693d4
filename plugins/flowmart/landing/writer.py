"""Write a stream's pages into landing files, and the manifest when all of them are safe."""

from __future__ import annotations

import gzip
import itertools
import json
import logging
import time
from array import array
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from flowmart.landing.manifest import FILE_NAME, LandedFile, Manifest
from flowmart.landing.storage import HashingFile, explain_write_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flowmart.core.batch import Batch
    from flowmart.landing.storage import StoragePath
    from flowmart.sources.base import Page, Record

log = logging.getLogger(__name__)

ROWS_PER_PART = 50_000
ROWS_PER_LOG_LINE = 10_000
ATTEMPT_FORMAT = "%Y%m%dT%H%M%S.%fZ"


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
    Land one stream of a batch as a new attempt.

    An attempt that dies on the way leaves no manifest, and readers ignore it. Of the records, one
    page and eight bytes a row are in memory.

    :param root: the landing folder.
    :param batch: the batch.
    :param stream: the stream's name.
    :param pages: the stream, read lazily.
    :param requests: tells how many requests the source has made so far.
    :param rows_per_part: records after which the next part file begins.
    :raises RetryableError: if the storage is full or fails.
    :raises ConfigError: if it must not be written to.
    """
    began_at, began, requests_before = datetime.now(UTC), time.monotonic(), requests()
    folder = root / batch.instance / stream / batch.window.slug / f"{began_at:{ATTEMPT_FORMAT}}"
    tally = _Tally(f"{batch.instance} {stream}", began)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = tuple(_write_parts(folder, tally.watch(pages), rows_per_part))
        manifest = Manifest(
            instance=batch.instance,
            source=batch.source,
            stream=stream,
            window=batch.window,
            run_id=batch.run_id,
            extracted_at=began_at,
            files=files,
            rows=tally.rows,
            distinct_records=tally.distinct,
            duplicates=tally.rows - tally.distinct,
            source_total=tally.source_total,
            min_version=tally.min_version,
            max_version=tally.max_version,
            requests=requests() - requests_before,
            path=folder,
        )
        _write_atomically(folder, manifest.to_json())
    except OSError as error:
        raise explain_write_failure(error, folder) from error
    log.info("%s: landed in %s, %s requests", tally.summary(), folder, manifest.requests)
    return manifest


def _write_parts(
    folder: StoragePath, records: Iterator[Record], rows_per_part: int
) -> Iterator[LandedFile]:
    for number in itertools.count():
        part = itertools.islice(records, rows_per_part)
        first = next(part, None)
        if first is None:
            return
        name = f"part-{number:05}.jsonl.gz"
        yield _write_part(folder / name, name, itertools.chain([first], part))


def _write_part(path: StoragePath, name: str, records: Iterable[Record]) -> LandedFile:
    rows = 0
    with path.open("wb") as file:
        hashing = HashingFile(file)
        sink = cast("IO[bytes]", hashing)
        # No name and no time in the header: the same rows make the same file.
        with gzip.GzipFile(filename="", mode="wb", fileobj=sink, mtime=0) as lines:
            for record in records:
                line = json.dumps(record._asdict(), ensure_ascii=False, separators=(",", ":"))
                lines.write(line.encode() + b"\n")
                rows += 1
    return LandedFile(name=name, rows=rows, sha256=hashing.sha256)


def _write_atomically(folder: StoragePath, text: str) -> None:
    """A reader sees the whole manifest or none."""
    unfinished = folder / f"{FILE_NAME}.unfinished"
    with unfinished.open("wb") as file:
        file.write(text.encode())
    unfinished.rename(folder / FILE_NAME)


class _Tally:
    """Counts records as they pass, and tells the log about it."""

    def __init__(self, subject: str, began: float) -> None:
        self._subject = subject
        self._began = began
        self._id_hashes = array("q")
        self.rows = 0
        self.source_total: int | None = None
        self.min_version: int | None = None
        self.max_version: int | None = None

    def watch(self, pages: Iterable[Page]) -> Iterator[Record]:
        """The records of the pages, counted."""
        for page in pages:
            if page.source_total is not None:
                self.source_total = page.source_total
            for record in page.records:
                self._count(record)
                yield record

    def _count(self, record: Record) -> None:
        self.rows += 1
        self._id_hashes.append(hash(record.record_id))
        version = record.version
        self.min_version = version if self.min_version is None else min(self.min_version, version)
        self.max_version = version if self.max_version is None else max(self.max_version, version)
        if self.rows % ROWS_PER_LOG_LINE == 0:
            log.info("%s", self.summary())

    @property
    def distinct(self) -> int:
        """How many different record ids passed, by their 64-bit hashes."""
        return int(np.unique(np.frombuffer(self._id_hashes, dtype=np.int64)).size)

    def summary(self) -> str:
        """Counts and rate so far."""
        seconds = time.monotonic() - self._began
        rate = self.rows / seconds if seconds else 0
        return f"{self._subject}: {self.rows} rows in {seconds:.1f} s, {rate:.0f} rows/s"
