"""The census of a source's entities."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flowmart.hooks.folders import landing_root
from flowmart.hooks.source import SourceHook
from flowmart.landing.writer import write_stream
from flowmart.operators.base import BatchOperator
from flowmart.ops.coverage import covered_windows
from flowmart.settings import SQL_FOLDER
from flowmart.sources.census import take_census
from flowmart.sources.declaration import tombstones_of
from flowmart.transform.census import known_records

if TYPE_CHECKING:
    from flowmart.core.batch import Batch


class CensusOperator(BatchOperator):
    """
    Compare the records that a source shows with the published ones; land tombstones, and notes of
    the records that the next window is to read.
    """

    def run(self, batch: Batch) -> list[str]:
        """
        Take the census of every entity that has one, and return the paths of the manifests.

        :raises CompletenessError: if too many records are missing to trust the census.
        """
        source = SourceHook(self.instance).get_source()
        paths = []
        for entity in source.spec.entities:
            known = known_records(self.engine, SQL_FOLDER, entity, batch.instance)
            if known is None:
                continue
            covered = covered_windows(self.engine, batch.instance)
            pages = take_census(source, entity, known.gone, datetime.now(UTC), covered, known.urls)
            manifest = write_stream(
                landing_root(), batch, tombstones_of(entity), pages, lambda: source.requests_made
            )
            paths.append(str(manifest.path))
        return paths
