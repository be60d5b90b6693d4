"""Readers, rivals and kills: published tables go from one whole batch to the next."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from flowmart.ops.runs import last_state
from flowmart.publish.publisher import publish_batch
from tests.killed import kill_when_stalled
from tests.publish.reading import (
    REVISIONS,
    all_tables,
    complete_batch,
    is_mixed,
    person_of,
    read_while_publishing,
    without_snapshots,
)
from tests.publish.warehouse import PROJECT, build, everything, make_batch, things

PUBLICATIONS = 8
READERS = 3


@pytest.fixture(scope="module")
def warehouse_dsn(warehouse_dsn):
    """See tests/publish/reading.py."""
    return without_snapshots(warehouse_dsn)


def test_readers_see_whole_batches_only(engine):
    """All tables in one statement; tests/publish/test_one_publication.py has the hard case."""
    reads = read_while_publishing(engine, PUBLICATIONS, *[all_tables] * READERS)
    assert len({one["state"] for one in reads}) > 1, "nobody read between two publications"
    assert [one for one in reads if is_mixed(one)] == []


def test_sessions_see_whole_batches_only(engine):
    """Each table in a statement of its own."""

    def read(engine):
        with engine.session("repeatable read") as session:
            things = session.query("select distinct revision from mart.fct_things")
            notes = session.query("select distinct text from mart.fct_notes")
            people = session.query("select name from mart.dim_people")
        return (
            [f"r{row['revision']}" for row in things],
            [row["text"] for row in notes],
            [row["name"] for row in people],
        )

    reads = read_while_publishing(engine, PUBLICATIONS, *[read] * READERS)
    revisions = [([f"r{r}"], [f"r{r}"], [person_of(r)]) for r in range(REVISIONS)]
    assert len({str(one) for one in reads}) > 1, "nobody read between two publications"
    assert [one for one in reads if one not in revisions] == []


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_a_session_goes_on_reading_the_publication_that_it_began_with(engine, isolation):
    publish_batch(engine, PROJECT, build(engine, make_batch("r1"), {"1": 1}))
    with engine.session(isolation) as session:
        assert things(session) == {"toy:1": 1}
        publish_batch(engine, PROJECT, build(engine, make_batch("r2"), {"1": 2}))
        assert things(session) == {"toy:1": 1}
        assert session.publications_of("toy") == 1
    assert things(engine) == {"toy:1": 2}


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


_STALLS = """
import sys, time
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.publish import publisher
from tests.publish.warehouse import PROJECT, make_batch

def stall(*args, **kwargs):
    print("stalled", flush=True)
    time.sleep(600)

publisher.{step} = stall
engine = open_engine(sys.argv[1], Schemas.with_prefix(""))
publisher.publish_batch(engine, PROJECT, make_batch("r2"))
"""


@pytest.fixture
def kill_at(warehouse_dsn):
    """Publish the batch ``r2`` in a process that is killed when it comes to a step."""

    def publish_and_kill(step):
        kill_when_stalled(_STALLS.format(step=step), warehouse_dsn)

    return publish_and_kill


@pytest.fixture
def short_patience(monkeypatch):
    """Wait one second, not twenty, for a publisher that shows no sign of life."""
    monkeypatch.setattr("flowmart.engines.clickhouse_lease.EXPIRES_AFTER", timedelta(seconds=1))


@pytest.mark.usefixtures("short_patience")
def test_a_publisher_killed_before_its_end_changes_nothing_and_the_next_try_completes(
    engine, kill_at
):
    publish_batch(engine, PROJECT, complete_batch(engine, "r1", 1))
    batch, before = complete_batch(engine, "r2", 2), everything(engine)
    kill_at("require_complete")
    assert everything(engine) == before
    assert last_state(engine, batch).status == "running"

    publish_batch(engine, PROJECT, batch)
    assert set(things(engine).values()) == {2}
    assert last_state(engine, batch).status == "OK"


@pytest.mark.usefixtures("short_patience")
def test_a_publisher_killed_before_it_settled_its_run_is_completed_by_the_next_try(engine, kill_at):
    """Without transactions the rows may be published already; never in part."""
    publish_batch(engine, PROJECT, complete_batch(engine, "r1", 1))
    batch = complete_batch(engine, "r2", 2)
    kill_at("close_run")
    assert len(set(things(engine).values())) == 1
    assert last_state(engine, batch).status == "running"

    publish_batch(engine, PROJECT, batch)
    assert set(things(engine).values()) == {2}
    assert last_state(engine, batch).status == "OK"
