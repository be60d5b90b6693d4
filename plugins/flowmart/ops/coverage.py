"""What an instance has loaded, and the holes: what it should have loaded by now, and has not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flowmart.core.window import Window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowmart.core.schedule import Schedule
    from flowmart.engines.base import Engine

# A run takes minutes: what fell due this lately is not missing yet.
GRACE = timedelta(minutes=15)


@dataclass(frozen=True)
class Hole:
    """
    Time that no good window covers.

    :param starts_at: where it begins.
    :param ends_at: where it ends.
    """

    starts_at: datetime
    ends_at: datetime

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} .. {self.ends_at:%Y-%m-%d %H:%M} UTC"


def covered_windows(engine: Engine, instance: str) -> list[Window]:
    """The stretches of time that an instance has loaded, in order."""
    rows = engine.query(
        f"select starts_at, ends_at from {engine.schemas.ops}.ops_coverage "
        "where instance = %(instance)s and state = 'covered' order by starts_at",
        {"instance": instance},
    )
    return [Window(row["starts_at"], row["ends_at"]) for row in rows]


def find_holes(
    stretches: Sequence[Mapping[str, Any]], schedule: Schedule | None, now: datetime
) -> list[Hole]:
    """
    The holes of one instance.

    :param stretches: its rows of ``ops_coverage``, in order of time.
    :param schedule: its schedule; None for an instance that is no longer configured.
    :param now: data intervals that ended a quarter of an hour before are due.
    """
    holes = [Hole(row["starts_at"], row["ends_at"]) for row in stretches if row["state"] == "hole"]
    if schedule:
        due_until = schedule.at_or_before(now - GRACE)
        holes += [
            Hole(row["starts_at"], due_until)
            for row in stretches
            if row["state"] == "open" and row["starts_at"] < due_until
        ]
    return holes
