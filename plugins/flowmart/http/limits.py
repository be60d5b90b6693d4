"""Rate limit and request budget of one task."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from pyrate_limiter import Limiter, Rate

from flowmart.core.errors import BudgetError


@dataclass(frozen=True)
class Limits:
    """
    The request limits of an instance.

    :param requests_per_second: maximum rate; ``None`` for no limit.
    :param requests_per_task: a task that needs more requests fails; ``None`` for no limit.
    :param concurrency: maximum number of simultaneous requests.
    """

    requests_per_second: float | None = None
    requests_per_task: int | None = None
    concurrency: int = 4


class RequestLimiter:
    """
    Makes requests keep the limits of an instance; thread-safe.

    :param limits: the limits.
    :param name: name of the instance, for errors.
    """

    def __init__(self, limits: Limits, name: str) -> None:
        self._limits = limits
        self._name = name
        self._lock = threading.Lock()
        self.requests_made = 0
        rate = limits.requests_per_second
        self._rate_limiter = Limiter(Rate(1, max(1, round(1000 / rate)))) if rate else None

    def acquire(self) -> None:
        """
        Wait until the next request may be sent, and count it.

        :raises BudgetError: if the task has used up its requests.
        """
        with self._lock:
            budget = self._limits.requests_per_task
            if budget is not None and self.requests_made >= budget:
                raise BudgetError(
                    f"The task has used up its {budget} requests",
                    where=self._name,
                    next_step="clear the task: a stream goes on after its last checkpoint, with as "
                    "many requests again. What has none (a proof, a stream that begins anew) needs "
                    "a higher requests_per_task in flowmart.yaml, or a shorter window",
                )
            self.requests_made += 1
        if self._rate_limiter:
            self._rate_limiter.try_acquire(self._name)
