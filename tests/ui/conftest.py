"""A migrated warehouse whose marts are written by hand, and the page over it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from flowmart.transform.project import load_project
from flowmart.ui import app as ui
from tests.clearing import clear
from tests.rows import DAY, at, filled
from tests.warehouses import current_table, migrated

INCLUDE = Path(__file__).resolve().parents[2] / "include"

# Lead times in days; percentiles of {1, 2, 3, 4, 5}: p50 = 3, p85 = 1 + 0.85 * 4 = 4.4, p95 = 4.8;
# of {0, 100}: p50 = 50, p85 = 85, p95 = 95. Nothing is done in the week of 9 November.
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
WEEK_OF_2_NOV = (1, 2, 3, 4, 5)
WEEK_OF_16_NOV = (0, 100)


class Marts:
    """
    Published tables.

    :param dsn: an empty warehouse.
    """

    def __init__(self, dsn: str) -> None:
        self.engine = migrated(dsn)
        project = load_project(INCLUDE / "sql", "phabricator", self.engine.name)
        self._contracts = {model.name: model.contract for model in project.published()}

    def clear(self) -> None:
        """Forget all rows."""
        clear(self.engine)

    def insert(self, model: str, **values: Any) -> None:
        """Add a row; columns that must not be null and are not given are filled."""
        row = filled(self._contracts[model], values)
        table = current_table(self.engine, model)
        with self.engine.session() as session:
            session.copy_rows(table, list(row), [list(row.values())])

    def insert_run(self, **values: Any) -> None:
        """Add a run: by default a good one of the day before 23 November, of ten issues."""
        row = {
            "instance": "phabricator",
            "run_id": "scheduled__2026-11-22",
            "batch_id": "0123456789",
            "source": "phabricator",
            "run_type": "window",
            "window_start": at(21),
            "window_end": at(22),
            "status": "OK",
            "error": None,
            "records": 10,
            "requests": None,
            "generation": None,
            "publications_seen": None,
            "config_hash": "x",
            "started_at": at(22),
            "finished_at": None,
        } | values
        self.engine.upsert("ops.ops_runs", ("instance", "run_id"), row)

    def insert_issue(self, number: int, **values: Any) -> None:
        """
        Add an issue with its flow times and its current status, from one set of values.

        It was created long before the page's period, unless it says otherwise.
        """
        values.setdefault("created_at", LONG_AGO)
        status = {
            "status_key": f"p:{values.get('status_name', 'Open')}",
            "status_name": values.pop("status_name", "Open"),
            "status_category": values.pop("status_category", "todo"),
        }
        key = {"issue_key": f"p:{number}", "instance": "phabricator"}
        filters = {
            name: values.pop(name)
            for name in ("team", "issue_type", "sprint", "quarter")
            if name in values
        }
        identity = {"readable_id": f"T{number}", "title": values.pop("title", f"Issue {number}")}
        identity["url"] = f"https://tracker.test/T{number}"
        gone = {n: values.pop(n) for n in ("is_deleted", "missing_reason") if n in values}
        self.insert("fct_issues", **key, **filters, **status, **identity, **gone)
        self.insert("fct_issue_flow", **key, **filters, **values)
        self.insert(
            "fct_issue_status_intervals",
            interval_key=f"p:{number}:1",
            is_current=True,
            is_clock_stopped=status["status_category"] == "done",
            **key,
            **filters,
            **status,
        )

    def insert_done(self, number: int, done_at: Any, lead_days: float, **values: Any) -> None:
        """Add an issue that is done and was delivered; its cycle time is one day."""
        completion = {
            "outcome": values.pop("outcome", "delivered"),
            "lead_time_seconds": lead_days * DAY,
            "cycle_time_seconds": DAY,
            "quarter": "2026-Q4",
            **values,
        }
        status = {"status_name": "Resolved", "status_category": "done", "is_done": True}
        self.insert_issue(number, **status, last_done_at=done_at, **completion)
        known = self._contracts["fct_issue_deliveries"].column_names
        self.insert(
            "fct_issue_deliveries",
            delivery_key=f"p:{number}:1",
            issue_key=f"p:{number}",
            instance="phabricator",
            delivered_at=done_at,
            delivered_on=done_at.date(),
            is_last=True,
            **{name: value for name, value in completion.items() if name in known},
        )


@pytest.fixture(scope="module")
def warehouse_dsn(migrated_dsn):
    return migrated_dsn


@pytest.fixture(scope="module")
def database(warehouse_dsn):
    return Marts(warehouse_dsn)


@pytest.fixture
def empty(database):
    database.clear()
    return database


@pytest.fixture
def marts(empty):
    """Team web finished five issues in the week of 2 November, team app two in that of the 16th."""
    empty.insert_run()
    for number, days in enumerate(WEEK_OF_2_NOV, start=1):
        empty.insert_done(number, at(2 + number), days, team="web", issue_type="bug")
    for number, days in enumerate(WEEK_OF_16_NOV, start=6):
        empty.insert_done(
            number,
            at(17),
            days,
            team="app",
            issue_type="task",
            sprint="S1",
            cycle_time_seconds=None,
        )
    for number, started_at in ((8, at(10)), (9, at(5)), (10, None)):
        status = ("In Progress", "in_progress") if started_at else ("Open", "todo")
        empty.insert_issue(
            number,
            team="web",
            issue_type="task",
            status_name=status[0],
            status_category=status[1],
            first_started_at=started_at,
        )
    for number in (1, 2, 6):
        empty.insert(
            "ops_data_quality",
            finding_key=f"p:{number}:f",
            instance="phabricator",
            issue_key=f"p:{number}",
            rule="started_and_done_at_once",
        )
    empty.insert(
        "ops_rules",
        rule_key="p:started_and_done_at_once",
        instance="phabricator",
        rule="started_and_done_at_once",
        kind="practice",
        explanation="It has no cycle time.",
        is_on=True,
    )
    return empty


@pytest.fixture
def client(empty, tmp_path):
    """A reader who is signed in."""
    overrides = ui.app.dependency_overrides
    overrides[ui.signed_in] = lambda: None
    overrides[ui.get_engine] = lambda: empty.engine
    overrides[ui.get_docs_folder] = lambda: tmp_path
    yield TestClient(ui.app)
    overrides.clear()
