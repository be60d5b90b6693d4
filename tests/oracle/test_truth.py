"""Generated histories: the marts against what was noted while they were invented."""

from __future__ import annotations

from collections import defaultdict

import pytest

from local.sandbox.company.generator import generate
from tests.oracle.reading import bare, epoch, read_streams
from tests.sql.warehouse import Warehouse

TASKS = 120


@pytest.fixture(scope="module")
def generated():
    return generate(seed=23, tasks=TASKS)


@pytest.fixture(scope="module")
def warehouse(generated, warehouse_dsn, tmp_path_factory):
    warehouse = Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"))
    warehouse.run(read_streams(generated.store))
    return warehouse


def visits(warehouse, table, *places):
    """Task -> what its visits are, in order."""
    found = defaultdict(list)
    for row in sorted(warehouse.rows(table), key=lambda row: (row["entered_at"], row["sequence"])):
        times = (epoch(row["entered_at"]), epoch(row["left_at"]))
        found[bare(row["issue_key"])].append((*(bare(row[place]) for place in places), *times))
    return found


def true_tasks(generated):
    for task in generated.store.visible_tasks():
        yield task["phid"], generated.truth()[task["id"]]


def test_status_intervals_are_what_happened(warehouse, generated):
    found = visits(warehouse, "mart.fct_issue_status_intervals", "status_key")
    expected = {
        phid: [(v.status, v.entered_at, v.left_at) for v in truth.statuses]
        for phid, truth in true_tasks(generated)
    }
    assert found == expected
    assert sum(len(v) for v in expected.values()) > 3 * TASKS


def test_column_intervals_are_what_happened(warehouse, generated):
    """A task that was created in a milestone is also in its column there, which nobody noted."""
    proxies = {c["phid"] for c in generated.store.columns if c["fields"]["proxyPHID"]}
    found = visits(warehouse, "mart.fct_issue_column_intervals", "board_key", "column_key")
    for phid, truth in true_tasks(generated):
        expected = {(v.board, v.column, v.entered_at, v.left_at) for v in truth.columns}
        assert expected <= set(found[phid])
        assert {column for _, column, *_ in set(found[phid]) - expected} <= proxies


def test_nothing_contradicts_itself(warehouse):
    """But that it names a person whose account is gone, and that some work was left behind."""
    expected = {"user_not_listed", "open_subtasks_of_done_issue"}
    found = warehouse.rows("mart.v_data_quality", "issue_key, rule", "kind = 'contradiction'")
    assert [row for row in found if row["rule"] not in expected] == []
