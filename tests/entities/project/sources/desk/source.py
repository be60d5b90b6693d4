"""A service desk: every stream is a list of objects with an id, a parent and a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.http.answer import RefusedError
from flowmart.http.client import JsonClient
from flowmart.sources.base import Page, Record, RecordState, Source
from flowmart.sources.rows import Int64, Name, Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flowmart.core.window import Window


class Thing(Row, kw_only=True):
    """An object of any stream."""

    id: Name
    of: str | None = None
    updated: Int64


class DeskSource(Source):
    """Reads one service desk."""

    def __init__(self, spec: Any, connection: Any, instance: str, options: Any) -> None:
        super().__init__(spec, connection, instance, options)
        self._client = JsonClient(connection.base_url, name=instance, limits=connection.limits)

    @property
    def requests_made(self) -> int:
        return self._client.requests_made

    def check(self) -> None:
        self._client.get("users")

    def read_window(self, stream: str, window: Window, after: Any) -> Iterator[Page]:
        start, end = (round(end.timestamp() * 1000) for end in (window.start, window.end))
        yield self._page(stream, {"from": start, "to": end})

    def read_children(
        self, stream: str, window: Window, parents: Iterable[Record], after: Any
    ) -> Iterator[Page]:
        for parent in parents:
            yield self._page(stream, {"of": parent.record_id})

    def read_snapshot(self, stream: str, after: Any) -> Iterator[Page]:
        yield self._page(stream, {})

    def census(self, entity: str) -> Iterator[dict[str, int]]:
        yield {r.record_id: r.version for r in self._page(self._stream(entity), {}).records}

    def read_records(self, entity: str, window: Window, ids: Sequence[str]) -> Iterator[Page]:
        records = self._page(self._stream(entity), {}).records
        end = window.end.timestamp() * 1000
        yield Page([r for r in records if r.record_id in ids and r.version < end])

    def state_of(self, entity: str, record_id: str, url: str | None = None) -> RecordState:
        try:
            self._client.get(f"{self._stream(entity)}/{record_id}")
        except RefusedError as error:
            return RecordState.DELETED if error.status == 404 else RecordState.ACCESS_LOST
        return RecordState.PRESENT

    def _stream(self, entity: str) -> str:
        return self.spec.entities[entity].stream

    def _page(self, stream: str, params: Mapping[str, Any]) -> Page:
        rows = read_rows(self._client.get(self.spec.streams[stream].endpoint, params).text, Thing)
        return Page([Record(r.id, r.of, r.updated, r.payload) for r in rows], len(rows) or None)
