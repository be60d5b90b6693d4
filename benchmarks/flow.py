"""``python -m benchmarks.flow``: all metrics against a statement by hand, views, small batches."""

from __future__ import annotations

import argparse
import logging
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scale import ENGINES, build_base, open_bench, raw_to_published, small_batches
from flowmart.core.window import Window
from flowmart.ops.runs import close_run, open_run
from flowmart.settings import SQL_FOLDER
from flowmart.transform.views import load_views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.scale import Bench

_SMALL_BATCH = 1000

# Changes of status until a task of scale_rows is resolved.
_TO_RESOLVED = 4

# All that scale_rows tells of.
COVERED = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))

_SUMS = (
    "select count(*) as issues, sum(lead_time_seconds) as lead, "
    "sum(lead_time_without_done_seconds) as without_done, "
    "sum(first_start_last_done_seconds) as cycle, sum(reopen_count) as reopened "
    "from {table} where is_done",
    "select sum({column}) as deliveries from {throughput}",
)
_TABLES = (
    {"table": "stage.by_hand_flow", "column": "issues", "throughput": "stage.by_hand_throughput"},
    {"table": "mart.fct_issue_flow", "column": "delivered", "throughput": "mart.agg_flow_daily"},
)

_READ = {
    "postgres": "explain (analyze, timing off) select * from {view}",
    "clickhouse": "select * from {view} format Null",
}


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Print how long a block takes."""
    started = time.monotonic()
    yield
    print(f"| {step} | {time.monotonic() - started:.2f} |", flush=True)


def by_hand(bench: Bench) -> None:
    """
    Run the statement that somebody would write for flow and throughput only.

    :raises SystemExit: if its sums are others than the marts'.
    """
    name = bench.engine.name
    text = (Path(__file__).parent / f"by_hand_{name}.sql").read_text()
    with timed(f"{name}: by hand"):
        for statement in filter(str.strip, text.split(";\n")):
            bench.engine.execute(statement)
    told = [
        [
            int(value)
            for query in _SUMS
            for row in bench.engine.query(query.format(**tables))
            for value in row.values()
        ]
        for tables in _TABLES
    ]
    if told[0] != told[1]:
        raise SystemExit(f"{name}: by hand and in the mart differ: {told}")


def views(bench: Bench) -> None:
    """Read every view, whole and with all columns; the rows stay in the server."""
    batch = replace(bench.batch(), window=COVERED)
    open_run(bench.engine, batch, "window", "benchmark")
    close_run(bench.engine, batch, "OK")
    for view in load_views(SQL_FOLDER, bench.engine.name):
        schema = "ops" if view.contract.layer == "ops" else "mart"
        with timed(f"{bench.engine.name}: {view.name}"):
            bench.engine.execute(_READ[bench.engine.name].format(view=f"{schema}.{view.name}"))


def main() -> None:
    """Measure, and print what docs/benchmarks.md records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--issues", type=int, default=100_000)
    parser.add_argument("--transitions", type=int, default=20)
    parser.add_argument(
        "--bases",
        type=int,
        nargs="*",
        default=[10_000, 1_000_000],
        help="issues that views read, and that small batches come on top of",
    )
    parser.add_argument("--models", action="store_true", help="log how long each model takes")
    options = parser.parse_args()
    if options.models:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
    for name in options.engines:
        if options.issues:
            with open_bench(name) as warehouse:
                raw_to_published(warehouse, options.issues, options.transitions)
                by_hand(warehouse)
        for base in options.bases:
            print(f"{base:,} issues", flush=True)
            with open_bench(name) as warehouse:
                build_base(warehouse, base, _TO_RESOLVED)
                views(warehouse)
                small_batches(warehouse, base, _TO_RESOLVED, _SMALL_BATCH)


if __name__ == "__main__":
    main()
