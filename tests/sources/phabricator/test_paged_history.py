"""The paged method, where the frozen one is missing: a sweep, or task by task."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from flowmart.sources.phabricator import history
from tests.records import payload_of
from tests.sources.phabricator.conftest import (
    EVERYTHING,
    ids,
    no_frozen_method,
    open_source,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _no_frozen_method() -> Iterator[None]:
    with no_frozen_method():
        yield


def test_a_sweep_and_task_by_task_bring_the_same(server, tasks, monkeypatch):
    sweeping, asking = open_source(server), open_source(server)
    swept = read(sweeping, "transactions", EVERYTHING, tasks)
    monkeypatch.setattr(history, "SWEEP_FROM_TASKS", 10**6)
    asked = read(asking, "transactions", EVERYTHING, tasks)
    assert sorted(swept) == sorted(asked)
    newest = server.store.transactions[-1]["id"]
    assert sweeping.requests_made <= newest // 100 + 2
    assert asking.requests_made >= len(tasks)


def test_a_sweep_brings_only_the_tasks_asked_for(source, tasks):
    some = tasks[:200]
    records = read(source, "transactions", EVERYTHING, some)
    assert {r.parent_id for r in records} == {t.record_id for t in some}
    assert source.requests_made < 100


def test_few_tasks_are_asked_one_by_one_without_a_probe(server, tasks):
    source = open_source(server)
    read(source, "transactions", EVERYTHING, tasks[:5])
    assert source.requests_made == 1 + 5


def test_many_tasks_of_a_long_history_are_asked_one_by_one_after_a_probe(server, tasks):
    calls = server.store.transactions[-1]["id"] // 100
    some = [t for t in tasks if len(server.store.transactions_of[t.record_id]) <= 100][: calls - 1]
    assert len(some) >= history.SWEEP_FROM_TASKS
    source = open_source(server)
    read(source, "transactions", EVERYTHING, some)
    assert source.requests_made == 2 + len(some)


def test_old_servers_without_sweep_are_asked_task_by_task(server, source, tasks, caplog):
    caplog.set_level(logging.INFO)
    server.store.knows_object_type = False
    records = read(source, "transactions", EVERYTHING, tasks)
    assert len(records) == server.store.counts["transactions"]
    assert "no sweep, Conduit answered ERR-CONDUIT-CALL" in caplog.text


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
