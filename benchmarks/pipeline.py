"""``make benchmark``: a big first window and empty ones, through a real Airflow, in figures."""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from local.sandbox.company.generator import generate
from local.sandbox.phabricator.server import serve
from local.stack.airflow_env import connection_variable, sandbox_connection
from local.stack.settings import LocalSettings, load_local_settings
from local.stack.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

DAG = "phabricator"
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
EMPTY_RUNS = 3
_MIB = 2**20


def main() -> None:
    """Measure, and print what docs/benchmarks.md records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--transitions", type=float, default=20)
    parser.add_argument("--days", type=int, default=90)
    options = parser.parse_args()
    made = generate(
        tasks=options.tasks,
        days=options.days,
        until=UNTIL.date(),
        transitions=options.transitions,
    )
    print(f"sandbox: {made.store.counts}", flush=True)
    with serve(made.store) as sandbox, _stack(sandbox.url, sandbox.token) as stack:
        api = stack.api
        api.wait_for_dag(DAG, check=stack.check)
        api.unpause(DAG)
        api.wait(DAG, [run.run_id for run in _runs(stack)])
        start = UNTIL - timedelta(days=options.days + 1)
        memory, run_id = _watched(stack, start, UNTIL)
        _print_steps(stack, run_id, memory)
        for number in range(EMPTY_RUNS):
            _, empty = _watched(stack, UNTIL - timedelta(days=3650 + number))
            print(f"empty window: {_seconds_of_run(stack, empty):.1f} s")


@contextmanager
def _stack(url: str, token: str) -> Iterator[Stack]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")}
    environment = {**inherited, connection_variable(DAG): sandbox_connection(url, token)}
    with tempfile.TemporaryDirectory(prefix="flowmart-benchmark-") as folder:
        warehouse = load_local_settings().warehouse
        settings = LocalSettings(
            Path(folder) / "state", port=0, warehouse=warehouse, environment=environment
        )
        stack = Stack(settings, tell=lambda line: print(line, flush=True))
        try:
            stack.start()
            yield stack
        finally:
            stack.remove()


def _runs(stack: Stack) -> list[Any]:
    """The run that unpausing starts, as soon as it is there."""
    while not (runs := stack.api.runs(DAG)):
        time.sleep(0.5)
    return runs


def _watched(
    stack: Stack, start: datetime, end: datetime | None = None
) -> tuple[list[tuple[float, int, int]], str]:
    """One run over a window (a day by default), and its processes' memory over time."""
    samples: list[tuple[float, int, int]] = []
    enough = threading.Event()
    watcher = threading.Thread(target=_watch, args=(stack, samples, enough))
    watcher.start()
    window_end = end or start + timedelta(days=1)
    run_id = stack.api.trigger(DAG, start, window_end, logical_date=datetime.now(UTC))
    [run] = stack.api.wait(DAG, [run_id])
    enough.set()
    watcher.join()
    assert run.state == "success", f"{run_id} {run.state}"
    return samples, run_id


def _watch(stack: Stack, samples: list[tuple[float, int, int]], enough: threading.Event) -> None:
    """(time, RSS, USS) of the scheduler's largest descendant by USS, five times a second."""
    scheduler = psutil.Process(stack.processes.all()["scheduler"].pid)
    while not enough.wait(0.2):
        found = []
        for process in scheduler.children(recursive=True):
            try:
                memory = process.memory_full_info()
            except psutil.Error:
                continue
            found.append((memory.uss, memory.rss))
        if found:
            uss, rss = max(found)
            samples.append((time.time(), rss, uss))


def _print_steps(stack: Stack, run_id: str, memory: list[tuple[float, int, int]]) -> None:
    [run] = stack.warehouse().query(
        "select records, requests from ops.ops_runs where run_id = %(id)s", {"id": run_id}
    )
    issues, requests = run["records"], run["requests"]
    print(f"issues: {issues}, requests per issue: {requests / issues:.3f} ({requests} in all)")
    print("| step | seconds | issues/s | peak RSS MiB | peak USS MiB |\n|---|---|---|---|---|")
    for task in sorted(stack.api.tasks(DAG, run_id), key=lambda task: task["start_date"]):
        start, end = (_epoch(task[f"{name}_date"]) for name in ("start", "end"))
        within = [(rss, uss) for at, rss, uss in memory if start <= at <= end] or [(0, 0)]
        rss, uss = (max(sizes) / _MIB for sizes in zip(*within, strict=True))
        rate = issues / (end - start)
        print(f"| {task['task_id']} | {end - start:.1f} | {rate:,.0f} | {rss:.0f} | {uss:.0f} |")
    print(f"whole run: {_seconds_of_run(stack, run_id):.1f} s")


def _seconds_of_run(stack: Stack, run_id: str) -> float:
    """From the first task's start to the last one's end."""
    tasks = [task for task in stack.api.tasks(DAG, run_id) if task["start_date"]]
    starts = [_epoch(task["start_date"]) for task in tasks]
    return max(_epoch(task["end_date"]) for task in tasks) - min(starts)


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


if __name__ == "__main__":
    main()
