"""Ending what was started, all of it, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from local import processes
from local.processes import ProcessTable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLEEP = "import time; time.sleep(600)"
# Says its child's pid, so that a test can look for it, and sleeps beside it.
WITH_CHILD = f"""
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", {SLEEP!r}]).pid, flush=True)
time.sleep(600)
"""
STUBBORN = f"""
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
{SLEEP}
"""


@pytest.fixture
def table(tmp_path: Path) -> Iterator[ProcessTable]:
    table = ProcessTable(tmp_path / "processes.json")
    yield table
    table.stop()


def start(table: ProcessTable, tmp_path: Path, program: str, name: str = "one") -> psutil.Process:
    command = [sys.executable, "-c", program]
    log = tmp_path / f"{name}.log"
    return psutil.Process(table.start(name, command, os.environ, log).pid)


def said(log: Path) -> str:
    while not log.read_text().endswith("\n"):
        time.sleep(0.01)
    return log.read_text().strip()


def is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_a_process_has_a_session_of_its_own(table: ProcessTable, tmp_path: Path) -> None:
    process = start(table, tmp_path, SLEEP)
    assert os.getsid(process.pid) == process.pid != os.getsid(0)
    assert table.all()["one"].leader() == process


def test_stop_ends_the_children_too(table: ProcessTable, tmp_path: Path) -> None:
    parent = start(table, tmp_path, WITH_CHILD)
    child = psutil.Process(int(said(tmp_path / "one.log")))
    assert table.stop() == ["one"]
    assert not is_alive(parent)
    assert not is_alive(child)
    assert table.all() == {}


def test_stop_ends_children_that_outlived_their_parent(table: ProcessTable, tmp_path: Path) -> None:
    parent = start(table, tmp_path, WITH_CHILD)
    child = psutil.Process(int(said(tmp_path / "one.log")))
    parent.send_signal(signal.SIGKILL)
    while is_alive(parent):
        time.sleep(0.01)
    assert is_alive(child)
    assert table.stop() == []
    assert not is_alive(child)


def test_stop_kills_what_ignores_the_polite_way(
    table: ProcessTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "GRACE_SECONDS", 0.3)
    stubborn = start(table, tmp_path, STUBBORN)
    assert said(tmp_path / "one.log") == "ready"
    table.stop()
    assert not is_alive(stubborn)


def test_stop_leaves_others_alone(table: ProcessTable, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP]) as bystander:
        start(table, tmp_path, SLEEP)
        table.stop()
        assert bystander.poll() is None
        bystander.kill()


def test_a_pid_that_somebody_else_got_is_not_ours(table: ProcessTable, tmp_path: Path) -> None:
    file = tmp_path / "processes.json"
    with subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True) as stranger:
        start(table, tmp_path, SLEEP)
        ours = table.all()["one"]
        reused = dataclasses.replace(ours, name="two", pid=stranger.pid)
        reused = dataclasses.replace(
            reused, create_time=ours.create_time - 3600, since_boot=ours.since_boot - 3600
        )
        entries = [dataclasses.asdict(entry) for entry in (ours, reused)]
        file.write_text(json.dumps(entries))
        assert table.stop() == ["one"]
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere the clock does not move create times")
@pytest.mark.parametrize("seconds", [3600, -3600, 10**9])
def test_what_was_started_is_known_after_the_clock_was_set(
    table: ProcessTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """Linux reckons when it booted from the clock: as after a night of a laptop's sleep."""
    process = start(table, tmp_path, SLEEP)
    booted = psutil.boot_time()
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: booted + seconds)
    assert table.all()["one"].leader() == process
    assert table.stop() == ["one"]
    assert not is_alive(process)


def test_output_is_added_to_the_log(table: ProcessTable, tmp_path: Path) -> None:
    (tmp_path / "one.log").write_text("before\n")
    start(table, tmp_path, "print('after', flush=True)")
    while (tmp_path / "one.log").read_text() != "before\nafter\n":
        time.sleep(0.01)
