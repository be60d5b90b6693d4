from __future__ import annotations

import logging

import pytest

from flowmart.sources.base import Page
from flowmart.sources.phabricator import history
from tests.records import payload_of
from tests.sources.phabricator.conftest import (
    EVERYTHING,
    epoch_window,
    ids,
    landed_of,
    open_source,
    read,
)


def test_both_methods_bring_every_transaction_once(server, source, tasks):
    counts = server.store.counts
    assert counts["transactions"] == counts["task_transactions"] > 2000
    modern = read(source, "transactions", EVERYTHING, tasks)
    legacy = read(source, "task_transactions", EVERYTHING, tasks)
    phids = sorted(
        row["phid"]
        for task in server.store.visible_tasks()
        for row in server.store.transactions_of[task["phid"]]
    )
    assert ids(modern) == ids(legacy) == phids


def test_transactions_know_their_task_and_their_time(source, tasks):
    for stream in ("transactions", "task_transactions"):
        records = read(source, stream, EVERYTHING, tasks[:3])
        assert {r.parent_id for r in records} == {t.record_id for t in tasks[:3]}
        assert all(r.version == int(payload_of(r)["dateCreated"]) for r in records)


def test_a_sweep_and_task_by_task_bring_the_same(server, tasks, monkeypatch):
    sweeping, asking = open_source(server), open_source(server)
    swept = read(sweeping, "transactions", EVERYTHING, tasks)
    monkeypatch.setattr(history, "SWEEP_FROM_TASKS", 10**6)
    asked = read(asking, "transactions", EVERYTHING, tasks)
    assert sorted(swept) == sorted(asked)
    newest = server.store.transactions[-1]["id"]
    assert sweeping.requests_made <= newest // 100 + 1
    assert asking.requests_made >= len(tasks)


def test_a_sweep_brings_only_the_tasks_asked_for(source, tasks):
    some = tasks[:200]
    records = read(source, "transactions", EVERYTHING, some)
    assert {r.parent_id for r in records} == {t.record_id for t in some}
    assert source.requests_made < 100


def test_few_tasks_are_asked_one_by_one_without_a_probe(server, tasks):
    source = open_source(server)
    read(source, "transactions", EVERYTHING, tasks[:5])
    assert source.requests_made == 5


def test_many_tasks_of_a_long_history_are_asked_one_by_one_after_a_probe(server, tasks):
    calls = server.store.transactions[-1]["id"] // 100
    some = [t for t in tasks if len(server.store.transactions_of[t.record_id]) <= 100][: calls - 1]
    assert len(some) >= history.SWEEP_FROM_TASKS
    source = open_source(server)
    read(source, "transactions", EVERYTHING, some)
    assert source.requests_made == 1 + len(some)


def test_old_servers_without_sweep_are_asked_task_by_task(server, source, tasks, caplog):
    caplog.set_level(logging.INFO)
    server.store.knows_object_type = False
    records = read(source, "transactions", EVERYTHING, tasks)
    assert len(records) == server.store.counts["transactions"]
    assert "no sweep, Conduit answered ERR-CONDUIT-CALL" in caplog.text


