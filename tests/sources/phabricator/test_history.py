"""The frozen method tells whole histories of many tasks at once; the paged one does otherwise."""

from __future__ import annotations

import pytest

from flowmart.sources.base import Page
from local.sandbox.phabricator import conduit
from local.sandbox.phabricator.protocol import ConduitError
from tests.records import payload_of
from tests.sources.phabricator.conftest import (
    EVERYTHING,
    epoch_window,
    ids,
    landed_of,
    no_frozen_method,
    open_source,
    read,
)

STREAMS = ("transactions", "task_transactions")


def test_z_the_frozen_method_brings_every_transaction_for_a_hundred_tasks_at_once(server, tasks):
    counts = server.store.counts
    assert counts["transactions"] == counts["task_transactions"] > 2000
    source = open_source(server)
    records = read(source, "task_transactions", EVERYTHING, tasks)
    assert source.requests_made == 3  # 250 tasks
    assert ids(records) == sorted(
        row["phid"]
        for task in server.store.visible_tasks()
        for row in server.store.transactions_of[task["phid"]]
    )


def test_z_the_paged_method_is_not_read_beside_the_frozen_one(server, tasks):
    source = open_source(server)
    assert read(source, "transactions", EVERYTHING, tasks) == []
    assert source.requests_made == 1


def test_z_the_paged_method_brings_all_that_a_silent_frozen_one_does_not(server, source, tasks):
    # PHP answers with an empty list here, not with an empty map.
    server.store.legacy.clear()
    assert read(source, "task_transactions", EVERYTHING, tasks) == []
    records = read(source, "transactions", EVERYTHING, tasks)
    assert len(records) == server.store.counts["transactions"]


def test_both_methods_tell_the_same_transactions(server, source, tasks):
    landed = landed_of(source, tasks, paged_by=open_source(server))
    modern, legacy = (list(landed(stream)) for stream in STREAMS)
    assert ids(modern) == ids(legacy)
    assert {r.record_id: r.parent_id for r in modern} == {r.record_id: r.parent_id for r in legacy}


def test_transactions_know_their_task_and_their_time(server, source, tasks):
    landed = landed_of(source, tasks[:3], paged_by=open_source(server))
    for stream in STREAMS:
        records = list(landed(stream))
        assert {r.parent_id for r in records} == {t.record_id for t in tasks[:3]}
        assert all(r.version == int(payload_of(r)["dateCreated"]) for r in records)


def test_what_happened_after_the_window_is_cut_off(server, source, tasks):
    moments = sorted(row["dateCreated"] for row in server.store.transactions)
    end = moments[len(moments) // 2]
    expected = sum(
        row["dateCreated"] < end
        for task in server.store.visible_tasks()
        for row in server.store.transactions_of[task["phid"]]
    )
    landed = landed_of(source, tasks, epoch_window(1, end), paged_by=open_source(server))
    for stream in STREAMS:
        records = list(landed(stream))
        assert len(records) == expected
        assert max(int(payload_of(r)["dateCreated"]) for r in records) < end


@pytest.mark.parametrize("vanish", ["destroy", "hide"])
def test_p2_a_task_that_vanishes_before_its_history_is_read_is_left_out(
    server, source, tasks, vanish
):
    gone = tasks[9]
    getattr(server.store, vanish)(payload_of(gone)["id"])
    landed = landed_of(source, tasks)
    assert gone.record_id not in {record.parent_id for record in landed("task_transactions")}
    found = source.verify(EVERYTHING, landed)
    assert found == {"transactions": [Page([], vanished=(gone.record_id,))]}


def test_p2_a_task_that_vanishes_during_a_sweep_is_left_out(server, source, tasks):
    """Some of its transactions had come."""
    gone = tasks[9]
    rows = server.store.transactions_of[gone.record_id]
    lost = {("transactions", row["phid"]) for row in rows[:2]}
    lost |= {("task_transactions", row["phid"]) for row in rows}
    landed = landed_of(source, tasks, without=lost, paged_by=open_source(server))
    server.store.hide(payload_of(gone)["id"])
    found = source.verify(EVERYTHING, landed)
    assert found == {"transactions": [Page([], vanished=(gone.record_id,))]}


def test_p2_a_visible_task_without_any_transaction_is_a_contradiction(server, source, tasks):
    gone = tasks[9]
    rows = server.store.transactions_of[gone.record_id]
    server.store.transactions = [t for t in server.store.transactions if t not in rows]
    server.store.transactions_of[gone.record_id] = []
    server.store.legacy[payload_of(gone)["id"]] = []
    found = source.verify(EVERYTHING, landed_of(source, tasks))
    assert found == {"transactions": [Page([], vanished=(gone.record_id,))]}


def test_no_tasks_take_no_request(server):
    source = open_source(server)
    assert read(source, "transactions") == read(source, "task_transactions") == []
    assert source.requests_made == 0


def test_a_server_that_dropped_the_frozen_method_is_a_warning(server, source, tasks, caplog):
    with no_frozen_method():
        landed = landed_of(source, tasks)
        assert list(landed("task_transactions")) == []
        assert len(list(landed("transactions"))) == server.store.counts["transactions"]
        assert source.verify(EVERYTHING, landed) == {}
    assert caplog.text.count("this server no longer has the method") == 1
    assert f"history without detail: {len(tasks)} of {len(tasks)} tasks" in caplog.text


def test_a_server_that_has_no_memory_for_a_hundred_tasks_is_asked_for_fewer(
    server, source, tasks, monkeypatch
):
    method = conduit.METHODS["maniphest.gettasktransactions"]

    def limited(store, call):
        if len(call.params["ids"]) > 30:
            raise ConduitError("ERR-CONDUIT-CORE", "Allowed memory size exhausted")
        return method.run(store, call)

    whole = ids(read(source, "task_transactions", EVERYTHING, tasks))
    limit = conduit.Method(limited, method.params)
    monkeypatch.setitem(conduit.METHODS, "maniphest.gettasktransactions", limit)
    assert ids(read(source, "task_transactions", EVERYTHING, tasks)) == whole
