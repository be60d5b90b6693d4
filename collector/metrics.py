"""What ``/metrics`` shows, in Prometheus's text format."""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

# Set by collector.__main__ where there are several processes: their numbers are added up.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = CONTENT_TYPE_LATEST

# A second series for each, which says when the process began.
disable_created_metrics()  # type: ignore[no-untyped-call]

REPORTS = Counter("flowmart_collector_reports", "Reports that were kept.", ["product"])
REFUSED = Counter("flowmart_collector_refused", "Requests that were refused.", ["reason"])
DUPLICATES = Counter(
    "flowmart_collector_duplicates",
    "Kept reports of a system that this process had had one of on the same UTC day.",
    ["product"],
)
COMMIT_SECONDS = Histogram(
    "flowmart_collector_commit_seconds",
    "Time that a commit of a group of reports took.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
WAITING = Gauge(
    "flowmart_collector_waiting",
    "Reports that waited when the last commit began.",
    multiprocess_mode="livesum",
)


def exposition() -> bytes:
    """All metrics, of all processes of this collector."""
    if SHARED not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
