"""How fast one task may ask, and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from pyrate_limiter import Limiter, Rate

from flowmart.core.errors import BudgetError


@dataclass(frozen=True)
class Limits:
    """
    What an instance allows.

    :param requests_per_second: requests are at least so far apart; ``None`` for no limit.
    :param requests_per_task: a task that needs more of them ends; ``None`` for no limit.
    :param concurrency: how many requests may be on their way at once.
    """

    requests_per_second: float | None = None
    requests_per_task: int | None = None
    concurrency: int = 4


class Gate:
    """
    Lets requests through one by one; threads may share it.

    :param limits: what the instance allows.
    :param name: the instance, for errors.
    """

    def __init__(self, limits: Limits, name: str) -> None:
        self._limits = limits
        self._name = name
        self._lock = threading.Lock()
        self.passed = 0
        rate = limits.requests_per_second
        self._limiter = Limiter(Rate(1, max(1, round(1000 / rate)))) if rate else None

    def enter(self) -> None:
        """
        Wait for the turn of a request.

        :raises BudgetError: if the task has used up its requests.
        """
        with self._lock:
            budget = self._limits.requests_per_task
            if budget is not None and self.passed >= budget:
                raise BudgetError(
                    f"The task has used up its {budget} requests",
                    where=self._name,
                    next_step="clear the task to go on where it stopped, with as many requests "
                    "again, or raise requests_per_task in flowmart.yaml",
                )
            self.passed += 1
        if self._limiter:
            self._limiter.try_acquire(self._name)
