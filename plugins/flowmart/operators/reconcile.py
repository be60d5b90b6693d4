"""Reads again what may have changed without a word in the time of its last update."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flowmart.hooks.folders import landing_root
from flowmart.hooks.source import SourceHook
from flowmart.landing.writer import land_stream
from flowmart.operators.base import BatchOperator
from flowmart.settings import SQL_FOLDER, load_settings
from flowmart.sources.base import Page
from flowmart.sources.registry import get_spec
from flowmart.transform.census import records_to_reconcile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.core.batch import Batch

_IDS_PER_CHECKPOINT = 500


class ReconcileOperator(BatchOperator):
    """
    Read the records of an entity that are open, or were closed within the horizon, by their ids.

    :param stream: the entity's window stream.
    """

    def __init__(self, *, stream: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stream = stream

    def run(self, batch: Batch) -> str:
        """Land the records as they are now, and return the path of the manifest."""
        entity = get_spec(batch.source).entity_of(self.stream) or ""
        horizon = timedelta(days=load_settings().reconcile_horizon_days)
        ids = records_to_reconcile(
            self.engine, SQL_FOLDER, entity, batch.instance, batch.window.end - horizon
        )
        self.log.info("%s of %s are read again", len(ids), self.stream)
        source = SourceHook(self.instance).get_source()

        def read(after: Any) -> Iterator[Page]:
            waiting = [id_ for id_ in ids if after is None or id_ > after]
            for start in range(0, len(waiting), _IDS_PER_CHECKPOINT):
                chunk = waiting[start : start + _IDS_PER_CHECKPOINT]
                yield from source.read_records(entity, batch.window, chunk)
                yield Page([], resume=chunk[-1])

        manifest = land_stream(
            landing_root(), batch, self.stream, read, lambda: source.requests_made
        )
        return str(manifest.path)
