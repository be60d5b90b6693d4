"""``make benchmark-extraction``: how a source is read over HTTP, and what that costs."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from flowmart.core.batch import Batch
from flowmart.core.window import Window
from flowmart.landing.reader import read_records
from flowmart.landing.writer import land_stream
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from local.ports import HOST, free_port
from local.sandbox.access import ACCESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flowmart.landing.manifest import Manifest
    from flowmart.sources.base import Page, Source
    from flowmart.sources.declaration import SourceSpec

_UNTIL = datetime(2026, 11, 23, tzinfo=UTC)
_DAYS = 92
_MIB = 2**10  # of getrusage's KiB
_START_SECONDS = 1800


@dataclass(frozen=True)
class Reading:
    """
    How one stream was read.

    :param seconds: from the first request to the manifest.
    :param processor_seconds: what this process used of the processor for it.
    :param peak_mib: the most memory that the process had until then, libraries included.
    """

    stream: str
    kind: str
    rows: int
    requests: int
    seconds: float
    processor_seconds: float
    peak_mib: int


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print a table for each source and latency."""
    options = _options(words)
    with _sandbox(options.issues) as url:
        for source in options.sources:
            for latency_ms in options.latency:
                httpx.post(
                    f"{url}{ACCESS[source].path}/sandbox/faults", json={"latency_ms": latency_ms}
                ).raise_for_status()
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                    readings = pool.submit(read_window, source, url).result()
                _tell(source, latency_ms, readings)


def read_window(source_name: str, url: str) -> list[Reading]:
    """
    Land all streams of a window of the whole history, as the tasks of a run do one by one.

    :param source_name: a source that the sandbox plays.
    :param url: address of the sandbox.
    """
    window = Window(_UNTIL - timedelta(days=_DAYS), _UNTIL + timedelta(days=1))
    batch = Batch(source_name, source_name, "benchmark", window)
    readings: list[Reading] = []
    with tempfile.TemporaryDirectory(prefix="flowmart-extraction-") as folder:
        landed: dict[str, Manifest] = {}
        spec = _source(source_name, url).spec
        for kind in ("snapshot", "window", "child"):
            for stream in [name for name, s in spec.streams.items() if s.kind == kind]:
                if spec.streams[stream].optional:
                    continue
                source, issues = _source(source_name, url), _issues(spec, landed)
                with _measured(readings, stream, kind) as figures:
                    manifest = _land(Path(folder), batch, stream, source, issues)
                    figures |= {"rows": manifest.rows, "requests": manifest.requests}
                landed[stream] = manifest
        source = _source(source_name, url)
        with _measured(readings, "proof", "child") as figures:
            found = source.verify(window, lambda stream: read_records(landed[stream]))
            rows = sum(len(page.records) for pages in found.values() for page in pages)
            figures |= {"rows": rows, "requests": source.requests_made}
    return readings


def _issues(spec: SourceSpec, landed: dict[str, Manifest]) -> Manifest | None:
    return next((m for stream, m in landed.items() if spec.is_entity_stream(stream)), None)


@contextmanager
def _measured(readings: list[Reading], stream: str, kind: str) -> Iterator[dict[str, int]]:
    """Add a reading; its figures are told while it goes on."""
    figures: dict[str, int] = {}
    began, used = time.monotonic(), time.process_time()
    yield figures
    seconds, processor = time.monotonic() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MIB
    readings.append(
        Reading(
            stream,
            kind,
            figures["rows"],
            figures["requests"],
            seconds,
            processor,
            peak,
        )
    )


def _land(
    folder: Path, batch: Batch, stream: str, source: Source, issues: Manifest | None
) -> Manifest:
    def read(after: Any) -> Iterable[Page]:
        parents = read_records(issues) if issues else ()
        return source.read(stream, batch.window, parents, after)

    return land_stream(folder, batch, stream, read, lambda: source.requests_made)


def _source(name: str, url: str) -> Source:
    path, token, extra = ACCESS[name]
    return make_source(name, SourceConnection(f"{url}{path}", token, extra=extra), name, {})


def _tell(source: str, latency_ms: int, readings: list[Reading]) -> None:
    print(f"\n{source}, {latency_ms} ms latency\n")
    print("| stream | rows | requests | seconds | processor s | peak RSS MiB |")
    print("|---|---|---|---|---|---|")
    for r in readings:
        print(f"| {r.stream} | {r.rows:,} | {r.requests:,} | {r.seconds:.1f} |", end="")
        print(f" {r.processor_seconds:.2f} | {r.peak_mib} |")
    per_issue = [r for r in readings if r.kind != "snapshot"]
    issues = next(r.rows for r in per_issue if r.kind == "window")
    requests, seconds, processor = (
        sum(getattr(r, name) for r in per_issue)
        for name in ("requests", "seconds", "processor_seconds")
    )
    print(f"\n{issues:,} issues: {requests / issues:.3f} requests and ", end="")
    print(f"{processor / issues * 1000:.2f} ms of processor time per issue, ", end="")
    print(f"{issues / seconds:,.0f} issues/s with their histories", flush=True)


@contextmanager
def _sandbox(issues: int) -> Iterator[str]:
    """A sandbox in a process of its own; its address."""
    port = free_port(0)
    command = [sys.executable, "-m", "local.sandbox", "--port", str(port), "--tasks", str(issues)]
    command += ["--days", str(_DAYS), "--until", f"{_UNTIL:%Y-%m-%d}"]
    url = f"http://{HOST}:{port}"
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(url, server)
            yield url
        finally:
            server.terminate()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            httpx.get(f"{url}/sandbox/health").raise_for_status()
            return
        except httpx.HTTPError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the sandbox does not start: {error}") from error
            time.sleep(0.5)


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.extraction", description=__doc__)
    parser.add_argument("--issues", type=int, default=2_000)
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 50], help="milliseconds")
    parser.add_argument("--sources", nargs="+", default=list(ACCESS), choices=list(ACCESS))
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
