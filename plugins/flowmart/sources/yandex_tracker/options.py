"""The ``options`` of an instance in ``flowmart.yaml``."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, StringConstraints

from flowmart.sources.options import Options

# Payloads are stored as JSON whatever their types; these types are understood.
FIELD_TYPES = frozenset(
    {
        *("string", "text", "translation", "uri", "boolean", "integer", "float", "money"),
        *("date", "datetime", "timetracking", "rank", "array", "user", "group", "maillist"),
        *("issue", "issuetype", "status", "resolution", "priority", "queue", "project"),
        *("sprint", "component", "version"),
    }
)
_SORT = re.compile(r'"\s*sort\s+by\s*"', re.IGNORECASE)


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Moscow")
    return name


def _without_order(clause: str) -> str:
    if _SORT.search(clause):
        raise ValueError('remove "Sort by": Flowmart sorts by itself')
    return clause.strip()


QueueKey = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z][A-Za-z0-9]*$")
]


class TrackerOptions(Options):
    """
    Which issues an instance reads, and how the server reads times.

    :param queues: keys of the queues to read; all by default.
    :param exclude_queues: keys of queues to leave out.
    :param query: further clause in Tracker's query language that issues have to meet.
    :param timezone: IANA zone in which the server reads the times of a query: that of the profile
        of the token's owner.
    :param field_types: further types of fields that are stored as they come.
    """

    queues: tuple[QueueKey, ...] = ()
    exclude_queues: tuple[QueueKey, ...] = ()
    query: Annotated[str, AfterValidator(_without_order)] = ""
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Moscow"
    field_types: tuple[str, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of queries."""
        return ZoneInfo(self.timezone)

    @property
    def queue_clauses(self) -> tuple[str, ...]:
        """Which queues, in Tracker's query language; to be joined by ``and``."""
        wanted = ", ".join(f'"{key}"' for key in self.queues)
        unwanted = tuple(f'Queue: !"{key}"' for key in self.exclude_queues)
        return ((f"Queue: {wanted}",) if wanted else ()) + unwanted

    @property
    def clauses(self) -> tuple[str, ...]:
        """Which issues, in Tracker's query language; to be joined by ``and``."""
        return self.queue_clauses + ((f"({self.query})",) if self.query else ())

    def reads_queue(self, key: str) -> bool:
        """Tell whether issues of a queue are read."""
        return key not in self.exclude_queues and (not self.queues or key in self.queues)
