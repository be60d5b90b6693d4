"""Readers, rivals and kills: published tables go from one whole batch to the next."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flowmart.publish.publisher import publish_batch
from flowmart.publish.runs import last_state
from tests.publish.warehouse import PROJECT, build, everything, make_batch, things

ISSUES = 200
READS = 300
ONE_STATE = """
select count(*) as rows, count(distinct revision) as states, min(revision) as state
from (
    select revision::text as revision from mart.fct_things
    union all
    select substr(text, 2) from mart.fct_notes
    union all
    select split_part(finding_key, ':r', 2) from ops.ops_findings
) as published
"""
ROWS = ISSUES * 4


def whole(engine, run_id, revision):
    """A batch that brings every issue to one revision."""
    issues = {str(number): revision for number in range(ISSUES)}
    return build(engine, make_batch(run_id), issues, {"ann": f"revision {revision}"})


def renew(engine, batch):
    """Let a batch count as built just now, so that it may replace what others published."""
    engine.execute(
        "update ops.ops_runs set generation = nextval('ops.generation'), "
        "publications_seen = (select publications from ops.publications) "
        "where run_id = %(run_id)s",
        {"run_id": batch.run_id},
    )


def test_readers_see_whole_batches_only(engine):
    batches = [whole(engine, f"r{revision}", revision) for revision in range(4)]
    publish_batch(engine, PROJECT, batches[0])
    enough = threading.Event()

    def publish_in_a_loop():
        for batch in itertools.cycle(batches):
            renew(engine, batch)
            publish_batch(engine, PROJECT, batch)
            if enough.is_set():
                return

    def read_in_one_statement(_):
        return engine.query(ONE_STATE)[0]

    def read_in_several_statements(_):
        with engine.session("repeatable read") as session:
            things = {
                f"r{row['revision']}" for row in session.query("select * from mart.fct_things")
            }
            return things, {row["text"] for row in session.query("select * from mart.fct_notes")}

    with ThreadPoolExecutor(4) as pool:
        publishing = pool.submit(publish_in_a_loop)
        reads = pool.map(read_in_one_statement, range(READS))
        spread = pool.map(read_in_several_statements, range(READS // 3))
        reads, spread = list(reads), list(spread)
        enough.set()
        publishing.result()
    assert {(read["rows"], read["states"]) for read in reads} == {(ROWS, 1)}
    assert all(things == notes and len(notes) == 1 for things, notes in spread)
    assert len({read["state"] for read in reads}) > 1, "no publishing happened while reading"


def test_two_publishers_at_once_end_as_if_one_came_after_the_other(engine):
    for number in range(0, 20, 2):
        rivals = [
            build(
                engine, make_batch(f"r{n}"), {"1": n, f"own{n}": n, "2": n}, {"ann": f"A{number}"}
            )
            for n in (number, number + 1)
        ]
        barrier = threading.Barrier(2)

        def publish(batch, barrier=barrier):
            barrier.wait()
            return publish_batch(engine, PROJECT, batch)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(publish, rivals[:: 1 if number % 4 else -1]))
        published = things(engine)
        assert published["toy:1"] == published["toy:2"] == number + 1
        assert published[f"toy:own{number}"] == number
    names = engine.query("select name from mart.dim_people")
    assert names == [{"name": "A18"}]


_STALLS_BEFORE_ITS_END = """
import sys, time
from flowmart.engines.base import Schemas
from flowmart.engines.postgres import PostgresEngine
from flowmart.publish import publisher
from tests.publish.warehouse import PROJECT, make_batch

def stall(*args, **kwargs):
    print("stalled", flush=True)
    time.sleep(600)

publisher.close_run = stall
engine = PostgresEngine(sys.argv[1], Schemas.with_prefix(""))
publisher.publish_batch(engine, PROJECT, make_batch("r2"))
"""


def test_a_publisher_killed_before_its_end_changes_nothing_and_the_next_try_completes(
    engine, postgres_dsn
):
    publish_batch(engine, PROJECT, whole(engine, "r1", 1))
    batch, before = whole(engine, "r2", 2), everything(engine)
    project = Path(__file__).resolve().parents[2]
    victim = subprocess.Popen(
        [sys.executable, "-c", _STALLS_BEFORE_ITS_END, postgres_dsn],
        env={"PYTHONPATH": f"{project}/plugins:{project}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout.readline() == "stalled\n"
    assert everything(engine) == before
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    while engine.query("select 1 from pg_locks where locktype = 'advisory' and granted"):
        time.sleep(0.05)
    assert everything(engine) == before
    assert last_state(engine, batch).status == "running"

    publish_batch(engine, PROJECT, batch)
    assert set(things(engine).values()) == {2}
    assert last_state(engine, batch).status == "OK"
