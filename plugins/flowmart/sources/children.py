"""Reads children with one call per issue, in parallel, in a fixed order."""

from __future__ import annotations

import itertools
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from flowmart.sources.base import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from flowmart.sources.base import Record


def read_children(
    parents: Iterable[Record],
    fetch: Callable[[Record], list[Record] | None],
    *,
    concurrency: int,
    after: int | None = None,
) -> Iterator[Page]:
    """
    Read the children of issues; a page per issue, in the order of the issues.

    :param parents: landed issues; duplicates are read once.
    :param fetch: reads all children of one issue, ``None`` if the issue has vanished; runs in a
        thread.
    :param concurrency: maximum number of issues read at the same time.
    :param after: number of issues that an earlier try has finished.
    :raises FlowmartError: what ``fetch`` raises, after the pages of the earlier issues.
    """
    waiting = itertools.islice(enumerate(_distinct(parents), start=1), after or 0, None)
    asked: deque[tuple[int, str, Future[list[Record] | None]]] = deque()
    with ThreadPoolExecutor(concurrency) as pool:
        try:
            for number, parent in waiting:
                asked.append((number, parent.record_id, pool.submit(fetch, parent)))
                if len(asked) == 2 * concurrency:
                    yield _page(*asked.popleft())
            while asked:
                yield _page(*asked.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _page(number: int, parent_id: str, fetched: Future[list[Record] | None]) -> Page:
    records = fetched.result()
    if records is None:
        return Page([], resume=number, vanished=(parent_id,))
    return Page(records, resume=number)


def _distinct(parents: Iterable[Record]) -> Iterator[Record]:
    seen: set[str] = set()
    for parent in parents:
        if parent.record_id not in seen:
            seen.add(parent.record_id)
            yield parent
