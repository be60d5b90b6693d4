"""One writer per process: what came during a commit is kept by the next one, all together."""

from __future__ import annotations

import asyncio
import errno
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
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
_RETRY_SECONDS = 30
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class GroupCommit:
    """
    Keeps reports for many requests at once.

    :param store: where to; it is used from one thread.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._waiting: list[tuple[Report, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "commit")
        self._is_failing = False

    async def keep(self, report: Report) -> None:
        """
        Wait until a report is kept.

        :raises Refused: if it cannot be; the sender may try again.
        """
        if len(self._waiting) >= self._settings.waiting:
            raise _unavailable("busy", "too many reports are waiting", 5)
        loop = asyncio.get_running_loop()
        kept = loop.create_future()
        self._waiting.append((report, kept))
        self._wake.set()
        deadline = loop.call_later(self._settings.commit_seconds, _give_up, kept)
        try:
            await kept
        finally:
            deadline.cancel()

    async def run(self) -> None:
        """Commit what comes, until this is cancelled."""
        while True:
            await self._wake.wait()
            if self._settings.group_seconds:
                await asyncio.sleep(self._settings.group_seconds)
            await self._commit_group()

    async def close(self) -> None:
        """Commit what still waits, and close the store."""
        while self._waiting:
            await self._commit_group()
        self._thread.submit(self._store.close)
        self._thread.shutdown()

    async def _commit_group(self) -> None:
        WAITING.set(len(self._waiting))
        taken, self._waiting = self._waiting[:_LARGEST_GROUP], self._waiting[_LARGEST_GROUP:]
        if not self._waiting:
            self._wake.clear()
        # Whose wait is over got its answer: that it is not kept.
        group = [(report, kept) for report, kept in taken if not kept.done()]
        if not group:
            return
        error: Exception | None = None
        try:
            reports = [report for report, _ in group]
            await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, reports)
        except Exception as caught:
            error = caught
        self._tell(error)
        for _, kept in group:
            # It may have been given up meanwhile.
            with suppress(asyncio.InvalidStateError):
                if error:
                    kept.set_exception(_failure(error))
                else:
                    kept.set_result(None)

    def _commit(self, reports: list[Report]) -> None:
        began = time.perf_counter()
        self._store.commit(reports, datetime.now(UTC))
        COMMIT_SECONDS.observe(time.perf_counter() - began)

    def _tell(self, error: Exception | None) -> None:
        """Log when the store begins to fail and when it works again, not every report between."""
        if error and not self._is_failing:
            # Its text may hold an address with a password.
            log.error(
                "store fails", error=type(error).__name__, errno=getattr(error, "errno", None)
            )
        elif self._is_failing and not error:
            log.info("store works again")
        self._is_failing = error is not None


def _give_up(kept: asyncio.Future[None]) -> None:
    if not kept.done():
        kept.set_exception(_unavailable("store", "the store does not answer"))


def _failure(error: Exception) -> Refused:
    if isinstance(error, OSError) and error.errno in _FULL:
        return _unavailable("full", "the disk is full")
    return _unavailable("store", "the store fails")


def _unavailable(reason: str, detail: str, seconds: int = _RETRY_SECONDS) -> Refused:
    return Refused(503, reason, detail, seconds)
