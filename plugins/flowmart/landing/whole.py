"""Which landed attempts belong to an extraction that came to its end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowmart.landing.manifest import Manifest
    from flowmart.sources.declaration import SourceSpec

log = logging.getLogger(__name__)


def extracted_whole(spec: SourceSpec, manifests: Iterable[Manifest]) -> list[Manifest]:
    """
    Leave out issues whose history never landed: their run broke off, and no run published them.

    Every attempt at a run's issues begins a round, which is whole once all child streams of it
    that are not optional have landed. Snapshots stand for themselves.

    :param spec: the source.
    :param manifests: complete attempts, the oldest first.
    """
    children = {name: s.optional for name, s in spec.streams.items() if s.kind == "child"}
    needed = {spec.issue_stream} | {name for name, optional in children.items() if not optional}
    rounds: list[list[Manifest]] = []
    latest: dict[tuple[object, str], list[Manifest]] = {}
    alone = []
    for manifest in manifests:
        run = (manifest.window, manifest.run_id)
        if manifest.stream not in (spec.issue_stream, *children):
            alone.append(manifest)
        elif manifest.stream == spec.issue_stream or run not in latest:
            latest[run] = [manifest]
            rounds.append(latest[run])
        else:
            latest[run].append(manifest)
    whole = [found for found in rounds if {manifest.stream for manifest in found} >= needed]
    if broken := len(rounds) - len(whole):
        log.warning("%s: %s extractions that broke off are left out", spec.name, broken)
    return alone + [manifest for found in whole for manifest in found]
