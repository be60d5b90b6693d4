"""The desk's way from its API to marts, by the same steps as any source's."""

from __future__ import annotations

import pytest
from airflow.sdk.exceptions import AirflowFailException

from flowmart.settings import load_settings
from tests.entities.desk import Desk, day, serve
from tests.entities.pipeline import Pipeline

SECOND = ("2026-01-01T00:30:00+00:00", "2026-01-02T00:00:00+00:00")


@pytest.fixture
def desk():
    desk = Desk()
    desk.put("teams", "red", name="Red")
    desk.put("machines", "mill", site="north", team="red")
    for number in (1, 2, 3):
        desk.ticket(f"t{number}", team="red", author="ann")
        desk.step(f"s{number}", f"t{number}")
    desk.put("ticket_comments", "c1", of="t1", author="eve")
    desk.report("r1", "mill", day(1), (1, "0.5"))
    return desk


@pytest.fixture
def pipeline(warehouse, desk_folder, warehouse_dsn, desk, tmp_path, monkeypatch):
    with serve(desk) as url:
        yield Pipeline(desk_folder, warehouse_dsn, url, tmp_path, monkeypatch)
    load_settings.cache_clear()


def test_window_census_and_replay(pipeline, warehouse, desk):
    published = pipeline.window()
    assert {name: published[name] for name in ("fct_tickets", "fct_reports", "dim_users")} == {
        "fct_tickets": 3, "fct_reports": 1, "dim_users": 2,
    }  # fmt: skip

    while desk.now < 30:
        desk.put("users", "ann", login="ann", name="Ann")
    desk.report("r2", "mill", day(2), (2, "1"))
    assert "fct_tickets" not in pipeline.window(SECOND)
    assert [row["reports"] for row in warehouse.rows("agg_reports_daily")] == [1, 1]

    desk.remove("tickets", "t2")
    assert pipeline.census()["fct_tickets"] == 1
    gone = warehouse.rows("fct_tickets", "ticket_id, missing_reason")
    assert [row["missing_reason"] for row in gone] == [None, "deleted", None]

    marts = warehouse.marts()
    pipeline.replay()
    assert warehouse.marts() == marts

    desk.ticket("t2", team="red", author="ann")
    assert pipeline.census()["fct_tickets"] == 1
    assert {row["missing_reason"] for row in warehouse.rows("fct_tickets")} == {None}


def test_what_the_checks_find_keeps_the_marts_as_they_are(pipeline, warehouse, desk):
    pipeline.window()
    marts = warehouse.marts()
    desk.ticket("t9", title="", team="red", author="ann")
    with pytest.raises(AirflowFailException, match="has_a_title: 1 bad row, such as desk:t9"):
        pipeline.window()
    assert warehouse.marts() == marts
    run = warehouse.engine.query("select status from ops.ops_runs order by started_at desc")[0]
    assert run["status"] == "NOK"
