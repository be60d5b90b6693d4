"""How many statements the warehouse runs for a small batch, of which kinds, and in what time."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from clickhouse_driver import Client
from psycopg import Cursor

from benchmarks.scale import ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.scale import Bench

_DRIVERS = {"postgres": Cursor, "clickhouse": Client}


@contextmanager
def counted(driver: type) -> Iterator[Counter[str]]:
    """Count what a driver executes, by the first word of the statement."""
    kinds: Counter[str] = Counter()
    execute: Callable[..., Any] = driver.execute  # type: ignore[attr-defined]

    def count(self: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
        kinds[str(statement).split(maxsplit=1)[0].lower()] += 1
        return execute(self, statement, *args, **kwargs)

    with patch.object(driver, "execute", count):
        yield kinds


def measure(bench: Bench, step: str, work: Callable[[], object]) -> None:
    """Print a line about one step."""
    name = bench.engine.name
    with counted(_DRIVERS[name]) as kinds:
        started = time.monotonic()
        work()
        seconds = time.monotonic() - started
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    print(f"| {name}: {step} | {seconds:.2f} | {kinds.total()} | {told} |", flush=True)


def small_batches(bench: Bench, base: int, size: int) -> None:
    """Batches on top of a history; the first one proves the models' columns."""
    batch = bench.load(range(base), 2)
    bench.build(batch)
    bench.publish(batch)
    for _ in range(3):
        batch = bench.load(range(0, base, base // size), 3)
        measure(bench, "transform", partial(bench.build, batch))
        measure(bench, "publish", partial(bench.publish, batch))


def main() -> None:
    """Measure, and print what docs/benchmarks.md records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--base", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=20)
    options = parser.parse_args()
    print("| step | seconds | statements | of which |\n|---|---|---|---|", flush=True)
    for name in options.engines:
        with (
            tempfile.TemporaryDirectory(prefix="flowmart-statements-") as folder,
            ENGINES[name](Path(folder)) as bench,
        ):
            small_batches(bench, options.base, options.batch)


if __name__ == "__main__":
    main()
