"""The daily reconciliation: what the time of the last update does not show is published."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from flowmart.hooks.folders import landing_path
from flowmart.landing.reader import read_manifest, read_records
from flowmart.operators.extract import ExtractReferencesOperator, ExtractStreamOperator
from flowmart.operators.load import LoadWindowOperator
from flowmart.operators.publish import PublishOperator, ValidateOperator
from flowmart.operators.reconcile import ReconcileOperator
from flowmart.operators.run import CloseBatchOperator, OpenBatchOperator
from flowmart.operators.transform import TransformOperator
from flowmart.settings import load_settings
from flowmart.sources.github import limits
from local.sandbox.company.demo import demo
from local.sandbox.company.story import tell
from local.sandbox.github.app import TOKEN
from local.sandbox.github.from_story import github_store
from tests.records import payload_of
from tests.sources.github.sandbox import served
from tests.warehouses import connection, migrated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flowmart.engines.base import Engine
    from tests.sources.github.sandbox import Server

INSTANCE = "github"
HISTORY = ("2020-01-01T00:00:00+00:00", "2026-11-24T00:00:00+00:00")
LAST_DAY = ("2026-11-24T00:00:00+00:00", "2026-11-25T00:00:00+00:00")
STREAMS = ("issues", "pull_requests", "deployments")


@pytest.fixture(scope="module")
def engine(warehouse_dsn: str) -> Engine:
    """A warehouse with its migrations applied."""
    return migrated(warehouse_dsn)


@pytest.fixture
def server(
    engine: Engine, warehouse_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """A GitHub, and the instance that reads it."""
    config = tmp_path / "flowmart.yaml"
    config.write_text(
        f"instances: {{{INSTANCE}: {{start: 2026-11-01, options: {{organizations: [acme]}}}}}}\n"
        f"landing_root: file://{tmp_path}/landing\nreconcile_horizon_days: 10\n"
    )
    monkeypatch.setenv("FLOWMART_CONFIG", str(config))
    monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", connection(warehouse_dsn))
    load_settings.cache_clear()
    limits._account.cache_clear()
    parts = demo(7, 120, 40, date(2026, 11, 23))
    with served(github_store({name: tell(part) for name, part in parts.items()}, {})) as running:
        api = {"conn_type": "http", "host": running.url, "password": TOKEN}
        monkeypatch.setenv(f"AIRFLOW_CONN_FLOWMART_{INSTANCE.upper()}", json.dumps(api))
        yield running
    load_settings.cache_clear()


class Run:
    """The steps of one run."""

    def __init__(self, run_id: str, window: tuple[str, str]) -> None:
        self._context: Any = {"run_id": run_id}
        self._batch = {"instance": INSTANCE, "window_start": window[0], "window_end": window[1]}

    def do(self, operator: Any, **given: Any) -> Any:
        step = operator(task_id=operator.__name__, **self._batch, **given)
        return step.execute(self._context)

    def publish(self, manifests: list[Any]) -> None:
        self.do(LoadWindowOperator, manifests=manifests)
        counts = self.do(TransformOperator)
        self.do(ValidateOperator, counts=counts)
        self.do(PublishOperator)
        self.do(CloseBatchOperator)


def test_open_and_lately_closed_records_are_read_again_and_published(
    server: Server, engine: Engine
) -> None:
    first = Run("scheduled__1", HISTORY)
    first.do(OpenBatchOperator)
    references = first.do(ExtractReferencesOperator)
    first.publish(
        [references, *(first.do(ExtractStreamOperator, stream=stream) for stream in STREAMS)]
    )
    # A title that changed, as seldom as that may be, without a word in the time of the update.
    open_issue = next(issue for issue in server.items("issues") if issue["closedAt"] is None)
    open_issue["title"] = "Changed in silence"

    again = Run("scheduled__2", LAST_DAY)
    again.do(OpenBatchOperator, run_type="reconcile")
    paths = [again.do(ReconcileOperator, stream=stream) for stream in STREAMS]
    manifest = read_manifest(landing_path(paths[0]))
    found = {record.record_id: payload_of(record) for record in read_records(manifest)}
    expected = {
        issue["id"]
        for issue in server.items("issues")
        if issue["closedAt"] is None or issue["closedAt"] >= "2026-11-15T00:00:00Z"
    }
    assert found.keys() == expected
    assert 0 < len(expected) < len(server.items("issues"))
    again.publish(paths)

    [row] = engine.query(
        "select title from mart.fct_issues where issue_id = %(id)s", {"id": open_issue["id"]}
    )
    assert row["title"] == "Changed in silence"
    runs = engine.query("select run_id, run_type, status from ops.ops_runs order by run_id")
    assert [(run["run_type"], run["status"]) for run in runs] == [
        ("window", "OK"),
        ("reconcile", "OK"),
    ]
    # A reconciliation covers no time.
    [covered] = engine.query(
        "select max(ends_at) as until from ops.ops_coverage where state = 'covered'"
    )
    assert f"{covered['until']:%Y-%m-%d}" == "2026-11-24"
