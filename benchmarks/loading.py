"""
``python -m benchmarks.loading``: what loading landed files costs, against a bare copy of the rows.

Processor time of client and server together. The bare copy is PostgreSQL's ``COPY``, or the native
insert of ClickHouse, of rows that are in memory already, into an empty table like the raw one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.scale import ENGINES
from flowmart.engines.raw import RAW_COLUMNS
from flowmart.landing.load import load_batch
from flowmart.landing.reader import read_records
from flowmart.landing.writer import write_stream
from flowmart.ops.runs import open_run
from flowmart.sources.base import Page, Record
from flowmart.sources.registry import get_spec

if TYPE_CHECKING:
    from collections.abc import Callable

    import psutil

    from benchmarks.scale import Bench
    from flowmart.landing.manifest import Manifest

_STREAM = "changelog"
_SPEC = get_spec("yandex_tracker")


def _record(number: int) -> Record:
    """An entry of a changelog of about 1 kB."""
    person = {"self": "https://api.example.org/v3/users/1", "id": "1", "display": "Ann Example"}
    record_id = f"{number:024x}"
    payload = {
        "id": record_id,
        "self": f"https://api.example.org/v3/issues/{number // 20:024x}/changelog/{number:024x}",
        "updatedAt": "2026-11-01T10:00:00.000+0000",
        "updatedBy": person,
        "type": "IssueWorkflow",
        "fields": [
            {"field": {"id": "status", "display": "Status"}, "from": person, "to": person},
            {"field": {"id": "assignee", "display": "Assignee"}, "from": person, "to": person},
        ],
    }
    text = json.dumps(payload, separators=(",", ":")).encode()
    return Record(record_id, f"{number // 20:024x}", number, text)


def _land(folder: Path, bench: Bench, rows: int) -> tuple[Any, Manifest]:
    batch = bench.batch()
    pages = (Page([_record(n) for n in range(start, start + 100)]) for start in range(0, rows, 100))
    return batch, write_stream(folder, batch, _STREAM, pages, lambda: 0)


def _processor_seconds(server: list[psutil.Process]) -> float:
    """Of this process and the server, processes of it that have ended included."""
    spent = sum(sum(process.cpu_times()[:4]) for process in server if process.is_running())
    return time.process_time() + spent


def _measured(server: Callable[[], list[psutil.Process]], work: Callable[[], object]) -> float:
    before = _processor_seconds(server())
    work()
    time.sleep(0.2)  # a server's process may end a moment after its client has left
    return _processor_seconds(server()) - before


def measure(bench: Bench, folder: Path, rows: int) -> tuple[float, float]:
    """
    Load the same rows both ways.

    :return: processor seconds of a load, and of a bare copy.
    """
    batch, manifest = _land(folder, bench, rows)
    window = (batch.window.start, batch.window.end, batch.run_id, datetime.now(UTC))
    ready = [
        (batch.instance, r.record_id, r.parent_id, r.version, r.payload.decode(), *window)
        for r in read_records(manifest)
    ]
    open_run(bench.engine, batch, "window", "benchmark")
    raw = bench.engine.ensure_raw_table(_SPEC.name, _STREAM)
    bench.engine.execute(f"truncate table {raw}")
    bare = bench.engine.ensure_raw_table("bare", _STREAM)
    bench.engine.execute(f"truncate table {bare}")

    def copy() -> None:
        with bench.engine.session() as session:
            session.copy_rows(bare, RAW_COLUMNS, ready)

    copied = _measured(bench.server, copy)
    loaded = _measured(bench.server, lambda: load_batch(bench.engine, _SPEC, batch, [manifest]))
    return loaded, copied


def main() -> None:
    """Measure, and print what docs/benchmarks.md records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print("| engine | load s | bare copy s | bare / load |\n|---|---|---|---|", flush=True)
    for name in options.engines:
        with (
            tempfile.TemporaryDirectory(prefix="flowmart-loading-") as folder,
            ENGINES[name](Path(folder)) as bench,
        ):
            landing = Path(folder) / "landing"
            pairs = [measure(bench, landing, options.rows) for _ in range(options.rounds)]
        loaded, copied = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(f"| {name} | {loaded:.2f} | {copied:.2f} | {copied / loaded:.0%} |", flush=True)


if __name__ == "__main__":
    main()
