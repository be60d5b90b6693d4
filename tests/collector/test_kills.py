"""What was acknowledged is kept once, whatever happens to the process."""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from http.client import HTTPException
from typing import TYPE_CHECKING

import pytest

from tests.collector.running import RunningCollector, analytics, answer, stored, systems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Load:
    """Clients that post until they are told to end, each report of a system of its own."""

    def __init__(self, collector: RunningCollector, clients: int = 8) -> None:
        self.acknowledged: list[str] = []
        self.refused: list[int] = []
        self._collector = collector
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._post) for _ in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _post(self) -> None:
        connection = self._collector.connect()
        while not self._is_over.is_set():
            system = str(uuid.uuid4())
            try:
                connection.request("POST", "/", analytics(system))
                status = answer(connection.getresponse()).status
            except (OSError, HTTPException):
                connection.close()
                time.sleep(0.02)
                continue
            if status == 200:
                self.acknowledged.append(system)
            else:
                self.refused.append(status)


def assert_kept_once(root: Path, acknowledged: list[str]) -> None:
    times = Counter(systems(root))
    assert acknowledged
    assert {times[system] for system in acknowledged} == {1}
    ids = [line["report_id"] for line in stored(root)]
    assert len(ids) == len(set(ids))


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_kills_at_any_moment_lose_and_double_nothing_acknowledged(
    starting: Callable[..., RunningCollector], tmp_path: Path
) -> None:
    kills = 20 if os.environ.get("SOAK") else 2
    # Small segments, so that kills also come while one is begun.
    collector = starting(tmp_path, segment_bytes=20_000)
    with Load(collector) as load:
        for _ in range(kills):
            before = len(load.acknowledged)
            while len(load.acknowledged) < before + 50:
                time.sleep(0.01)
            time.sleep(random.uniform(0, 0.3))
            collector.kill()
            collector.start()
    collector.stop()
    assert_kept_once(tmp_path, load.acknowledged)
    assert set(load.refused) <= {503}


def test_a_stop_answers_what_is_under_way(
    starting: Callable[..., RunningCollector], tmp_path: Path
) -> None:
    collector = starting(tmp_path, group_seconds=0.3)
    with Load(collector) as load:
        while not load.acknowledged:
            time.sleep(0.01)
        with collector.raw(b"POST / HTTP/1.1\r\nContent-Length: 38\r\n\r\n") as connection:
            late = str(uuid.uuid4())
            connection.sendall(analytics(late))
            time.sleep(0.1)
            collector.stop()
            assert connection.recv(12) == b"HTTP/1.1 200"
    assert late in systems(tmp_path)
    assert_kept_once(tmp_path, load.acknowledged)


def test_several_processes_keep_segments_of_their_own_and_add_up_their_counts(
    starting: Callable[..., RunningCollector], tmp_path: Path
) -> None:
    collector = starting(tmp_path, processes=2)
    with Load(collector, clients=6) as load:
        deadline = time.monotonic() + 30
        while len({path.name.split("-")[-3] for path in tmp_path.rglob("*.jsonl")}) < 2:
            assert time.monotonic() < deadline
            # Which process gets a connection is up to the system.
            with suppress(OSError):
                system = str(uuid.uuid4())
                if collector.post(analytics(system)).status == 200:
                    load.acknowledged.append(system)
    assert collector.metric("reports_total", product="pulp") == len(load.acknowledged)
    collector.stop()
    assert_kept_once(tmp_path, load.acknowledged)
