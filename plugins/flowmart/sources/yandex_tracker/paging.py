"""Follow the links of a list to its end."""

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
    :param type_: what each row has to be.
    :param params: query parameters of the first page; links hold those of the others.
    :raises CompletenessError: if a link leads nowhere.
    """
    return follow(tracker, endpoint, type_, tracker.get(endpoint, params))


def follow(
    tracker: Tracker, endpoint: str, type_: type[SomeRow], answer: Answer
) -> Iterator[Listed[SomeRow]]:
    """
    Read a list whose first page is there already; see :func:`read_list`.

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
                "The link to the next page stands still",
                where=f"{tracker.instance}: {endpoint}",
                next_step="run it again; if it stays, report it to Tracker's support",
            )
        followed.add(url)
        answer = tracker.get(url)


def stated_total(tracker: Tracker, endpoint: str, answer: Answer) -> int | None:
    """
    How many rows the whole list has, as far as the answer tells; never more than 10,000.

    :raises SourceError: if what it tells is no number.
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
    """The next page's address; a link that names no place in the list is the last page's."""
    if answer.next_url is None:
        return None
    named = parse_qs(urlsplit(answer.next_url).query)
    return answer.next_url if named.keys() & {"id", "page"} else None
