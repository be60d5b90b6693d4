"""The steps of a run over the desk's project, executed one by one as the DAG would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.operators import census, run, steps
from flowmart.operators.census import CensusOperator
from flowmart.operators.extract import ExtractReferencesOperator, ExtractStreamOperator
from flowmart.operators.load import LoadLandedOperator, LoadWindowOperator
from flowmart.operators.proof import ProveOperator
from flowmart.operators.publish import PublishOperator, ValidateOperator
from flowmart.operators.replay import FindLandedOperator
from flowmart.operators.run import CloseBatchOperator, OpenBatchOperator
from flowmart.operators.transform import TransformOperator
from flowmart.settings import load_settings
from flowmart.sources.registry import get_spec
from tests.warehouses import connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.entities.folder import ProjectFolder

FIRST = ("2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00")


class Pipeline:
    """
    Runs of the instance `desk`.

    :param folder: its project; it is registered.
    :param dsn: a warehouse with the project's tables.
    :param url: where the desk answers.
    :param files: folder for the configuration, landing files and what the checks write.
    :param monkeypatch: sets connections, configuration and folders.
    """

    def __init__(
        self,
        folder: ProjectFolder,
        dsn: str,
        url: str,
        files: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        config = files / "flowmart.yaml"
        config.write_text(
            f"instances: {{desk: {{start: 2026-11-01}}}}\nlanding_root: file://{files}/landing\n"
        )
        monkeypatch.setenv("FLOWMART_CONFIG", str(config))
        load_settings.cache_clear()
        monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", connection(dsn))
        api = {"conn_type": "http", "host": url, "password": "secret"}
        monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_DESK", json.dumps(api))
        for module in (steps, census):
            monkeypatch.setattr(module, "SQL_FOLDER", folder.sql)
        monkeypatch.setattr(run, "MIGRATIONS_FOLDER", folder.migrations)
        self.engine = open_engine(dsn, Schemas.with_prefix(""))
        self._runs = 0

    def window(self, window: tuple[str, str] = FIRST) -> dict[str, Any]:
        """All steps of a window; the rows that were published."""
        do = self._begin(window)
        do(OpenBatchOperator)
        landed = [do(ExtractReferencesOperator)]
        spec = get_spec("desk")
        for entity, declared in spec.entities.items():
            records = do(ExtractStreamOperator, stream=declared.stream)
            landed.append(records)
            for child in spec.children_of(entity):
                landed.append(do(ExtractStreamOperator, stream=child, parent_manifest=records))
        landed.append(do(ProveOperator, manifests=landed[1:]))
        do(LoadWindowOperator, manifests=landed)
        return self._end(do)

    def census(self) -> dict[str, Any]:
        """A sweep over all ids."""
        do = self._begin(FIRST)
        do(OpenBatchOperator, run_type="census")
        do(LoadWindowOperator, manifests=do(CensusOperator))
        return self._end(do)

    def replay(self) -> dict[str, Any]:
        """A rebuild of what has landed."""
        find = FindLandedOperator(task_id="find", instance="desk", from_date="", to_date="")
        found = find.execute({})
        do = self._begin((found["start"], found["end"]))
        do(OpenBatchOperator, run_type="replay")
        do(LoadLandedOperator, everything=True)
        return self._end(do, everything=True)

    def open(self) -> None:
        """The first step of a window alone."""
        self._begin(FIRST)(OpenBatchOperator)

    def _begin(self, window: tuple[str, str]) -> Callable[..., Any]:
        self._runs += 1
        context: Any = {"run_id": f"run {self._runs}"}
        batch = {"instance": "desk", "window_start": window[0], "window_end": window[1]}

        def do(operator: Any, **given: Any) -> Any:
            return operator(task_id=operator.__name__, **batch, **given).execute(context)

        return do

    def _end(self, do: Callable[..., Any], **given: Any) -> dict[str, Any]:
        counts = do(TransformOperator, **given)
        do(ValidateOperator, counts=counts)
        published: dict[str, Any] = do(PublishOperator, **given)
        do(CloseBatchOperator)
        return published
