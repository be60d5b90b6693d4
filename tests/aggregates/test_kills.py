"""Steps of `flow_metrics` that are killed: published rows stay, and the next run completes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from tests.aggregates.test_steps import weekly
from tests.killed import kill_when_stalled

# The process says so and waits when it comes to a call of a function, not the first one.
_STALLS = """
import importlib, json, sys, time
from flowmart.aggregates.build import AggregateSettings, Built, build_aggregates
from flowmart.aggregates.project import load_aggregates
from flowmart.aggregates.publish import publish_aggregates
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.settings import SQL_FOLDER

dsn, module, function, calls, built = sys.argv[1:]
module = importlib.import_module(module)
original, left = getattr(module, function), int(calls)

def stall(*args, **kwargs):
    global left
    left -= 1
    if left:
        return original(*args, **kwargs)
    print("stalled", flush=True)
    time.sleep(600)

setattr(module, function, stall)
engine = open_engine(dsn, Schemas.with_prefix(""))
project = load_aggregates(SQL_FOLDER, engine.name)
if built:
    publish_aggregates(engine, project, "phabricator", Built(**json.loads(built)))
else:
    build_aggregates(engine, project, "phabricator", AggregateSettings())
print("came to its end", flush=True)
"""


@pytest.fixture
def kill_at(migrated_dsn, monkeypatch):
    """Run a step in a process that is killed when it comes to the nth call of a function."""
    monkeypatch.setattr("flowmart.engines.clickhouse_lease.EXPIRES_AFTER", timedelta(seconds=1))

    def run_and_kill(function, calls, built=None):
        module, _, name = function.rpartition(".")
        given = json.dumps(asdict(built)) if built else ""
        kill_when_stalled(_STALLS, migrated_dsn, module, name, f"{calls}", given)

    return run_and_kill


@pytest.fixture
def changed(warehouse, flow_metrics):
    """Published as of day 120, and loaded until day 127 since."""
    warehouse.clear()
    warehouse.run(weekly().records())
    flow_metrics.cover(0, 120)
    flow_metrics.run()
    flow_metrics.cover(120, 127)
    return flow_metrics


def test_killed_while_it_builds_and_while_it_publishes(changed, kill_at):
    before = changed.published()
    kill_at("flowmart.aggregates.build.require_columns", calls=3)
    kill_at("flowmart.aggregates.build.compute", calls=1)
    assert changed.published() == before

    built = changed.build()
    kill_at("flowmart.aggregates.publish._replace", calls=3, built=built)
    assert changed.published() == before
    changed.publish(built)
    after = changed.published()
    assert after != before

    changed.run(everything=True)
    assert changed.published() == after


def test_killed_when_it_had_published(changed, kill_at):
    before, built = changed.published(), changed.build()
    kill_at("flowmart.aggregates.publish.drop_stage", calls=1, built=built)
    after = changed.published()
    assert after != before
    changed.publish(built)
    assert changed.published() == after
