"""Reads a paged Conduit method without missing or repeating rows."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.phabricator.conduit import ConduitError
from flowmart.sources.phabricator.records import Numbered
from flowmart.sources.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flowmart.sources.phabricator.conduit import Conduit

log = logging.getLogger(__name__)

PAGE_SIZE = 100

SomeNumbered = TypeVar("SomeNumbered", bound=Numbered)


class _Cursor(msgspec.Struct):
    after: str | None


class _Result(msgspec.Struct):
    data: msgspec.Raw
    cursor: _Cursor


def walk(
    conduit: Conduit,
    method: str,
    type_: type[SomeNumbered],
    params: Mapping[str, Any],
    *,
    ascending: bool,
) -> Iterator[list[SomeNumbered]]:
    """
    Yield the rows of a method, page by page, each row once.

    Rows are ordered by id, and ids never change, so repeated rows are recognised by the last id.

    :param conduit: the instance.
    :param method: a method with ``data`` and ``cursor`` in its result.
    :param type_: the expected type of each row.
    :param params: its parameters, without the paging ones.
    :param ascending: whether ids ascend in the method's order.
    :raises CompletenessError: if the pages are not ordered by id or the cursor does not advance.
    """
    trail: deque[int] = deque(maxlen=PAGE_SIZE)
    after: str | None = None
    while True:
        result = _page_after(conduit, method, params, after, trail)
        with conduit.expecting("page", method):
            found = read_rows(result.data, type_)
        rows = list({row.id: row for row in found}.values())
        following = result.cursor.after
        if (after or following) and not _is_ordered(rows, ascending=ascending):
            raise _broken(conduit, method, "the rows of a page are not ordered by id")
        if trail:
            last = trail[-1]
            rows = [r for r in rows if (r.id > last if ascending else r.id < last)]
        trail.extend(row.id for row in rows)
        yield rows
        if following is None:
            return
        if following == after:
            raise _broken(conduit, method, f"the cursor stays at {after}")
        after = following


def _page_after(
    conduit: Conduit,
    method: str,
    params: Mapping[str, Any],
    after: str | None,
    trail: deque[int],
) -> _Result:
    """The page after a row, or after the nearest earlier row that still exists."""
    behind = [str(row_id) for row_id in reversed(trail) if str(row_id) != after]
    for cursor in [after, *behind, None] if after else [None]:
        paging = {"limit": PAGE_SIZE} | ({} if cursor is None else {"after": cursor})
        try:
            result = conduit.call(method, {**params, **paging}, _Result)
        except ConduitError as error:
            is_about_object = "objectIdentifier" in params and error.gone_object
            if cursor is None or is_about_object or not error.lost_cursor:
                raise
            log.warning(
                "%s: %s: row %s disappeared, stepping back", conduit.instance, method, cursor
            )
        else:
            return result
    raise AssertionError("a call without a cursor returns or raises")


def _is_ordered(rows: Sequence[Numbered], *, ascending: bool) -> bool:
    ids = [row.id for row in rows]
    return ids == sorted(ids, reverse=not ascending)


def _broken(conduit: Conduit, method: str, why: str) -> CompletenessError:
    return CompletenessError(
        f"Paging cannot be trusted: {why}",
        where=f"{conduit.instance}: {method}",
        next_step="report it with the server's version: Flowmart relies on pages ordered by id",
    )
