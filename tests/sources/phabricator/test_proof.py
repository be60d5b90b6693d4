"""The proof that a history is complete: what one method tells, the other one tells as well."""

from __future__ import annotations

import itertools

import pytest

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page
from tests.records import payload_of
from tests.sources.phabricator.conftest import EVERYTHING, epoch_window, ids, landed_of


def test_a_whole_history_is_proved_without_a_request(server, source, tasks):
    landed = landed_of(source, tasks)
    requests = source.requests_made
    assert source.verify(EVERYTHING, landed) == {}
    assert source.requests_made == requests


def test_a_repeated_row_is_no_difference(source, tasks):
    landed = landed_of(source, tasks)
    again = next(landed("transactions"))
    requests = source.requests_made
    twice = lambda stream: itertools.chain(landed(stream), [again] * (stream == "transactions"))  # noqa: E731
    assert source.verify(EVERYTHING, twice) == {}
    assert source.requests_made == requests


@pytest.mark.parametrize("stream", ["transactions", "task_transactions"])
def test_a_row_that_only_one_method_knew_is_found_by_a_second_look(server, source, tasks, stream):
    lost = server.store.transactions_of[tasks[7].record_id][1]["phid"]
    found = source.verify(EVERYTHING, landed_of(source, tasks, without={(stream, lost)}))
    assert {s: [ids(page.records) for page in pages] for s, pages in found.items()} == {
        stream: [[lost]]
    }
    (record,) = found[stream][0].records
    assert record.parent_id == tasks[7].record_id


@pytest.mark.parametrize("stream", ["transactions", "task_transactions"])
def test_a_task_whose_rows_of_one_method_all_got_lost_is_found_by_a_second_look(
    server, source, tasks, stream
):
    lost = [row["phid"] for row in server.store.transactions_of[tasks[7].record_id]]
    without = {(stream, phid) for phid in lost}
    found = source.verify(EVERYTHING, landed_of(source, tasks, without=without))
    assert ids(found[stream][0].records) == sorted(lost)


def test_a_task_that_the_frozen_method_stays_silent_about_is_a_warning(
    server, source, tasks, caplog
):
    server.store.legacy[payload_of(tasks[7])["id"]].clear()
    assert source.verify(EVERYTHING, landed_of(source, tasks)) == {}
    assert f"history without detail: 1 of {len(tasks)} tasks" in caplog.text


@pytest.mark.parametrize("lacking", ["modern", "legacy"])
def test_a_row_that_one_method_never_tells_stops_the_run(server, source, tasks, lacking):
    task = tasks[7]
    modern = server.store.transactions_of[task.record_id]
    legacy = server.store.legacy[payload_of(task)["id"]]
    lost = modern[1]["phid"]
    if lacking == "modern":
        modern.pop(1)
        server.store.transactions = [
            row for row in server.store.transactions if row["phid"] != lost
        ]
    else:
        legacy.pop(1)
    with pytest.raises(CompletenessError, match=f"1 of {len(modern) + (lacking == 'modern')}") as e:
        source.verify(EVERYTHING, landed_of(source, tasks))
    assert lost in e.value.what
    assert task.record_id in e.value.where


def test_a_task_that_vanished_between_the_two_methods_is_no_loss(server, source, tasks, caplog):
    landed = landed_of(
        source,
        tasks,
        without={
            ("transactions", row["phid"])
            for row in server.store.transactions_of[tasks[7].record_id]
        },
    )
    server.store.destroy(payload_of(tasks[7])["id"])
    found = source.verify(EVERYTHING, landed)
    assert found == {"transactions": [Page([], vanished=(tasks[7].record_id,))]}
    assert f"T{payload_of(tasks[7])['id']} shows no history" in caplog.text


def test_the_second_look_keeps_to_the_window(server, source, tasks):
    task = tasks[7]
    end = server.store.transactions_of[task.record_id][-1]["dateCreated"] + 1
    window = epoch_window(1, end)
    lost = server.store.transactions_of[task.record_id][0]["phid"]
    landed = landed_of(source, [task], window, without={("transactions", lost)})
    server.store.add_comment(payload_of(task)["id"], "after the window", at=end)
    found = source.verify(window, landed)
    assert ids(found["transactions"][0].records) == [lost]
