"""Loads landing files into raw tables."""

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
    Load the files of a window's extraction; an empty window skips the rest of the run.

    :param manifests: paths of the manifests, nested lists are flattened (templated).
    """

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "manifests")

    def __init__(self, *, manifests: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.manifests = manifests

    def run(self, batch: Batch) -> dict[str, Any]:
        """
        Load the manifests.

        :raises SkippableError: if the window has no records and no new snapshot, and no setting
            changed.
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
            drop_stage(self.publisher, batch)
            raise SkippableError(
                "The window has no new records",
                where=str(batch),
                next_step="nothing: the marts are up to date",
            )
        return {"keys": report.keys, "requests": requests}

    def _has_other_settings(self, batch: Batch) -> bool:
        """Whether what is published was built with other settings: they may concern many keys."""
        published = last_config_hash(self.engine, batch.instance)
        return published not in (None, load_settings().fingerprint(batch.instance))


class LoadLandedOperator(BatchOperator):
    """
    Load all landed files of the run's window, and all snapshots, without calling the API.

    :param everything: whether the run replays the whole instance and not only a window.
    """

    def __init__(self, *, everything: bool | str = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.everything = everything

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "everything")

    def run(self, batch: Batch) -> dict[str, Any]:
        """Load the attempts of all complete extractions."""
        spec = get_spec(batch.source)
        # A snapshot is in the window of the run that found the previous one too old.
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
