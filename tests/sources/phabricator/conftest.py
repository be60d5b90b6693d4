"""A sandbox with an invented company, and the source that reads it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from flowmart.core.window import Window
from flowmart.sources.base import Record, SourceConnection
from flowmart.sources.registry import make_source
from local.sandbox.company.generator import generate
from local.sandbox.phabricator.conduit import METHODS
from local.sandbox.phabricator.server import Running, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from flowmart.sources.base import Source

EVERYTHING = Window.parse("2026-01-01T00:00Z", "2026-11-23T00:00Z")
TASKS = 250


def epoch_window(start: float, end: float) -> Window:
    """A window between two epoch times."""
    return Window(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))


def open_source(server: Running, token: str | None = None) -> Source:
    """The source over a running sandbox."""
    connection = SourceConnection(server.url, server.token if token is None else token)
    return make_source("phabricator", connection, "phabricator__acme")


def read(
    source: Source, stream: str, window: Window = EVERYTHING, parents: Iterable[Record] = ()
) -> list[Record]:
    """All records of a stream, in the order in which they came."""
    return [record for page in source.read(stream, window, parents) for record in page.records]


def ids(records: Iterable[Record]) -> list[str]:
    """Record ids, sorted, so that repeats show."""
    return sorted(record.record_id for record in records)


def landed_of(
    source: Source,
    tasks: list[Record],
    window: Window = EVERYTHING,
    without: Collection[tuple[str, str]] = (),
    paged_by: Source | None = None,
) -> Callable[[str], Iterator[Record]]:
    """
    What landing would hold: all streams, less the transactions that got lost on the way.

    :param paged_by: a source of its own for the paged method, as if the frozen one had been silent
        when it was asked.
    """
    rows = {"tasks": tasks, "task_transactions": read(source, "task_transactions", window, tasks)}
    if paged_by:
        with no_frozen_method():
            rows["transactions"] = read(paged_by, "transactions", window, tasks)
    else:
        rows["transactions"] = read(source, "transactions", window, tasks)
    kept = {
        stream: [record for record in records if (stream, record.record_id) not in without]
        for stream, records in rows.items()
    }
    return lambda stream: iter(kept[stream])


@contextmanager
def no_frozen_method() -> Iterator[None]:
    """Sandboxes without it: a server that dropped it."""
    method = METHODS.pop("maniphest.gettasktransactions")
    try:
        yield
    finally:
        METHODS["maniphest.gettasktransactions"] = method


@pytest.fixture
def server() -> Iterator[Running]:
    with serve(generate(seed=11, tasks=TASKS).store) as running:
        yield running


@pytest.fixture
def source(server: Running) -> Source:
    return open_source(server)


@pytest.fixture
def tasks(source: Source) -> list[Record]:
    return read(source, "tasks")


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let repeated requests follow each other at once."""
    monkeypatch.setattr("flowmart.http.retry._wait", lambda _: 0)
