"""The processes that a stack started: told apart from everybody else's, and ended together."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

# Airflow's triggerer takes its time over SIGTERM, and its scheduler may ignore it for ever.
GRACE_SECONDS = 5


@dataclass(frozen=True)
class Started:
    """
    A process that was started in a session of its own.

    :param pid: its id, which is its session's as well.
    :param create_time: when it began, in seconds since 1970: the id alone may be reused.
    :param port: port that it listens on, 0 for none.
    :param log: its log file.
    :param http_port: port that it speaks HTTP on besides, 0 for none.
    :param since_boot: seconds from the start of the machine to its own. On Linux ``create_time``
        moves when the clock is set, as it is after the machine has slept, and this does not;
        elsewhere it is the other way round.
    """

    name: str
    pid: int
    create_time: float
    port: int
    log: str
    http_port: int = 0
    since_boot: float = 0

    def leader(self) -> psutil.Process | None:
        """The process itself, if it lives."""
        with suppress(psutil.Error):
            process = psutil.Process(self.pid)
            moved = process.create_time() - self.create_time
            moved_since_boot = _since_boot(process) - self.since_boot
            is_same = min(abs(moved), abs(moved_since_boot)) < 1
            if is_same and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None

    def members(self) -> Iterator[psutil.Process]:
        """It and all that it started, also what outlived it."""
        if self.leader() is None:
            if psutil.boot_time() > self.create_time:
                return
            if psutil.pid_exists(self.pid) and not _is_zombie(self.pid):
                return  # somebody else got the id, so the session is gone
        for process in psutil.process_iter():
            with suppress(ProcessLookupError, PermissionError, psutil.Error):
                if os.getsid(process.pid) == self.pid:
                    yield process


class ProcessTable:
    """
    The processes of one stack, remembered in a file.

    :param file: JSON file; it may be missing.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> dict[str, Started]:
        """What was started, by name, whether it still lives or not."""
        if not self._file.exists():
            return {}
        return {entry["name"]: Started(**entry) for entry in json.loads(self._file.read_text())}

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        port: int = 0,
        http_port: int = 0,
    ) -> Started:
        """Start a process that outlives this one; its output is added to the log file."""
        with log.open("ab") as output:
            child = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # It is meant to outlive us, so Python need not warn about that.
        child.returncode = 0
        process = psutil.Process(child.pid)
        started = Started(
            name,
            child.pid,
            process.create_time(),
            port,
            str(log),
            http_port,
            since_boot=_since_boot(process),
        )
        self._write({**self.all(), name: started})
        return started

    def stop(self) -> list[str]:
        """
        End every process in the table and all that they started.

        :returns: names of those that were alive.
        """
        entries = list(self.all().values())
        alive = [entry.name for entry in entries if entry.leader()]
        for entry in entries:
            # A live leader ends its own children in good order.
            leader = entry.leader()
            for process in [leader] if leader else entry.members():
                with suppress(psutil.Error):
                    process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while _members(entries) and time.monotonic() < deadline:
            time.sleep(0.1)
        # What was forked meanwhile turns up in the next look.
        while remaining := _members(entries):
            for process in remaining:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(remaining, timeout=1)
        self._write({})
        return alive

    def _write(self, entries: Mapping[str, Started]) -> None:
        draft = self._file.with_suffix(".tmp")
        draft.write_text(json.dumps([asdict(entry) for entry in entries.values()], indent=1))
        draft.replace(self._file)


def _members(entries: Sequence[Started]) -> list[psutil.Process]:
    found = [process for entry in entries for process in entry.members()]
    return [process for process in found if not _is_zombie(process.pid)]


def _since_boot(process: psutil.Process) -> float:
    return process.create_time() - psutil.boot_time()


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True
