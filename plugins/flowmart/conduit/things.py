"""What PHIDs stand for, looked up many at a time and only when somebody asks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

AT_A_TIME = 100


class Things:
    """
    A cache of objects by PHID.

    :param ask: the result of ``phid.query`` for some PHIDs.
    """

    def __init__(self, ask: Callable[[list[str]], Any]) -> None:
        self._ask = ask
        self._things: dict[str, Thing] = {}
        self._found: dict[str, Mapping[str, Any]] = {}
        self._asked: set[str] = set()

    def refer(self, phids: Iterable[str]) -> dict[str, Thing]:
        """The objects of some PHIDs; nothing is asked yet."""
        wanted = list(phids)
        for phid in wanted:
            self._things.setdefault(phid, Thing(phid, self))
        return {phid: self._things[phid] for phid in wanted}

    def tell(self, phid: str) -> Mapping[str, Any]:
        """What the server says of a PHID; empty if it knows none or shows none."""
        if phid not in self._asked:
            waiting = iter([p for p in self._things if p not in self._asked])
            while some := list(itertools.islice(waiting, AT_A_TIME)):
                answer = self._ask(some)
                # PHP writes an empty map as [].
                self._found |= answer if isinstance(answer, dict) else {}
                self._asked |= set(some)
        return self._found.get(phid, {})


class Thing:
    """
    An object of the server. It is looked up when a member is read first, together with all other
    objects that the client has met by then.

    :param phid: its PHID.
    """

    def __init__(self, phid: str, things: Things) -> None:
        self.phid = phid
        self._things = things

    @property
    def is_known(self) -> bool:
        """Whether the server shows it to the token's user."""
        return bool(self._things.tell(self.phid))

    @property
    def name(self) -> str:
        """Such as ``T12`` or a user name; the PHID if it is not known."""
        return str(self._things.tell(self.phid).get("name", self.phid))

    @property
    def full_name(self) -> str:
        """Such as ``T12: Title``; the PHID if it is not known."""
        return str(self._things.tell(self.phid).get("fullName", self.phid))

    @property
    def kind(self) -> str:
        """Such as ``TASK``, ``USER``, ``PROJ`` or ``PCOL``, by the PHID."""
        return self.phid.split("-")[1]

    @property
    def uri(self) -> str | None:
        """Its page."""
        return self._things.tell(self.phid).get("uri")

    @property
    def status(self) -> str | None:
        """``open`` or ``closed``."""
        return self._things.tell(self.phid).get("status")

    def __repr__(self) -> str:
        return f"<Thing {self.phid}>"

    def __str__(self) -> str:
        return self.name
