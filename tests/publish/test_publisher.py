"""Publishing: what is replaced, what is left alone, and what the ledger says."""

from __future__ import annotations

import itertools

import pytest

from flowmart.core.errors import (
    CompletenessError,
    FatalError,
    OutdatedBatchError,
    WarehouseUnavailableError,
)
from flowmart.engines.base import PUBLISH_TURN
from flowmart.ops.ledger import require_balanced
from flowmart.ops.runs import last_state
from flowmart.publish.publisher import publish_batch
from tests.publish.warehouse import PROJECT, build, everything, make_batch, people, things


def publish(engine, batch, whole_instance=False):
    return publish_batch(engine, PROJECT, batch, everything=whole_instance)


def test_the_first_batch_fills_the_marts(engine):
    batch = build(engine, make_batch("r1"), {"1": 1, "2": 1}, {"ann": "Ann"})
    assert publish(engine, batch) == {
        "dim_people": 1,
        "fct_notes": 4,
        "fct_things": 2,
        "ops_findings": 2,
    }
    assert things(engine) == {"toy:1": 1, "toy:2": 1}
    assert people(engine) == {"toy:ann": "Ann"}


def test_only_the_touched_issues_rows_are_replaced(engine):
    publish(engine, build(engine, make_batch("r1"), {"1": 1, "2": 1}))
    publish(engine, build(engine, make_batch("r2"), {"2": 2, "3": 2}))
    assert things(engine) == {"toy:1": 1, "toy:2": 2, "toy:3": 2}
    findings = engine.query("select finding_key from ops.ops_findings order by 1")
    assert [row["finding_key"] for row in findings] == ["toy:1:r1", "toy:2:r2", "toy:3:r2"]


def test_rows_that_a_touched_issue_no_longer_has_go(engine):
    publish(engine, build(engine, make_batch("r1"), {"1": 1, "2": 1}))
    batch = build(engine, make_batch("r2"), {"1": 2})
    engine.execute(f"delete from stage.fct_notes__{batch.batch_id} where note_key = 'toy:1:2'")
    publish(engine, batch)
    notes = engine.query("select note_key, text from mart.fct_notes order by 1")
    assert [tuple(note.values()) for note in notes] == [
        ("toy:1:1", "r2"),
        ("toy:2:1", "r1"),
        ("toy:2:2", "r1"),
    ]


def test_publishing_again_changes_nothing(engine):
    batch = build(engine, make_batch("r1"), {"1": 1}, {"ann": "Ann"})
    publish(engine, batch)
    before = everything(engine)
    publish(engine, batch)
    assert everything(engine) == before


def test_of_a_dimension_rows_that_differ_are_changed_and_those_that_are_gone_go(engine):
    publish(engine, build(engine, make_batch("r1"), {}, {"ann": "Ann", "bob": "Bob", "cid": "C"}))
    publish(engine, build(engine, make_batch("r2"), {}, {"ann": "Ann", "bob": "Robert"}))
    assert people(engine) == {"toy:ann": "Ann", "toy:bob": "Robert"}


def test_a_row_that_facts_of_other_keys_name_stays(engine):
    """The source does not list cid; issue 1 names him, and the second batch knows nothing of it."""
    first = build(engine, make_batch("r1"), {"1": 1}, {"cid": "?"}, owners={"1": "cid"})
    publish(engine, first)
    publish(engine, build(engine, make_batch("r2"), {"2": 1}, {"ann": "Ann"}))
    assert people(engine) == {"toy:ann": "Ann", "toy:cid": "?"}


def test_a_row_that_only_facts_name_goes_with_the_last_fact_that_does(engine):
    both = {"1": "cid", "2": "cid"}
    publish(engine, build(engine, make_batch("r1"), {"1": 1, "2": 1}, {"cid": "?"}, owners=both))
    publish(engine, build(engine, make_batch("r2"), {"1": 2}))
    assert people(engine) == {"toy:cid": "?"}
    publish(engine, build(engine, make_batch("r3"), {"2": 3}))
    assert people(engine) == {}


def test_of_a_dimension_only_rows_that_differ_are_written(postgres):
    def versions():
        rows = postgres.query("select person_key, xmin::text as written_by from mart.dim_people")
        return {row["person_key"]: row["written_by"] for row in rows}

    publish(postgres, build(postgres, make_batch("r1"), {}, {"ann": "Ann", "bob": "Bob"}))
    before = versions()
    publish(postgres, build(postgres, make_batch("r2"), {}, {"ann": "Ann", "bob": "Robert"}))
    assert versions()["toy:ann"] == before["toy:ann"]
    assert versions()["toy:bob"] != before["toy:bob"]


