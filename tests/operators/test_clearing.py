"""Runs that are cleared in Airflow, or killed, at any step and work on from there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flowmart.operators.publish import PublishOperator
from flowmart.publish.cleanup import drop_stage
from tests.operators.pipeline import HISTORY, Steps
from tests.warehouses import current_table, tables_in

if TYPE_CHECKING:
    from tests.operators.pipeline import Pipeline


def stage_tables(pipeline: Pipeline) -> int:
    return len(tables_in(pipeline.engine, "stage"))


def issues(pipeline: Pipeline) -> int:
    return int(pipeline.engine.query("select count(*) as n from mart.fct_issues")[0]["n"])


def test_a_good_run_that_is_cleared_from_its_transform_on_publishes_again(
    pipeline: Pipeline,
) -> None:
    """After a model was corrected, or tables were restored, somebody clears `transform`."""
    pipeline.run("one", *HISTORY)
    published = current_table(pipeline.engine, "fct_issues")
    pipeline.engine.execute(f"delete from {published} where true")
    cleared = Steps("one", *HISTORY)
    steps = cleared.extract()
    cleared.load(steps)
    cleared.publish()
    cleared.close()
    assert issues(pipeline) == 30
    assert stage_tables(pipeline) == 0


def test_a_publish_that_was_killed_before_its_stage_tables_went_drops_them(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flowmart.operators.publish.drop_stage", die)
    with pytest.raises(KeyboardInterrupt):
        pipeline.run("one", *HISTORY)
    assert stage_tables(pipeline) > 0
    monkeypatch.setattr("flowmart.operators.publish.drop_stage", drop_stage)
    assert Steps("one", *HISTORY).do(PublishOperator) == {}
    assert stage_tables(pipeline) == 0


def test_a_run_clears_away_what_failed_ones_left_a_week_ago(pipeline: Pipeline) -> None:
    """Those of yesterday stay for a look; a run has a table per entity of what it loaded."""
    for run_id in ("old", "yesterday"):
        steps = Steps(run_id, *HISTORY)
        steps.open()
        steps.load(steps.extract())
    assert stage_tables(pipeline) == 4
    for run in pipeline.engine.query("select * from ops.ops_runs"):
        ago = timedelta(days=8 if run["run_id"] == "old" else 1)
        row = run | {"started_at": run["started_at"] - ago}
        pipeline.engine.upsert("ops.ops_runs", ("instance", "run_id"), row)
    Steps("new", *HISTORY).open()
    assert stage_tables(pipeline) == 2
