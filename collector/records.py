"""A report as it is kept, and as a line of a segment."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from collector.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from upath import UPath


# As the source has it, which leaves out what is longer.
LONGEST_LINE = 1_000_000
_SHORT_BODY = 4096
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Report:
    """
    A report that was taken.

    :param product: whose it is.
    :param body: what was posted.
    :param report: what that says, see :meth:`collector.products.Product.decode`.
    :param report_id: 32 hexadecimal digits.
    """

    product: str
    body: bytes
    report: dict[str, Any]
    report_id: str


def new_report_id() -> str:
    """An id for a report that has just come."""
    return secrets.token_hex(16)


def check_length(report: Report) -> None:
    """
    Refuse a report whose line no reader would take.

    :raises Refused: with status 413.
    """
    # To find out costs as much as to write it; a short body's line would need huge names of fields.
    if len(report.body) < _SHORT_BODY:
        return
    if len(lines([report], datetime.now(UTC))) > LONGEST_LINE:
        raise Refused(413, "size", f"what the body says is longer than {LONGEST_LINE} bytes")


def lines(reports: Iterable[Report], received_at: datetime) -> bytes:
    """
    Reports as JSON lines.

    :param received_at: when they came, in UTC.
    """
    received = received_at.isoformat(timespec="microseconds")
    return b"".join(_line(report, received) for report in reports)


def _line(report: Report, received: str) -> bytes:
    # ASCII, so that no character in it is taken for the end of a line.
    text = _ENCODER.encode(
        {
            "report_id": report.report_id,
            "received_at": received,
            "product": report.product,
            "body": base64.b64encode(report.body).decode(),
            "report": report.report,
        }
    )
    return f"{text}\n".encode()


def hour_of(received_at: datetime) -> str:
    """The folder of an instant's segments, below the store's root."""
    return f"{received_at:%Y-%m-%d/%H}"


def newest_hour(root: Path | UPath) -> datetime | None:
    """
    The newest hour that has a folder, if any has; it takes two listings.

    :param root: a store's.
    """
    days = _children(root, "%Y-%m-%d")
    hours = _children(days[max(days)], "%H") if days else {}
    if not hours:
        return max(days, default=None)
    return datetime.combine(max(days), max(hours).time(), UTC)


def _children(folder: Path | UPath, pattern: str) -> dict[datetime, Path | UPath]:
    found = {}
    for child in folder.iterdir() if folder.exists() else ():
        # Other names are not ours.
        with suppress(ValueError):
            found[datetime.strptime(child.name, pattern).replace(tzinfo=UTC)] = child
    return found


def process_name() -> str:
    """A name that no other process has, here or elsewhere, now or later."""
    host = re.sub(r"[^A-Za-z0-9]+", "-", socket.gethostname())[:40].strip("-") or "host"
    return f"{host}-{os.getpid()}-{secrets.token_hex(4)}"