def test_a_batch_without_issues_publishes_its_dimensions(engine):
    publish(engine, build(engine, make_batch("r1"), {}, {"ann": "Ann"}))
    assert (things(engine), people(engine)) == ({}, {"toy:ann": "Ann"})


@pytest.mark.parametrize("order", list(itertools.permutations([0, 1, 2])))
def test_a_batch_that_was_built_before_another_leaves_its_issues_alone(engine, order):
    batches = [
        build(engine, make_batch("r1"), {"1": 1, "2": 1}, {"ann": "Ann", "bob": "Bob"}),
        build(engine, make_batch("r2"), {"2": 2, "3": 2}, {"ann": "Ann", "bob": "Bob"}),
        build(engine, make_batch("r3"), {"3": 3, "4": 3}, {"ann": "Ann", "bob": "Bob"}),
    ]
    for index in order:
        publish(engine, batches[index])
        require_balanced(engine, batches[index])
    assert things(engine) == {"toy:1": 1, "toy:2": 2, "toy:3": 3, "toy:4": 3}
    assert people(engine) == {"toy:ann": "Ann", "toy:bob": "Bob"}
    assert [row["text"] for row in everything(engine)["mart.fct_notes"]] == [
        f"r{revision}" for revision in (1, 1, 2, 2, 3, 3, 3, 3)
    ]


def test_a_whole_instance_takes_the_place_of_all_that_is_published_of_it(engine):
    publish(engine, build(engine, make_batch("r1"), {"1": 1, "gone": 1}, {"ann": "A", "old": "O"}))
    other = make_batch("r1", instance="toy__acme")
    publish(engine, build(engine, other, {"1": 1}, {"ann": "Ann"}))
    replay = build(engine, make_batch("replay"), {"1": 2, "2": 2}, {"ann": "A"})
    publish(engine, replay, whole_instance=True)
    assert things(engine) == {"toy:1": 2, "toy:2": 2, "toy__acme:1": 1}
    assert people(engine) == {"toy:ann": "A", "toy__acme:ann": "Ann"}
    known = engine.query("select record_key from ops.published_keys where instance = 'toy'")
    assert sorted(row["record_key"] for row in known) == ["toy:1", "toy:2"]


def test_a_whole_instance_leaves_alone_what_was_built_after_it(engine):
    replay = build(engine, make_batch("replay"), {"1": 1, "2": 1}, {"ann": "Ann"})
    publish(engine, build(engine, make_batch("r2"), {"2": 2, "3": 2}, {"ann": "Ann"}))
    publish(engine, replay, whole_instance=True)
    assert things(engine) == {"toy:1": 1, "toy:2": 2, "toy:3": 2}
    assert people(engine) == {"toy:ann": "Ann"}


@pytest.mark.parametrize(("mine", "rivals"), [("old name", "new name"), ("new name", "old name")])
def test_a_batch_whose_dimensions_a_rival_published_otherwise_is_outdated(engine, mine, rivals):
    """Facts repeat names: whoever comes second has to look at the issues again."""
    publish(engine, build(engine, make_batch("r0"), {"1": 1}, {"ann": "old name"}))
    batch = build(engine, make_batch("r1"), {"1": 2}, {"ann": mine})
    publish(engine, build(engine, make_batch("r2"), {"2": 2}, {"ann": rivals}))
    before = everything(engine)
    with pytest.raises(OutdatedBatchError, match="1 rows of dim_people"):
        publish(engine, batch)
    assert everything(engine) == before
    publish(engine, build(engine, batch, {"1": 2}, {"ann": mine}))
    assert people(engine) == {"toy:ann": mine}


def test_a_rival_of_another_instance_is_none(engine):
    publish(engine, build(engine, make_batch("r0"), {}, {"ann": "old name"}))
    batch = build(engine, make_batch("r1"), {"1": 1}, {"ann": "new name"})
    other = make_batch("r2", instance="toy__acme")
    publish(engine, build(engine, other, {"1": 1}, {"ann": "Ann"}))
    publish(engine, batch)
    assert people(engine) == {"toy:ann": "new name", "toy__acme:ann": "Ann"}


