"""How many records a query asks for: as many as the server answers well."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)

SIZES = (5, 10, 25, 50, 100)
# A query ends after ten seconds, and then costs further points.
_SLOW_SECONDS = 7
_QUICK_SECONDS = 3
_QUICK_ANSWERS = 10


class PageSize:
    """
    The size of the next page, remembered within a task.

    :param start: the first one.
    :param sizes: those that it may take, ascending.
    :param largest: the largest of these; ``start`` by default.
    """

    def __init__(
        self, start: int, *, sizes: tuple[int, ...] = SIZES, largest: int | None = None
    ) -> None:
        self._sizes = [size for size in sizes if size <= (largest or start)]
        self._place = self._sizes.index(start)
        self._quick = 0
        self._wanted = _QUICK_ANSWERS

    @property
    def now(self) -> int:
        """The size."""
        return self._sizes[self._place]

    @property
    def is_smallest(self) -> bool:
        """Whether it cannot be smaller."""
        return self._place == 0

    def shrink(self, why: object) -> None:
        """Ask for less; growing again takes longer each time."""
        if not self.is_smallest:
            self._place -= 1
            log.info("pages of %s from now on: %s", self.now, why)
        self._quick, self._wanted = 0, self._wanted * 2

    def took(self, seconds: float) -> None:
        """Learn from a good answer: a slow one lets it shrink, many quick ones let it grow."""
        if seconds > _SLOW_SECONDS:
            self.shrink(f"an answer took {seconds:.1f} s")
            return
        self._quick = self._quick + 1 if seconds < _QUICK_SECONDS else 0
        if self._quick >= self._wanted and self._place + 1 < len(self._sizes):
            self._place, self._quick = self._place + 1, 0
