"""The proof that a history is complete: it fits its task, and the other method tells the same."""

from __future__ import annotations

import itertools

import pytest

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page
from flowmart.sources.phabricator.evidence import Evidence
from tests.records import make_record, payload_of
from tests.sources.phabricator.conftest import (
    EVERYTHING,
    epoch_window,
    ids,
    landed_of,
    open_source,
)

MODERN, LEGACY = "transactions", "task_transactions"
_KINDS = ["first", "last", "status", "first status", "all statuses", "first title", "project"]


@pytest.fixture
def untouched(server, tasks):
    """Tasks whose last edit had an effect, and so is their last transaction."""
    rows = server.store.transactions_of
    return [
        task
        for task in tasks
        if max(row["dateCreated"] for row in rows[task.record_id]) == task.version
    ]


def requests_of_proof(server, source, landed):
    """How many requests a proof takes that finds nothing, but for the list of statuses."""
    before, statuses = source.requests_made, server.requests["maniphest.status.search"]
    assert source.verify(EVERYTHING, landed) == {}
    lists = server.requests["maniphest.status.search"] - statuses
    assert lists <= 1
    return source.requests_made - before - lists


def test_z_a_history_that_fits_its_task_is_proved_by_a_sample_of_every_hundred(
    server, source, untouched
):
    some = [t for t in untouched if payload_of(t)["fields"]["dateModified"]][:201]
    assert requests_of_proof(server, source, landed_of(source, some)) == 3


def test_z_a_task_that_was_edited_without_effect_is_proved_by_the_other_method(
    server, source, untouched
):
    """Its time of modification would also tell that its last transaction got lost."""
    server.store.touch(payload_of(untouched[5])["id"], untouched[5].version + 60)
    [touched] = [r for p in source.read("tasks", EVERYTHING, ()) for r in p.records
                 if r.record_id == untouched[5].record_id]  # fmt: skip
    some = [*untouched[:5], touched, *untouched[6:50]]
    assert requests_of_proof(server, source, landed_of(source, some)) == 1 + 1


def test_z_many_doubts_take_no_more_requests_than_reading_all_by_the_other_method(
    server, source, untouched
):
    """Where tasks are modified without a transaction, as bots may do, no history fits its task."""
    for task in untouched:
        server.store.touch(payload_of(task)["id"], task.version + 60)
    touched = [r for p in source.read("tasks", EVERYTHING, ()) for r in p.records]
    requests = requests_of_proof(server, source, landed_of(source, touched))
    assert requests <= max(row["id"] for row in server.store.transactions) // 100 + 1
    assert requests < len(touched) / 2


def lost_rows(server, task, kind):
    """The transactions of a task, of which each alone would be missed."""
    rows = sorted(
        server.store.legacy[payload_of(task)["id"]], key=lambda r: int(r["transactionID"])
    )
    if kind == "first":
        return [row for row in rows if row["dateCreated"] == rows[0]["dateCreated"]]
    if kind == "last":
        return [row for row in rows if row["dateCreated"] == rows[-1]["dateCreated"]]
    if kind == "project":
        return [row for row in rows if dict(row["meta"] or {}).get("edge:type") == 41][-1:]
    if kind == "all statuses":
        return [row for row in rows if row["transactionType"] == "status"]
    found = [row for row in rows if row["transactionType"] == kind.removeprefix("first ")]
    middle = 0 if kind.startswith("first ") else len(found) // 2
    return found[middle:][:1] if len(found) > 2 else []


@pytest.mark.parametrize("kind", _KINDS)
def test_z_a_row_that_got_lost_on_the_way_is_missed_and_read_again(server, source, untouched, kind):
    task, rows = next((t, r) for t in untouched[1:] if (r := lost_rows(server, t, kind)))
    lost = [row["transactionPHID"] for row in rows]
    without = {(LEGACY, phid) for phid in lost}
    found = source.verify(EVERYTHING, landed_of(source, [task, *untouched[:1]], without=without))
    assert {s: [ids(page.records) for page in pages] for s, pages in found.items()} == {
        LEGACY: [sorted(lost)]
    }


@pytest.mark.parametrize("kind", _KINDS)
def test_z_a_row_that_the_frozen_method_never_tells_stops_the_run(server, source, untouched, kind):
    task, rows = next((t, r) for t in untouched[1:] if (r := lost_rows(server, t, kind)))
    legacy = server.store.legacy[payload_of(task)["id"]]
    number = len(legacy)
    legacy[:] = [row for row in legacy if row not in rows]
    with pytest.raises(CompletenessError, match=f"{len(rows)} of {number} transactions") as error:
        source.verify(EVERYTHING, landed_of(source, [task, *untouched[:1]]))
    assert task.record_id in error.value.where
    assert min(row["transactionPHID"] for row in rows) in error.value.what


def test_z_a_kind_of_rows_that_the_frozen_method_never_tells_is_found_in_the_samples(
    server, source, untouched
):
    """Comments lead to nothing in a task; those of the longest history are missed all the same."""
    for rows in server.store.legacy.values():
        last = rows[-1]
        rows[:] = [row for row in rows if row["transactionType"] != "core:comment" or row is last]
    with pytest.raises(CompletenessError, match="known to one of two methods only"):
        source.verify(EVERYTHING, landed_of(source, untouched[:50]))


