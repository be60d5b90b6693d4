"""Every task of the recordings and of a generated company: the marts against a slow oracle."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from local.sandbox.company.generator import generate
from local.sandbox.phabricator.recordings import recorded_store
from tests.meanings import meaning
from tests.oracle.answers import Answers, read_answers
from tests.oracle.boards import column_visits
from tests.oracle.changes import changes
from tests.oracle.reading import bare, epoch, read_streams
from tests.oracle.statuses import Meanings, Visit, flow, status_times, status_visits
from tests.sql.warehouse import CONTEXT, Warehouse

MEANINGS = {
    "as configured": CONTEXT.statuses,
    "open is work": CONTEXT.statuses | {"open": meaning("in_progress")},
    "open is waiting": CONTEXT.statuses
    | {"open": meaning("todo", True), "stalled": meaning("todo", True)},
}


@pytest.fixture(scope="module", params=["recorded", "generated"])
def phorge(request):
    """What the API answers, as plain JSON, and a store that the sandbox serves it from."""
    if request.param == "recorded":
        folder = request.getfixturevalue("recordings_folder")
        return read_answers(folder), recorded_store(folder)
    store = generate(seed=5, tasks=150).store
    answers = Answers(
        tasks=store.visible_tasks(),
        transactions=store.transactions,
        legacy=store.legacy,
        statuses=store.statuses,
        projects=store.projects,
        columns=store.columns,
        users=store.users,
    )
    return answers, store


@pytest.fixture(scope="module")
def answers(phorge):
    return phorge[0]


@pytest.fixture(scope="module")
def streams(phorge):
    return read_streams(phorge[1])


@pytest.fixture(
    scope="module",
    params=[
        "as configured",
        *(pytest.param(name, marks=pytest.mark.long_on_clickhouse) for name in [*MEANINGS][1:]),
    ],
)
def built(request, phorge, streams, warehouse_dsn, tmp_path_factory):
    """The marts of one meaning of the statuses."""
    warehouse = Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"))
    warehouse.clear()
    given = MEANINGS[request.param]
    warehouse.run(streams, replace(CONTEXT, statuses=given))
    return warehouse, Meanings(phorge[0], {k: (m.category, m.waits) for k, (m,) in given.items()})


@pytest.fixture
def warehouse(built):
    return built[0]


def grouped(warehouse, table, place):
    """Task -> its rows of an interval table as visits, in order; places by `place`."""
    found = defaultdict(list)
    for row in sorted(warehouse.rows(table), key=lambda row: row["sequence"]):
        visit = Visit(
            bare(row[place]),
            epoch(row["entered_at"]),
            epoch(row["left_at"]),
            bare(row["entered_by_key"]),
        )
        assert row["duration_seconds"] == (None if visit.left_at is None else visit.seconds)
        found[bare(row["issue_key"]), bare(row.get("board_key"))].append(visit)
    return dict(found)


def test_every_task_is_there(warehouse, answers):
    issues = {r["readable_id"]: r for r in warehouse.rows("mart.fct_issues")}
    assert len(issues) == len(answers.tasks) > 0
    for task in answers.tasks:
        issue, fields = issues[f"T{task['id']}"], task["fields"]
        assert issue["title"] == fields["name"].replace("\0", "\ufffd")
        assert bare(issue["status_key"]) == fields["status"]["value"]
        assert epoch(issue["created_at"]) == fields["dateCreated"]
        assert epoch(issue["closed_at"]) == fields["dateClosed"]
        assert bare(issue["assignee_key"]) == fields["ownerPHID"]


def test_status_intervals(warehouse, answers):
    found = grouped(warehouse, "mart.fct_issue_status_intervals", "status_key")
    assert found == {(t["phid"], None): status_visits(answers, t) for t in answers.tasks}


def test_status_times(warehouse, answers):
    found = defaultdict(dict)
    for row in warehouse.rows("mart.fct_issue_status_times"):
        seconds = (row["visits"], row["duration_seconds"])
        found[bare(row["issue_key"])][bare(row["status_key"])] = seconds
    assert found == {t["phid"]: status_times(status_visits(answers, t)) for t in answers.tasks}


def test_flow(built, answers):
    warehouse, meanings = built
    found = {bare(row["issue_key"]): row for row in warehouse.rows("mart.fct_issue_flow")}
    assert len(found) == len(answers.tasks)
    for task in answers.tasks:
        expected = flow(meanings, status_visits(answers, task))
        row = found[task["phid"]]
        instants = {name: epoch(row[name]) for name in expected if name.endswith("_at")}
        assert {name: row[name] for name in expected} | instants == expected, f"T{task['id']}"


def test_column_intervals(warehouse, answers):
    found = grouped(warehouse, "mart.fct_issue_column_intervals", "column_key")
    expected = {
        (task["phid"], board): visits
        for task in answers.tasks
        for board in answers.boards()
        if (visits := column_visits(answers, task, board))
    }
    assert found == expected
    assert len(expected) > 10


def test_changes(warehouse, answers):
    found = defaultdict(Counter)
    for row in warehouse.rows("mart.fct_issue_changes", "issue_key, field"):
        found[bare(row["issue_key"])][row["field"]] += 1
    for task in answers.tasks:
        assert found[task["phid"]] == changes(answers, task)[0], f"T{task['id']}"


def test_transactions_without_detail_are_reported(warehouse, answers):
    found = {
        bare(row["issue_key"]): int(row["detail"].split()[0])
        for row in warehouse.rows("ops.ops_data_quality", where="rule like 'transaction_%'")
    }
    expected = {task["phid"]: changes(answers, task)[1] for task in answers.tasks}
    assert found == {phid: number for phid, number in expected.items() if number}


def test_boards_that_the_known_moves_do_not_explain_are_reported(warehouse, answers):
    rows = warehouse.rows("ops.ops_data_quality", where="rule = 'column_disagrees_with_board'")
    expected = set()
    for task in answers.tasks:
        for board in answers.boards():
            visits = column_visits(answers, task, board)
            reached = visits[-1].where if visits and visits[-1].left_at is None else None
            shown = answers.current_columns(task).get(board)
            # The source does not tell of boards on which a task is in a milestone's column.
            if shown is None and answers.proxies() & {visit.where for visit in visits}:
                continue
            if reached != shown:
                expected.add(f"phabricator:{task['phid']}:column_disagrees_with_board:{board}")
    assert {row["finding_key"] for row in rows} == expected


def test_completion_is_the_sources_own_closing_time(warehouse, answers):
    flows = {bare(row["issue_key"]): row for row in warehouse.rows("mart.fct_issue_flow")}
    closed = [task for task in answers.tasks if task["fields"]["dateClosed"]]
    assert len(closed) > 5
    for task in closed:
        row = flows[task["phid"]]
        assert (row["is_done"], epoch(row["last_done_at"])) == (True, task["fields"]["dateClosed"])
    rule = "rule = 'closed_at_disagrees_with_history'"
    assert warehouse.rows("ops.ops_data_quality", where=rule) == []


def test_dimensions_hold_the_snapshots_and_who_else_is_mentioned(warehouse, answers):
    """Milestones are sprints."""
    projects, sprints = (
        {row["phid"] for row in answers.projects if (row["fields"]["milestone"] is None) == is_one}
        for is_one in (True, False)
    )
    users = warehouse.rows("mart.dim_users", "user_id", "is_known")
    assert {row["user_id"] for row in users} == {row["phid"] for row in answers.users}
    known = warehouse.rows("mart.dim_projects", "project_id", "is_known")
    assert {row["project_id"] for row in known} == projects
    assert {row["sprint_id"] for row in warehouse.rows("mart.dim_sprints")} == sprints
    actors = {e["authorPHID"] for t in answers.tasks for e in answers.events_of(t)}
    assert actors <= {row["user_id"] for row in warehouse.rows("mart.dim_users")}
