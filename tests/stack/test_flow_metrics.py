"""A real scheduler: what a source publishes starts `flow_metrics`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.stack.conftest import both_warehouses
from tests.warehouses import tables_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.stack.lab import Lab

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]
DAG = "flow_metrics"


@pytest.fixture
def awake(lab: Lab) -> Iterator[Lab]:
    """Other tests have no use for its runs."""
    lab.api.wait_for_dag(lab.dag(DAG))
    lab.api.unpause(lab.dag(DAG))
    yield lab
    lab.api.pause(lab.dag(DAG))


@both_warehouses
def test_a_publication_starts_it_and_an_unchanged_instance_is_skipped(
    awake: Lab, unseen_day: tuple[datetime, datetime]
) -> None:
    known = {run.run_id for run in awake.api.runs(awake.dag(DAG))}

    assert awake.run_window(*unseen_day).state == "success"

    run_id = next_run(awake, known)
    assert awake.end_of(run_id, DAG).state == "success"
    tasks = awake.tasks(run_id, DAG)
    assert tasks["phabricator.publish"]["state"] == "success"
    assert forecasts(awake) > 0
    own = [name for name in tables_in(awake.engine, "stage") if name.startswith("agg_")]
    assert own == []

    again = awake.api.trigger(awake.dag(DAG))
    assert awake.end_of(again, DAG).state == "success"
    assert awake.tasks(again, DAG)["phabricator.build"]["state"] == "skipped"


def next_run(lab: Lab, known: set[str]) -> str:
    """The run that was not there before."""
    deadline = time.monotonic() + 120
    while not (new := {run.run_id for run in lab.api.runs(lab.dag(DAG))} - known):
        assert time.monotonic() < deadline, "nothing started flow_metrics"
        time.sleep(1)
    return min(new)


def forecasts(lab: Lab) -> int:
    """Published forecasts of the instance."""
    [row] = lab.engine.query(
        "select count(*) as n from mart.agg_forecast where instance = 'phabricator'"
    )
    return int(row["n"])
