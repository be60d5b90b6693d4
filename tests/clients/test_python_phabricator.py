"""python-phabricator, unmodified, exports the whole sandbox: the rows that Flowmart lands."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from local.sandbox.company.generator import generate
from local.sandbox.phabricator.server import serve
from tests.clients import phabricator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.sandbox.phabricator.server import Running

CLIENT = "phabricator"
TASKS = 120

# The client gives each method by its name; pages and what to ask for are its caller's.
_EXPORT = """
import json, sys
from phabricator import Phabricator

api = Phabricator(host=sys.argv[1], token=sys.argv[2], timeout=60)
api.update_interfaces()

def rows(method, **params):
    found, after = [], None
    while True:
        page = method(limit=100, **params, **({"after": after} if after else {}))
        found += page.data
        after = page.cursor["after"]
        if after is None:
            return found

attachments = {"projects": True, "columns": True, "subscribers": True}
tasks = rows(api.maniphest.search, order="oldest", attachments=attachments)
ids = [task["id"] for task in tasks]
halves = [ids[:100], ids[100:]]
history = [api.maniphest.gettasktransactions(ids=half).response for half in halves]
named = api.phid.lookup(names=["T%d" % ids[0], "@etlbot", "#operations"]).response
print(json.dumps({
    "tasks": tasks,
    "transactions": rows(api.transaction.search, objectType="TASK"),
    "task_transactions": [row for half in history for task in half.values() for row in task],
    "projects": rows(api.project.search, attachments={"ancestors": True}),
    "columns": rows(api.project.column.search),
    "users": rows(api.user.search),
    "statuses": api.maniphest.status.search().data,
    "priorities": api.maniphest.priority.search().data,
    "named": named,
    "resolved": api.phid.query(phids=[found["phid"] for found in named.values()]).response,
    "me": api.user.whoami().userName,
}))
"""


@pytest.fixture
def server() -> Iterator[Running]:
    with serve(generate(seed=6, tasks=TASKS).store) as running:
        yield running


@pytest.fixture
def exported(python: str, server: Running, tmp_path: Path) -> dict[str, Any]:
    """What a program over the client reads; the client looks for settings in the home folder."""
    command = [python, "-c", _EXPORT, f"{server.url}/api/", server.token]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env={"HOME": tmp_path}
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = phabricator.exported(done.stdout)
    return answer


def test_z_python_phabricator_exports_what_flowmart_lands(
    exported: dict[str, Any], server: Running
) -> None:
    expected = phabricator.landed(server)
    assert expected.pop("release_tasks") == {}  # tasks again, of subtypes that this company has not
    assert len(expected["tasks"]) == TASKS
    keys = dict.fromkeys(expected, "phid") | {"task_transactions": "transactionPHID"}
    keys |= {"statuses": "value", "priorities": "value"}
    for stream, rows in expected.items():
        found = {str(row[keys[stream]]): row for row in exported[stream]}
        assert len(found) == len(exported[stream]) > 0, stream
        assert found == rows, stream


def test_z_python_phabricator_resolves_names(exported: dict[str, Any], server: Running) -> None:
    task = min(server.store.visible_tasks(), key=lambda task: task["id"])
    named = exported["named"]
    assert {name: found["type"] for name, found in named.items()} == {
        f"T{task['id']}": "TASK",
        "@etlbot": "USER",
        "#operations": "PROJ",
    }
    assert exported["resolved"] == {found["phid"]: found for found in named.values()}
    assert (exported["me"], named["@etlbot"]["fullName"]) == ("etlbot", "etlbot (ETL Reader)")
