"""The orders of the ``*.search`` methods: names for vectors of columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.sandbox.phabricator.protocol import CORE, ConduitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.sandbox.company.shapes import Json

_UNPLAYED = {"relevance", "rank", "fulltext-created", "fulltext-modified"}
_UNPLAYED_COLUMNS = _UNPLAYED | {"owner", "status", "project", "milestoneNumber"}


@dataclass(frozen=True)
class _Descending:
    """A value that sorts the other way round."""

    value: Any

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.value < self.value)


@dataclass(frozen=True)
class Orders:
    """
    The orders of one method.

    :param query_class: the server's name for what it sorts.
    :param default: the order without one.
    :param vectors: name -> columns; a minus turns one round.
    :param texts: column -> its value; the smallest comes first.
    :param numbers: column -> its value; the largest comes first.
    """

    query_class: str
    default: str
    vectors: Mapping[str, list[str]]
    texts: Mapping[str, Callable[[Json], str]] = field(default_factory=dict)
    numbers: Mapping[str, Callable[[Json], int]] = field(default_factory=dict)

    def key(self, order: str | list[str] | None) -> Callable[[Json], tuple[Any, ...]]:
        """
        The sort key of an order; ids decide between equals.

        :raises ConduitError: for an order that does not exist, or is not played.
        """
        order = order or self.default
        if isinstance(order, str):
            order = self._vector(order)
        if not {"id", "-id"} & set(order):
            order = [*order, "id"]
        parts = [self._part(column) for column in order]
        return lambda row: tuple(part(row) for part in parts)

    def _vector(self, name: str) -> list[str]:
        if name in _UNPLAYED:
            raise ConduitError(CORE, f'The sandbox does not play the order "{name}".')
        if name not in self.vectors:
            raise ConduitError(
                CORE,
                f'Query "{self.query_class}" does not support a builtin order "{name}". '
                f"Supported orders are: {', '.join(self.vectors)}.",
            )
        return self.vectors[name]

    def _part(self, column: str) -> Callable[[Json], Any]:
        name, is_turned = column.removeprefix("-"), column.startswith("-")
        values: Mapping[str, Callable[[Json], Any]] = {**self.texts, **self.numbers}
        if name in values:
            value, is_ascending = values[name], (name in self.texts) != is_turned
        elif name in _UNPLAYED_COLUMNS:
            raise ConduitError(CORE, f'The sandbox does not play the order by "{name}".')
        else:
            raise ConduitError(
                CORE,
                f'An order vector in a query of class "{self.query_class}" specifies order by '
                f'"{column}", but this is not an orderable column. '
                f"Valid orderable columns are: {', '.join([*self.numbers, *self.texts])}.",
            )
        return value if is_ascending else lambda row: _Descending(value(row))


_ID = {"id": lambda row: int(row["id"])}
_BY_ID = {"newest": ["id"], "oldest": ["-id"]}

TASKS = Orders(
    "ManiphestTaskQuery",
    "priority",
    {
        "priority": ["priority", "id"],
        "updated": ["updated", "id"],
        "outdated": ["-updated", "-id"],
        **_BY_ID,
        "closed": ["closed", "id"],
        "title": ["title", "id"],
    },
    texts={"title": lambda task: task["fields"]["name"].casefold()},
    numbers={
        **_ID,
        "priority": lambda task: task["fields"]["priority"]["value"],
        "updated": lambda task: task["fields"]["dateModified"],
        "closed": lambda task: task["fields"]["dateClosed"] or 0,
    },
)
PROJECTS = Orders(
    "PhabricatorProjectQuery",
    "name",
    {"name": ["name"], **_BY_ID},
    texts={"name": lambda project: project["fields"]["name"].casefold()},
    numbers=_ID,
)
COLUMNS = Orders("PhabricatorProjectColumnQuery", "newest", _BY_ID, numbers=_ID)
USERS = Orders(
    "PhabricatorPeopleQuery",
    "newest",
    _BY_ID,
    texts={"username": lambda user: user["fields"]["username"].casefold()},
    numbers=_ID,
)
