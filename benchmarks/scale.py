"""``make benchmark-scale``: both engines with a lot of history, and a batch on top of it."""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.scale_rows import INSTANCE, snapshots, task_id, tasks, transactions
from flowmart.core.batch import Batch
from flowmart.core.status import ConfiguredMeaning
from flowmart.core.window import Window
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.migrate.runner import up
from flowmart.ops.runs import open_run
from flowmart.publish.cleanup import drop_stage
from flowmart.publish.publisher import publish_batch
from flowmart.settings import MIGRATIONS_FOLDER, SQL_FOLDER
from flowmart.transform.project import load_project
from flowmart.transform.runner import BatchContext, build_batch
from local.clickhouse.process import LocalServer
from local.postgres.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flowmart.engines.base import Engine

FIRST = datetime(2026, 2, 1, tzinfo=UTC)
CONTEXT = BatchContext(
    statuses={
        "progress": [ConfiguredMeaning(category="in_progress")],
        "stalled": [ConfiguredMeaning(category="in_progress", is_waiting=True)],
    }
)
_MIB = 2**20
_BASE_BATCH = 100_000


class Bench:
    """
    One engine with an empty, migrated warehouse.

    :param engine: the warehouse.
    :param find_server: finds the server's processes.
    """

    def __init__(self, engine: Engine, find_server: Callable[[], list[psutil.Process]]) -> None:
        self.engine = engine
        self.server = find_server
        self._project = load_project(SQL_FOLDER, "phabricator", engine.name)
        self._runs = 0
        up(engine, MIGRATIONS_FOLDER / engine.name)

    def batch(self) -> Batch:
        """The next run's."""
        self._runs += 1
        start = FIRST + timedelta(days=self._runs)
        window = Window(start, start + timedelta(days=1))
        return Batch(INSTANCE, "phabricator", f"run {self._runs}", window)

    def load(self, numbers: range, transitions: int) -> Batch:
        """Land rows of tasks and their histories in raw tables, and note the tasks."""
        batch = self.batch()
        landed_at = batch.window.end
        streams = {
            **{stream: iter(()) for stream in self._project.spec.streams},
            **snapshots(landed_at),
            "tasks": tasks(numbers, transitions, landed_at),
            "transactions": transactions(numbers, transitions, landed_at),
        }
        open_run(self.engine, batch, "window", "benchmark")
        stage = self.engine.schemas.stage
        raw = {stream: self.engine.ensure_raw_table("phabricator", stream) for stream in streams}
        with self.engine.session() as session:
            for stream, rows in streams.items():
                scratch = f"{stage}.landed_{stream}__{batch.batch_id}"
                session.land_rows(raw[stream], scratch, rows)
                session.execute(f"drop table {scratch}")
            noted = f"{stage}.loaded_issue__{batch.batch_id}"
            session.create_table(noted, {"record_id": "text"})
            session.copy_rows(noted, ("record_id",), ((task_id(number),) for number in numbers))
        return batch

    def build(self, batch: Batch) -> None:
        """Build the stage tables."""
        build_batch(self.engine, self._project, batch, CONTEXT)

    def publish(self, batch: Batch) -> None:
        """Publish, and drop the stage tables."""
        publish_batch(self.engine, self._project, batch)
        drop_stage(self.engine, batch)

    @contextmanager
    def measured(self, step: str) -> Iterator[None]:
        """Print how long a block takes, and the memory of the client and the server at its peak."""
        peaks = [0, 0]
        enough = threading.Event()

        def watch() -> None:
            client = psutil.Process()
            while not enough.wait(0.2):
                server = sum(_own_memory(process) for process in self.server())
                peaks[:] = max(peaks[0], _own_memory(client)), max(peaks[1], server)

        watcher = threading.Thread(target=watch)
        watcher.start()
        started = time.monotonic()
        try:
            yield
        finally:
            seconds = time.monotonic() - started
            enough.set()
            watcher.join()
            client, server = (peak / _MIB for peak in peaks)
            name = f"{self.engine.name}: {step}"
            print(f"| {name} | {seconds:.1f} | {client:.0f} | {server:.0f} |", flush=True)


def _own_memory(process: psutil.Process) -> int:
    """Bytes that only this process holds; 0 once it is gone."""
    try:
        return int(process.memory_full_info().uss)
    except psutil.Error:
        return 0


@contextmanager
def postgres(folder: Path) -> Iterator[Bench]:
    """An embedded PostgreSQL with its default settings."""
    folder.chmod(0o711)
    cluster = Cluster(folder / "cluster")
    try:
        engine = open_engine(cluster.start(), Schemas.with_prefix(""))
        yield Bench(engine, lambda: _with_children(cluster.postmaster()))
    finally:
        cluster.remove()


@contextmanager
def clickhouse(folder: Path) -> Iterator[Bench]:
    """The local ClickHouse server."""
    server = LocalServer(folder)
    try:
        engine = open_engine(server.start(), Schemas.with_prefix(""))
        yield Bench(engine, psutil.Process().children)
    finally:
        server.stop()


def _with_children(server: psutil.Process | None) -> list[psutil.Process]:
    """A server's process and those that it started."""
    return [server, *server.children()] if server else []


ENGINES = {"postgres": postgres, "clickhouse": clickhouse}


def raw_to_published(bench: Bench, issues: int, transitions: int) -> None:
    """One batch of everything."""
    with bench.measured(f"load {issues:,} x {transitions}"):
        batch = bench.load(range(issues), transitions)
    with bench.measured("transform"):
        bench.build(batch)
    with bench.measured("publish"):
        bench.publish(batch)


def build_base(bench: Bench, base: int, transitions: int) -> None:
    """Publish a history, in batches that fit into memory."""
    for start in range(0, base, _BASE_BATCH):
        batch = bench.load(range(start, min(start + _BASE_BATCH, base)), transitions)
        bench.build(batch)
        bench.publish(batch)


def small_batches(bench: Bench, base: int, transitions: int, size: int) -> None:
    """Batches of issues from all over the base, with a transition more; the first one warms up."""
    for attempt in ("first", "second", "third"):
        step = f"{attempt} batch of {size:,} on {base:,}"
        with bench.measured(f"{step}: load"):
            batch = bench.load(range(0, base, base // size), transitions + 1)
        with bench.measured(f"{step}: transform"):
            bench.build(batch)
        with bench.measured(f"{step}: publish"):
            bench.publish(batch)


def main() -> None:
    """Measure, and print what docs/benchmarks.md records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--issues", type=int, default=100_000)
    parser.add_argument("--transitions", type=int, default=20)
    parser.add_argument("--bases", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--base-transitions", type=int, default=2)
    parser.add_argument("--batch", type=int, default=1000)
    options = parser.parse_args()
    print("| step | seconds | client MiB | server MiB |\n|---|---|---|---|", flush=True)
    for name in options.engines:
        if options.issues:
            with open_bench(name) as bench:
                raw_to_published(bench, options.issues, options.transitions)
        for base in options.bases:
            with open_bench(name) as bench:
                build_base(bench, base, options.base_transitions)
                small_batches(bench, base, options.base_transitions, options.batch)


@contextmanager
def open_bench(name: str) -> Iterator[Bench]:
    with (
        tempfile.TemporaryDirectory(prefix="flowmart-scale-") as folder,
        ENGINES[name](Path(folder)) as bench,
    ):
        yield bench


if __name__ == "__main__":
    main()
