"""A list that has no order of its own, read to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.core.errors import CompletenessError
from flowmart.sources.youtrack.records import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.sources.youtrack.api import Json, YouTrack

_TRIES = 5


def read_list(api: YouTrack, endpoint: str, params: Mapping[str, Any]) -> Iterator[list[Json]]:
    """
    Read a list, page by page, each row once.

    A page may be shorter than asked for without being the last one, so the end is where nothing
    follows. Each page begins with the last row of the page before: if it does not, rows went away
    meanwhile, and others may have slipped through. Then the list is read anew.

    :param api: the server.
    :param endpoint: such as ``users``.
    :param params: query parameters, with ``$top``.
    :raises CompletenessError: if rows keep slipping through.
    """
    given: set[str] = set()
    for _ in range(_TRIES):
        skip, last = 0, ""
        while True:
            rows = api.rows(endpoint, {**params, "$skip": skip})
            if skip and (not rows or key_of(rows[0]) != last):
                break
            fresh = [row for row in rows if key_of(row) not in given]
            if fresh:
                yield fresh
                given.update(key_of(row) for row in fresh)
            if len(rows) <= 1:
                return
            skip, last = skip + len(rows) - 1, key_of(rows[-1])
    raise CompletenessError(
        f"The list kept changing while it was read, in {_TRIES} tries",
        where=f"{api.instance}: {endpoint}",
        next_step="run it again; if it stays, report it to Flowmart, which relies on the order",
    )
