"""The steps of `flow_metrics` as Airflow runs them, after a window of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from flowmart.settings import load_settings
from tests.operators.pipeline import HISTORY, Pipeline, flow_metrics

if TYPE_CHECKING:
    from pathlib import Path


def test_a_window_and_then_its_forecasts(
    pipeline: Pipeline, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(AirflowSkipException, match="No window of the instance is loaded yet"):
        flow_metrics()

    pipeline.run("first", *HISTORY)
    counts = flow_metrics()
    rows = pipeline.engine.query("select * from mart.agg_forecast")
    assert counts["agg_forecast"] == len(rows) > 0
    assert {f"{row['as_of_on']}" for row in rows} == {"2026-11-20"}
    assert all("10 are needed" in row["reason"] for row in rows), "it has a month of history"

    with (
        caplog.at_level("INFO", "flowmart"),
        pytest.raises(AirflowSkipException, match="Nothing was published since"),
    ):
        flow_metrics("False")  # as a template gives it
    line = [text for text in caplog.messages if text.startswith("Skipped: ")][-1]
    assert "Nothing was published since the forecasts and pace bands were built" in line
    assert "where: phabricator, as of 2026-11-20" in line
    assert flow_metrics("True")["agg_forecast"] == len(rows)

    # A setting is applied by the next run.
    config = tmp_path / "flowmart.yaml"
    config.write_text(f"{config.read_text()}\nforecast: {{weeks: 3, minimum_weeks: 2}}\n")
    load_settings.cache_clear()
    flow_metrics()
    rows = pipeline.engine.query(
        "select items from mart.agg_forecast where team = '(all)' and question = 'within_weeks' "
        "and target = 4 order by level"
    )
    items = [row["items"] for row in rows]
    assert items == sorted(items, reverse=True)
    assert items[0] > items[-1] >= 0
