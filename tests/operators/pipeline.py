"""The steps of a run, executed one by one as the DAG would, on a sandbox and a real warehouse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flowmart.operators.extract import ExtractReferencesOperator, ExtractStreamOperator
from flowmart.operators.flow_metrics import (
    BuildAggregatesOperator,
    PublishAggregatesOperator,
    ValidateAggregatesOperator,
)
from flowmart.operators.load import LoadLandedOperator, LoadWindowOperator
from flowmart.operators.proof import ProveOperator
from flowmart.operators.publish import PublishOperator, ValidateOperator
from flowmart.operators.run import CloseBatchOperator, OpenBatchOperator
from flowmart.operators.transform import TransformOperator
from flowmart.settings import load_settings
from tests.warehouses import connection, migrated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from local.sandbox.phabricator.server import Running

INSTANCE = "phabricator"
CHILDREN = ("transactions", "task_transactions")
HISTORY = ("2026-01-01T00:00:00+00:00", "2026-11-20T00:00:00+00:00")


class Pipeline:
    """
    One instance with its warehouse.

    :param server: the sandbox.
    :param dsn: an empty warehouse.
    :param folder: for the configuration and the landing files.
    :param monkeypatch: sets connections and configuration.
    :param prefix: of the schemas.
    """

    def __init__(
        self,
        server: Running,
        dsn: str,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        prefix: str = "",
    ) -> None:
        config = folder / "flowmart.yaml"
        config.write_text(
            f"instances: {{{INSTANCE}: {{start: 2026-11-01}}}}\nschema_prefix: '{prefix}'\n"
            f"landing_root: file://{folder}/landing\n"
        )
        monkeypatch.setenv("FLOWMART_CONFIG", str(config))
        load_settings.cache_clear()
        monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", connection(dsn))
        api = {"conn_type": "http", "host": server.url, "password": server.token}
        monkeypatch.setenv(f"AIRFLOW_CONN_FLOWMART_{INSTANCE.upper()}", json.dumps(api))
        self.server = server
        self.engine = migrated(dsn, prefix)

    def run(self, run_id: str, start: str, end: str) -> None:
        """All steps of a window."""
        steps = Steps(run_id, start, end)
        steps.open()
        steps.load(steps.extract())
        steps.publish()
        steps.close()


def flow_metrics(everything: bool | str = False) -> dict[str, int]:
    """All steps of the DAG ``flow_metrics`` for the instance; the rows published."""
    context: Any = {"run_id": "asset_triggered__1"}
    given: dict[str, Any] = {"task_id": "step", "instance": INSTANCE}
    built = BuildAggregatesOperator(everything=everything, **given).execute(context)
    # What a task returns reaches the next one as JSON.
    given["built"] = json.loads(json.dumps(built))
    ValidateAggregatesOperator(**given).execute(context)
    counts: dict[str, int] = PublishAggregatesOperator(**given).execute(context)
    return counts


class Steps:
    """
    The steps of one run.

    :param run_id: Airflow's.
    :param start: first instant of the window.
    :param end: first instant after it.
    """

    def __init__(self, run_id: str, start: str, end: str) -> None:
        self._context: Any = {"run_id": run_id}
        self._batch: dict[str, Any] = {
            "instance": INSTANCE,
            "window_start": start,
            "window_end": end,
        }

    def do(self, operator: Any, **given: Any) -> Any:
        """Execute one step."""
        step = operator(task_id=operator.__name__, **self._batch, **given)
        return step.execute(self._context)

    def open(self, run_type: str = "window") -> None:
        """Enter the run."""
        self.do(OpenBatchOperator, run_type=run_type)

    def issues(self) -> str:
        """Extract the tasks."""
        return str(self.do(ExtractStreamOperator, stream="tasks"))

    def extract(self) -> list[Any]:
        """Extract everything; the paths of the manifests."""
        references, issues = self.do(ExtractReferencesOperator), self.issues()
        children = [
            self.do(ExtractStreamOperator, stream=stream, parent_manifest=issues)
            for stream in CHILDREN
        ]
        releases = self.do(ExtractStreamOperator, stream="release_tasks")
        landed = [issues, *children, releases]
        proof = self.do(ProveOperator, manifests=landed)
        return [references, *landed, proof]

    def load(self, manifests: Sequence[Any]) -> None:
        """Load what was extracted."""
        self.do(LoadWindowOperator, manifests=manifests)

    def load_landed(self, everything: bool = True) -> None:
        """Load what ever landed."""
        self.do(LoadLandedOperator, everything=everything)

    def build(self, everything: bool = False) -> None:
        """Build and check the stage tables."""
        counts = self.do(TransformOperator, everything=everything)
        self.do(ValidateOperator, counts=counts)

    def publish(self, everything: bool = False) -> dict[str, int]:
        """Build, check and publish."""
        self.build(everything)
        return self.publish_built(everything)

    def publish_built(self, everything: bool = False) -> dict[str, int]:
        """Publish what is built and checked."""
        counts: dict[str, int] = self.do(PublishOperator, everything=everything)
        return counts

    def close(self) -> None:
        """Settle the run."""
        self.do(CloseBatchOperator)
