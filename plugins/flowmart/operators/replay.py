"""The first step of a replay: finds the landed windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from flowmart.core.errors import ConfigError
from flowmart.core.instance import source_of
from flowmart.core.window import Window
from flowmart.hooks.folders import landing_root
from flowmart.landing.complete import complete_extractions
from flowmart.landing.reader import find_manifests
from flowmart.operators.base import translated_errors
from flowmart.settings import load_settings
from flowmart.sources.registry import get_spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context


class FindLandedOperator(BaseOperator):
    """
    Find the landed windows of a replay, and return the start of the first and the end of the last.

    :param instance: name of the source instance (templated).
    :param from_date: first day or instant, inclusive, ISO 8601; empty for everything (templated).
    :param to_date: last instant, exclusive; empty for everything (templated).
    """

    template_fields: Sequence[str] = ("instance", "from_date", "to_date")
    ui_color = "#dfe9e4"

    def __init__(self, *, instance: str, from_date: str, to_date: str, **kwargs: Any) -> None:
        super().__init__(multiple_outputs=True, **kwargs)
        self.instance = instance
        self.from_date = from_date
        self.to_date = to_date

    def execute(self, context: Context) -> dict[str, Any]:
        """Read the manifests."""
        with translated_errors():
            return self._find()

    def _find(self) -> dict[str, Any]:
        if self.instance not in load_settings().instances:
            raise ConfigError(
                f"There is no instance {self.instance!r}",
                where="replay, param instance",
                next_step=f"choose one of {', '.join(sorted(load_settings().instances))}",
            )
        everything = not (self.from_date or self.to_date)
        asked = None if everything else Window.parse(_utc(self.from_date), _utc(self.to_date))
        landed = find_manifests(landing_root(), self.instance, asked)
        spec = get_spec(source_of(self.instance))
        windows = [manifest.window for manifest in complete_extractions(spec, landed)]
        if not windows:
            raise ConfigError(
                "There are no landed files for the replay",
                where=f"{landing_root()}/{self.instance}",
                next_step="widen the date range, or first extract the windows with a backfill",
            )
        start, end = min(w.start for w in windows), max(w.end for w in windows)
        self.log.info("%s landed windows from %s to %s", len(windows), start, end)
        return {"start": start.isoformat(), "end": end.isoformat(), "everything": everything}


def _utc(text: str) -> str:
    """A bare date as its midnight in UTC."""
    return f"{text}T00:00:00+00:00" if len(text) == len("2026-11-01") else text
