"""Reads lists that have no defined order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flowmart.core.errors import CompletenessError
from flowmart.sources.youtrack.records import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.sources.youtrack.api import YouTrack

_TRIES = 5

SomeThing = TypeVar("SomeThing", bound=Thing)


def read_list(
    api: YouTrack, endpoint: str, type_: type[SomeThing], params: Mapping[str, Any]
) -> Iterator[list[SomeThing]]:
    """
    Read a list, page by page, each row once.

    A short page need not be the last one, so reading ends at an empty page. Each page begins with
    the last row of the previous page; if it does not, rows were removed and others may have been
    missed, so the list is read again.

    :param api: the server.
    :param endpoint: such as ``users``.
    :param type_: the expected type of each row.
    :param params: query parameters, with ``$top``.
    :raises CompletenessError: if the list keeps changing.
    """
    given: set[str] = set()
    for _ in range(_TRIES):
        skip, last = 0, ""
        while True:
            rows = api.rows(endpoint, type_, {**params, "$skip": skip})
            if skip and (not rows or rows[0].id != last):
                break
            fresh = [row for row in rows if row.id not in given]
            if fresh:
                yield fresh
                given.update(row.id for row in fresh)
            if len(rows) <= 1:
                return
            skip, last = skip + len(rows) - 1, rows[-1].id
    raise CompletenessError(
        f"The list kept changing during reading, in {_TRIES} tries",
        where=f"{api.instance}: {endpoint}",
        next_step="run it again; if it keeps failing, report it to Flowmart",
    )
