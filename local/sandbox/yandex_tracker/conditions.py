"""What one condition of a search means for an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from local.sandbox.yandex_tracker.errors import TrackerError, not_played
from local.sandbox.yandex_tracker.moments import span
from local.sandbox.yandex_tracker.vocabulary import STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from local.sandbox.yandex_tracker.issue import Issue
    from local.sandbox.yandex_tracker.organization import Organization

    Predicate = Callable[[Issue], bool]

_TIMES: dict[str, Callable[[Issue], int]] = {
    "updated": lambda issue: issue.updated_at,
    "created": lambda issue: issue.created_at,
}


class Part(NamedTuple):
    """
    One of the values that a condition lists.

    :param operator: empty, ``!``, a comparison, or ``..`` for a range.
    :param high: upper end of a range.
    """

    operator: str
    text: str
    high: str = ""


class Conditions:
    """
    Conditions over one organization's issues.

    :param zone: the time zone in which date literals are read.
    """

    def __init__(self, organization: Organization, zone: ZoneInfo) -> None:
        self._queues = organization.queues
        self._zone = zone

    def condition(self, field: str, parts: Sequence[Part]) -> Predicate:
        """
        A condition ``field: part, part``: any of the values, and none of those with ``!``.

        :param field: name in lower case.
        :raises TrackerError: for a field that is not played and an unknown value.
        """
        wanted = [self._test(field, part) for part in parts if part.operator != "!"]
        unwanted = [self._test(field, part) for part in parts if part.operator == "!"]
        return lambda issue: (
            (not wanted or any(test(issue) for test in wanted))
            and not any(test(issue) for test in unwanted)
        )

    def _test(self, field: str, part: Part) -> Predicate:
        if field in _TIMES:
            return self._time_test(_TIMES[field], part)
        if part.operator not in ("", "!"):
            raise TrackerError(400, f'Field "{field}" cannot be compared')
        if field == "queue":
            queue = self.queue_key(part.text)
            return lambda issue: issue.queue == queue
        if field == "status":
            status = _status_key(part.text)
            return lambda issue: issue.status == status
        if field == "key":
            return lambda issue: part.text == issue.key or part.text in issue.aliases
        raise not_played(f'searches by "{field}"')

    def _time_test(self, time_of: Callable[[Issue], int], part: Part) -> Predicate:
        start, end = span(part.text, self._zone)
        if part.operator == "..":
            end = span(part.high, self._zone).end
        if part.operator == ">=":
            return lambda issue: time_of(issue) >= start
        if part.operator == ">":
            return lambda issue: time_of(issue) >= end
        if part.operator == "<":
            return lambda issue: time_of(issue) < start
        if part.operator == "<=":
            return lambda issue: time_of(issue) < end
        return lambda issue: start <= time_of(issue) < end

    def queue_key(self, name: str) -> str:
        """
        The key of a queue, given by key or by name.

        :raises TrackerError: if there is none.
        """
        for queue in self._queues.values():
            if name in (queue.key, queue.name):
                return queue.key
        raise TrackerError(422, f'Queue "{name}" does not exist', {"queue": "does not exist"})


def _status_key(name: str) -> str:
    for status in STATUSES.values():
        if name.lower() in (status.key.lower(), status.ru.lower(), status.en.lower()):
            return status.key
    raise TrackerError(422, f'Status "{name}" does not exist', {"status": "does not exist"})
