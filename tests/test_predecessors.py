"""``docs/predecessors.md`` names what there is, and leaves out nothing that the systems had."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.conftest import PROJECT
from tests.predecessors import CHECKS, SYSTEMS, exists, named, names_by_kind, rows
from tests.warehouses import migrated

REFERENCE = PROJECT.parent / "shared" / "reference" / "predecessors.md"


def test_every_row_is_under_its_system_and_says_something() -> None:
    assert len(rows()) > 150
    for row in rows():
        assert row.system == SYSTEMS[row.number[:2]], row
        assert row.there, row
        assert row.here, row
    order = [list(SYSTEMS).index(row.number[:2]) for row in rows()]
    assert all(before <= after for before, after in pairwise(order))


def test_rows_that_wait_say_what_for() -> None:
    for row in rows():
        waits = re.findall(r"waits? for (?!it\b)(\w+)(?: \(issue (\d+)\))?", row.here)
        assert set(waits) <= {("dashboards", "18"), ("production", "19")}, row


def test_every_name_is_one_that_there_is(postgres_dsn: str) -> None:
    columns = migrated(postgres_dsn).query(
        "select table_name, column_name from information_schema.columns "
        "where table_schema in ('mart', 'ops')"
    )
    tables: dict[str, set[str]] = {}
    for column in columns:
        tables.setdefault(column["table_name"], set()).add(column["column_name"])
    wrong = [
        f"{row}: {kind} {name}"
        for row in rows()
        for kind, name in names_by_kind(row.here)
        if not exists(kind, name, tables)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((kind, "no_such_name") for kind in CHECKS),
        ("setting", "forecast.no_such_key"),
        ("option", "deployments.no_such_key"),
        ("connection", "flowmart_nowhere"),
        ("", "fct_nothing"),
        ("", "fct_issues.nothing"),
        ("", "make nothing"),
        ("", "python -m flowmart.nothing"),
        ("", "flowmart.settings.nothing"),
        ("", "docs/nothing.md"),
    ],
)
def test_the_look_up_finds_what_there_is_not(kind: str, name: str) -> None:
    assert not exists(kind, name, {"fct_issues": {"issue_key"}})


CAPABILITIES = {"S0.1": 26, "S1.1": 14, "S2.1": 11, "S3.1": 17, "S4.1": 8}
TABLES = {
    "S0.2": [
        *("issues", "issue_metrics", "issues_changelog"),
        *("issues_view", "issue_metrics_view", "issues_changelog_view"),
        # Its columns, too.
        *("version", "queue", "title", "issue_key", "issue_type", "priority", "status"),
        *("resolution", "assignee", "author", "qa_engineer", "tags", "components", "project"),
        *("created_at", "updated_at", "deadline", "closed_at", "resolved_at", "start_date"),
        *("end_date", "is_subtask", "is_closed", "is_resolved", "story_points", "sprints"),
        *("parent_issue_key", "epic_issue_key", "aliases", "was_moved", "moved_at", "moved_by"),
        *("last_seen", "status_name", "status_transitions_count", "duration"),
        *("human_readable_duration", "busdays_duration", "human_readable_busdays_duration"),
        *("event_time", "event_type", "transport", "actor", "changed_field", "changed_from"),
        "changed_to",
    ],
    "S1.2": [
        *("percentile", "leadtime", "throughput", "testing_delay", "auto_delay", "wip_list"),
        "leadtime_distribution",
    ],
    "S2.2": [
        *("conduit_cursor", "column_metrics", "task_metrics", "events", "Project", "Task"),
        *("ProjectColumn", "columns", "phobjects", "ActiveProjectsCache", "view_task_cycletime"),
        *("view_column_metrics", "months", "weeks", "days", "task_project_weeks"),
        *("task_metrics_summary", "project_tasks_per_week", "enabled_columns_and_milestones"),
        "ActiveProjectsView",
    ],
    "S3.2": ["members", "issues", "pull_requests", "events", "event_polls", "transfers"],
    "S4.2": [
        *("Analytics", "OnlineContentApps", "OnlineWorkers", "RBACStats", "Summary", "System"),
        *("Component", "DailySummary", "DeploymentStats", "NumberCount", "AgeCount"),
        *("PostgresVersionCount", "XYVersionCount", "XYZVersionCount"),
    ],
}
CHARTS = {
    "S2.1": [
        *("burnup", "cycletime per task", "cycle-time histogram", "lead & cycle histograms"),
        *("status changes", "workboard progression", "column added/removed"),
        *("avg days in columns", "busiest projects", "tasks by assignee", "days in project"),
        *("sankey", "@mentions"),
    ],
    "S4.1": [
        *("plugin_stats", "deployment_stats", "postgresql_versions", "demography"),
        *("systems_by_age", "rbac_stats", "bucket", "plugin versions", "systems by age"),
        *("users", "groups", "domains", "custom_access_policies", "custom_roles"),
        *("Online Workers", "Content Apps", "Demography", "PostgreSQL versions"),
    ],
}


def test_every_capability_has_a_row() -> None:
    wanted = {f"{table}-{n + 1}" for table, count in CAPABILITIES.items() for n in range(count)}
    assert {row.number for row in rows() if "-" in row.number} == wanted


@pytest.mark.parametrize("section", TABLES)
def test_every_table_has_a_row(section: str) -> None:
    assert sorted(set(TABLES[section]) - told(section)) == []


@pytest.mark.parametrize("section", CHARTS)
def test_every_chart_and_endpoint_has_a_row(section: str) -> None:
    texts = [row.there for row in rows() if row.number.startswith(section)]
    assert [chart for chart in CHARTS[section] if not any(chart in text for text in texts)] == []


def told(section: str) -> set[str]:
    """What the rows of a section name."""
    return {name for row in rows() if row.number == section for name in named(row.there)}


@pytest.fixture(scope="module")
def reference() -> dict[str, str]:
    """Heading of what was found out about the systems -> what is below it."""
    if not REFERENCE.exists():
        pytest.skip("there is no ../shared/reference/predecessors.md beside the project")
    parts = re.split(r"^## ", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {part.split()[0]: part for part in parts}


def test_the_lists_above_are_those_of_the_reference(reference: dict[str, str]) -> None:
    for section, count in CAPABILITIES.items():
        table = [line for line in reference[section].splitlines() if line.startswith("| ")]
        assert len(table) - 1 == count, section
    for section, words in [*TABLES.items(), *CHARTS.items()]:
        assert [word for word in words if word not in reference[section]] == [], section


def settings_of_the_exporter(text: str) -> set[str]:
    """``TRACKER__TOKEN`` of the lines ``- TRACKER: TOKEN, …``; and the names of metrics."""
    names = set()
    for group, listed in re.findall(r"^- (\w+): (.*)$", text, re.MULTILINE):
        prefix = "" if group == "general" else f"{group}__"
        keys = re.findall(r"(?:^|, )([A-Z][A-Z0-9_]+)(?==|,|$)", listed)
        names |= {f"{prefix}{key}" for key in keys}
    return names | set(re.findall(r"(tracker_exporter_\w+) \(", text))


def test_every_setting_and_metric_of_the_exporter_has_a_row(reference: dict[str, str]) -> None:
    wanted = settings_of_the_exporter(reference["S0.7"])
    assert {"STATE__REDIS_DSN", "WORKDAYS", "tracker_exporter_etl_upload_status"} <= wanted
    assert len(wanted) == 76
    assert sorted(wanted - told("S0.7")) == []


def test_names_of_the_systems_are_theirs(reference: dict[str, str]) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    unknown = [
        f"{row}: {name}"
        for row in rows()
        for name in named(row.there)
        if not all(part in text for part in name.removeprefix("EXPORTER_").split("__"))
    ]
    assert unknown == []


def test_every_kind_of_event_of_contributor_metrics_is_read(reference: dict[str, str]) -> None:
    listed = re.search(r"36 kinds: (.*?); cross-referenced", reference["S3.1"])
    assert listed is not None
    kinds = listed[1].split(", ")
    assert len(kinds) == 36
    template = (PROJECT / "include/sql/templates/github_kinds.sql").read_text(encoding="utf-8")
    ours = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", kind.removesuffix("Event")).lower()
        for kind in re.findall(r"'(\w+)'", template.partition("set kinds")[2].partition("]")[0])
    }
    renamed = {"commented": "issue_comment", "reviewed": "pull_request_review"}
    renamed["renamed"] = "renamed_title"
    assert [kind for kind in kinds if renamed.get(kind, kind) not in ours] == []
