"""Counts the records of an attempt."""

from __future__ import annotations

import logging
import time
from array import array
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from flowmart.sources.base import Record

log = logging.getLogger(__name__)

ROWS_PER_LOG_LINE = 10_000


class RecordCounter:
    """
    Counts records and logs the progress.

    :param subject: instance and stream, for the log.
    """

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._began = time.monotonic()
        self._before = 0
        self._id_hashes = array("q")
        self.rows = 0
        self.min_version: int | None = None
        self.max_version: int | None = None

    def count(self, record: Record) -> None:
        """Count a record."""
        self._add(record)
        if self.rows % ROWS_PER_LOG_LINE == 0:
            log.info("%s", self.summary())

    def count_earlier(self, record: Record) -> None:
        """Count a record that an earlier try has landed."""
        self._add(record)
        self._before += 1

    def _add(self, record: Record) -> None:
        self.rows += 1
        self._id_hashes.append(hash(record.record_id))
        version = record.version
        self.min_version = version if self.min_version is None else min(self.min_version, version)
        self.max_version = version if self.max_version is None else max(self.max_version, version)

    @property
    def distinct(self) -> int:
        """Number of distinct record ids, by their 64-bit hashes."""
        return int(np.unique(np.frombuffer(self._id_hashes, dtype=np.int64)).size)

    def summary(self) -> str:
        """Counts and rate so far."""
        seconds = time.monotonic() - self._began
        rate = (self.rows - self._before) / seconds if seconds else 0
        earlier = f" ({self._before} from an earlier try)" if self._before else ""
        return f"{self._subject}: {self.rows} rows{earlier} in {seconds:.1f} s, {rate:.0f} rows/s"
