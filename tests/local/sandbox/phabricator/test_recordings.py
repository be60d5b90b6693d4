"""The sandbox over the recordings answers each recorded request as the real server did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.sandbox.phabricator.recordings import READER, read_exchanges, recorded_store
from local.sandbox.phabricator.server import Running, serve
from tests.local.sandbox.conftest import caller, ids

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def replay(recordings_folder: Path) -> Iterator[Running]:
    with serve(recorded_store(recordings_folder)) as running:
        yield running


def test_every_recorded_answer_is_given_again(replay: Running, recordings_folder: Path) -> None:
    call = caller(replay)
    recorded = [e for e in read_exchanges(recordings_folder) if e["as"] == READER]
    assert len(recorded) == 44

    for exchange in recorded:
        refused = exchange["response"]["error_code"] == "ERR-INVALID-AUTH"
        token = f"api-{'x' * 28}" if refused else replay.token
        answer = call(exchange["method"], token=token, **exchange["params"])
        assert answer == exchange["response"], (exchange["method"], exchange["params"])


def test_what_the_reader_saw_is_counted(replay: Running) -> None:
    # 23 + 16 + 18 + 18 legacy rows of T1, T5, T16 and T19, which alone were recorded
    assert replay.store.counts == {
        "tasks": 23,
        "transactions": 401,
        "task_transactions": 75,
        "projects": 5,
        "columns": 8,
        "users": 5,
        "statuses": 6,
        "priorities": 6,
    }


def test_a_task_without_recorded_legacy_rows_has_none(replay: Running) -> None:
    answer = caller(replay)("maniphest.gettasktransactions", ids=[2, 16])
    assert list(answer["result"]) == ["16"]
    assert caller(replay)("maniphest.gettasktransactions", ids=[2])["result"] == []


def test_the_instance_is_the_union_of_its_tasks(replay: Running) -> None:
    call = caller(replay)
    everything: list[int] = []
    after = None
    while True:
        answer = call("transaction.search", objectType="TASK", limit=100, after=after)
        everything += ids(answer)
        after = answer["result"]["cursor"]["after"]
        if after is None:
            break
    of_tasks = [row["id"] for rows in replay.store.transactions_of.values() for row in rows]
    assert sorted(everything) == sorted(of_tasks)


def test_before_walks_forward(replay: Running) -> None:
    answer = caller(replay)("transaction.search", objectType="TASK", before="5", limit=2)
    assert ids(answer) == [7, 6]
    assert answer["result"]["cursor"]["before"] == "7"


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no recorded answers"):
        recorded_store(tmp_path)
