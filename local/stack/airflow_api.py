"""A client of Airflow's REST API: what the stack and its tests ask of a running Airflow."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import httpx

from local.errors import LocalError
from local.stack.airflow_session import AirflowSession, result_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Reprocess = Literal["none", "failed", "completed"]
_PAGE = 100
# Airflow frees the one backfill slot of a DAG up to 30 s after the last run of the previous one.
_SLOT_SECONDS = 60


@dataclass(frozen=True)
class Run:
    """
    One DAG run.

    :param start: start of its data interval, None if it has none.
    :param end: the interval's end.
    :param kind: scheduled, manual or backfill.
    """

    run_id: str
    state: str
    kind: str
    start: datetime | None
    end: datetime | None

    @property
    def is_finished(self) -> bool:
        """Whether it came to an end, good or bad."""
        return self.state in ("success", "failed")


class AirflowApi(AirflowSession):
    """What the stack and its tests ask; see :class:`AirflowSession` for the parameters."""

    def import_errors(self) -> dict[str, str]:
        """DAG file -> the error that keeps it from being a DAG."""
        found = self.call("GET", "/importErrors")["import_errors"]
        return {entry["filename"]: entry["stack_trace"] for entry in found}

    def has_dag(self, dag_id: str) -> bool:
        """Whether the DAG has been read."""
        return self.send("GET", f"/dags/{dag_id}").status_code == httpx.codes.OK

    def add_connection(
        self, conn_id: str, conn_type: str, host: str, password: str, extra: Mapping[str, str]
    ) -> None:
        """Keep a connection in Airflow's database, unless one of that id is there."""
        fields = {"connection_id": conn_id, "conn_type": conn_type, "host": host}
        if self.send("GET", f"/connections/{conn_id}").status_code != httpx.codes.OK:
            body = {**fields, "password": password, "extra": json.dumps(dict(extra))}
            self.call("POST", "/connections", json=body)

    def wait_for_dag(
        self,
        dag_id: str,
        *,
        timeout_seconds: float = 120,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """
        Wait until the DAG has been read.

        :param check: called before every further look.
        :raises LocalError: if it is not there in time, or a file of DAGs does not load.
        """
        deadline = time.monotonic() + timeout_seconds
        while not self.has_dag(dag_id):
            check()
            complaint = f"Airflow does not know the DAG {dag_id}"
            if errors := self.import_errors():
                texts = "\n".join(f"{file}:\n{trace}" for file, trace in errors.items())
                raise LocalError(f"{complaint}: its file does not load.\n{texts}")
            if time.monotonic() > deadline:
                raise LocalError(f"{complaint}; see the log of the DAG processor.")
            time.sleep(1)

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler run the DAG."""
        self.call("PATCH", f"/dags/{dag_id}", json={"is_paused": False})

    def pause(self, dag_id: str) -> None:
        """Keep the scheduler from making and starting runs of the DAG."""
        self.call("PATCH", f"/dags/{dag_id}", json={"is_paused": True})

    def trigger(
        self,
        dag_id: str,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        logical_date: datetime | None = None,
        run_id: str | None = None,
        conf: dict[str, Any] | None = None,
    ) -> str:
        """
        Start one run.

        :param start: start of its data interval; without one, the run has no interval.
        :param end: the interval's end.
        :param logical_date: the interval's start by default; a DAG has one run for each.
        :returns: its run id.
        """
        logical_date = logical_date or start
        body: dict[str, Any] = {
            "logical_date": logical_date and logical_date.isoformat(),
            "conf": conf or {},
        }
        if start and end:
            body |= {
                "data_interval_start": start.isoformat(),
                "data_interval_end": end.isoformat(),
            }
        if run_id:
            body["dag_run_id"] = run_id
        return str(self.call("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def backfill(
        self,
        dag_id: str,
        first: datetime,
        last: datetime,
        *,
        reprocess: Reprocess = "none",
        max_active_runs: int = 2,
        run_backwards: bool = False,
    ) -> list[str]:
        """
        Run the DAG for every interval whose start lies in ``[first, last]``.

        :param reprocess: which of the existing runs to run again.
        :returns: run ids of the range, those already there included; see :meth:`wait`.
        """
        body = {
            "dag_id": dag_id,
            "from_date": first.isoformat(),
            "to_date": last.isoformat(),
            "reprocess_behavior": reprocess,
            "max_active_runs": max_active_runs,
            "run_backwards": run_backwards,
        }
        deadline = time.monotonic() + _SLOT_SECONDS
        if self.call("POST", "/backfills/dry_run", json=body)["total_entries"]:
            while (answer := self.send("POST", "/backfills", json=body)).status_code == 409:
                if time.monotonic() > deadline:
                    raise LocalError(f"Another backfill of {dag_id} is running: wait for its end.")
                time.sleep(2)
            result_of(answer)
        window = {"logical_date_gte": first.isoformat(), "logical_date_lte": last.isoformat()}
        runs = self.runs(dag_id, **window)
        return [run.run_id for run in runs if run.kind in ("backfill", "scheduled")]

    def runs(self, dag_id: str, **filters: str) -> list[Run]:
        """
        The DAG's runs, oldest interval first.

        :param filters: query parameters of the endpoint, such as ``logical_date_gte``.
        """
        found: list[Run] = []
        while True:
            query = {**filters, "limit": _PAGE, "offset": len(found), "order_by": "logical_date"}
            page = self.call("GET", f"/dags/{dag_id}/dagRuns", params=query)
            found += [_run(entry) for entry in page["dag_runs"]]
            if len(page["dag_runs"]) < _PAGE:
                return found

    def run(self, dag_id: str, run_id: str) -> Run | None:
        """One run, or None if there is none of that id."""
        answer = self.send("GET", f"/dags/{dag_id}/dagRuns/{run_id}")
        return None if answer.status_code == httpx.codes.NOT_FOUND else _run(result_of(answer))

    def clear(self, dag_id: str, run_id: str) -> None:
        """Run all tasks of a run again."""
        self.call("POST", f"/dags/{dag_id}/dagRuns/{run_id}/clear", json={"dry_run": False})

    def wait(
        self,
        dag_id: str,
        run_ids: Iterable[str],
        *,
        timeout_seconds: float = 3600,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Run]:
        """
        Wait until runs are finished, or the first of them failed.

        :param on_progress: called with finished and total after every look.
        :raises LocalError: if they are not through in time.
        """
        wanted = {dag_id: run_ids}
        found = self.wait_for(wanted, timeout_seconds=timeout_seconds, on_progress=on_progress)
        return found[dag_id]

    def wait_for(
        self,
        wanted: Mapping[str, Iterable[str]],
        *,
        by: Callable[[Run], str] = lambda run: run.run_id,
        timeout_seconds: float = 3600,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> dict[str, list[Run]]:
        """
        Wait until runs of several DAGs are finished, or the first of them failed.

        :param wanted: DAG id -> ids of its runs, which need not exist yet.
        :param by: what identifies a run in ``wanted``.
        :param on_progress: as for :meth:`wait`.
        :returns: DAG id -> its runs.
        :raises LocalError: if they are not through in time.
        """
        ids = {dag_id: set(run_ids) for dag_id, run_ids in wanted.items()}
        total = sum(map(len, ids.values()))
        deadline = time.monotonic() + timeout_seconds
        while True:
            found = {
                dag_id: [run for run in self.runs(dag_id) if by(run) in run_ids]
                for dag_id, run_ids in ids.items()
            }
            finished = [
                (dag_id, run) for dag_id, runs in found.items() for run in runs if run.is_finished
            ]
            done = len({(dag_id, by(run)) for dag_id, run in finished})
            on_progress(done, total)
            if done == total or any(run.state == "failed" for _, run in finished):
                return found
            if time.monotonic() > deadline:
                names = ", ".join(ids)
                raise LocalError(f"Runs of {names} are not through after {timeout_seconds:g} s.")
            time.sleep(1)

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run, as Airflow describes them."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        return list(self.call("GET", path)["task_instances"])

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1) -> str:
        """The log of one try of a task, one event a line."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}"
        content = self.call("GET", path, params={"full_content": True})["content"]
        return "\n".join(entry if isinstance(entry, str) else _log_line(entry) for entry in content)


def _run(entry: dict[str, Any]) -> Run:
    ends = (entry["data_interval_start"], entry["data_interval_end"])
    start, end = (datetime.fromisoformat(value) if value else None for value in ends)
    return Run(entry["dag_run_id"], entry["state"], entry["run_type"], start, end)


def _log_line(entry: dict[str, Any]) -> str:
    """A log event, with the exceptions that it came with, the outermost last."""
    errors = entry.get("error_detail") or []
    causes = [f"{error['exc_type']}: {error['exc_value']}" for error in errors]
    return "\n".join([str(entry.get("event", "")), *reversed(causes)])