def test_z_what_came_after_the_task_was_read_is_no_doubt(server, source, untouched):
    some = untouched[:20]
    server.store.add_comment(payload_of(some[7])["id"], "late", at=some[7].version + 60)
    assert requests_of_proof(server, source, landed_of(source, some)) == 1


def test_z_old_spellings_are_no_doubt():
    """Statuses were numbers once, and estimates are numbers here and texts there."""
    fields = {"dateCreated": 10, "name": "A", "status": {"value": "open"}, "points": "1.50"}
    task = make_record("PHID-TASK-1", None, 40, {"id": 1, "fields": fields})
    changes = [
        (10, "title", None, "A"),
        (20, "status", "open", "1"),
        (30, "status", "resolved", "0"),
        (40, "points", None, 1.5),
    ]
    history = [
        make_record(f"PHID-XACT-{number}", "PHID-TASK-1", at, {
            "transactionID": str(number), "dateCreated": str(at), "transactionType": kind,
            "oldValue": old, "newValue": new, "meta": [],
        })
        for number, (at, kind, old, new) in enumerate(changes)
    ]  # fmt: skip
    evidence = Evidence.of(task)
    assert evidence.fits(history, "open")
    for lost in (0, 1, 2, 3):
        assert not evidence.fits(history[:lost] + history[lost + 1 :], "open")


def test_z_odd_values_of_a_task_are_a_doubt_and_no_error(server, source, untouched):
    task = server.store.tasks[payload_of(untouched[3])["id"]]
    task["fields"] |= {"status": [], "dateCreated": None, "points": {"odd": 1}}
    task["attachments"]["projects"] = []
    some = [r for p in source.read("tasks", EVERYTHING, ()) for r in p.records][:20]
    source.verify(EVERYTHING, landed_of(source, some))


def test_a_history_that_both_methods_told_is_proved_without_a_request(server, source, tasks):
    landed = landed_of(source, tasks, paged_by=open_source(server))
    again = next(landed(MODERN))
    assert requests_of_proof(server, source, landed) == 0
    # A repeated row is no difference.
    twice = lambda stream: itertools.chain(landed(stream), [again] * (stream == MODERN))  # noqa: E731
    assert requests_of_proof(server, source, twice) == 0


@pytest.mark.parametrize("stream", [MODERN, LEGACY])
def test_a_row_that_only_one_method_knew_is_found_by_a_second_look(server, source, tasks, stream):
    lost = server.store.transactions_of[tasks[7].record_id][1]["phid"]
    landed = landed_of(source, tasks, without={(stream, lost)}, paged_by=open_source(server))
    found = source.verify(EVERYTHING, landed)
    assert {s: [ids(page.records) for page in pages] for s, pages in found.items()} == {
        stream: [[lost]]
    }
    (record,) = found[stream][0].records
    assert record.parent_id == tasks[7].record_id


@pytest.mark.parametrize("both", [False, True])
def test_a_task_whose_rows_all_got_lost_is_found_by_a_second_look(server, source, tasks, both):
    lost = [row["phid"] for row in server.store.transactions_of[tasks[7].record_id]]
    without = {(LEGACY, phid) for phid in lost}
    paged = open_source(server) if both else None
    found = source.verify(EVERYTHING, landed_of(source, tasks, without=without, paged_by=paged))
    assert ids(found[LEGACY][0].records) == sorted(lost)


def test_a_task_that_the_frozen_method_stays_silent_about_is_told_by_the_other(
    server, source, tasks, caplog
):
    server.store.legacy[payload_of(tasks[7])["id"]].clear()
    found = source.verify(EVERYTHING, landed_of(source, tasks))
    rows = server.store.transactions_of[tasks[7].record_id]
    assert {s: [ids(page.records) for page in pages] for s, pages in found.items()} == {
        MODERN: [sorted(row["phid"] for row in rows)]
    }
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
    landed = landed_of(source, tasks, paged_by=open_source(server))
    with pytest.raises(CompletenessError, match=f"1 of {len(modern) + (lacking == 'modern')}") as e:
        source.verify(EVERYTHING, landed)
    assert lost in e.value.what
    assert task.record_id in e.value.where


def test_a_task_that_vanished_since_its_history_was_read_is_no_loss(server, source, tasks, caplog):
    lost = lost_rows(server, tasks[7], "first")
    without = {(LEGACY, row["transactionPHID"]) for row in lost}
    landed = landed_of(source, tasks, without=without)
    server.store.destroy(payload_of(tasks[7])["id"])
    found = source.verify(EVERYTHING, landed)
    assert found == {MODERN: [Page([], vanished=(tasks[7].record_id,))]}
    assert f"T{payload_of(tasks[7])['id']} shows no history" in caplog.text


def test_the_second_look_keeps_to_the_window(server, source, tasks):
    task = tasks[7]
    end = server.store.transactions_of[task.record_id][-1]["dateCreated"] + 1
    window = epoch_window(1, end)
    lost = server.store.transactions_of[task.record_id][0]["phid"]
    landed = landed_of(source, [task], window, without={(LEGACY, lost)})
    server.store.add_comment(payload_of(task)["id"], "after the window", at=end)
    found = source.verify(window, landed)
    assert ids(found[LEGACY][0].records) == [lost]
