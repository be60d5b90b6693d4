"""A task that its source tells to wait gives its worker slot away, and goes on where it stopped."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk.exceptions import TaskDeferred

from flowmart.core.errors import RateLimitError
from flowmart.hooks.folders import landing_path
from flowmart.landing.reader import read_manifest, read_records
from flowmart.operators.base import BatchOperator
from flowmart.operators.extract import ExtractStreamOperator
from flowmart.operators.run import OpenBatchOperator
from flowmart.ops.runs import open_run
from flowmart.settings import load_settings
from flowmart.sources.github import limits, walks
from local.sandbox.company.demo import demo
from local.sandbox.company.story import tell
from local.sandbox.github.app import TOKEN
from local.sandbox.github.from_story import github_store
from tests.sources.github.sandbox import served
from tests.warehouses import connection, migrated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine
    from tests.sources.github.sandbox import Server

INSTANCE = "github"
CONTEXT: Any = {"run_id": "scheduled__1"}
BATCH = {
    "instance": INSTANCE,
    "window_start": "2020-01-01T00:00:00+00:00",
    "window_end": "2026-11-29T00:00:00+00:00",
}


@pytest.fixture(scope="module", params=["postgres"])
def warehouse_dsn(request: pytest.FixtureRequest) -> str:
    """One engine: nothing here is about SQL."""
    return str(request.getfixturevalue(f"{request.param}_dsn"))


@pytest.fixture(scope="module")
def engine(warehouse_dsn: str) -> Engine:
    """A warehouse with its migrations applied."""
    return migrated(warehouse_dsn)


@pytest.fixture
def server(
    engine: Engine, warehouse_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """A GitHub, and the instance that reads it with small pages."""
    config = tmp_path / "flowmart.yaml"
    config.write_text(
        f"instances: {{{INSTANCE}: {{start: 2026-11-01, options: {{organizations: [acme], "
        f"budget_share: 1}}}}}}\nlanding_root: file://{tmp_path}/landing\n"
    )
    monkeypatch.setenv("FLOWMART_CONFIG", str(config))
    monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", connection(warehouse_dsn))
    for name in ("START", "LARGEST"):
        monkeypatch.setitem(getattr(walks, name), "pull_request", 5)
    load_settings.cache_clear()
    parts = demo(7, 120, 40, date(2026, 11, 23))
    with served(github_store({name: tell(part) for name, part in parts.items()}, {})) as running:
        api = {"conn_type": "http", "host": running.url, "password": TOKEN}
        monkeypatch.setenv(f"AIRFLOW_CONN_FLOWMART_{INSTANCE.upper()}", json.dumps(api))
        limits._account.cache_clear()
        yield running
    load_settings.cache_clear()


class Waiting(BatchOperator):
    """A step that has to wait until a time."""

    def run(self, batch: Batch) -> None:
        """Wait."""
        raise RateLimitError(
            "Too many requests",
            where="here",
            next_step="nothing",
            resume_at=datetime(2026, 12, 1, tzinfo=UTC),
        )


def test_a_wait_becomes_a_deferral_and_no_failure(engine: Engine, server: Server) -> None:
    step = Waiting(task_id="step", **BATCH)
    open_run(engine, step.batch("scheduled__1"), "window", "hash")
    with pytest.raises(TaskDeferred) as caught:
        step.execute(CONTEXT)
    assert isinstance(caught.value.trigger, DateTimeTrigger)
    assert caught.value.trigger.moment == datetime(2026, 12, 1, tzinfo=UTC)
    assert caught.value.method_name == "go_on"
    [row] = engine.query("select status, error from ops.ops_runs where run_id = 'scheduled__1'")
    assert row == {"status": "running", "error": None}


def test_an_extraction_goes_on_from_what_has_landed(server: Server) -> None:
    """The budget ends more than once; no record is asked for twice, and none is missing."""
    truth = {item["id"] for item in server.items("pullRequests")}
    budget = server.app.budgets["graphql"]
    budget.limit = 8
    step = ExtractStreamOperator(task_id="pull_requests", stream="pull_requests", **BATCH)
    result, waits = None, 0
    go_on = step.execute
    while result is None:
        try:
            result = go_on(CONTEXT)
        except TaskDeferred as deferred:
            moment = deferred.trigger.moment  # type: ignore[attr-defined]
            assert timedelta() < moment - datetime.now(UTC) < timedelta(minutes=61)
            waits += 1
            # An hour later, in another process.
            budget.used = 0
            limits._account.cache_clear()
            go_on = getattr(step, deferred.method_name)
    manifest = read_manifest(landing_path(result))
    found = [record.record_id for record in read_records(manifest)]
    assert sorted(found) == sorted(truth)
    assert waits >= 2


def test_opening_a_run_waits_too(server: Server) -> None:
    """It is the first to ask, when another program has used the budget up."""
    source_check = OpenBatchOperator(task_id="open", **BATCH)
    server.faults.primary_limits = 1
    with pytest.raises(TaskDeferred):
        source_check.execute(CONTEXT)
