"""Where reports are kept: the three kinds behind one interface."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from collector.records import Report
    from collector.settings import Settings


class Store(Protocol):
    """Keeps groups of reports; commits come one after the other, from one thread."""

    def commit(self, reports: Sequence[Report], received_at: datetime) -> None:
        """Keep all of them for good, or raise and keep none."""

    def newest(self) -> datetime | None:
        """When its newest report came, or the hour of that; called once, before the commits."""

    def check(self) -> None:
        """Raise if nothing could be kept now; called beside commits, from another thread."""

    def close(self) -> None:
        """Let go of what is open."""


def open_store(settings: Settings) -> Store:
    """The store that the settings name; what it needs is opened when it is first used."""
    url = settings.store.get_secret_value()
    # Each kind has libraries of its own, which the others do not load.
    if url.startswith(("postgresql://", "postgres://")):
        from collector.table import Table

        return Table(url)
    if "://" in url and not url.startswith("file://"):
        from collector.objects import Objects

        return Objects(url)
    from collector.segments import Segments

    return Segments(Path(url.removeprefix("file://")), settings.segment_bytes)
