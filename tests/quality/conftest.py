"""Stage tables written by hand: every table of the project, with two issues that are sound."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flowmart.core.batch import Batch
from flowmart.core.window import Window
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.transform.project import load_project
from flowmart.transform.render import stage_table
from tests.rows import DAY, at, filled

INCLUDE = Path(__file__).resolve().parents[2] / "include"
UPDATE = {
    "postgres": "update {table} set {change}",
    "clickhouse": "alter table {table} update {change}",
}


class Stage:
    """
    The stage tables of one batch.

    :param dsn: an empty warehouse.
    """

    def __init__(self, dsn: str) -> None:
        self.engine = open_engine(dsn, Schemas.with_prefix(""))
        kind = {"postgres": "schema", "clickhouse": "database"}[self.engine.name]
        self.engine.execute(f"create {kind} stage")
        self.project = load_project(INCLUDE / "sql", "phabricator", self.engine.name)
        window = Window(at(0), at(1))
        self.batch = Batch("phabricator", "phabricator", "scheduled__2026-11-01", window)
        self._sound: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._changed = {model.name for model in self.project.models}

    def table(self, model: str) -> str:
        """Qualified name of a model's stage table, for a test that may change it."""
        self._changed.add(model)
        return self._name(model)

    def _name(self, model: str) -> str:
        return stage_table(self.engine.schemas, model, self.batch)

    def keep(self, model: str, **values: Any) -> None:
        """Add a row to those that are sound; columns that must not be null are filled."""
        self._sound[model].append(filled(self.project.model(model).contract, values))

    def restore(self) -> None:
        """Make the tables that were changed anew; like the transform's, they check nothing."""
        with self.engine.session() as session:
            for model in self._changed:
                columns = {c.name: c.type for c in self.project.model(model).contract.columns}
                session.create_table(self._name(model), columns)
                rows = [[row.get(name) for name in columns] for row in self._sound[model]]
                session.copy_rows(self._name(model), list(columns), rows)
        self._changed.clear()

    def insert(self, model: str, **values: Any) -> None:
        """Add a row for one test; columns that must not be null and are not given are filled."""
        row = filled(self.project.model(model).contract, values)
        with self.engine.session() as session:
            session.copy_rows(self.table(model), list(row), [list(row.values())])

    def plant(self, model: str, change: str) -> None:
        """Spoil the table: ``set … where …``, or ``delete … where …`` if it starts so."""
        table = self.table(model)
        if change.startswith("where"):
            self.engine.execute(f"delete from {table} {change}")
        else:
            change, _, rows = change.removeprefix("set ").partition(" where ")
            change = f"{change} where {rows or 'true'}"
            self.engine.execute(UPDATE[self.engine.name].format(table=table, change=change))

    def counts(self) -> dict[str, int]:
        """Model -> rows that are there."""
        counts = " union all ".join(
            f"select '{model.name}' as model, count(*) as n from {self._name(model.name)}"
            for model in self.project.models
        )
        return {row["model"]: row["n"] for row in self.engine.query(counts)}


@pytest.fixture(scope="module")
def database(warehouse_dsn):
    """T1 was open on day 0, in progress on day 1, done on day 4; T2 is open since day 2."""
    database = Stage(warehouse_dsn)
    dims(database)
    status = {"open": "todo", "progress": "in_progress", "resolved": "done"}
    for issue, created, current in (("p:1", at(0), "resolved"), ("p:2", at(2), "open")):
        done = {"quarter": "2026-Q4"} if current == "resolved" else {}
        shared = {"issue_key": issue, "project_key": "p:web"} | done
        database.keep(
            "fct_issues",
            readable_id=f"T{issue[-1]}",
            created_at=created,
            status_key=f"p:{current}",
            status_category=status[current],
            author_key="p:ann",
            **shared,
        )
        database.keep("fct_issue_changes", change_key=f"{issue}:c", issue_key=issue, **done)
    visits = [
        ("p:1", 1, "open", at(0), at(1)),
        ("p:1", 2, "progress", at(1), at(4)),
        ("p:1", 3, "resolved", at(4), None),
        ("p:2", 1, "open", at(2), None),
    ]
    for issue, sequence, name, entered, left in visits:
        seconds = int((left - entered).total_seconds()) if left else None
        shared = {
            "issue_key": issue,
            "status_key": f"p:{name}",
            "status_category": status[name],
            "is_current": left is None,
        }
        database.keep(
            "fct_issue_status_intervals",
            interval_key=f"{issue}:{sequence}",
            sequence=sequence,
            entered_at=entered,
            left_at=left,
            duration_seconds=seconds,
            **shared,
        )
        database.keep(
            "fct_issue_status_times",
            status_time_key=f"{issue}:{name}",
            duration_seconds=seconds or 0,
            first_entered_at=entered,
            last_left_at=left,
            **shared,
        )
    flows(database)
    return database


@pytest.fixture
def stage(database):
    """Its tables as they were before any test changed them."""
    database.restore()
    return database


def dims(database: Stage) -> None:
    database.keep("dim_projects", project_key="p:web")
    database.keep("dim_users", user_key="p:ann", user_type="user")
    for name, category in (("open", "todo"), ("progress", "in_progress"), ("resolved", "done")):
        database.keep("dim_statuses", status_key=f"p:{name}", category=category)
    database.keep(
        "dim_team_members", member_key="p:A", user_key="p:ann", valid_to=date(2026, 11, 2)
    )
    database.keep(
        "dim_team_members", member_key="p:B", user_key="p:ann", valid_from=date(2026, 11, 2)
    )
    for name in ("backlog", "doing"):
        database.keep("dim_board_columns", column_key=f"p:{name}")


def flows(database: Stage) -> None:
    database.keep(
        "fct_issue_flow",
        issue_key="p:1",
        quarter="2026-Q4",
        created_at=at(0),
        first_started_at=at(1),
        last_started_at=at(1),
        first_done_at=at(4),
        last_done_at=at(4),
        is_done=True,
        lead_time_seconds=4 * DAY,
        cycle_time_seconds=3 * DAY,
        active_seconds=3 * DAY,
        waiting_seconds=0,
        flow_efficiency=1.0,
        reopen_count=0,
    )
    database.keep("fct_issue_flow", issue_key="p:2", created_at=at(2), reopen_count=0)
    for sequence, assigned, released in ((1, 0, 1), (2, 1, None)):
        database.keep(
            "fct_issue_assignments",
            assignment_key=f"p:1:{sequence}",
            issue_key="p:1",
            assignee_key="p:ann",
            quarter="2026-Q4",
            sequence=sequence,
            assigned_at=at(assigned),
            released_at=None if released is None else at(released),
            is_current=released is None,
            duration_seconds=None if released is None else DAY,
        )
    for sequence, column, entered, left in ((1, "backlog", 0, 1), (2, "doing", 1, None)):
        database.keep(
            "fct_issue_column_intervals",
            interval_key=f"p:1:web:{sequence}",
            issue_key="p:1",
            board_key="p:web",
            column_key=f"p:{column}",
            sequence=sequence,
            entered_at=at(entered),
            left_at=None if left is None else at(left),
            is_current=left is None,
            duration_seconds=None if left is None else DAY,
        )
