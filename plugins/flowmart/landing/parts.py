"""The part files of an attempt, written one after the other."""

from __future__ import annotations

import gzip
import time
from typing import IO, TYPE_CHECKING, cast

from flowmart.landing.lines import to_lines
from flowmart.landing.manifest import LandedFile
from flowmart.landing.storage import HashingFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowmart.landing.storage import StoragePath
    from flowmart.sources.base import Record

# Of recorded answers, files are 5 % larger than at level 9, in less than half the time.
_COMPRESSION = 6


class PartFiles:
    """
    Writes records into part files; of a part, only whole pages count.

    :param folder: the attempt's folder.
    :param files: the parts that an earlier try has finished.
    """

    def __init__(self, folder: StoragePath, files: tuple[LandedFile, ...]) -> None:
        self.files = list(files)
        self._folder = folder
        self._part: _Part | None = None

    def add(self, records: Sequence[Record]) -> None:
        """Add a page's records to the part that is open; a new one opens with its first record."""
        if not records:
            return
        if self._part is None:
            name = f"part-{len(self.files):05}.jsonl.gz"
            self._part = _Part(self._folder / name, name)
        self._part.add(records)

    @property
    def open_rows(self) -> int:
        """Records in the part that is open."""
        return self._part.rows if self._part else 0

    @property
    def open_seconds(self) -> float:
        """For how long it has been open."""
        return time.monotonic() - self._part.began if self._part else 0

    def close(self) -> None:
        """Finish the part that is open."""
        if self._part:
            self.files.append(self._part.close())
            self._part = None


class _Part:
    """One file that is being written."""

    def __init__(self, path: StoragePath, name: str) -> None:
        self.rows = 0
        self.began = time.monotonic()
        self._name = name
        self._file = path.open("wb")
        self._hashing = HashingFile(self._file)
        # No name and no time in the header: the same rows make the same file.
        sink = cast("IO[bytes]", self._hashing)
        self._lines = gzip.GzipFile("", "wb", _COMPRESSION, fileobj=sink, mtime=0)

    def add(self, records: Sequence[Record]) -> None:
        self._lines.write(to_lines(records))
        self.rows += len(records)

    def close(self) -> LandedFile:
        self._lines.close()
        self._file.close()
        return LandedFile(name=self._name, rows=self.rows, sha256=self._hashing.sha256)
