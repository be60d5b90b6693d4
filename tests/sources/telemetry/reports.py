"""Reports and segments, written by hand as the collector writes them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flowmart.sources.base import Record, SourceConnection
from flowmart.sources.registry import make_source

if TYPE_CHECKING:
    from pathlib import Path

    from flowmart.core.window import Window
    from flowmart.sources.base import Source

INSTANCE = "telemetry"


def system(name: str) -> str:
    """The UUID of an invented installation."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def report(system_id: str, at: str, number: int = 1, **members: Any) -> dict[str, Any]:
    """A line of a segment; `at` is a UTC time without offset."""
    return {
        "report_id": uuid.uuid5(uuid.NAMESPACE_OID, f"{system_id} {at} {number}").hex,
        "received_at": f"{at}+00:00",
        "product": "pulp",
        "body": "",
        "report": {"system_id": system_id, **members},
    }


def components(**versions: str) -> list[dict[str, str]]:
    """Components by name."""
    return [{"name": name, "version": version} for name, version in versions.items()]


def write(folder: Path, *lines: dict[str, Any] | str, name: str = "host-1-a-00000") -> None:
    """Add lines to segments, each in the folder of its hour; texts go where the last one did."""
    place = folder
    for line in lines:
        if isinstance(line, dict):
            at = datetime.fromisoformat(line["received_at"]).astimezone(UTC)
            place = folder / f"{at:%Y-%m-%d}" / f"{at:%H}"
            place.mkdir(parents=True, exist_ok=True)
        text = f"{json.dumps(line)}\n" if isinstance(line, dict) else line
        with (place / f"{name}.jsonl").open("a") as file:
            file.write(text)


def source(folder: Any = None, dsn: str = "", **options: Any) -> Source:
    """The source on a folder or a database."""
    extra = {} if folder is None else {"folder": folder}
    connection = SourceConnection("", "", extra=extra, dsn=dsn)
    return make_source("telemetry", connection, INSTANCE, options)


def read(found: Source, window: Window) -> list[Record]:
    """All records of a window."""
    return [record for page in found.read("reports", window, []) for record in page.records]