def test_what_happened_after_the_window_is_cut_off(server, source, tasks):
    moments = sorted(row["dateCreated"] for row in server.store.transactions)
    end = moments[len(moments) // 2]
    expected = sum(
        row["dateCreated"] < end
        for task in server.store.visible_tasks()
        for row in server.store.transactions_of[task["phid"]]
    )
    for stream in ("transactions", "task_transactions"):
        records = read(source, stream, epoch_window(1, end), tasks)
        assert len(records) == expected
        assert max(int(payload_of(r)["dateCreated"]) for r in records) < end


def test_comments_that_arrive_during_a_sweep_shift_no_page(server, source, tasks):
    before = server.store.counts["transactions"]
    pages = source.read("transactions", EVERYTHING, tasks)
    records = next(pages).records
    end = int(EVERYTHING.end.timestamp())
    server.store.add_comment(payload_of(tasks[0])["id"], "late", at=end + 5)
    records += [r for page in pages for r in page.records]
    assert len(records) == len(set(ids(records))) == before


def test_a_task_destroyed_during_a_sweep_costs_no_other_row(server, source, tasks):
    pages = source.read("transactions", EVERYTHING, tasks)
    first = server.store.transactions[::-1][:100]
    records = next(pages).records
    cursor_task = first[-1]["objectPHID"]
    others = [r for r in server.store.transactions if r["objectPHID"] != cursor_task]
    expected = [r["phid"] for r in others if server.store.is_visible(r["objectPHID"])]
    server.store.destroy(server.store.task_ids[cursor_task])
    records += [r for page in pages for r in page.records]
    assert ids(r for r in records if r.parent_id != cursor_task) == sorted(expected)


def test_p1_a_task_that_vanished_since_it_was_read_is_left_out(server, source, tasks, caplog):
    """A hidden one is refused in other words than a destroyed one, and both are reported."""
    gone = [payload_of(task)["id"] for task in tasks[1:3]]
    server.store.destroy(gone[0])
    server.store.hide(gone[1])
    pages = list(source.read("transactions", EVERYTHING, tasks[:5]))
    found = {record.parent_id for page in pages for record in page.records}
    assert found == {t.record_id for t in (tasks[0], *tasks[3:5])}
    vanished = [record_id for page in pages for record_id in page.vanished]
    assert vanished == [task.record_id for task in tasks[1:3]]
    assert all(f"T{number} shows no history" in caplog.text for number in gone)


def test_p1_a_task_that_is_hidden_between_two_pages_brings_no_part_of_its_history(
    server, source, tasks
):
    task = max(tasks, key=lambda task: len(server.store.transactions_of[task.record_id]))
    number = payload_of(task)["id"]
    for second in range(120):
        server.store.add_comment(number, "more", at=int(EVERYTHING.start.timestamp()) + second)
    conduit = source._conduit
    call, asked = conduit.call, []

    def hiding(method, params, type_):
        answer = call(method, params, type_)
        asked.append(params.get("after"))
        server.store.hide(number)
        return answer

    conduit.call = hiding
    [page] = source.read("transactions", EVERYTHING, [task])
    assert (page.records, page.vanished) == ([], (task.record_id,))
    assert asked == [None], "one page came, and the refusal of the next was no lost cursor"


@pytest.mark.parametrize("vanish", ["destroy", "hide"])
def test_p2_a_task_that_vanishes_before_a_sweep_is_left_out(server, source, tasks, vanish):
    gone = tasks[9]
    getattr(server.store, vanish)(payload_of(gone)["id"])
    landed = landed_of(source, tasks)
    assert gone.record_id not in {record.parent_id for record in landed("transactions")}
    found = source.verify(EVERYTHING, landed)
    assert found == {"transactions": [Page([], vanished=(gone.record_id,))]}


def test_p2_a_task_that_vanishes_during_a_sweep_is_left_out(server, source, tasks):
    """Some of its transactions had come."""
    gone = tasks[9]
    rows = server.store.transactions_of[gone.record_id]
    lost = {("transactions", row["phid"]) for row in rows[:2]}
    lost |= {("task_transactions", row["phid"]) for row in rows}
    landed = landed_of(source, tasks, without=lost)
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


def test_tasks_without_an_answer_of_the_frozen_method_bring_nothing(server, source, tasks):
    # PHP answers with an empty list here, not with an empty map.
    server.store.legacy.clear()
    assert read(source, "task_transactions", EVERYTHING, tasks) == []


def test_a_server_that_dropped_the_frozen_method_is_a_warning(
    server, source, tasks, monkeypatch, caplog
):
    monkeypatch.delitem(
        __import__("local.sandbox.phabricator.conduit", fromlist=["METHODS"]).METHODS,
        "maniphest.gettasktransactions",
    )
    landed = landed_of(source, tasks)
    assert list(landed("task_transactions")) == []
    assert "this server no longer has the method" in caplog.text
    assert source.verify(EVERYTHING, landed) == {}
    assert f"history without detail: {len(tasks)} of {len(tasks)} tasks" in caplog.text
