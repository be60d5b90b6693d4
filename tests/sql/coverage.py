"""Which time of an instance is loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flowmart.core.batch import Batch
from flowmart.core.window import Window
from flowmart.ops.runs import close_run, open_run
from tests.sql.tracker import at

if TYPE_CHECKING:
    from tests.sql.warehouse import Warehouse


def cover(warehouse: Warehouse, first: float, last: float, instance: str = "phabricator") -> None:
    """Say that a window was loaded; days count from 1 January 2026, the last is excluded."""
    start, end = (datetime.fromtimestamp(at(day), UTC) for day in (first, last))
    batch = Batch(instance, warehouse.source, f"covers {first} to {last}", Window(start, end))
    open_run(warehouse.engine, batch, "window", "test")
    close_run(warehouse.engine, batch, "OK")
