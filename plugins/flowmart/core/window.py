"""The data interval that one run covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flowmart.core.errors import ConfigError

_SLUG_FORMAT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, order=True)
class Window:
    """
    A half-open data interval ``[start, end)`` in UTC.

    :param start: first instant that belongs to the window, timezone-aware.
    :param end: first instant that no longer belongs to it, timezone-aware.
    :raises ConfigError: if an end is naive, or the window is empty or reversed.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for name, value in (("start", self.start), ("end", self.end)):
            if value.tzinfo is None:
                raise ConfigError(
                    f"The window's {name} {value.isoformat()} has no time zone",
                    where="data interval",
                    next_step="give the data interval with an offset, such as 2026-11-01T00:00:00Z",
                )
            object.__setattr__(self, name, value.astimezone(UTC))
        if self.start >= self.end:
            raise ConfigError(
                f"The window {self} is empty or reversed",
                where="data interval",
                next_step="give a data interval whose end is later than its start",
            )

    @classmethod
    def parse(cls, start: str, end: str) -> Window:
        """
        Read a window from two ISO 8601 texts, as Airflow's templates render them.

        :raises ConfigError: if a text is empty or not a date and time.
        """
        if not start or not end:
            raise ConfigError(
                "This run has no data interval, so there is no window to extract",
                where="data interval",
                next_step="use Backfill with a date range, or trigger the DAG with a data interval "
                "given by hand (Trigger > Advanced Options > Specify Manually)",
            )
        try:
            return cls(datetime.fromisoformat(start), datetime.fromisoformat(end))
        except ValueError as error:
            raise ConfigError(
                f"{start!r} .. {end!r} is not a pair of ISO 8601 times",
                where="data interval",
                next_step="give both ends such as 2026-11-01T00:00:00+00:00",
            ) from error

    @property
    def slug(self) -> str:
        """The window as a folder name that sorts by time."""
        return f"{self.start:{_SLUG_FORMAT}}--{self.end:{_SLUG_FORMAT}}"

    @classmethod
    def from_slug(cls, slug: str) -> Window:
        """Read a window back from :attr:`slug`."""
        start, end = (
            datetime.strptime(part, _SLUG_FORMAT).replace(tzinfo=UTC) for part in slug.split("--")
        )
        return cls(start, end)

    def contains(self, instant: datetime) -> bool:
        """Tell whether an instant lies in the window."""
        return self.start <= instant < self.end

    def overlaps(self, other: Window) -> bool:
        """Tell whether two windows share an instant."""
        return self.start < other.end and other.start < self.end

    def widened(self, overlap: timedelta) -> Window:
        """The window with an earlier start, for sources that show new rows with a delay."""
        return Window(self.start - overlap, self.end)

    def __str__(self) -> str:
        return f"[{self.start:%Y-%m-%dT%H:%M:%SZ}, {self.end:%Y-%m-%dT%H:%M:%SZ})"
