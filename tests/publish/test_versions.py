"""ClickHouse's versions of published tables, and publishers that stood still for too long."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from flowmart.core.errors import WarehouseUnavailableError
from flowmart.engines import clickhouse_publication
from flowmart.engines.clickhouse_lease import Lease
from flowmart.ops.runs import last_state
from flowmart.publish import publisher
from flowmart.publish.publisher import publish_batch
from tests.publish.warehouse import PROJECT, build, everything, make_batch, people, things

FACTS = {"fct_notes", "fct_things", "ops_findings", "published_keys"}
ALL = FACTS | {"dim_people"}


@pytest.fixture(scope="module")
def warehouse_dsn(clickhouse_dsn):
    """PostgreSQL has transactions instead."""
    return clickhouse_dsn


def publish(engine, batch):
    return publish_batch(engine, PROJECT, batch)


def versions(engine):
    """Publication -> the tables that it has versions of."""
    rows = engine.query(
        "select splitByString('__p', name) as parts from system.tables where database = 'store'"
    )
    found = defaultdict(set)
    for name, publication in (row["parts"] for row in rows):
        found[int(publication)].add(name)
    return found


def publications(engine):
    """Number and base of the publications, without the row that is there from the beginning."""
    rows = engine.query(
        "select publication, base from ops.publications where publication > 0 order by publication"
    )
    return [(row["publication"], row["base"]) for row in rows]


def current(engine):
    """Published table -> the publication whose version readers see, where there is one."""
    [row] = engine.query("select versions from ops.publications order by publication desc limit 1")
    return row["versions"]


class Stall:
    """A publisher of a batch stands still just before its end."""

    def __init__(self, run_id):
        self.run_id = run_id
        self.reached, self.go_on = threading.Event(), threading.Event()


@pytest.fixture
def stalls(monkeypatch):
    """Stalls to come, by run; nobody renews a lease and one second is long."""
    record_keys, coming = publisher.record_keys, {}

    def stall(publishing, entity):
        keys = record_keys(publishing, entity)
        if found := coming.pop(publishing.batch.run_id, None):
            found.reached.set()
            assert found.go_on.wait(60)
        return keys

    monkeypatch.setattr(publisher, "record_keys", stall)
    monkeypatch.setattr("flowmart.engines.clickhouse_lease.EXPIRES_AFTER", timedelta(seconds=1))
    monkeypatch.setattr("flowmart.engines.clickhouse_lease._RENEWAL_SECONDS", 60)
    return coming


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture
def stalled(engine, stalls, pool):
    """Start to publish a batch; it stands still before its end."""

    def start(batch):
        stall = stalls[batch.run_id] = Stall(batch.run_id)
        ending = pool.submit(publish, engine, batch)
        assert stall.reached.wait(60)
        return stall, ending

    return start


def test_a_publication_has_a_version_of_each_table_that_it_changed(engine):
    publish(engine, build(engine, make_batch("r1"), {"1": 1}, {"ann": "Ann"}))
    publish(engine, build(engine, make_batch("r2"), {"2": 2}, {"ann": "Ann"}))
    publish(engine, build(engine, make_batch("r3"), {"2": 3}, {"ann": "Anna"}))
    [(first, start), (second, base), (third, _)] = publications(engine)
    assert (start, base) == (0, first)
    assert versions(engine) == {0: ALL, first: ALL, second: FACTS, third: ALL}
    assert people(engine) == {"toy:ann": "Anna"}


def test_a_table_that_a_publication_left_alone_stays_as_it_was(engine):
    publish(engine, build(engine, make_batch("r1"), {"1": 1}, {"ann": "Ann"}))
    publish(engine, build(engine, make_batch("r2"), {"2": 2}, {"ann": "Ann"}))
    [(first, _), (second, _)] = publications(engine)
    assert current(engine) == dict.fromkeys(FACTS, second) | {"dim_people": first}
    assert people(engine) == {"toy:ann": "Ann"}
    assert things(engine) == {"toy:1": 1, "toy:2": 2}


def test_what_is_only_read_is_not_cloned(engine):
    publish(engine, build(engine, make_batch("r1"), {"1": 1}))
    [(first, _)] = publications(engine)
    with engine.publication("toy") as publication:
        published = publication.current("fct_things")
        changed = publication.table("fct_notes")
        assert published == f"store.fct_things__p{first}"
        assert publication.current("fct_notes") == changed
        assert publication.query(f"select revision from {published}") == [{"revision": 1}]
    [_, (second, _)] = publications(engine)
    assert versions(engine)[second] == {"fct_notes"}
    assert changed == f"store.fct_notes__p{second}"


def test_versions_go_once_nobody_can_be_reading_them(engine, monkeypatch):
    """That of a table is current until another publication changes the table."""
    for number in (1, 2):
        batch = build(engine, make_batch(f"r{number}"), {"1": number}, {"ann": "Ann"})
        publish(engine, batch)
    monkeypatch.setattr("flowmart.engines.clickhouse_publication.KEPT", timedelta(0))
    publish(engine, build(engine, make_batch("r3"), {"1": 3}, {"ann": "Ann"}))
    [(first, _), (second, _), (third, _)] = publications(engine)
    assert versions(engine) == {first: {"dim_people"}, second: FACTS, third: FACTS}
    assert things(engine) == {"toy:1": 3}
    assert people(engine) == {"toy:ann": "Ann"}


def test_what_a_failed_publication_left_goes_with_the_next_one(engine):
    publish(engine, build(engine, make_batch("r1"), {"1": 1}))
    batch = build(engine, make_batch("r2"), {"1": 2})
    stage = f"stage.fct_things__{batch.batch_id}"
    engine.execute(f"insert into {stage} values ('toy:1', 'toy', null, null)")
    with pytest.raises(Exception, match="NULL"):
        publish(engine, batch)
    [(first, _)] = publications(engine)
    assert max(versions(engine)) > first
    publish(engine, build(engine, batch, {"1": 2}))
    [_, (second, _)] = publications(engine)
    assert versions(engine) == {0: ALL, first: FACTS, second: FACTS}


def test_a_session_whose_publication_is_no_longer_kept_is_told(engine, monkeypatch):
    monkeypatch.setattr("flowmart.engines.clickhouse_publication.KEPT", timedelta(0))
    publish(engine, build(engine, make_batch("r1"), {"1": 1}))

    def read_for_long():
        with engine.session("repeatable read") as session:
            for number in (2, 3, 4):
                publish(engine, build(engine, make_batch(f"r{number}"), {"1": number}))
            things(session)

    with pytest.raises(WarehouseUnavailableError, match="no longer kept"):
        read_for_long()


def test_a_publisher_that_stood_still_does_not_publish_after_its_successor(engine, stalled):
    publish(engine, build(engine, make_batch("r0"), {"1": 0}))
    late = build(engine, make_batch("late"), {"1": 1})
    stall, ending = stalled(late)
    publish(engine, build(engine, make_batch("next"), {"2": 2}))
    after = everything(engine)
    stall.go_on.set()
    with pytest.raises(WarehouseUnavailableError, match="took its lock"):
        ending.result(60)
    assert everything(engine) == after
    assert last_state(engine, late).status == "running"
    publish(engine, late)
    assert things(engine) == {"toy:1": 1, "toy:2": 2}


def test_a_publisher_that_stood_still_does_not_disturb_its_successor(engine, stalled):
    publish(engine, build(engine, make_batch("r0"), {"1": 0}))
    stall, ending = stalled(build(engine, make_batch("late"), {"1": 1}))
    other_stall, other_ending = stalled(build(engine, make_batch("next"), {"2": 2}))
    stall.go_on.set()
    with pytest.raises(WarehouseUnavailableError, match="took its lock"):
        ending.result(60)
    other_stall.go_on.set()
    other_ending.result(60)
    assert things(engine) == {"toy:1": 0, "toy:2": 2}
    [(first, _), (second, base)] = publications(engine)
    assert base == first
    assert versions(engine) == {0: ALL, first: FACTS, second: FACTS}


def test_two_that_think_it_is_their_turn_do_not_lose_each_others_rows(engine, stalled, monkeypatch):
    """A publisher may stand still between its last look at the lease and its last statement."""
    monkeypatch.setattr(Lease, "require", lambda lease: None)
    publish(engine, build(engine, make_batch("r0"), {"1": 0}))
    successor = build(engine, make_batch("next"), {"2": 2})
    stall, ending = stalled(build(engine, make_batch("late"), {"1": 1}))
    other_stall, other_ending = stalled(successor)
    stall.go_on.set()
    ending.result(60)
    assert things(engine) == {"toy:1": 1}
    other_stall.go_on.set()
    with pytest.raises(WarehouseUnavailableError, match="published while this one was stopped"):
        other_ending.result(60)
    assert things(engine) == {"toy:1": 1}
    publish(engine, successor)
    assert things(engine) == {"toy:1": 1, "toy:2": 2}


@pytest.mark.parametrize(("first", "lost"), [("late", "next"), ("next", "late")])
def test_of_two_that_show_their_rows_at_the_same_moment_one_steps_back(
    engine, stalled, monkeypatch, first, lost
):
    """As if both had looked for a rival before either was there to be seen."""
    monkeypatch.setattr(Lease, "require", lambda lease: None)
    blind, look, _ = clickhouse_publication._SHOW.partition("and (select max(publication)")
    assert look
    monkeypatch.setattr(clickhouse_publication, "_SHOW", blind)
    publish(engine, build(engine, make_batch("r0"), {"1": 0}))
    successor = build(engine, make_batch("next"), {"next": 2})
    running = {"late": stalled(build(engine, make_batch("late"), {"late": 1}))}
    running["next"] = stalled(successor)
    stall, ending = running[first]
    stall.go_on.set()
    ending.result(60)
    shown = things(engine)
    assert f"toy:{first}" in shown
    stall, ending = running[lost]
    stall.go_on.set()
    with pytest.raises(WarehouseUnavailableError, match="published while this one was stopped"):
        ending.result(60)
    assert things(engine) == shown


def test_a_generation_is_higher_than_all_that_runs_have_noted(engine):
    """They are drawn from the server's clock, which somebody may set back."""
    future = engine.next_generation() + 10**12
    build(engine, make_batch("r1"), {}, generation=future)
    assert engine.next_generation() == future + 1
