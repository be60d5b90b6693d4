"""Everything that happens, in the order of things."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Agenda:
    """Actions by their times; what was put first happens first at the same time."""

    def __init__(self) -> None:
        self._actions: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0

    def put(self, at: int, action: Callable[[], None]) -> None:
        """
        Let something happen.

        :param at: epoch seconds.
        """
        self._count += 1
        heapq.heappush(self._actions, (at, self._count, action))

    def run(self) -> None:
        """Let everything happen."""
        while self._actions:
            _, _, action = heapq.heappop(self._actions)
            action()
