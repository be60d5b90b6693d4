"""``ops_runs``: how a run is opened, settled and opened again."""

from __future__ import annotations

from flowmart.ops.runs import close_run, count_requests, last_config_hash, last_state, open_run
from tests.publish.warehouse import WINDOW, make_batch


def test_an_open_run_says_what_it_does(engine):
    batch = make_batch("r1", instance="toy__acme")
    assert last_state(engine, batch).status is None
    open_run(engine, batch, "window", "abc")
    row = engine.query("select * from ops.ops_runs")[0]
    assert row.pop("started_at") is not None
    assert row == {
        "instance": "toy__acme",
        "run_id": "r1",
        "batch_id": batch.batch_id,
        "source": "toy",
        "run_type": "window",
        "window_start": WINDOW.start,
        "window_end": WINDOW.end,
        "status": "running",
        "error": None,
        "records": None,
        "requests": None,
        "generation": None,
        "publications_seen": None,
        "config_hash": "abc",
        "finished_at": None,
        "starts_at": None,
    }


def test_a_settled_run_keeps_what_it_is_not_told_anew(engine):
    batch = make_batch("r1")
    open_run(engine, batch, "window", "abc")
    close_run(engine, batch, "NOK", error="the disk is full")
    count_requests(engine, batch, 7)
    close_run(engine, batch, "OK", records=3)
    row = engine.query("select status, error, records, requests from ops.ops_runs")[0]
    assert row == {"status": "OK", "error": None, "records": 3, "requests": 7}


def test_a_run_that_is_started_again_begins_anew(engine):
    batch = make_batch("r1")
    open_run(engine, batch, "window", "abc")
    close_run(engine, batch, "NOK", error="x" * 10_000, records=1)
    assert len(last_state(engine, batch).error) < 5_000
    open_run(engine, batch, "window", "def")
    row = engine.query(
        "select status, error, records, requests, config_hash, finished_at from ops.ops_runs"
    )
    assert [tuple(r.values()) for r in row] == [("running", None, None, None, "def", None)]


def test_settling_a_run_that_was_never_opened_is_logged(engine, caplog):
    close_run(engine, make_batch("r1"), "NOK", error="no warehouse yet")
    assert "was not opened" in caplog.text


def test_the_settings_of_the_last_good_run_are_remembered(engine):
    first, second, failed = (make_batch(name) for name in ("r1", "r2", "r3"))
    assert last_config_hash(engine, first.instance) is None
    for batch, config, end in ((first, "a", "OK"), (second, "b", "OK"), (failed, "c", "NOK")):
        open_run(engine, batch, "window", config)
        close_run(engine, batch, end)
    assert last_config_hash(engine, first.instance) == "b"
    assert last_config_hash(engine, "another") is None


def test_generations_only_grow(engine):
    drawn = [engine.next_generation() for _ in range(5)]
    assert drawn == sorted(set(drawn))
