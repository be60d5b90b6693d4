"""Batches and records to land."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.core.batch import Batch
from flowmart.core.window import Window
from tests import records

if TYPE_CHECKING:
    from flowmart.sources.base import Record


def make_batch(first_day: int = 1, last_day: int = 2) -> Batch:
    """A batch of some days of November 2026."""
    window = Window.parse(f"2026-11-{first_day:02}T00:00Z", f"2026-11-{last_day:02}T00:00Z")
    return Batch("phabricator__acme", "phabricator", f"scheduled__{first_day}", window)


def make_record(
    number: int,
    version: int | None = None,
    parent_id: str | None = None,
    payload: dict[str, Any] | None = None,
) -> Record:
    """The record of a task."""
    return records.make_record(
        f"PHID-TASK-{number}",
        parent_id,
        1000 + number if version is None else version,
        payload or {"id": number},
    )
