"""The client of Conduit against the sandbox, and against what a real Phorge answered."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flowmart.conduit import ConduitClient
from flowmart.conduit.__main__ import main
from flowmart.core.errors import (
    AuthError,
    CompletenessError,
    ConfigError,
    SourceError,
    SourceUnavailableError,
)
from local.sandbox.company.generator import generate
from local.sandbox.phabricator.server import TOKEN, serve

PAGE = (Path(__file__).parents[2] / "docs" / "conduit_client.md").read_text()
TASKS = 230


@pytest.fixture(scope="module")
def running():
    with serve(generate(seed=11, tasks=TASKS, with_trains=True).store) as server:
        yield server


@pytest.fixture
def server(running):
    running.requests.clear()
    return running


@pytest.fixture
def client(server):
    return ConduitClient(server.url, TOKEN)


@pytest.fixture
def environment(server, monkeypatch):
    monkeypatch.setenv("CONDUIT_URL", server.url)
    monkeypatch.setenv("CONDUIT_TOKEN", TOKEN)


def test_the_example_of_the_page_runs(environment, server, capsys):
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    told = {}
    exec(example, told)
    store = server.store
    [delivery] = [p for p in store.projects if p["fields"]["slug"] == "payments_delivery"]
    assert told["delivery"]["phid"] == delivery["phid"]
    assert told["waiting"]["fields"]["name"] == "To Do"
    inside = [
        task
        for task in store.visible_tasks()
        if delivery["phid"] in task["attachments"]["projects"]["projectPHIDs"]
    ]
    assert [task["id"] for task in told["tasks"]] == [task["id"] for task in inside]
    names = {user["phid"]: user["fields"]["username"] for user in store.users}
    authors = {task["fields"]["authorPHID"] for task in inside}
    assert told["authors"] == sorted(names.get(author, author) for author in authors)
    printed = dict(map(int, line.split()) for line in capsys.readouterr().out.splitlines())
    assert printed == {task["id"]: len(store.legacy[task["id"]]) for task in inside}


def test_all_pages_come_in_the_order_of_ids(client, server):
    rows = list(client.all("maniphest.search"))
    assert [row["id"] for row in rows] == [task["id"] for task in server.store.visible_tasks()]
    assert server.requests["maniphest.search"] == 1 + len(rows) // 100


def test_phids_are_looked_up_together_once_and_late(client, server):
    users = [user["phid"] for user in server.store.users]
    tasks = [task["phid"] for task in server.store.visible_tasks()]
    things = client.things({"rows": [{"some": users}, dict.fromkeys(tasks, 1)]})
    gone = client.thing("PHID-USER-gone")
    assert server.requests["phid.query"] == 0
    first = server.store.users[0]
    assert str(things[first["phid"]]) == first["fields"]["username"]
    assert (gone.is_known, gone.name, gone.uri) == (False, "PHID-USER-gone", None)
    assert things[tasks[0]].full_name.startswith("T1: ")
    assert (things[tasks[0]].kind, things[tasks[0]].status in ("open", "closed")) == ("TASK", True)
    assert server.requests["phid.query"] == -(-(len(users) + len(tasks) + 1) // 100)


def test_projects_and_columns_by_hashtag_name_and_phid(client):
    project = client.project("#search_delivery")
    assert client.project("search_delivery") == client.project(project["phid"]) == project
    column = client.column("#search_delivery", "in progress")
    assert client.column(project["phid"], column["phid"]) == column
    there = list(client.tasks("#search_delivery", "In Progress"))
    assert there
    assert all(
        task["attachments"]["columns"]["boards"][project["phid"]]["columns"][0]["phid"]
        == column["phid"]
        for task in there
    )


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda c: c.project("#nothing"), "There is no project '#nothing'"),
        (lambda c: c.column("#search_delivery", "Nowhere"), "There is no column 'Nowhere'"),
        (lambda c: list(c.tasks(column="Backlog")), "does not say which board"),
        (lambda c: c.request("no.such"), "ERR-CONDUIT-CALL"),
        (lambda c: list(c.all("maniphest.search", {"limit": 1000})), "ERR-INVALID-PAGE-SIZE"),
    ],
)
def test_errors_say_what_there_is_not(client, ask, words):
    with pytest.raises((SourceError, ConfigError), match=re.escape(words)):
        ask(client)


def test_a_wrong_token_is_refused_and_not_shown(server):
    wrong = "api-" + "x" * (len(TOKEN) - 4)
    with pytest.raises(AuthError) as caught:
        ConduitClient(server.url, wrong).request("user.whoami")
    assert wrong not in str(caught.value)


@pytest.fixture
def no_waits(monkeypatch):
    monkeypatch.setattr("flowmart.http.retry._wait", lambda _: 0)


@pytest.mark.parametrize("fault", ["unavailable", "truncated", "html", "resets"])
@pytest.mark.parametrize(
    "method",
    [
        "maniphest.edit",
        "maniphest.createtask",
        "harbormaster.queryautotargets",
        "differential.close",
    ],
)
def test_what_may_change_something_is_called_once(client, server, method, fault, no_waits):
    server.faults.update({fault: 2})
    try:
        with pytest.raises(SourceUnavailableError, match=r"\(1 try\)"):
            client.request(method, {"transactions": []})
        assert server.faults.state()[fault] == 1
    finally:
        server.faults.clear()


@pytest.mark.parametrize("method", ["user.whoami", "maniphest.search", "phid.query"])
def test_what_reads_is_tried_again(client, server, method, no_waits):
    server.faults.update({"unavailable": 2, "truncated": 1})
    assert client.request(method, {"phids": []} if method == "phid.query" else {}) is not None
    assert server.faults.state()["truncated"] == 0


def test_address_and_token_are_asked_for(monkeypatch):
    monkeypatch.delenv("CONDUIT_URL", raising=False)
    monkeypatch.delenv("CONDUIT_TOKEN", raising=False)
    with pytest.raises(ConfigError, match="CONDUIT_URL and CONDUIT_TOKEN is missing"):
        ConduitClient()


def test_pages_that_do_not_end_are_an_error(tmp_path):
    page = {"data": [{"id": 1}], "cursor": {"after": "1"}}
    params = {"order": "oldest", "limit": 100}
    for number, asked in enumerate((params, {**params, "after": "1"})):
        exchange = {"method": "user.search", "params": asked, "response": {"result": page}}
        (tmp_path / f"{number}.json").write_text(json.dumps(exchange))
    with pytest.raises(CompletenessError, match="came twice"):
        list(ConduitClient(recordings=tmp_path).all("user.search"))


def test_what_was_recorded_is_answered_without_a_server(server, tmp_path):
    folder = tmp_path / "answers"
    live = ConduitClient(server.url, TOKEN, record_to=folder)
    tasks = list(live.tasks("#search"))
    names = [thing.name for thing in live.things(tasks).values()]
    again = ConduitClient(recordings=folder)
    assert list(again.tasks("#search")) == tasks
    assert [thing.name for thing in again.things(tasks).values()] == names
    assert TOKEN not in "".join(path.read_text() for path in folder.iterdir())
    with pytest.raises(SourceError, match="was not recorded"):
        again.request("user.whoami")


def test_recordings_that_say_nothing_are_an_error(tmp_path):
    with pytest.raises(SourceError, match="no recorded answers"):
        ConduitClient(recordings=tmp_path)
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(SourceError, match=r"broken\.json"):
        ConduitClient(recordings=tmp_path)


def test_a_mock_file_of_histories(server, tmp_path):
    rows = server.store.legacy[1]
    mock = tmp_path / "mock.json"
    mock.write_text(json.dumps({"result": {"1": rows}, "error_code": None}))
    client = ConduitClient(recordings=mock)
    assert list(client.histories([1, 2])) == [(1, rows)]


def test_a_real_phorge(recordings_folder):
    """23 tasks on three pages of ten, as they were recorded."""
    client = ConduitClient(recordings=recordings_folder)
    lists = {"projects": True, "columns": True, "subscribers": True}
    params = {"queryKey": "all", "order": "oldest", "limit": 10, "attachments": lists}
    rows = list(client.all("maniphest.search", params))
    assert [row["id"] for row in rows] == [n for n in range(1, 26) if n not in (17, 18)]
    told = dict(client.histories([1, 5, 16, 19]))
    assert {task: len(history) for task, history in told.items()} == {1: 23, 5: 16, 16: 18, 19: 18}


def test_request_prints_json(environment, capsys):
    assert main(["request", "user.whoami"]) == 0
    assert json.loads(capsys.readouterr().out)["userName"] == "etlbot"


def test_request_prints_a_line_per_row(environment, server, capsys):
    params = '{"constraints": {"subtypes": ["release"]}}'
    assert main(["request", "maniphest.search", params, "--all"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows
    assert {row["fields"]["subtype"] for row in rows} == {"release"}


def test_dump_prints_tasks_histories_and_what_they_name(environment, server, capsys):
    assert main(["dump", "--project", "#search"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    tasks = {row["id"] for row in rows if row["kind"] == "task"}
    told = [row for row in rows if row["kind"] == "transaction"]
    assert len(told) == sum(len(server.store.legacy[task]) for task in tasks) > 0
    names = {row["phid"]: row["name"] for row in rows if row["kind"] == "thing"}
    author = next(row for row in rows if row["kind"] == "task")["fields"]["authorPHID"]
    users = {user["phid"]: user["fields"]["username"] for user in server.store.users}
    assert names.get(author) == users.get(author)


def test_an_error_is_said_and_the_exit_code_is_1(environment, capsys):
    assert main(["request", "no.such"]) == 1
    assert "ERR-CONDUIT-CALL" in capsys.readouterr().err


@pytest.mark.parametrize("params", ["[1]", "{"])
def test_parameters_that_are_no_object_are_refused(environment, params, capsys):
    with pytest.raises(SystemExit):
        main(["request", "user.whoami", params])
    assert "is no JSON" in capsys.readouterr().err
