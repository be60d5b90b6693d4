"""From the desk's records to marts, in steps that a test may put into any order."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from flowmart.core.batch import Batch
from flowmart.core.errors import OutdatedBatchError
from flowmart.core.window import Window
from flowmart.landing.load import load_batch
from flowmart.landing.writer import write_stream
from flowmart.ops.runs import open_run
from flowmart.publish.publisher import publish_batch
from flowmart.sources.base import Page
from flowmart.transform.project import load_project
from flowmart.transform.runner import BatchContext, build_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from flowmart.engines.base import Engine
    from flowmart.landing.manifest import Manifest
    from flowmart.sources.base import Record
    from tests.entities.folder import ProjectFolder

_WINDOW = Window.parse("2026-01-01T00:00Z", "2026-02-01T00:00Z")

Rows = list[dict[str, Any]]


class Warehouse:
    """
    A warehouse with the desk's tables.

    :param folder: the desk's project; it is registered.
    :param dsn: an empty warehouse.
    :param landing: folder for landing files.
    """

    def __init__(self, folder: ProjectFolder, dsn: str, landing: Path) -> None:
        self.engine: Engine = folder.migrate(dsn)
        self.project = load_project(folder.sql, "desk", self.engine.name)
        self._landing = landing
        self._runs = itertools.count(1)

    def batch(self, instance: str = "desk") -> Batch:
        """A batch of a run of its own."""
        return Batch(instance, "desk", f"run {next(self._runs)}", _WINDOW)

    def land(self, batch: Batch, streams: Mapping[str, Iterable[Record]]) -> list[Manifest]:
        """Write landing files."""
        return [
            write_stream(self._landing, batch, stream, [Page(list(records))], lambda: 0)
            for stream, records in streams.items()
        ]

    def load(self, batch: Batch, manifests: Sequence[Manifest]) -> None:
        """Load landing files into raw tables."""
        open_run(self.engine, batch, "manual", "test")
        load_batch(self.engine, self.project.spec, batch, manifests)

    def build(self, batch: Batch, everything: bool = False) -> dict[str, int]:
        """Build the stage tables."""
        return build_batch(self.engine, self.project, batch, BatchContext(everything=everything))

    def publish(self, batch: Batch, everything: bool = False) -> None:
        """Publish, as a task does: a batch that another one has overtaken is built again."""
        try:
            publish_batch(self.engine, self.project, batch, everything)
        except OutdatedBatchError:
            self.build(batch, everything)
            publish_batch(self.engine, self.project, batch, everything)

    def run(
        self, streams: Mapping[str, Iterable[Record]] | None = None, instance: str = "desk"
    ) -> Batch:
        """Land, load, build and publish; a replay of the whole instance without records."""
        batch = self.batch(instance)
        self.load(batch, self.land(batch, streams or {}))
        self.build(batch, everything=streams is None)
        self.publish(batch, everything=streams is None)
        return batch

    def rows(self, table: str, columns: str = "*") -> Rows:
        """Rows of a published table, in a stable order."""
        found = self.engine.query(f"select {columns} from mart.{table}")
        return sorted(found, key=lambda row: str(list(row.values())))

    def marts(self) -> dict[str, Rows]:
        """All published rows, sums included."""
        return {contract.name: self.rows(contract.name) for contract in self.project.contracts()}

    def touched(self, batch: Batch, entity: str) -> dict[str, str]:
        """The ids that a batch has rebuilt, and the reason of each."""
        rows = self.engine.query(
            f"select {entity}_id as id, reason from stage.int_touched_{entity}__{batch.batch_id}"
        )
        return {row["id"]: row["reason"] for row in rows}
