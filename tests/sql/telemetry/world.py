"""Reports of invented installations, from the lines of segments to marts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flowmart.core.window import Window
from flowmart.sources.registry import get_spec, valid_options
from flowmart.sources.telemetry.lines import read_line
from flowmart.transform.runner import BatchContext
from tests.sources.telemetry.reports import report, system

if TYPE_CHECKING:
    from flowmart.sources.base import Record
    from tests.sql.warehouse import Warehouse

DEV = {"production_versions_only": False, "minimum_age_days": 0}
PROD = {"production_versions_only": True, "minimum_age_days": 1}
FIRST = date(2026, 1, 1)


def day(number: int) -> date:
    """Days count from 1 January 2026, which is 0."""
    return FIRST + timedelta(days=number)


def moment(number: float) -> datetime:
    """An instant, in days."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


def line(
    name: str, at: float, number: int = 1, *, age: int | None = None, **members: Any
) -> Record:
    """
    The report of a system, as a record of a segment's line.

    :param at: when it came, in days.
    :param number: tells reports of one moment apart.
    :param age: how long ago the system first reported, as the database of Pulp analytics tells it.
    """
    text = moment(at).replace(tzinfo=None).isoformat(timespec="microseconds")
    made = report(system(name), text, number, **members)
    if age is not None:
        made["first_seen_at"] = moment(at - age).isoformat()
    return read_line(json.dumps(made).encode(), get_spec("telemetry").products["pulp"]).record


def publish(
    warehouse: Warehouse,
    records: list[Record],
    instance: str = "telemetry",
    *,
    days: tuple[float, float] = (0, 30),
    everything: bool = False,
    **options: Any,
) -> None:
    """Publish reports as one window."""
    understood = valid_options("telemetry", instance, DEV | options)
    context = BatchContext(options=understood, everything=everything)
    window = Window(*map(moment, days))
    warehouse.run({"reports": records}, context, instance, window=window)
