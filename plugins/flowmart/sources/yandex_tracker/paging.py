"""Follow the links of a list to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from flowmart.core.errors import CompletenessError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.http.answer import Answer
    from flowmart.sources.yandex_tracker.api import Json, Tracker


class Listed(NamedTuple):
    """
    A part of a list.

    :param total: how many rows Tracker says the list has; ``None`` if it does not.
    """

    rows: list[Json]
    total: int | None


def read_list(
    tracker: Tracker, endpoint: str, params: Mapping[str, Any] | None = None
) -> Iterator[Listed]:
    """
    Read a list, page by page.

    :param tracker: the instance.
    :param endpoint: such as ``queues``.
    :param params: query parameters of the first page; links hold those of the others.
    :raises CompletenessError: if a link leads nowhere.
    """
    return follow(tracker, endpoint, tracker.get(endpoint, params))


def follow(tracker: Tracker, endpoint: str, answer: Answer) -> Iterator[Listed]:
    """
    Read a list whose first page is there already; see :func:`read_list`.

    :param answer: the first page.
    """
    followed: set[str] = set()
    while True:
        yield Listed(tracker.rows(answer, endpoint), stated_total(answer))
        url = _next_url(answer)
        if url is None:
            return
        if url in followed:
            raise CompletenessError(
                "The link to the next page stands still",
                where=f"{tracker.instance}: {endpoint}",
                next_step="run it again; if it stays, report it to Tracker's support",
            )
        followed.add(url)
        answer = tracker.get(url)


def stated_total(answer: Answer) -> int | None:
    """How many rows the whole list has, as far as the answer tells; never more than 10,000."""
    text = answer.headers.get("X-Total-Count")
    return int(text) if text else None


def _next_url(answer: Answer) -> str | None:
    """The next page's address; a link that names no place in the list is the last page's."""
    if answer.next_url is None:
        return None
    named = parse_qs(urlsplit(answer.next_url).query)
    return answer.next_url if named.keys() & {"id", "page"} else None
