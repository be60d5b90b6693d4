"""A sweep over all issue ids of a source."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flowmart.hooks.folders import landing_root
from flowmart.hooks.source import SourceHook
from flowmart.landing.writer import write_stream
from flowmart.operators.base import BatchOperator
from flowmart.sources.census import take_census
from flowmart.sources.declaration import TOMBSTONES

if TYPE_CHECKING:
    from flowmart.core.batch import Batch


class CensusOperator(BatchOperator):
    """Compare the issues that a source shows with the published ones; land tombstones."""

    def run(self, batch: Batch) -> list[str]:
        """
        Take the census, and return the path of its manifest in a list.

        :raises CompletenessError: if so many issues are gone that it cannot be trusted.
        """
        source = SourceHook(self.instance).get_source()
        published = self.engine.query(
            f"select issue_id, missing_reason from {self.engine.schemas.mart}.fct_issues "
            "where instance = %(instance)s",
            {"instance": batch.instance},
        )
        known = {row["issue_id"]: row["missing_reason"] is not None for row in published}
        pages = take_census(source, known, datetime.now(UTC))
        manifest = write_stream(
            landing_root(), batch, TOMBSTONES, pages, lambda: source.requests_made
        )
        return [str(manifest.path)]
