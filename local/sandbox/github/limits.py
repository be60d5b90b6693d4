"""Budgets of an hour or a minute, and the headers that tell of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SPANS = {"core": 3600, "graphql": 3600, "search": 60}
LIMITS = {"core": 5000, "graphql": 5000, "search": 30}


@dataclass
class Budget:
    """
    What may be spent of a resource until it is reset.

    :param resource: core, graphql or search.
    :param limit: points or requests.
    :param clock: epoch seconds.
    """

    resource: str
    limit: int
    clock: Callable[[], float]
    used: int = 0
    reset_at: int = field(default=0)

    def renew(self) -> None:
        """Begin another window once the last one is over."""
        if self.clock() >= self.reset_at:
            self.used = 0
            self.reset_at = int(self.clock()) + _SPANS[self.resource]

    @property
    def remaining(self) -> int:
        """What is left."""
        return max(0, self.limit - self.used)

    def spend(self, points: int) -> bool:
        """Take what a request costs, unless nothing is left."""
        self.renew()
        if not self.remaining:
            return False
        self.used = min(self.limit, self.used + points)
        return True

    def told(self) -> dict[str, int | str]:
        """As ``/rate_limit`` tells it."""
        self.renew()
        return {
            "limit": self.limit,
            "used": self.used,
            "remaining": self.remaining,
            "reset": self.reset_at,
        }

    def headers(self, *, is_used_up: bool = False) -> dict[str, str]:
        """
        The headers of an answer.

        :param is_used_up: whether it is to be told so whatever is left.
        """
        self.renew()
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": "0" if is_used_up else str(self.remaining),
            "X-RateLimit-Used": str(self.limit if is_used_up else self.used),
            "X-RateLimit-Reset": str(self.reset_at),
            "X-RateLimit-Resource": self.resource,
        }
