"""Keeps reports in an object store, which cannot append: each commit is an object of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from upath import UPath

from collector.records import Report, hour_of, lines, newest_hour, process_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Objects:
    """
    Objects named as segments are, below one URL.

    :param url: such as ``s3://bucket/telemetry``; fsspec's settings apply.
    """

    def __init__(self, url: str) -> None:
        self._root = UPath(url)
        self._process = process_name()
        self._number = 0

    def commit(self, reports: Sequence[Report], received_at: datetime) -> None:
        """
        Keep reports: when this returns, the store has confirmed them.

        :raises Exception: fsspec's own; none of them is kept, as far as the store says.
        """
        path = self._root / hour_of(received_at) / f"{self._process}-{self._number:05}.jsonl"
        # Also after a failure: what became of that object is unknown.
        self._number += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(lines(reports, received_at))

    def newest(self) -> datetime | None:
        """The newest hour that has objects."""
        return newest_hour(self._root)

    def check(self) -> None:
        """Try whether something can be kept; raises fsspec's own exceptions if not."""
        probe = self._root / f".ready-{self._process}"
        self._root.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"ready")
        probe.unlink()

    def close(self) -> None:
        """Nothing is open between commits."""
