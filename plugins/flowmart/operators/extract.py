"""Extracts streams from the API into landing files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flowmart.hooks.folders import landing_path, landing_root
from flowmart.hooks.source import SourceHook
from flowmart.landing.reader import fresh_snapshot, read_manifest, read_records
from flowmart.landing.unread import unread_records
from flowmart.landing.writer import land_stream
from flowmart.operators.base import BatchOperator
from flowmart.sources.registry import get_spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowmart.core.batch import Batch
    from flowmart.sources.base import Page, Record


class ExtractStreamOperator(BatchOperator):
    """
    Extract one stream of a window and return the path of its manifest.

    :param stream: name of the stream in the source's declaration.
    :param parent_manifest: for a stream of the issues' children, the path of the manifest of the
        issues that were extracted for the same window (templated).
    """

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "parent_manifest")

    def __init__(self, *, stream: str, parent_manifest: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stream = stream
        self.parent_manifest = parent_manifest

    def run(self, batch: Batch) -> str:
        """Extract the stream, and of an entity also the records that came into sight since."""
        spec = get_spec(batch.source)
        unread: list[str] = []
        if spec.is_entity_stream(self.stream) and (entity := spec.entity_of(self.stream)):
            now = datetime.now(UTC)
            unread = unread_records(self.engine, spec, entity, batch.instance, now)
            if unread:
                self.log.info(
                    "%s of %s were not read by earlier windows, and are read now if the source "
                    "shows them",
                    len(unread),
                    self.stream,
                )
        return _extract(batch, self.stream, self.parent_manifest or "", unread)


class ExtractReferencesOperator(BatchOperator):
    """
    Extract the snapshot streams that are too old, and return the paths of all their manifests.

    A snapshot that is younger than its declared maximum age is reused.
    """

    def run(self, batch: Batch) -> list[str]:
        """Extract the snapshots."""
        source = SourceHook(self.instance).get_source()
        root, now = landing_root(), datetime.now(UTC)
        paths = []
        for stream, spec in source.spec.streams.items():
            if spec.kind != "snapshot":
                continue
            age = timedelta(hours=spec.max_age_hours or 0)
            if fresh := fresh_snapshot(root, batch.instance, stream, now, age):
                self.log.info("%s: the snapshot of %s is young enough", stream, fresh.extracted_at)
                paths.append(str(fresh.path))
            else:
                paths.append(_extract(batch, stream))
        return paths


def _extract(
    batch: Batch, stream: str, parent_manifest: str = "", unread: Sequence[str] = ()
) -> str:
    source = SourceHook(batch.instance).get_source()
    entity = source.spec.entity_of(stream) or ""

    def read(after: Any) -> Iterable[Page]:
        parents: Iterable[Record] = ()
        if parent_manifest:
            parents = read_records(read_manifest(landing_path(parent_manifest)))
        yield from source.read(stream, batch.window, parents, after)
        if unread:
            yield from source.read_records(entity, batch.window, unread)

    manifest = land_stream(
        landing_root(), batch, stream, read, lambda: source.requests_made, basis=parent_manifest
    )
    return str(manifest.path)
