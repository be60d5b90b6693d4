"""Windows of a troubled server, landed by the code that tasks run, tries that die included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.batch import Batch
from flowmart.core.errors import RetryableError
from flowmart.http.limits import Limits
from flowmart.landing.reader import read_records
from flowmart.landing.writer import land_stream
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from random import Random
    from typing import Any

    from flowmart.core.window import Window
    from flowmart.sources.base import Page, Record, Source
    from tests.oracle.players import Player

Streams = dict[str, list["Record"]]

_TROUBLES = (
    {"unavailable": 1, "unavailable_status": 429, "retry_after": "0"},
    {"unavailable": 2, "unavailable_status": 503, "retry_after": ""},
    {"truncated": 1},
    {"resets": 1},
)


class KilledError(RetryableError):
    """The process of the task died."""


class Reader:
    """
    Reads a player's windows.

    :param player: the tracker.
    :param url: where it listens.
    :param landing: folder for landing files.
    :param random: when trouble strikes.
    """

    def __init__(self, player: Player, url: str, landing: Path, random: Random) -> None:
        self._player = player
        self._url = url + player.path
        self._landing = landing
        self._random = random
        self.deaths = 0

    def source(self) -> Source:
        """A source as each task makes its own."""
        player = self._player
        limits = Limits(concurrency=4)
        connection = SourceConnection(self._url, player.token, extra=player.extra, limits=limits)
        return make_source(player.source, connection, player.source, {})

    def read(self, window: Window) -> Streams:
        """All streams of a window, in the order in which a run extracts them."""
        streams = self.source().spec.streams
        chosen = [
            name
            for kind in ("snapshot", "window", "child")
            for name, spec in streams.items()
            if spec.kind == kind and not spec.optional
        ]
        landed: Streams = {}
        for stream in chosen:
            landed[stream] = self._land(window, stream, landed)
        for stream, pages in self.source().verify(window, lambda name: landed[name]).items():
            landed[stream] += [record for page in pages for record in page.records]
        return landed

    def _land(self, window: Window, stream: str, landed: Streams) -> list[Record]:
        while True:
            try:
                return self._try(window, stream, landed)
            except KilledError:
                self.deaths += 1

    def _try(self, window: Window, stream: str, landed: Streams) -> list[Record]:
        source = self.source()
        issues = landed.get(source.spec.entities["issue"].stream, ())
        batch = Batch(source.instance, self._player.source, f"run {window}", window)

        def read(after: Any) -> Iterable[Page]:
            return self._troubled(source.read(stream, window, issues, after))

        manifest = land_stream(self._landing, batch, stream, read, lambda: source.requests_made)
        return list(read_records(manifest))

    def _troubled(self, pages: Iterable[Page]) -> Iterator[Page]:
        for page in pages:
            if self._random.random() < 0.05:
                self._player.faults.update(self._random.choice(_TROUBLES))
            if self._random.random() < 0.02:
                self._player.faults.update({"shifts": 2})
            if self._random.random() < 0.002:
                raise KilledError("killed", where="test", next_step="run again")
            yield page
