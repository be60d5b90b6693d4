"""Counts reports of systems that posted before on the same day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

# Systems of a day that are remembered, at most: about 30 MB.
_SYSTEMS = 200_000


class Duplicates:
    """The systems that this process heard of today; the marts count exactly, this is to watch."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._seen: set[tuple[str, str]] = set()

    def is_one(self, product: str, system: str, day: date) -> bool:
        """Whether the system has posted on that day before."""
        if day != self._day:
            self._day, self._seen = day, set()
        if (product, system) in self._seen:
            return True
        if len(self._seen) < _SYSTEMS:
            self._seen.add((product, system))
        return False
