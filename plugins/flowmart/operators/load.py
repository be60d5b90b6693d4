"""From landing files to raw tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.core.errors import SkippableError
from flowmart.hooks.folders import landing_path, landing_root
from flowmart.landing.complete import complete_extractions
from flowmart.landing.load import load_batch
from flowmart.landing.reader import find_manifests, read_manifest
from flowmart.operators.base import BatchOperator
from flowmart.ops.runs import close_run, count_requests, last_config_hash
from flowmart.publish.cleanup import drop_stage
from flowmart.settings import load_settings
from flowmart.sources.registry import get_spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowmart.core.batch import Batch


class LoadWindowOperator(BatchOperator):
    """
    Load what a window's extraction landed; a window without anything new ends the run here.

    :param manifests: paths of the manifests, lists of paths among them are flattened (templated).
    """

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "manifests")

    def __init__(self, *, manifests: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.manifests = manifests

    def run(self, batch: Batch) -> dict[str, Any]:
        """
        Load the manifests.

        :raises SkippableError: if it has no record and no snapshot, and no setting changed.
        """
        manifests = [read_manifest(landing_path(path)) for path in _flat(self.manifests)]
        own = [manifest for manifest in manifests if manifest.run_id == batch.run_id]
        requests = sum(manifest.requests for manifest in own)
        count_requests(self.engine, batch, requests)
        spec = get_spec(batch.source)
        report = load_batch(self.engine, spec, batch, manifests)
        is_new = any(m.rows or spec.streams[m.stream].kind == "snapshot" for m in own)
        if not is_new and not self._has_other_settings(batch):
            close_run(self.engine, batch, "OK", records=0)
            drop_stage(self.engine, batch)
            raise SkippableError(
                "The window holds nothing new",
                where=str(batch),
                next_step="nothing to do: the marts are as they should be",
            )
        return {"keys": report.keys, "requests": requests}

    def _has_other_settings(self, batch: Batch) -> bool:
        """Whether what is published was built with other settings: they may concern many keys."""
        published = last_config_hash(self.engine, batch.instance)
        return published not in (None, load_settings().fingerprint(batch.instance))


class LoadLandedOperator(BatchOperator):
    """
    Load everything that has ever landed for the run's window, and every snapshot, without the API.

    :param everything: whether the run replays the whole instance rather than a window of it.
    """

    def __init__(self, *, everything: bool | str = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.everything = everything

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "everything")

    def run(self, batch: Batch) -> dict[str, Any]:
        """Load all attempts of extractions that were completed."""
        spec = get_spec(batch.source)
        # A snapshot lies in whichever window found the one before it too old.
        snapshots = {name for name, s in spec.streams.items() if s.kind == "snapshot"}
        landed = find_manifests(landing_root(), batch.instance, None)
        manifests = [
            m
            for m in complete_extractions(spec, landed)
            if self.everything or m.stream in snapshots or m.window.overlaps(batch.window)
        ]
        report = load_batch(self.engine, spec, batch, manifests)
        return {"keys": report.keys, "manifests": len(manifests)}


def _flat(paths: Sequence[Any]) -> list[str]:
    return [p for item in paths for p in ([item] if isinstance(item, str) else item)]
