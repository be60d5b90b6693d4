"""Progress output: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time

_WIDTH = 30
_PLAIN_LINE_SECONDS = 15


class Progress:
    """
    The progress of one piece of work.

    :param title: what is being done, in a few words.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = time.monotonic()
        self._told: tuple[int, int] | None = None
        self._told_at = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Tell that so many of so many are through."""
        seconds = time.monotonic() - self._started
        text = f"{self._title}: {done}/{total} runs, {seconds:.0f} s"
        if sys.stdout.isatty():
            filled = _WIDTH * done // max(total, 1)
            bar = "█" * filled + "░" * (_WIDTH - filled)
            print(f"\r  {bar} {text}", end="\n" if done == total else "", flush=True)
        elif (done, total) != self._told or seconds - self._told_at > _PLAIN_LINE_SECONDS:
            print(f"  {text}", flush=True)
            self._told, self._told_at = (done, total), seconds
