"""
How long a publication on ClickHouse takes that changes the tables of one entity.

Among more published tables it is not to take longer: it clones the ones that it changes.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from clickhouse_driver import Client

from benchmarks.scale import clickhouse
from benchmarks.statements import counted

if TYPE_CHECKING:
    from flowmart.engines.base import Engine

_CHANGED_TABLES = 5
_CHANGED_ROWS = 100
_CREATE = """
create table store.{name}__p0 (key Int64, instance LowCardinality(String), value String)
engine = MergeTree order by key as
select number as key, 'toy' as instance, toString(cityHash64(number)) as value
from numbers({rows})
"""


def create(engine: Engine, tables: int, rows: int) -> list[str]:
    """Make published tables; their names."""
    names = [f"fct_{number}" for number in range(tables)]
    for name in names:
        engine.execute(_CREATE.format(name=name, rows=rows))
    return names


def publish(engine: Engine, names: list[str]) -> float:
    """Replace some rows of some tables; the seconds that it took."""
    started = time.monotonic()
    with engine.publication("toy") as publication:
        for name in names:
            table = publication.table(name)
            publication.execute(f"delete from {table} where key < {_CHANGED_ROWS}")
            publication.execute(
                f"insert into {table} select number, 'toy', 'new' from numbers({_CHANGED_ROWS})"
            )
    return time.monotonic() - started


def main() -> None:
    """Measure, and print what docs/benchmarks.md records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, nargs="+", default=[10, 60])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--publications", type=int, default=20)
    options = parser.parse_args()
    print("| published tables | changed | statements | median ms |\n|---|---|---|---|", flush=True)
    for tables in options.tables:
        with (
            tempfile.TemporaryDirectory(prefix="flowmart-publication-") as folder,
            clickhouse(Path(folder)) as bench,
        ):
            names = create(bench.engine, tables, options.rows)[:_CHANGED_TABLES]
            publish(bench.engine, names)
            with counted(Client) as kinds:
                publish(bench.engine, names)
            seconds = [publish(bench.engine, names) for _ in range(options.publications)]
            median = statistics.median(seconds) * 1000
            print(f"| {tables} | {len(names)} | {kinds.total()} | {median:.0f} |", flush=True)


if __name__ == "__main__":
    main()
