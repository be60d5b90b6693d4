"""Reads lists by following their links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple
from urllib.parse import parse_qs, urlsplit

from flowmart.core.errors import CompletenessError, SourceError
from flowmart.sources.rows import SomeRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.http.answer import Answer
    from flowmart.sources.yandex_tracker.api import Tracker


class Listed(NamedTuple, Generic[SomeRow]):
    """
    A part of a list.

    :param total: how many rows Tracker says the list has; ``None`` if it does not.
    """

    rows: list[SomeRow]
    total: int | None


def read_list(
    tracker: Tracker, endpoint: str, type_: type[SomeRow], params: Mapping[str, Any] | None = None
) -> Iterator[Listed[SomeRow]]:
    """
    Read a list, page by page.

    :param tracker: the instance.
    :param endpoint: such as ``queues``.
    :param type_: the expected type of each row.
    :param params: query parameters of the first page; links contain those of the others.
    :raises CompletenessError: if a link does not advance.
    """
    return follow(tracker, endpoint, type_, tracker.get(endpoint, params))


def follow(
    tracker: Tracker, endpoint: str, type_: type[SomeRow], answer: Answer
) -> Iterator[Listed[SomeRow]]:
    """
    Read a list from its first page on, like :func:`read_list`.

    :param answer: the first page.
    """
    followed: set[str] = set()
    while True:
        total = stated_total(tracker, endpoint, answer)
        yield Listed(tracker.rows(answer, endpoint, type_), total)
        url = _next_url(answer)
        if url is None:
            return
        if url in followed:
            raise CompletenessError(
                "The link to the next page does not advance",
                where=f"{tracker.instance}: {endpoint}",
                next_step="run it again; if it keeps failing, report it to Tracker's support",
            )
        followed.add(url)
        answer = tracker.get(url)


def stated_total(tracker: Tracker, endpoint: str, answer: Answer) -> int | None:
    """
    Number of rows of the list according to the answer, which stops at 10,000.

    :raises SourceError: if it is not a number.
    """
    text = answer.headers.get("X-Total-Count")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise SourceError(
            f"The header X-Total-Count is {text!r}, not a number",
            where=tracker.where(endpoint),
            next_step="check that no proxy changes it, then report it to Tracker's support",
        )
    return int(text)


def _next_url(answer: Answer) -> str | None:
    """The URL of the next page; the link of the last page has no position."""
    if answer.next_url is None:
        return None
    named = parse_qs(urlsplit(answer.next_url).query)
    return answer.next_url if named.keys() & {"id", "page"} else None
