"""What a tracker's event log says of its issues, in no tracker's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Since(NamedTuple):
    """
    A value that holds from a moment on.

    :param at: epoch milliseconds.
    """

    at: int
    value: Any


@dataclass
class History:
    """
    One issue from its creation on; in each list the last one of a moment is what it leaves behind.

    :param created_at: epoch milliseconds.
    :param statuses: ids of statuses.
    :param places: sets of ids: the projects and sprints that it is in.
    :param values: field (issue_type, priority, estimate, resolution, assignee) -> its values.
    :param marks: other fields, as ``fct_issue_changes`` calls them -> sets of values, as far as
        changes tell them.
    :param deeds: (when, who) created, changed or commented on it.
    """

    issue_id: str
    created_at: int
    statuses: list[Since]
    places: list[Since]
    values: dict[str, list[Since]]
    marks: dict[str, list[Since]] = field(default_factory=dict)
    author: str = ""
    deeds: list[Since] = field(default_factory=list)


class Project(NamedTuple):
    """
    A project; of an issue's projects, the one with the lowest number is its main one.

    :param names: its id, slug and name: what settings may call it by.
    """

    number: int
    name: str
    names: tuple[str, ...]


class Sprint(NamedTuple):
    """
    A sprint; of an issue's sprints, the one with the highest rank is its current one.

    :param project_id: the one project that it belongs to; None where it has none.
    :param starts_at: epoch milliseconds; None where the source has no dates.
    """

    rank: int
    name: str
    project_id: str | None = None
    starts_at: int | None = None
    ends_at: int | None = None


class Meaning(NamedTuple):
    """
    What a status means.

    :param outcome: what becomes of issues that are done in it.
    """

    category: str
    is_waiting: bool = False
    outcome: str = "delivered"


@dataclass
class World:
    """
    All that a tracker holds.

    :param statuses: id -> its names (id, key or name, as settings may call it) and meaning.
    :param discarding: resolutions with which nothing is delivered.
    :param people: users that are no bots.
    """

    instance: str
    projects: dict[str, Project]
    sprints: dict[str, Sprint]
    statuses: dict[str, tuple[tuple[str, ...], Meaning]]
    histories: dict[str, History]
    discarding: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


def held(values: list[Since], at: int) -> Any:
    """The value that holds after all that happened up to a moment."""
    return [value for since, value in values if since <= at][-1]


def last(values: list[Since]) -> Any:
    """The value that holds now."""
    return values[-1].value


def told(created_at: int, changes: Iterable[tuple[int, Any, Any]], now: Any) -> list[Since]:
    """
    A field's values from its changes.

    :param changes: (when, value before, value after), in the order of events.
    :param now: today's value, which has always held where nothing changed it.
    """
    changes = list(changes)
    first = changes[0][1] if changes else now
    return [Since(created_at, first), *(Since(at, new) for at, _, new in changes)]


def marked(values: list[Since]) -> list[Since]:
    """A field of one value as one of several."""
    return [Since(at, frozenset() if value is None else frozenset([value])) for at, value in values]


def linked(changes: Iterable[tuple[int, set[str], set[str]]]) -> list[Since]:
    """
    The issues at the other ends of links.

    :param changes: (when, what went, what came), in the order of events.
    """
    found: list[Since] = []
    for at, went, came in changes:
        before = last(found) if found else frozenset()
        found.append(Since(at, frozenset(before - went | came)))
    return found
