"""Windows of a troubled GitHub, landed by the code that tasks run, tries that fail included."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

from flowmart.core.batch import Batch
from flowmart.core.errors import RetryableError
from flowmart.landing.reader import read_records
from flowmart.landing.writer import land_stream
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from local.sandbox.github.app import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from random import Random

    from flowmart.core.window import Window
    from flowmart.sources.base import Page, Record, Source
    from local.sandbox.github.app import GitHubApp

Streams = dict[str, list["Record"]]
SOURCE = "github"
OPTIONS = {"organizations": ["acme"], "status_labels": ["in progress", "blocked"]}
_TRIES = 10
_TROUBLES: tuple[dict[str, Any], ...] = (
    {"unicorns": 2},
    {"shifts": 2},
    {"secondary_limits": 1, "secondary_status": 403, "secondary_wait_s": 1},
    {"truncated": 1},
    {"primary_limits": 1, "primary_status": 403},
    {"largest_page": 20, "too_large": 502},
    {"secondary_limits": 1, "secondary_status": 429, "secondary_wait_s": 0},
    {"null_nodes": 1},
    {"graphql_limits": 1},
    {"resets": 1},
    {"largest_page": 12, "too_large": 200},
    {"resource_limits": 1},
    {"primary_limits": 1, "primary_status": 429},
    {"timeouts": 1},
    {"unavailable": 2, "unavailable_status": 503},
)


class Reader:
    """
    Reads windows; between two pages something goes wrong, one kind of trouble after the other.

    :param app: the server.
    :param url: where it listens.
    :param landing: folder for landing files.
    :param random: when trouble strikes.

    ``met`` are the troubles that there were, ``failures`` the tries that ended with an error.
    """

    def __init__(self, app: GitHubApp, url: str, landing: Path, random: Random) -> None:
        self._app = app
        self._url = url
        self._landing = landing
        self._random = random
        self._troubles = cycle(_TROUBLES)
        self.met: list[str] = []
        self.failures = 0
        self.between: Callable[[str, Page], None] = lambda *_: None

    def source(self) -> Source:
        """A source as each task makes its own."""
        connection = SourceConnection(self._url, TOKEN, extra={}, timeout_seconds=6)
        return make_source(SOURCE, connection, SOURCE, OPTIONS)

    def read(self, window: Window) -> Streams:
        """All streams of a window, in the order in which a run extracts them."""
        streams = self.source().spec.streams
        chosen = [
            n for kind in ("snapshot", "window") for n, s in streams.items() if s.kind == kind
        ]
        landed = {stream: self._land(window, stream) for stream in chosen}
        for stream, pages in self.source().verify(window, lambda name: landed[name]).items():
            landed[stream] += [record for page in pages for record in page.records]
        return landed

    def read_again(self, window: Window, entity: str, ids: list[str]) -> list[Record]:
        """Records by their ids, as the reconciliation does."""
        pages = self.source().read_records(entity, window, ids)
        return [record for page in pages for record in page.records]

    def _land(self, window: Window, stream: str) -> list[Record]:
        for _ in range(_TRIES):
            try:
                return self._try(window, stream)
            except RetryableError:
                self.failures += 1
        raise AssertionError(f"{stream} of {window} failed {_TRIES} times")

    def _try(self, window: Window, stream: str) -> list[Record]:
        source = self.source()
        batch = Batch(SOURCE, SOURCE, f"run {window}", window)

        def read(after: Any) -> Iterable[Page]:
            return self._troubled(stream, source.read(stream, window, (), after))

        manifest = land_stream(self._landing, batch, stream, read, lambda: source.requests_made)
        return list(read_records(manifest))

    def _troubled(self, stream: str, pages: Iterable[Page]) -> Iterator[Page]:
        for page in pages:
            yield page
            if page.records:
                self.between(stream, page)
                if self._random.random() < 0.6:
                    self._strike()

    def _strike(self) -> None:
        trouble = next(self._troubles)
        self.met += trouble
        self._app.faults.update({"largest_page": 0, **trouble})
