"""The steps of `flow_metrics`: repeated, interrupted, and with nothing to do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flowmart.aggregates.project import batch_of
from flowmart.core.errors import (
    CompletenessError,
    FatalError,
    SkippableError,
    ValidationError,
)
from tests.sql.tracker import Tracker
from tests.warehouses import tables_in

AS_OF = date(2026, 5, 1)


@pytest.fixture
def loaded(warehouse, flow_metrics):
    """One delivery a week until day 112, known until day 120."""
    warehouse.clear()
    warehouse.run(weekly().records())
    flow_metrics.cover(0, 120)
    return flow_metrics


def weekly(weeks=17):
    tracker = Tracker()
    for week in range(weeks):
        done = 7 * week + 0.5
        tracker.task(week + 1, created=0, status="resolved", projects=(1,))
        tracker.moves(week + 1, (done - 0.25, "progress"), (done, "resolved"))
    return tracker


def sampled(flow_metrics, level=50):
    rows = flow_metrics.warehouse.rows(
        "mart.agg_forecast",
        "team, as_of_on, sampled_items",
        f"question = 'within_weeks' and target = 2 and level = {level}",
    )
    return [tuple(row.values()) for row in rows]


def test_an_instance_without_a_loaded_window_is_skipped(warehouse, flow_metrics):
    warehouse.clear()
    with pytest.raises(SkippableError, match="No window of the instance is loaded yet"):
        flow_metrics.build()


def test_an_unchanged_instance_is_skipped(loaded):
    loaded.run()
    with pytest.raises(SkippableError, match="Nothing was published since"):
        loaded.build()
    assert loaded.build(everything=True).counts["agg_forecast"] == 2 * 36


def test_a_publication_or_another_day_or_setting_is_a_change(loaded):
    loaded.run()
    assert sampled(loaded) == [("(all)", AS_OF, 12), ("Alpha", AS_OF, 12)]  # days 35 to 112
    loaded.cover(120, 127)
    loaded.run()
    later = AS_OF + timedelta(days=7)
    assert sampled(loaded) == [("(all)", later, 11), ("Alpha", later, 11)]
    loaded.warehouse.run(weekly(19).records())
    loaded.run()
    assert sampled(loaded) == [("(all)", later, 13), ("Alpha", later, 13)]


def test_late_data_changes_all_that_is_later(loaded):
    """
    Deliveries of days 50, 51 and 52 become known: they are in today's sample, and in older ones.

    The first backtest is of day 74, which had 11 deliveries before it and then has 14. Within four
    weeks that is 4 or 5 with 50 %: 28 * 11 / 74 = 4.2, 28 * 14 / 74 = 5.3.
    """
    loaded.run()
    assert oldest_forecast(loaded) == (date(2026, 3, 16), 4, 4)
    tracker = weekly()
    for number, day in ((97, 50), (98, 51), (99, 52)):
        tracker.task(number, created=0, status="resolved", projects=(1,))
        tracker.moves(number, (day, "resolved"))
    loaded.warehouse.run(tracker.records())
    loaded.run()
    assert sampled(loaded) == [("(all)", AS_OF, 15), ("Alpha", AS_OF, 15)]
    assert oldest_forecast(loaded) == (date(2026, 3, 16), 5, 4)


def oldest_forecast(flow_metrics):
    """Day, items and delivered items of the first forecast of four weeks."""
    row = flow_metrics.warehouse.rows(
        "mart.agg_forecast_backtest",
        "forecast_on, forecast_items, delivered_items",
        "team = 'Alpha' and weeks = 4 and level = 50",
    )[0]
    return tuple(row.values())


def test_other_instances_keep_their_rows(loaded):
    """And their runs do not take the publication for one of their own."""
    loaded.run()
    other = type(loaded)(loaded.warehouse, loaded._pages, "phabricator__other")
    loaded.warehouse.run(weekly().records(), instance="phabricator__other")
    other.cover(0, 60)
    seen = publications(loaded)
    other.run()
    rows = loaded.warehouse.rows(
        "mart.agg_forecast", "instance, max(as_of_on) as last", "true group by instance"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("phabricator", AS_OF),
        ("phabricator__other", date(2026, 3, 2)),
    ]
    assert publications(loaded) == seen
    with pytest.raises(SkippableError):
        loaded.build()


def publications(flow_metrics):
    with flow_metrics.engine.session() as session:
        return session.publications_of("phabricator")


def test_a_failed_run_leaves_one_set_of_stage_tables_and_a_good_one_none(loaded):
    loaded.build()
    left = own_stage_tables(loaded)
    assert len(left) == 9
    loaded.build()
    assert own_stage_tables(loaded) == left
    loaded.run()
    assert own_stage_tables(loaded) == []


def own_stage_tables(flow_metrics):
    own = batch_of(flow_metrics.instance).batch_id
    return [name for name in tables_in(flow_metrics.engine, "stage") if name.endswith(own)]


def test_publishing_again_changes_nothing(loaded):
    """A task that is killed after the last statement of a publication is run again."""
    built = loaded.build()
    loaded.publish(built)
    rows = loaded.published()
    assert loaded.publish(built) == {}
    assert loaded.published() == rows


def test_a_publication_that_fails_half_way_leaves_the_rows_as_they_were(loaded):
    """The last table would lack its row: by then the others are written."""
    loaded.run()
    rows = loaded.published()
    loaded.cover(120, 127)
    built = loaded.build()
    stage = f"stage.ops_flow_metrics__{batch_of('phabricator').batch_id}"
    loaded.engine.execute(f"delete from {stage} where true")
    with pytest.raises(CompletenessError, match="ops_flow_metrics would have 0 rows, and 1 were"):
        loaded.publish(built)
    assert loaded.published() == rows
    loaded.run()
    assert loaded.published() != rows


def test_what_was_dropped_before_it_was_published_is_built_again(loaded):
    built = loaded.build()
    stage = f"stage.agg_forecast__{batch_of('phabricator').batch_id}"
    with loaded.engine.session() as session:
        session.drop_tables([stage])
    with pytest.raises(FatalError, match=r"dropped before they were published.*`build` task"):
        loaded.publish(built)
    loaded.run()


def test_a_failed_check_names_the_table_and_publishes_nothing(loaded):
    built = loaded.build()
    stage = f"stage.agg_forecast__{batch_of('phabricator').batch_id}"
    columns = "instance, team, question, target, level, as_of_on, sampled_days, sampled_items"
    loaded.engine.execute(
        f"insert into {stage} ({columns}) select instance, team, question, target, 99, as_of_on, "
        f"1, 1 from {stage} where level = 50 and target = 2"
    )
    with pytest.raises(ValidationError, match="agg_forecast: expect_column_values_to_be_in_set"):
        loaded.validate(built)
    assert loaded.warehouse.rows("mart.agg_forecast") == []
