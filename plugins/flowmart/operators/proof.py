"""Checks that the landed streams of a window agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.hooks.folders import landing_path, landing_root
from flowmart.hooks.source import SourceHook
from flowmart.landing.reader import read_manifest, read_records
from flowmart.landing.writer import write_stream
from flowmart.operators.base import BatchOperator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowmart.core.batch import Batch
    from flowmart.sources.base import Record


class ProveOperator(BatchOperator):
    """
    Let the source compare its landed streams; rows that a second read finds are landed too.

    :param manifests: paths of the manifests of the window's streams (templated).
    """

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "manifests")

    def __init__(self, *, manifests: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.manifests = manifests

    def run(self, batch: Batch) -> list[str]:
        """
        Compare the streams, and return the paths of manifests with rows that had been missing.

        :raises CompletenessError: if rows are still missing.
        """
        root = landing_root()
        landed = {m.stream: m for m in (read_manifest(landing_path(p)) for p in self.manifests)}

        def records(stream: str) -> Iterator[Record]:
            return read_records(landed[stream])

        source = SourceHook(self.instance).get_source()
        paths = []
        for stream, pages in source.verify(batch.window, records).items():
            extra = write_stream(root, batch, stream, pages, lambda: source.requests_made)
            paths.append(str(extra.path))
        return paths
