"""Reading a sandbox through the source, and the marts back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flowmart.core.window import Window
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from local.sandbox.phabricator.server import serve

if TYPE_CHECKING:
    from flowmart.sources.base import Record
    from local.sandbox.company.store import Store

# The recordings' clock is ahead of the wall clock's.
WHOLE = Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC))


def read_streams(store: Store) -> dict[str, list[Record]]:
    """The records of all streams of a sandbox."""
    records: dict[str, list[Record]] = {}
    with serve(store) as server:
        connection = SourceConnection(server.url, server.token)
        source = make_source("phabricator", connection, "phabricator")
        for stream, spec in source.spec.streams.items():
            if spec.kind == "census":
                continue
            read = source.read(stream, WHOLE, records.get("tasks", ()))
            records[stream] = [record for page in read for record in page.records]
        for stream, pages in source.verify(WHOLE, lambda name: iter(records[name])).items():
            records[stream] += [record for page in pages for record in page.records]
    return records


def bare(key: str | None) -> str | None:
    """A key without its instance."""
    return None if key is None else key.removeprefix("phabricator:")


def epoch(instant: datetime | None) -> int | None:
    """Whole seconds since 1970."""
    return None if instant is None else int(instant.timestamp())
