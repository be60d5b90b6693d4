"""Reads the collector's segments: files of lines, in a folder for each hour of receipt."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError, SourceUnavailableError
from flowmart.sources.telemetry.lines import bad_line, read_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from flowmart.core.paths import StoragePath
    from flowmart.core.window import Window
    from flowmart.sources.base import Record
    from flowmart.sources.product import ProductSpec

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
ROWS_PER_PAGE = 1_000
# A report has 64 KiB at most; as base64 and decoded it is a few times as long.
LONGEST_LINE = 1_000_000
_HOUR_FORMAT = "%Y-%m-%d %H"


class Segments:
    """
    A folder of segments.

    :param root: the folder.
    :param product: whose reports are read, and what they consist of.
    :param instance: its name, for errors.
    """

    def __init__(self, root: StoragePath, product: ProductSpec, instance: str) -> None:
        self._root = root
        self._product = product
        self._instance = instance
        self.requests_made = 0

    def check(self) -> None:
        """
        See that the folder is there.

        :raises SourceUnavailableError: if it is not.
        """
        with self._explained():
            if not self._root.exists():
                raise SourceUnavailableError(
                    "There is no folder of segments",
                    where=f"{self._instance}: {self._root}",
                    next_step="start the collector, which makes it; mount it; or correct `folder` "
                    f"in the extra of the connection flowmart_{self._instance}",
                )

    def read(self, window: Window) -> Iterator[list[Record]]:
        """
        Read the reports that were received in a window, in pages.

        The hours beside it are read as well: a file may be begun just before or after the turn.
        A line that is no report becomes a record that says so, in every window of its hour.

        :raises SourceUnavailableError: if the folder is not there, or cannot be read.
        :raises ConfigError: if it must not be read.
        """
        self.check()
        page: list[Record] = []
        for hour, folder in self._hours(window):
            for path in self._files(folder):
                place = f"{hour:%Y-%m-%d/%H}/{path.name}"
                for record in self._records(path, place, hour, window):
                    page.append(record)
                    if len(page) == ROWS_PER_PAGE:
                        yield page
                        page = []
        yield page

    def _hours(self, window: Window) -> Iterator[tuple[datetime, StoragePath]]:
        """The hours of a window and those beside it, as far as there are folders."""
        for day in self._listed(self._root):
            if not _may_hold(day.name, "%Y-%m-%d", timedelta(days=1), window):
                continue
            for folder in self._listed(day):
                if _may_hold(f"{day.name} {folder.name}", _HOUR_FORMAT, HOUR, window):
                    text = f"{day.name} {folder.name}"
                    yield datetime.strptime(text, _HOUR_FORMAT).replace(tzinfo=UTC), folder

    def _files(self, folder: StoragePath) -> list[StoragePath]:
        return [path for path in self._listed(folder) if path.name.endswith(".jsonl")]

    def _listed(self, folder: StoragePath) -> list[StoragePath]:
        self.requests_made += 1
        with self._explained():
            return sorted(folder.iterdir(), key=lambda path: path.name)

    def _records(
        self, path: StoragePath, place: str, hour: datetime, window: Window
    ) -> Iterator[Record]:
        is_hour_in_window = hour < window.end and window.start < hour + HOUR
        with self._explained(), path.open("rb") as file:
            self.requests_made += 1
            for number, text in _lines(file):
                try:
                    if len(text) > LONGEST_LINE:
                        raise ValueError(f"it is longer than {LONGEST_LINE:,} bytes")
                    line = read_line(text, self._product)
                except ValueError as error:
                    log.warning("%s: %s, line %s: %s", self._instance, place, number, error)
                    if is_hour_in_window:
                        yield bad_line(place, number, hour, str(error))
                    continue
                if line.product == self._product.name and window.contains(
                    line.received_at.astimezone(UTC)
                ):
                    yield line.record

    @contextmanager
    def _explained(self) -> Iterator[None]:
        where = f"{self._instance}: {self._root}"
        try:
            yield
        except PermissionError as error:
            raise ConfigError(
                f"Segments must not be read: {error.strerror or error}",
                where=where,
                next_step="let Airflow's user read the folder of segments and all in it",
            ) from error
        except OSError as error:
            raise SourceUnavailableError(
                f"Segments cannot be read: {error.strerror or error}",
                where=where,
                next_step="Airflow retries the task; if it keeps failing, check the storage",
            ) from error


def _may_hold(name: str, pattern: str, length: timedelta, window: Window) -> bool:
    """Whether a folder of a day or an hour may hold reports of a window; others are no folders."""
    try:
        start = datetime.strptime(name, pattern).replace(tzinfo=UTC)
    except ValueError:
        return False
    return start < window.end + HOUR and window.start - HOUR < start + length


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Complete lines with their numbers; what follows the last line feed was not acknowledged."""
    number = 0
    while text := file.readline(LONGEST_LINE + 1):
        number += 1
        head = text
        while text and not text.endswith(b"\n"):
            text = file.readline(LONGEST_LINE + 1)
        if not text:
            return
        if head.strip():
            yield number, head
