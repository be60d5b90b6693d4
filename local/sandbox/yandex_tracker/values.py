"""What fields hold before they are put into a language, and how the API spells times and ids."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

Json = dict[str, Any]
# None, a text, a number, a Ref, or a tuple of texts or Refs.
Value = Any


class Ref(NamedTuple):
    """
    A reference to an object of the API; its name is added when it is answered.

    :param kind: the API's path of such objects: issues, users, queues, statuses and so on.
    :param id: key of a term or a queue; id of an issue, a person or a sprint.
    """

    kind: str
    id: str


class HexIds:
    """
    Ids of 24 hexadecimal digits that ascend in the order in which they are given out.

    :param origin: ten digits in the middle, the same for all ids of a kind.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._second = 0
        self._count = 0

    def next(self, at: int) -> str:
        """The id of something that happens at an epoch millisecond."""
        self._second = max(self._second, at // 1000)
        self._count += 1
        return f"{self._second:08x}{self._origin}{self._count:06x}"


def millis(at: int) -> int:
    """The epoch millisecond of what a story tells at an epoch second; a second has just one."""
    return at * 1000 + at * 7919 % 1000


def stamp(at: int) -> str:
    """An epoch millisecond as payloads spell it."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03}+0000"


def duration(minutes: int) -> str:
    """A span as ISO 8601 spells it, in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest or not hours else "")
