"""Selects the landed attempts that belong to complete extractions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flowmart.landing.manifest import Manifest
    from flowmart.sources.declaration import SourceSpec

log = logging.getLogger(__name__)


def complete_extractions(spec: SourceSpec, manifests: Iterable[Manifest]) -> list[Manifest]:
    """
    Drop the attempts of interrupted runs, whose children never landed and were never published.

    Each attempt at an entity's own stream starts an extraction, which is complete once all child
    streams of the entity that are not optional have landed too. Snapshots and census results
    are complete by themselves.

    :param spec: the source.
    :param manifests: complete attempts, the oldest first.
    """
    landed = list(manifests)
    kept = [m for m in landed if spec.streams[m.stream].kind in ("snapshot", "census")]
    broken = 0
    for entity in spec.entities:
        extractions = _extractions_of(spec, entity, landed)
        needed = _needed_streams(spec, entity)
        complete = [found for found in extractions if {m.stream for m in found} >= needed]
        broken += len(extractions) - len(complete)
        kept += [manifest for found in complete for manifest in found]
    if broken:
        log.warning("%s: skipping %s incomplete extractions", spec.name, broken)
    return kept


def _needed_streams(spec: SourceSpec, entity: str) -> set[str]:
    children = spec.children_of(entity)
    return {spec.entities[entity].stream} | {n for n, s in children.items() if not s.optional}


def _extractions_of(
    spec: SourceSpec, entity: str, landed: Sequence[Manifest]
) -> list[list[Manifest]]:
    """The attempts at an entity's streams, by the attempt at its own stream that started each."""
    own, children = spec.entities[entity].stream, spec.children_of(entity)
    extractions: list[list[Manifest]] = []
    latest: dict[tuple[object, str], list[Manifest]] = {}
    for manifest in landed:
        if manifest.stream != own and manifest.stream not in children:
            continue
        run = (manifest.window, manifest.run_id)
        if manifest.stream == own or run not in latest:
            latest[run] = []
            extractions.append(latest[run])
        latest[run].append(manifest)
    return extractions
