"""Which issues a search finds, and in which order."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.sandbox.yandex_tracker.conditions import Conditions, Part
from local.sandbox.yandex_tracker.errors import TrackerError, not_played
from local.sandbox.yandex_tracker.query import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from local.sandbox.yandex_tracker.conditions import Predicate
    from local.sandbox.yandex_tracker.issue import Issue
    from local.sandbox.yandex_tracker.store import TrackerStore
    from local.sandbox.yandex_tracker.values import Json

_WAYS = ("queue", "keys", "filter", "query")
_TIMES = ("updated", "created")
_REMEMBERED = 16
Order = tuple[tuple[str, bool], ...]
_NEWEST_FIRST: Order = (("updated", True),)


def _key_order(issue: Issue) -> tuple[str, int]:
    queue, _, number = issue.key.rpartition("-")
    return queue, int(number)


_SORT: dict[str, Callable[[Issue], Any]] = {
    "updated": lambda issue: issue.updated_at,
    "created": lambda issue: issue.created_at,
    "key": _key_order,
}


class Search:
    """
    Searches over a store.

    :param zone: the time zone in which the query language reads dates.
    """

    def __init__(self, store: TrackerStore, zone: ZoneInfo) -> None:
        self._store = store
        self._conditions = Conditions(store.organization, zone)
        # Every request is answered anew; what no edit came between has the same answer.
        self._found: dict[tuple[int, str], list[Issue]] = {}

    def issues(self, body: Json, order: Sequence[str] = ()) -> list[Issue]:
        """
        All that the reader sees of what is asked for.

        :param body: one of queue, keys, filter and query; an empty filter may come with another.
        :param order: field names with ``+`` or ``-``; they matter to a filter only.
        :raises TrackerError: for a body that is no search.
        """
        question = self._store.revision, json.dumps([body, list(order)], sort_keys=True)
        if question not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[question] = self._look(body, order)
        return self._found[question]

    def _look(self, body: Json, order: Sequence[str]) -> list[Issue]:
        said = [name for name, value in body.items() if value is not None and name != "order"]
        ways = [way for way in _WAYS if way in said]
        if unknown := set(said) - set(ways):
            raise not_played(f"searches by {', '.join(sorted(unknown))}")
        if len(ways) > 1 and body.get("filter") == {}:
            ways.remove("filter")
        if len(ways) != 1:
            raise TrackerError(400, "You can only use keys, a queue or a search query.")
        way, asked = ways[0], body[ways[0]]
        if way == "query":
            query = parse(_text(asked, way), self._conditions)
            return self._sorted(query.matches, query.order or _NEWEST_FIRST)
        if way == "filter":
            wanted = order or _listed(body.get("order") or ())
            return self._sorted(self._filter(asked), _read_order(wanted) or _NEWEST_FIRST)
        if way == "queue":
            return self._sorted(self._of("queue", [_text(asked, way)]), _NEWEST_FIRST)
        return self._sorted(self._of("key", _listed(asked)), _NEWEST_FIRST)

    def _sorted(self, matches: Predicate, order: Order) -> list[Issue]:
        found = [issue for issue in self._store.visible() if matches(issue)]
        found.sort(key=lambda issue: issue.id)
        for field, is_descending in reversed(order):
            found.sort(key=_SORT[field], reverse=is_descending)
        return found

    def _of(self, field: str, values: Sequence[Any]) -> Predicate:
        if any(isinstance(value, dict) for value in values):
            raise not_played(f"searches by {field} given as objects")
        return self._conditions.condition(field, [Part("", str(value)) for value in values])

    def _filter(self, asked: Any) -> Predicate:
        if not isinstance(asked, dict):
            raise TrackerError(400, "Filter must be an object.", {"filter": "not an object"})
        tests = [
            _in_time(field, value) if field in _TIMES else self._of(field, _listed(value))
            for field, value in asked.items()
        ]
        return lambda issue: all(test(issue) for test in tests)


def _in_time(field: str, bounds: Any) -> Predicate:
    is_within, time_of = within(field, bounds), _SORT[field]
    return lambda issue: is_within(time_of(issue))


def within(name: str, bounds: Any) -> Callable[[int], bool]:
    """
    A range ``{"from": ..., "to": ...}`` of ISO 8601 times; both ends belong to it, one may lack.

    :param name: what the range is of.
    :returns: tells whether an epoch millisecond is within.
    :raises TrackerError: if it is no such range.
    """
    if not isinstance(bounds, dict) or not bounds.keys() <= {"from", "to"}:
        raise TrackerError(400, f"{name} takes from and to.", {name: "not a range"})
    low, high = (_moment(bounds[end]) if end in bounds else None for end in ("from", "to"))
    return lambda at: (low is None or low <= at) and (high is None or at <= high)


def _moment(text: Any) -> int:
    """Epoch milliseconds of a time; one without an offset is UTC."""
    try:
        read = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise TrackerError(400, f"Unable to parse date: {text!r}") from error
    aware = read if read.tzinfo else read.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def _read_order(order: Sequence[str]) -> Order:
    read = []
    for said in order:
        # A bare + in an address is a space.
        field = said.lstrip("+- ").removesuffix("At")
        if field not in _SORT:
            raise not_played(f'sorting by "{field}"')
        read.append((field, said.startswith("-")))
    return tuple(read)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TrackerError(400, f"{name} must be a string.", {name: "not a string"})
    return value
