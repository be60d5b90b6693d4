"""One writer per process: what came during a commit is kept by the next one, all together."""

from __future__ import annotations

import asyncio
import errno
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

import structlog

from collector.errors import Refused
from collector.metrics import COMMIT_SECONDS, WAITING

if TYPE_CHECKING:
    from collector.records import Report
    from collector.settings import Settings
    from collector.stores import Store

log = structlog.get_logger()
# Of one commit; what is beyond it waits for the next.
_LARGEST_GROUP = 500
# For a commit under way at the end: no request waits for it any more.
CLOSE_SECONDS = 1
_RETRY_SECONDS = 30
_MICROSECOND = timedelta(microseconds=1)
# Further ahead than this is no clock that was set back, but one that was quite wrong.
_LARGEST_STEP = timedelta(days=1)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A report, and what its request waits for."""

    report: Report
    kept: asyncio.Future[None]


class GroupCommit:
    """
    Keeps reports for many requests at once, in a thread of its own.

    :param store: where to; only that thread commits.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        # None ends the thread.
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        # A commit that hangs must not keep the process from ending.
        self._thread = Thread(target=self._run, name="commit", daemon=True)
        self._is_failing = False
        self._last: datetime | None = None

    def start(self) -> None:
        """Begin to commit what comes."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def keep(self, report: Report) -> None:
        """
        Wait until a report is kept.

        :raises Refused: if it cannot be; the sender may try again.
        """
        if self._queue.qsize() >= self._settings.waiting:
            raise _unavailable("busy", "too many reports are waiting", 5)
        kept = self._loop.create_future()
        self._queue.put(_Waiting(report, kept))
        deadline = self._loop.call_later(self._settings.commit_seconds, _give_up, kept)
        try:
            await kept
        finally:
            deadline.cancel()

    async def close(self) -> None:
        """Commit what still waits, and close the store."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join, CLOSE_SECONDS)

    def _run(self) -> None:
        is_open = True
        while is_open:
            taken = self._next()
            is_open = None not in taken
            # Whose wait is over got its answer: that it is not kept.
            group = [one for one in taken if one and not one.kept.done()]
            if group:
                error = self._commit([one.report for one in group])
                # Ends with the loop, if the process is told to end while a commit hangs.
                with suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(_settle, group, error)
        self._store.close()

    def _next(self) -> list[_Waiting | None]:
        """What waits, as soon as anything does."""
        taken = [self._queue.get()]
        if self._settings.group_seconds:
            time.sleep(self._settings.group_seconds)
        with suppress(Empty):
            while len(taken) < _LARGEST_GROUP:
                taken.append(self._queue.get_nowait())
        WAITING.set(len(taken))
        return taken

    def _commit(self, reports: list[Report]) -> Exception | None:
        """Why they are not kept, None if they are."""
        began = time.perf_counter()
        try:
            self._store.commit(reports, self._received_at())
        except Exception as error:
            if not self._is_failing:
                # Not its text, which may hold an address with a password.
                number = getattr(error, "errno", None)
                log.error("store fails", error=type(error).__name__, errno=number)
            self._is_failing = True
            return error
        COMMIT_SECONDS.observe(time.perf_counter() - began)
        if self._is_failing:
            log.info("store works again")
        self._is_failing = False
        return None

    def _received_at(self) -> datetime:
        """Now, but never earlier than before: readers do not come back to what they have read."""
        now = datetime.now(UTC)
        if self._last is None:
            newest = self._store.newest()
            self._last = now - _MICROSECOND
            if newest and newest > now + _LARGEST_STEP:
                log.error("the store has reports of the future", newest=newest.isoformat())
            elif newest:
                self._last = max(self._last, newest)
        self._last = max(now, self._last + _MICROSECOND)
        return self._last


def _settle(group: list[_Waiting], error: Exception | None) -> None:
    """Tell requests what became of their reports; some may have given up meanwhile."""
    for one in group:
        if one.kept.done():
            continue
        if error:
            one.kept.set_exception(_failure(error))
        else:
            one.kept.set_result(None)


def _give_up(kept: asyncio.Future[None]) -> None:
    if not kept.done():
        kept.set_exception(_unavailable("store", "the store does not answer"))


def _failure(error: Exception) -> Refused:
    if isinstance(error, OSError) and error.errno in _FULL:
        return _unavailable("full", "the disk is full")
    return _unavailable("store", "the store fails")


def _unavailable(reason: str, detail: str, seconds: int = _RETRY_SECONDS) -> Refused:
    return Refused(503, reason, detail, seconds)
