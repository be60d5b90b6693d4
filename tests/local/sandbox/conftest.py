"""A running sandbox over a handful of tasks whose numbers can be read off this file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from local.sandbox.company import shapes
from local.sandbox.company.store import Store
from local.sandbox.phabricator.server import Running, serve

Call = Callable[..., dict[str, Any]]
BOARD = "PHID-PROJ-board"
READER: dict[str, Any] = {
    "id": 1,
    "type": "USER",
    "phid": "PHID-USER-reader",
    "fields": {"username": "etlbot", "realName": "ETL Reader", "roles": ["bot"]},
    "attachments": {},
}


def make_task(task_id: int, modified_at: int) -> dict[str, Any]:
    """An open task that was created at 1000 + its id; T2 is in a project."""
    projects = [BOARD] if task_id == 2 else []
    return {
        "id": task_id,
        "type": "TASK",
        "phid": f"PHID-TASK-{task_id:04}",
        "fields": {
            "name": f"Task {task_id}",
            "status": {"value": "open", "name": "Open", "color": None},
            "priority": {"value": 50, "name": "Normal", "color": "orange"},
            "closerPHID": None,
            "dateClosed": None,
            "dateCreated": 1000 + task_id,
            "dateModified": modified_at,
            "policy": {"view": "users"},
        },
        "attachments": {"projects": {"projectPHIDs": projects}, "columns": {"boards": []}},
    }


@pytest.fixture
def store() -> Store:
    """Eight tasks; by dateModified they are T3, T4, T1, T2, T5, T6, T7, T8 (2000, 2010 … 2070)."""
    store = Store(
        reader={"phid": READER["phid"], "userName": "etlbot"},
        statuses=shapes.STATUSES,
        priorities=shapes.PRIORITIES,
        users=[READER],
        projects=[],
        columns=[],
    )
    for task_id, place in ((1, 2), (2, 3), (3, 0), (4, 1), (5, 4), (6, 5), (7, 6), (8, 7)):
        store.put_task(make_task(task_id, 2000 + 10 * place))
    return store


@pytest.fixture
def sandbox(store: Store) -> Iterator[Running]:
    """The server over these tasks."""
    with serve(store) as running:
        yield running


@pytest.fixture
def call(sandbox: Running) -> Call:
    """Call a method with JSON parameters; returns the whole answer."""
    return caller(sandbox)


def caller(sandbox: Running) -> Call:
    """A function that calls one server's methods."""

    def call(method: str, token: str = sandbox.token, **params: Any) -> dict[str, Any]:
        form = {"params": json.dumps(params | {"__conduit__": {"token": token}}), "output": "json"}
        answer = requests.post(f"{sandbox.url}/api/{method}", data=form, timeout=10)
        assert answer.status_code == 200
        body: dict[str, Any] = answer.json()
        return body

    return call


def ids(answer: dict[str, Any]) -> list[int]:
    """The ids of a page."""
    assert answer["error_code"] is None, answer
    return [row["id"] for row in answer["result"]["data"]]
