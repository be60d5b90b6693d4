"""Two entities of one source, one of them no issue: what each publish policy makes of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from flowmart.core.errors import FlowmartError, OutdatedBatchError
from flowmart.publish.publisher import publish_batch
from tests.entities.desk import SNAPSHOTS, Desk, day


@pytest.fixture
def desk(warehouse):
    """Two published tickets, and reports of two machines on two days."""
    desk = Desk()
    desk.put("teams", "red", name="Red")
    desk.put("machines", "mill", site="north", team="red")
    desk.put("machines", "saw", site=None, team=None)
    desk.ticket("t1", team="red", author="ann")
    desk.step("s1", "t1", minutes=10, cost="0.1")
    desk.step("s2", "t1", minutes=20, cost="0.2")
    desk.ticket("t2", team="lost", author="eve")
    desk.step("s3", "t2", minutes=5, cost="7")
    desk.put("ticket_comments", "c1", of="t2", author="joe")
    desk.report("r1", "mill", day(1), (1, "0.1"), (2, "0.2"))
    desk.report("r2", "saw", day(1), (9, "1"))
    desk.report("r3", "mill", day(2), (4, "5"))
    desk.report("r4", "sold", day(2), (1, "1"))
    warehouse.run(desk.records())
    return desk


def daily(warehouse):
    rows = warehouse.rows("agg_reports_daily")
    return {
        row["day_on"].day: tuple(
            row[name] for name in ("reports", "machines", "most_starts", "sites", "energy")
        )
        for row in rows
    }


def work(warehouse):
    rows = warehouse.rows("agg_ticket_work")
    return {
        (row["team"], row["day_on"].day, row["state"]): tuple(
            row[name] for name in ("fact_rows", "minutes", "cost")
        )
        for row in rows
    }


def rebuilt(warehouse):
    """The marts after everything was built anew, which are those from before."""
    before = warehouse.marts()
    warehouse.run()
    assert warehouse.marts() == before


def test_facts_take_from_dimensions_of_their_own_entity_and_of_others(warehouse, desk):
    assert warehouse.rows("fct_tickets", "ticket_id, team, comments") == [
        {"ticket_id": "t1", "team": "Red", "comments": 0},
        {"ticket_id": "t2", "team": None, "comments": 1},
    ]
    assert warehouse.rows("fct_reports", "report_key, site, team, starts, energy") == [
        {"report_key": "desk:r1", "site": "north", "team": "Red", "starts": 3,
         "energy": Decimal("0.3")},
        {"report_key": "desk:r2", "site": None, "team": None, "starts": 9, "energy": 1},
        {"report_key": "desk:r3", "site": "north", "team": "Red", "starts": 4, "energy": 5},
        {"report_key": "desk:r4", "site": None, "team": None, "starts": 1, "energy": 1},
    ]  # fmt: skip


def test_dimensions_hold_what_facts_name_though_nobody_lists_it(warehouse, desk):
    assert warehouse.rows("dim_teams", "team_id, is_known") == [
        {"team_id": "lost", "is_known": False},
        {"team_id": "red", "is_known": True},
    ]
    assert warehouse.rows("dim_users", "user_id, is_known") == [
        {"user_id": "ann", "is_known": True},
        {"user_id": "eve", "is_known": False},
        {"user_id": "joe", "is_known": False},
    ]
    assert warehouse.rows("dim_machines", "machine_id, is_known") == [
        {"machine_id": "mill", "is_known": True},
        {"machine_id": "saw", "is_known": True},
        {"machine_id": "sold", "is_known": False},
    ]


def test_slices_and_sums_begin_with_their_facts(warehouse, desk):
    assert daily(warehouse) == {
        1: (2, 2, 9, 1, Decimal("1.3")),
        2: (2, 2, 4, 1, 6),
    }
    assert work(warehouse) == {
        ("Red", 1, "open"): (2, 30, Decimal("0.3")),
        (None, 1, "open"): (1, 5, 7),
    }


def test_late_report_sums_its_day_up_again(warehouse, desk):
    desk.report("late", "saw", day(1), (20, "0.7"))
    batch = warehouse.run(desk.records_of("late"))
    assert warehouse.touched(batch, "report") == {"late": "loaded"}
    assert warehouse.touched(batch, "ticket") == {}
    assert daily(warehouse) == {1: (3, 2, 20, 1, 2), 2: (2, 2, 4, 1, 6)}
    rebuilt(warehouse)


def test_report_that_moves_to_another_day_leaves_the_first_one(warehouse, desk):
    desk.report("r2", "saw", day(3), (9, "1"))
    warehouse.run(desk.records_of("r2"))
    assert daily(warehouse) == {1: (1, 1, 3, 1, Decimal("0.3")), 2: (2, 2, 4, 1, 6),
                                3: (1, 1, 9, 0, 1)}  # fmt: skip
    rebuilt(warehouse)


def test_day_that_loses_its_only_report_is_gone(warehouse, desk):
    desk.report("r5", "saw", day(5), (9, "1"))
    warehouse.run(desk.records_of("r5"))
    desk.report("r5", "saw", day(1))
    warehouse.run(desk.records_of("r5"))
    assert daily(warehouse).keys() == {1, 2}
    rebuilt(warehouse)


def test_ticket_of_another_team_takes_its_share_of_the_sums_along(warehouse, desk):
    desk.ticket("t1", team="lost", author="ann")
    warehouse.run(desk.records_of("t1"))
    assert work(warehouse) == {(None, 1, "open"): (3, 35, Decimal("7.3"))}
    rebuilt(warehouse)


def test_changed_dimension_touches_the_entities_and_slices_that_show_it(warehouse, desk):
    """A renamed team: the tickets of its own, and the reports of its machines."""
    desk.put("teams", "red", name="Crimson")
    batch = warehouse.run(desk.records(*SNAPSHOTS))
    assert warehouse.touched(batch, "ticket") == {"t1": "dim_teams"}
    assert warehouse.touched(batch, "report") == {"r1": "dim_teams", "r3": "dim_teams"}
    assert work(warehouse).keys() == {("Crimson", 1, "open"), (None, 1, "open")}
    rebuilt(warehouse)


def test_team_that_becomes_known_is_shown_by_whoever_named_it(warehouse, desk):
    desk.put("teams", "lost", name="Found")
    batch = warehouse.run(desk.records(*SNAPSHOTS))
    assert warehouse.touched(batch, "ticket") == {"t2": "dim_teams"}
    assert work(warehouse).keys() == {("Red", 1, "open"), ("Found", 1, "open")}
    rebuilt(warehouse)


def test_machine_that_is_sold_takes_its_site_from_the_days_that_show_it(warehouse, desk):
    desk.remove("machines", "mill")
    batch = warehouse.run(desk.records(*SNAPSHOTS))
    assert warehouse.touched(batch, "report") == {"r1": "dim_machines", "r3": "dim_machines"}
    assert daily(warehouse) == {1: (2, 2, 9, 0, Decimal("1.3")), 2: (2, 2, 4, 0, 6)}
    machines = warehouse.rows("dim_machines", "machine_id, is_known")
    assert {row["machine_id"]: row["is_known"] for row in machines} == {
        "mill": False, "saw": True, "sold": False,
    }  # fmt: skip
    rebuilt(warehouse)


def test_column_that_no_fact_copies_touches_nothing(warehouse, desk):
    desk.put("machines", "mill", site="north", team="red", colour="blue")
    batch = warehouse.run(desk.records(*SNAPSHOTS))
    assert warehouse.touched(batch, "report") == {}
    assert warehouse.rows("dim_machines", "machine_id, colour")[0]["colour"] == "blue"
    rebuilt(warehouse)


def test_name_that_no_fact_holds_any_more_is_no_longer_listed(warehouse, desk):
    desk.ticket("t2", team="red", author="ann")
    warehouse.run(desk.records_of("t2"))
    assert [row["team_id"] for row in warehouse.rows("dim_teams")] == ["red"]
    assert [row["user_id"] for row in warehouse.rows("dim_users")] == ["ann", "joe"]
    rebuilt(warehouse)


def test_empty_snapshot_leaves_what_facts_name(warehouse, desk):
    warehouse.run({stream: [] for stream in SNAPSHOTS})
    assert [row["is_known"] for row in warehouse.rows("dim_machines")] == [False, False, False]
    assert warehouse.rows("fct_tickets", "team") == [{"team": None}, {"team": None}]
    rebuilt(warehouse)


def test_other_instances_are_left_alone(warehouse, desk):
    warehouse.run(desk.records(), "desk__two")
    desk.put("teams", "red", name="Crimson")
    warehouse.run(desk.records(*SNAPSHOTS))
    warehouse.run()
    teams = warehouse.rows("agg_ticket_work", "instance, team, minutes")
    assert [tuple(row.values()) for row in teams] == [
        ("desk", "Crimson", 30),
        ("desk", None, 5),
        ("desk__two", "Red", 30),
        ("desk__two", None, 5),
    ]
    days = {(row["instance"], row["day_on"]) for row in warehouse.rows("agg_reports_daily")}
    assert days == {(i, date(2026, 1, n)) for i in ("desk", "desk__two") for n in (1, 2)}


def test_sum_of_an_older_generation_takes_no_part_of_a_newer_one(warehouse, desk):
    """Two runs build, and the one that has seen less publishes last."""
    older, newer = warehouse.batch(), warehouse.batch()
    desk.step("s1", "t1", minutes=100, cost="0.1")
    warehouse.load(older, warehouse.land(older, desk.records_of("t1")))
    warehouse.build(older)
    desk.step("s1", "t1", minutes=1000, cost="0.1")
    desk.step("s3", "t2", minutes=50, cost="7")
    warehouse.load(newer, warehouse.land(newer, desk.records_of("t1", "t2")))
    warehouse.build(newer)
    warehouse.publish(newer)
    warehouse.publish(older)
    assert {key[0]: sums[1] for key, sums in work(warehouse).items()} == {"Red": 1020, None: 50}
    rebuilt(warehouse)


def test_name_that_only_facts_of_an_older_generation_hold_is_not_listed(warehouse, desk):
    older, newer = warehouse.batch(), warehouse.batch()
    for batch, author in ((older, "zoe"), (newer, "max")):
        desk.ticket("t2", team="lost", author=author)
        warehouse.load(batch, warehouse.land(batch, desk.records_of("t2")))
        warehouse.build(batch)
    warehouse.publish(newer)
    warehouse.publish(older)
    assert [row["user_id"] for row in warehouse.rows("dim_users")] == ["ann", "joe", "max"]
    rebuilt(warehouse)


def test_overtaken_run_without_slices_is_not_built_again(warehouse, desk):
    """Building it again would cost as much as the run, and change nothing."""
    older, newer = warehouse.batch(), warehouse.batch()
    for batch, ticket in ((older, "t1"), (newer, "t2")):
        desk.ticket(ticket, title="Changed", team="red", author="ann")
        warehouse.load(batch, warehouse.land(batch, desk.records_of(ticket)))
        warehouse.build(batch)
    warehouse.publish(newer)
    publish_batch(warehouse.engine, warehouse.project, older)
    assert {row["title"] for row in warehouse.rows("fct_tickets")} == {"Changed"}
    rebuilt(warehouse)


def test_overtaken_run_with_slices_has_to_be_built_again(warehouse, desk):
    older, newer = warehouse.batch(), warehouse.batch()
    for batch, report in ((older, "r1"), (newer, "r2")):
        desk.report(report, "mill", day(1), (7, "1"))
        warehouse.load(batch, warehouse.land(batch, desk.records_of(report)))
        warehouse.build(batch)
    warehouse.publish(newer)
    with pytest.raises(OutdatedBatchError, match="rows that agg_reports_daily sums up"):
        publish_batch(warehouse.engine, warehouse.project, older)
    warehouse.publish(older)
    rebuilt(warehouse)


def test_replay_overtaken_by_the_first_slices_has_to_be_built_again(warehouse, desk):
    """It was built before there were any, and would delete what it has not seen."""
    replay, newer = warehouse.batch("desk__two"), warehouse.batch("desk__two")
    warehouse.load(replay, warehouse.land(replay, desk.records_of()))
    warehouse.build(replay, everything=True)
    warehouse.load(newer, warehouse.land(newer, desk.records_of("r1")))
    warehouse.build(newer)
    warehouse.publish(newer)
    with pytest.raises(OutdatedBatchError, match="rows that agg_reports_daily sums up"):
        publish_batch(warehouse.engine, warehouse.project, replay, everything=True)
    warehouse.publish(replay, everything=True)
    days = warehouse.rows("agg_reports_daily")
    assert [row["day_on"] for row in days if row["instance"] == "desk__two"] == [date(2026, 1, 1)]


def test_a_sum_that_a_column_cannot_hold_is_an_error_and_no_other_number(warehouse, desk):
    """PostgreSQL refuses it as it publishes; ClickHouse adds up as a reader asks."""
    before = warehouse.marts()
    for number in range(10):
        desk.step(f"long {number}", "t1", minutes=999_999_999_999_999_999)
    if warehouse.engine.stores_sums:
        with pytest.raises(FlowmartError, match="out of range"):
            warehouse.run(desk.records())
        assert warehouse.marts() == before
    else:
        warehouse.run(desk.records())
        with pytest.raises(FlowmartError, match="type Int64"):
            work(warehouse)


def test_sums_of_decimals_cut_off_below_the_ninth_place_on_both_engines(warehouse, desk):
    """-0.0000000019 is -0.000000001, and what is no number counts nothing."""
    for step, cost in {"small": "-0.0000000019", "text": "abc", "long": "1e40"}.items():
        desk.step(step, "t2", minutes=0, cost=cost)
    warehouse.run(desk.records())
    total = sum(row[2] for key, row in work(warehouse).items() if key[0] is None)
    assert total == Decimal("6.999999999")
