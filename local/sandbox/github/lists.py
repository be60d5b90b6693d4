"""Pages by number, with links to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from local.sandbox.github.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import QueryParams

Item = TypeVar("Item")
_LARGEST_PAGE = 100
_TOO_FAR = (
    "In order to keep the API fast for everyone, pagination with the page parameter is not "
    "supported for large datasets. Please use the cursor based pagination (after/before) instead."
)
_SEARCHED = 1000


def page_of(
    found: Sequence[Item], query: QueryParams, url: str, largest_list: int
) -> tuple[Sequence[Item], dict[str, str]]:
    """
    A page of a list, and its ``Link`` header.

    :param url: the list's address by ids, as GitHub's links have it.
    :param largest_list: how many rows pages by number reach.
    :raises ApiError: beyond that.
    """
    size = min(_number(query, "per_page", 30), _LARGEST_PAGE)
    number = _number(query, "page", 1)
    if (number - 1) * size >= largest_list:
        raise _refused(largest_list)
    last = max(1, -(-len(found) // size))
    targets = {}
    if number > 1:
        targets["prev"] = min(number - 1, last)
    if number < last:
        targets |= {"next": number + 1, "last": last}
    if number > 1:
        targets["first"] = 1
    links = ", ".join(
        f'<{url}?{urlencode({**dict(query), "page": target})}>; rel="{name}"'
        for name, target in targets.items()
    )
    shown = found[(number - 1) * size : number * size]
    return shown, {"Link": links} if links else {}


def _refused(largest_list: int) -> ApiError:
    if largest_list == _SEARCHED:
        return ApiError(422, "Only the first 1000 search results are available")
    errors: list[dict[str, Any]] = [{"resource": "Issue", "field": "page", "code": "invalid"}]
    return ApiError(422, _TOO_FAR, errors)


def _number(query: QueryParams, name: str, default: int) -> int:
    """A positive number of the address; GitHub takes its default for anything else."""
    text = query.get(name, "")
    return int(text) if text.isdecimal() and int(text) > 0 else default
