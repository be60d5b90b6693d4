"""From records to marts through the same code that a run calls."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowmart.core.batch import Batch
from flowmart.core.window import Window
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.landing.load import load_batch
from flowmart.landing.writer import write_stream
from flowmart.ops.runs import open_run
from flowmart.publish.publisher import publish_batch
from flowmart.sources.base import Page
from flowmart.transform.project import load_project
from flowmart.transform.runner import BatchContext, build_batch
from tests.clearing import clear
from tests.meanings import meaning
from tests.warehouses import bring_up_to_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowmart.sources.base import Record

INCLUDE = Path(__file__).resolve().parents[2] / "include"
CONTEXT = BatchContext(
    statuses={"progress": meaning("in_progress"), "stalled": meaning("in_progress", True)},
)
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


class Warehouse:
    """
    A migrated database and the models of one source.

    :param dsn: an empty database.
    :param landing: folder for landing files.
    """

    def __init__(self, dsn: str, landing: Path, source: str = "phabricator") -> None:
        self.engine = open_engine(dsn, Schemas.with_prefix(""))
        bring_up_to_date(self.engine)
        self.project = load_project(INCLUDE / "sql", source, self.engine.name)
        self.source = source
        self._landing = landing
        self._runs = itertools.count(1)

    def batch(self, instance: str = "phabricator", window: Window | None = None) -> Batch:
        """A batch of a window of its own, of one day if none is given."""
        number = next(self._runs)
        start = _FIRST_DAY + timedelta(days=number)
        window = window or Window(start, start + timedelta(days=1))
        return Batch(instance, self.source, f"run {number}", window)

    def load(
        self,
        batch: Batch,
        streams: Mapping[str, Iterable[Record]],
        taken_at: datetime | None = None,
    ) -> None:
        """Land records, as if they had been read at a moment, and load them into raw tables."""
        manifests = [
            write_stream(self._landing, batch, stream, [Page(list(records))], lambda: 0)
            for stream, records in streams.items()
        ]
        if taken_at:
            manifests = [m.model_copy(update={"extracted_at": taken_at}) for m in manifests]
        open_run(self.engine, batch, "window", "test")
        load_batch(self.engine, self.project.spec, batch, manifests)

    def run(
        self,
        streams: Mapping[str, Iterable[Record]],
        context: BatchContext = CONTEXT,
        instance: str = "phabricator",
        *,
        window: Window | None = None,
        taken_at: datetime | None = None,
    ) -> Batch:
        """Load, build and publish."""
        batch = self.batch(instance, window)
        self.load(batch, streams, taken_at)
        build_batch(self.engine, self.project, batch, context)
        publish_batch(self.engine, self.project, batch, everything=context.everything)
        return batch

    def rows(self, table: str, columns: str = "*", where: str = "true") -> list[dict[str, Any]]:
        """Rows of a published table in the order of the columns asked for."""
        found = self.engine.query(f"select {columns} from {table} where {where}")
        return sorted(found, key=lambda row: json.dumps(list(row.values()), default=str))

    def marts(self) -> dict[str, list[dict[str, Any]]]:
        """All published rows."""
        return {
            model.name: self.rows(
                f"{'ops' if model.contract.layer == 'ops' else 'mart'}.{model.name}"
            )
            for model in self.project.published()
        }

    def clear(self) -> None:
        """Forget all rows."""
        clear(self.engine)
