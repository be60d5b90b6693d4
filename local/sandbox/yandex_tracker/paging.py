"""Pages by number, and pages that follow an id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from local.sandbox.yandex_tracker.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.sandbox.yandex_tracker.call import Call

T = TypeVar("T")
_DEFAULT = 50
_LARGEST, _LARGEST_RELATIVE = 1000, 100


class Page(NamedTuple, Generic[T]):
    """
    Rows of one answer.

    :param headers: what the answer's headers say of other pages.
    """

    rows: Sequence[T]
    headers: Mapping[str, str]


def numbered(rows: Sequence[T], call: Call, row_limit: int) -> Page[T]:
    """
    The page that ``page`` and ``perPage`` ask for; more rows than the most are cut silently.

    :param row_limit: how many rows pages reach, and the largest total that is told.
    :raises TrackerError: for a page beyond them.
    """
    size = min(call.integer("perPage", _DEFAULT), _LARGEST)
    number = call.integer("page", 1)
    start = (number - 1) * size
    if start >= row_limit:
        raise TrackerError(400, f"Request exceeds {row_limit} items limit")
    total = min(len(rows), row_limit)
    pages = -(-total // size)
    links = {"first": _address(call, page=1, perPage=size)}
    if number < pages:
        links["next"] = _address(call, page=number + 1, perPage=size)
    links["seek"] = _address(call, perPage=size) + "{&page}"
    headers = {"X-Total-Count": str(total), "X-Total-Pages": str(pages), "Link": _joined(links)}
    return Page(rows[start : min(start + size, total)], headers)


def relative(rows: Sequence[T], call: Call, id_of: Callable[[T], Any]) -> Page[T]:
    """
    The ``perPage`` rows that follow the row of ``id``; there is no total.

    :raises TrackerError: if there is no such row.
    """
    size = min(call.integer("perPage", _DEFAULT), _LARGEST_RELATIVE)
    start, after = 0, call.query.get("id")
    if after is not None:
        places = {str(id_of(row)): place for place, row in enumerate(rows)}
        if after not in places:
            raise TrackerError(404, f"Object {after} does not exist", {"id": "does not exist"})
        start = places[after] + 1
    page = rows[start : start + size]
    links = {"first": _address(call, perPage=size)}
    if start + size < len(rows):
        links["next"] = _address(call, id=id_of(page[-1]), perPage=size)
    return Page(page, {"Link": _joined(links)})


def _address(call: Call, **place: Any) -> str:
    """The call's own address with another place in the rows."""
    parameters = call.query.multi_items()
    kept = [(name, value) for name, value in parameters if name not in ("page", "perPage", "id")]
    return f"{call.url}?{urlencode([*kept, *place.items()])}"


def _joined(links: Mapping[str, str]) -> str:
    return ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items())
