"""Keeps reports in a local folder, in append-only files: segments."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collector.records import Report, hour_of, lines, newest_hour, process_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path


@dataclass
class _Segment:
    """An open segment; what is beyond ``size`` was never committed."""

    path: Path
    hour: str
    handle: int
    size: int = 0

    def append(self, content: bytes) -> None:
        written = 0
        while written < len(content):
            written += os.write(self.handle, content[written:])
        os.fsync(self.handle)
        self.size += len(content)

    def abandon(self) -> None:
        """Close it after a failure, without what was not committed."""
        # As well as can be: the disk may be gone.
        with suppress(OSError):
            if self.size:
                os.ftruncate(self.handle, self.size)
            else:
                self.path.unlink()
        with suppress(OSError):
            os.close(self.handle)

    @property
    def is_deleted(self) -> bool:
        """Whether somebody removed the file meanwhile, or it cannot be reached any more."""
        try:
            return os.fstat(self.handle).st_nlink == 0
        except OSError:
            return True


class Segments:
    """
    The segments of this process: ``<root>/<day>/<hour>/<process>-<number>.jsonl``.

    :param root: their folder; it is made if it is missing.
    :param segment_bytes: size at which the next one begins.
    """

    def __init__(self, root: Path, segment_bytes: int = 64 * 1024 * 1024) -> None:
        self._root = root.absolute()
        self._is_root_durable = False
        self._segment_bytes = segment_bytes
        self._process = process_name()
        self._number = 0
        self._segment: _Segment | None = None

    def commit(self, reports: Sequence[Report], received_at: datetime) -> None:
        """
        Keep reports: when this returns, they are on disk.

        :param received_at: when they came, in UTC.
        :raises OSError: none of them is kept.
        """
        segment = self._open(hour_of(received_at))
        try:
            segment.append(lines(reports, received_at))
        except BaseException:
            segment.abandon()
            self._segment = None
            raise

    def newest(self) -> datetime | None:
        """The newest hour that has segments."""
        return newest_hour(self._root)

    def check(self) -> None:
        """
        Try whether something can be kept.

        :raises OSError: if it cannot.
        """
        self._make_root()
        probe = self._root / f".ready-{self._process}"
        try:
            probe.write_bytes(b"ready")
        finally:
            probe.unlink(missing_ok=True)

    def close(self) -> None:
        """Close what is open; a later commit begins a new segment."""
        segment, self._segment = self._segment, None
        if segment:
            # What was committed is on disk; the handle may be of a disk that is gone.
            with suppress(OSError):
                os.close(segment.handle)

    def _open(self, hour: str) -> _Segment:
        """The segment to append to."""
        segment = self._segment
        if (
            segment
            and segment.hour == hour
            and segment.size < self._segment_bytes
            and not segment.is_deleted
        ):
            return segment
        self.close()
        self._make_root()
        path = self._root / hour / f"{self._process}-{self._number:05}.jsonl"
        for folder in (path.parents[1], path.parent):
            folder.mkdir(exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        opened = _Segment(path, hour, os.open(path, flags, 0o644))
        self._number += 1
        try:
            # Its name has to last as well, and those of the folders, whoever made them.
            for folder in path.parents[:3]:
                _sync(folder)
        except BaseException:
            opened.abandon()
            raise
        self._segment = opened
        return opened

    def _make_root(self) -> None:
        """Make the root if it is missing, so that it lasts, with all folders above it."""
        if self._is_root_durable and self._root.exists():
            return
        self._root.mkdir(parents=True, exist_ok=True)
        # All, since another process may have made them just now.
        for folder in (self._root, *self._root.parents):
            # We have not made anything in what we may not open.
            with suppress(PermissionError):
                _sync(folder)
            if folder.is_mount():
                break
        self._is_root_durable = True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
