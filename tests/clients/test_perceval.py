"""Perceval, unmodified, exports the whole sandbox, and brings the rows that Flowmart lands."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.sandbox.company.generator import generate
from local.sandbox.phabricator.server import serve
from tests.clients.phabricator import exported, landed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.phabricator.server import Running

CLIENT = "perceval"
TASKS = 230


@pytest.fixture
def server() -> Iterator[Running]:
    with serve(generate(seed=5, tasks=TASKS).store) as running:
        yield running


def export(python: str, server: Running) -> list[dict[str, Any]]:
    """The tasks that its command line prints."""
    perceval = Path(python).with_name("perceval")
    command = [str(perceval), "phabricator", server.url, "-t", server.token, "--json-line"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [exported(line)["data"] for line in done.stdout.splitlines()]


def test_z_perceval_exports_what_flowmart_lands(python: str, server: Running) -> None:
    rows, tasks = landed(server), export(python, server)
    by_phid = {task["phid"]: task for task in tasks}
    assert len(by_phid) == len(tasks) == TASKS
    assert {phid: _task(task) for phid, task in by_phid.items()} == {
        phid: _with_projects_alone(row) for phid, row in rows["tasks"].items()
    }
    transactions = [row for task in tasks for row in task["transactions"]]
    assert {row["transactionPHID"]: _transaction(row) for row in transactions} == (
        rows["task_transactions"]
    )


def test_z_perceval_finds_the_people_and_the_projects(python: str, server: Running) -> None:
    """It asks for those that a task names; who is deleted, or a rule, is nobody."""
    rows, tasks = landed(server), export(python, server)
    authors = {
        row["authorPHID"]: row["authorData"] for task in tasks for row in task["transactions"]
    }
    strangers = {phid for phid, found in authors.items() if found is None}
    assert {phid[:10] for phid in strangers} == {"PHID-USER-", "PHID-HRUL-"}
    assert strangers.isdisjoint(rows["users"])
    known = authors.keys() - strangers
    assert len(known) > 10
    assert {phid: authors[phid] for phid in known} == {phid: rows["users"][phid] for phid in known}
    projects = {found["phid"]: found["name"] for task in tasks for found in task["projects"]}
    assert {phid: name.split(" (")[-1].rstrip(")") for phid, name in projects.items()} == {
        phid: rows["projects"][phid]["fields"]["name"] for phid in projects
    }
    named = {p for task in tasks for p in task["attachments"]["projects"]["projectPHIDs"]}
    assert projects.keys() == named


def _task(task: dict[str, Any]) -> dict[str, Any]:
    """Without what perceval adds."""
    fields = {k: v for k, v in task["fields"].items() if k not in ("authorData", "ownerData")}
    own = {k: v for k, v in task.items() if k not in ("transactions", "projects")}
    return own | {"fields": fields}


def _with_projects_alone(task: dict[str, Any]) -> dict[str, Any]:
    """Perceval does not ask for the other attachments."""
    return task | {"attachments": {"projects": task["attachments"]["projects"]}}


def _transaction(row: dict[str, Any]) -> dict[str, Any]:
    """Without what perceval adds."""
    own = {k: v for k, v in row.items() if not k.endswith(("Data", "_data"))}
    if row["transactionType"] == "core:columns":
        moves = [{k: v for k, v in m.items() if k != "boardPHID_data"} for m in row["newValue"]]
        own["newValue"] = moves
    return own