def test_the_run_is_settled_and_accounted_for_with_its_rows(engine):
    batch = build(engine, make_batch("r1"), {"1": 1, "2": 1}, {"ann": "Ann"})
    publish(engine, batch)
    assert last_state(engine, batch).status == "OK"
    run = engine.query("select records, finished_at >= started_at as is_over from ops.ops_runs")
    assert run == [{"records": 2, "is_over": True}]
    ledger = engine.query(
        "select layer, subject, expected_rows, actual_rows, is_balanced from ops.ops_ledger "
        "order by subject"
    )
    assert [tuple(line.values()) for line in ledger] == [
        ("mart", "dim_people", 1, 1, True),
        ("mart", "fct_notes", 4, 4, True),
        ("mart", "fct_things", 2, 2, True),
        ("mart", "ops_findings", 2, 2, True),
    ]


def test_a_row_of_an_issue_that_is_not_touched_stops_everything(engine):
    publish(engine, build(engine, make_batch("r1"), {"1": 1, "2": 1}))
    before = everything(engine)
    batch = build(engine, make_batch("r2"), {"1": 2})
    stray = f"insert into stage.fct_things__{batch.batch_id} values ('toy:2', 'toy', 'toy:', 2)"
    engine.execute(stray)
    with pytest.raises(CompletenessError, match="fct_things: expected 2 rows, found 1"):
        publish(engine, batch)
    assert everything(engine) == before
    assert last_state(engine, batch).status == "running"


@pytest.mark.parametrize(
    ("row", "words"),
    [("'toy:1', 'toy', 'toy:', null", "(?i)null"), ("'toy:1', 'toy', '', 3", "duplicate key")],
    ids=["a null", "a key twice"],
)
def test_a_row_that_a_mart_refuses_stops_everything(engine, row, words):
    if engine.name == "clickhouse" and "key" in words:
        pytest.skip("ClickHouse knows no unique keys; the checks before publishing see to them")
    publish(engine, build(engine, make_batch("r1"), {"1": 1}))
    before = everything(engine)
    batch = build(engine, make_batch("r2"), {"1": 2})
    engine.execute(f"insert into stage.fct_things__{batch.batch_id} values ({row})")
    with pytest.raises(FatalError, match=words):
        publish(engine, batch)
    assert everything(engine) == before
    assert last_state(engine, batch).status == "running"


def test_a_batch_that_was_not_built_is_named(engine):
    with pytest.raises(FatalError, match="was not built") as caught:
        publish(engine, make_batch("never"))
    assert "transform" in caught.value.next_step


def test_a_table_that_somebody_holds_is_left_for_the_next_try(postgres, monkeypatch):
    monkeypatch.setattr("flowmart.engines.postgres._TABLE_WAIT", "100ms")
    batch = build(postgres, make_batch("r1"), {"1": 1})
    with postgres.session() as holder:
        holder.execute("lock table mart.fct_things in share mode")
        with pytest.raises(WarehouseUnavailableError, match="lock"):
            publish(postgres, batch)
    assert things(postgres) == {}
    publish(postgres, batch)
    assert things(postgres) == {"toy:1": 1}


def test_a_turn_that_does_not_come_is_left_for_the_next_try(engine, monkeypatch):
    monkeypatch.setattr("flowmart.engines.postgres._TURN_WAIT", "100ms")
    monkeypatch.setattr("flowmart.engines.clickhouse._PUBLISH_WAIT_SECONDS", 0.1)
    batch = build(engine, make_batch("r1"), {"1": 1})
    with (
        engine.lock(PUBLISH_TURN, 1),
        pytest.raises(WarehouseUnavailableError, match="lock"),
    ):
        publish(engine, batch)
    publish(engine, batch)
    assert things(engine) == {"toy:1": 1}


def test_a_whole_instance_keeps_the_dimensions_of_what_was_built_after_it(engine):
    """A run that ends during a replay may bring an issue with a person that nobody knew."""
    publish(engine, build(engine, make_batch("r0"), {"1": 1}, {"ann": "Ann"}))
    replay = build(engine, make_batch("replay"), {"1": 2}, {"ann": "Ann"})
    publish(engine, build(engine, make_batch("r1"), {"2": 3}, {"ann": "Ann", "new": "New"}))
    with pytest.raises(OutdatedBatchError, match="1 rows of dim_people"):
        publish(engine, replay, whole_instance=True)
    assert people(engine) == {"toy:ann": "Ann", "toy:new": "New"}
    publish(engine, build(engine, replay, {"1": 2, "2": 3}, {"ann": "Ann"}), whole_instance=True)
    assert people(engine) == {"toy:ann": "Ann"}
