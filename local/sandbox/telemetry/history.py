"""Writes what installations have reported, as the collector would have kept it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from collector.products import load_products
from collector.records import Report, hour_of, lines
from flowmart.settings import PROJECT_ROOT
from local.sandbox.telemetry.installations import DAYS, Installation, installations

if TYPE_CHECKING:
    from pathlib import Path

    from collector.products import Product

PRODUCT = "pulp"
PRODUCTS = PROJECT_ROOT / "plugins" / "flowmart" / "sources" / "telemetry" / "products"
# Written last: a history that was interrupted is written again, with the same ids.
_DONE = ".history"


def write_history(folder: Path, seed: int, count: int, until: date, days: int = DAYS) -> int:
    """
    Write a history into a folder of segments, once.

    :param folder: where the collector keeps segments.
    :param count: how many installations there are.
    :param until: the day after the last one of the history.
    :return: how many reports were written.
    """
    if (folder / _DONE).exists():
        return 0
    product = load_products(PRODUCTS)[PRODUCT]
    found = installations(seed, count, until, days)
    written = 0
    for days_before in range(days, 0, -1):
        day = until - timedelta(days_before)
        hours: dict[int, list[Report]] = defaultdict(list)
        for installation in found:
            for number in range(installation.reports_on(day)):
                report = make_report(product, installation, day, until, number)
                hours[min(installation.hour + number, 23)].append(report)
        for hour, reports in sorted(hours.items()):
            at = datetime.combine(day, time(hour, 7), UTC)
            path = folder / hour_of(at) / "sandbox-history.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            # Not as the collector does it, which waits for the disk: nobody counts on these.
            path.write_bytes(lines(reports, at))
            written += len(reports)
    (folder / _DONE).touch()
    return written


def make_report(
    product: Product, installation: Installation, day: date, until: date, number: int = 0
) -> Report:
    """
    An installation's report of a day.

    :param number: which of that day.
    """
    members = installation.report(day, until)
    report_id = uuid.uuid5(uuid.UUID(installation.system_id), f"{day} {number}").hex
    body = product.message(**members).SerializeToString()
    return Report(PRODUCT, body, members, report_id)
