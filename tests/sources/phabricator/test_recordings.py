"""Answers of a real Phorge, replayed: 25 tasks, two of them invisible to the reader."""

from __future__ import annotations

from collections import Counter

import pytest

from local.sandbox.phabricator.recordings import recorded_store
from local.sandbox.phabricator.server import serve
from tests.records import payload_of
from tests.sources.phabricator.conftest import epoch_window, ids, open_source, read

# The recordings' own clock is ahead of the wall clock's.
WHOLE = epoch_window(1, 2_000_000_000)


@pytest.fixture
def source(recordings_folder):
    with serve(recorded_store(recordings_folder)) as server:
        yield open_source(server)


@pytest.fixture
def tasks(source):
    return read(source, "tasks", WHOLE)


def test_the_reader_sees_23_tasks(tasks):
    assert [payload_of(task)["id"] for task in tasks] == [
        n for n in range(1, 26) if n not in (17, 18)
    ]


def test_both_methods_bring_what_was_recorded(source, tasks):
    modern = read(source, "transactions", WHOLE, tasks)
    legacy = read(source, "task_transactions", WHOLE, tasks)
    assert len(modern) == len(set(ids(modern))) == 401
    assert sum(payload_of(record)["type"] is None for record in modern) == 46
    assert len(legacy) == len(set(ids(legacy))) == 75
    per_task = Counter(payload_of(record)["taskID"] for record in legacy)
    assert per_task == {"1": 23, "5": 16, "16": 18, "19": 18}


def test_the_two_agree_on_four_tasks_and_the_other_nineteen_lack_detail(source, tasks, caplog):
    landed = {"tasks": tasks} | {
        stream: read(source, stream, WHOLE, tasks)
        for stream in ("transactions", "task_transactions")
    }
    assert source.verify(WHOLE, landed.__getitem__) == {}
    assert "history without detail: 19 of 23 tasks" in caplog.text


def test_snapshots_are_whole(source):
    streams = ("projects", "columns", "users", "statuses", "priorities")
    assert [len(read(source, stream, WHOLE)) for stream in streams] == [5, 8, 5, 6, 6]
    assert ids(read(source, "statuses", WHOLE)) == [
        "duplicate",
        "invalid",
        "open",
        "resolved",
        "spite",
        "wontfix",
    ]
