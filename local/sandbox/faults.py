"""Faults that a test or a demo switches on: what a server under stress answers with."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Faults:
    """
    The faults in force. Numbers of answers count down as they are used up.

    :param latency_ms: milliseconds that every answer waits.
    :param unavailable: how many of the next answers are HTTP ``unavailable_status``.
    :param unavailable_status: 503 or 429.
    :param retry_after: text of the ``Retry-After`` header, seconds or an HTTP date; empty for none.
    :param truncated: how many of the next answers are cut in the middle of their JSON.
    :param resets: how many of the next requests have their connection reset.
    :param html: how many of the next answers are an HTML page with status 200.
    :param shifts: after how many of the next answers an issue is edited.
    :param wrong_token: whether every token is refused.
    """

    latency_ms: int = 0
    unavailable: int = 0
    unavailable_status: int = 503
    retry_after: str = ""
    truncated: int = 0
    resets: int = 0
    html: int = 0
    shifts: int = 0
    wrong_token: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def take(self, name: str) -> bool:
        """Use up one of the answers that a counted fault still has to spoil."""
        with self._lock:
            left: int = getattr(self, name)
            if left > 0:
                setattr(self, name, left - 1)
            return left > 0

    def update(self, changes: dict[str, Any]) -> None:
        """
        Set some of the faults.

        :param changes: fault name -> value.
        :raises ValueError: for a name that is no fault, or a value of another type.
        """
        known = {f.name: f for f in fields(self) if not f.name.startswith("_")}
        for name, value in changes.items():
            if name not in known or type(value) is not type(known[name].default):
                raise ValueError(f"{name}={value!r} is no fault; known: {', '.join(sorted(known))}")
        for name, value in changes.items():
            setattr(self, name, value)

    def clear(self) -> None:
        """Switch every fault off."""
        self.update({f.name: f.default for f in fields(self) if not f.name.startswith("_")})

    def state(self) -> dict[str, Any]:
        """The faults as plain values."""
        return {f.name: getattr(self, f.name) for f in fields(self) if not f.name.startswith("_")}
