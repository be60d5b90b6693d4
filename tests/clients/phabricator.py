"""A company's Phabricator, as Flowmart lands it: what clients have to bring as well."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from flowmart.core.window import Window
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from tests.records import payload_of

if TYPE_CHECKING:
    from local.sandbox.phabricator.server import Running

_EVERYTHING = Window.parse("2026-01-01T00:00Z", "2026-11-23T00:00Z")

Rows = dict[str, dict[str, Any]]


def landed(server: Running) -> dict[str, Rows]:
    """Stream -> PHID, or the value of what has none -> the row that Flowmart lands."""
    connection = SourceConnection(server.url, server.token)
    source = make_source("phabricator", connection, "phabricator__acme", {})
    rows: dict[str, Rows] = defaultdict(dict)
    tasks = [r for page in source.read("tasks", _EVERYTHING, ()) for r in page.records]
    for stream in (name for name, spec in source.spec.streams.items() if spec.endpoint):
        for page in source.read(stream, _EVERYTHING, tasks):
            rows[stream] |= {record.record_id: payload_of(record) for record in page.records}
    return rows


def exported(line: str) -> Any:
    """What a client printed as JSON; no warehouse can store a U+0000, so Flowmart replaces it."""
    return json.loads(line.replace("\\u0000", "\\ufffd"))
