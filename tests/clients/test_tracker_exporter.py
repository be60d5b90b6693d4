"""``tracker-exporter`` from PyPI and Flowmart read the same Tracker, and tell the same of it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from clickhouse_driver import Client

from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from local.sandbox.access import ACCESS
from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.faults import Faults
from local.sandbox.server import listening
from local.sandbox.yandex_tracker.app import TrackerApp
from local.sandbox.yandex_tracker.fields import FIELDS
from local.sandbox.yandex_tracker.history import tracker_store
from local.sandbox.yandex_tracker.values import stamp
from local.sandbox.yandex_tracker.vocabulary import STATUSES
from tests.clients.vendor import played_at
from tests.conftest import PROJECT, empty_warehouse
from tests.oracle.reading import WHOLE
from tests.sql.warehouse import Warehouse

CLIENT = "tracker_exporter"
SOURCE = "yandex_tracker"
HOST = "api.tracker.yandex.net"
PARTS = ("changelog", "comments", "links", "worklog")
# What its users write for it in Python; it asks for all that hangs on issues.
SCRIPT = f"""
import json, sys
from yandex_tracker_client import TrackerClient
client = TrackerClient(base_url=sys.argv[1], token=sys.argv[2], org_id=sys.argv[3])
issues = client.issues.find(query='"Sort by": Updated ASC', per_page=25)
print(json.dumps({{
    issue.key: [[row.id for row in getattr(issue, part).get_all()] for part in {PARTS}]
    for issue in issues
}}))
"""
ISSUES = 60


@pytest.fixture(scope="module")
def store():
    return tracker_store(tell(generate(seed=5, tasks=ISSUES, days=60)))


@pytest.fixture(scope="module")
def app(store):
    return TrackerApp(store, Faults())


@pytest.fixture(scope="module")
def exported(python, app, tmp_path_factory):
    """The issues and the status metrics that it exports, in pages that do not hold all issues."""
    folder = tmp_path_factory.mktemp("exporter")
    issues, metrics, _ = export(python, app, folder, TRACKER__SEARCH__PER_PAGE_LIMIT=25)
    return issues, metrics


def export(python, app, folder, **settings):
    """Run it once as its users do; the lists that it prints where it may not upload them."""
    access = ACCESS[SOURCE]
    settings |= {
        "TRACKER__TOKEN": access.token,
        "TRACKER__CLOUD_ORG_ID": access.extra["org_id"],
        "TRACKER__SEARCH__RANGE": "20y",
        "CLICKHOUSE__ENABLE_UPLOAD": False,
    }
    file = folder / "settings"
    file.write_text("".join(f"EXPORTER_{name}={value}\n" for name, value in settings.items()))
    command = [Path(python).with_name("tracker-exporter"), "--env-file", file, "--run-once"]
    with played_at(HOST, app.app, folder) as way:
        done = subprocess.run(
            command, env=way, cwd=folder, text=True, capture_output=True, check=False
        )
    assert done.returncode == 0, done.stderr
    assert not {"[WARNING]", "[ERROR]"} & set(done.stderr.split()), done.stderr
    return [
        [] if line.startswith("Empty") else ast.literal_eval(line)
        for line in done.stdout.splitlines()
    ]


def test_y_it_exports_every_issue(exported, store):
    issues, _ = exported
    users, sprints = store.organization.users, store.organization.sprints
    assert sorted(told["issue_key"] for told in issues) == sorted(i.key for i in store.visible())
    by_key = {told["issue_key"]: told for told in issues}
    for issue in store.visible():
        told, fields = by_key[issue.key], issue.fields
        author = users.get(issue.created_by)
        assert told["queue"] == issue.queue
        assert told["status"] == snake(issue.status)
        assert told["author"] == (f"{author.login}@example.com" if author else "")
        assert told["created_at"] == stamp(issue.created_at).removesuffix("+0000")
        assert told["updated_at"] == stamp(issue.updated_at).removesuffix("+0000")
        assert told["is_resolved"] is ("resolution" in fields)
        assert told["aliases"] == issue.aliases
        assert told["was_moved"] is bool(issue.aliases)
        assert told["tags"] == list(fields.get("tags", ()))
        assert told["sprints"] == [sprints[ref.id].name for ref in fields.get("sprint", ())]
    # There is something of everything.
    assert any(told["was_moved"] for told in issues)
    assert any(told["is_subtask"] for told in issues)
    assert any(told["sprints"] for told in issues)
    assert any(told["author"] == "" for told in issues)


def test_y_it_needs_the_requests_that_the_benchmarks_tell(exported, app, store):
    _, metrics = exported
    transitions = sum(told["status_transitions_count"] for told in metrics)
    for_all = ("issues/_count", "issues/_search", "fields")
    requests = app.requests.total() - sum(app.requests[name] for name in for_all)
    # Its author, its status and so on, some of which an issue lacks; two statuses per transition.
    assert 7 * ISSUES < requests - 2 * transitions < 9 * ISSUES
    assert app.requests["issues/{id}/changelog"] >= ISSUES


@pytest.fixture(scope="module", params=["postgres", "clickhouse"])
def marts(request, store, tmp_path_factory):
    """A warehouse over the same Tracker, as Flowmart reads and transforms it."""
    access = ACCESS[SOURCE]
    warehouse = Warehouse(empty_warehouse(request), tmp_path_factory.mktemp("landing"), SOURCE)
    with listening(TrackerApp(store, Faults()).app) as url:
        source = make_source(
            SOURCE, SourceConnection(url, access.token, extra=access.extra), SOURCE
        )
        records = {}
        for name, stream in source.spec.streams.items():
            if stream.kind != "census" and not stream.optional:
                pages = source.read(name, WHOLE, records.get("issues", ()))
                records[name] = [record for page in pages for record in page.records]
    warehouse.run(records, instance=SOURCE)
    return warehouse


def test_y_its_status_times_are_those_of_the_marts(exported, marts):
    _, metrics = exported
    theirs = {
        (told["issue_key"], told["status_name"]): (
            told["status_transitions_count"],
            told["duration"],
        )
        for told in metrics
    }
    rows = marts.engine.query(
        "select issues.readable_id, times.status_name, times.visits, times.duration_seconds, "
        "times.is_current from mart.fct_issue_status_times as times "
        "join mart.fct_issues as issues on issues.issue_key = times.issue_key"
    )
    # Neither counts the time of the stay that lasts; only Flowmart counts it as a visit.
    ours = {
        (row["readable_id"], snake(row["status_name"])): (ended, row["duration_seconds"])
        for row in rows
        if (ended := row["visits"] - row["is_current"])
    }
    assert ours.keys() == theirs.keys()
    assert len(ours) > ISSUES
    assert max(visits for visits, _ in ours.values()) > 2
    for key, (visits, seconds) in ours.items():
        assert theirs[key][0] == visits, key
        # Both leave out what is less than a second, of each visit.
        assert abs(theirs[key][1] - seconds) <= visits, key


GUIDE = PROJECT / "docs" / "replacing" / "tracker-exporter.md"
# Its table and view, with the columns that are compared.
UPLOADED = """
create table agile.issue_metrics (
    issue_key String, status_name String, status_transitions_count UInt8, duration UInt32
) engine = MergeTree order by (issue_key, status_name)
"""


@pytest.fixture
def compared(exported, marts, request):
    """What the guide's comparison finds beside rows of the exporter, changed by the test."""
    if marts.engine.name != "clickhouse":
        pytest.skip("the exporter uploads to ClickHouse only")
    _, metrics = exported
    dsn = request.getfixturevalue("clickhouse_dsn")
    [query] = re.findall(r"```sql exporter\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    names = ("issue_key", "status_name", "status_transitions_count", "duration")

    def differences(change=lambda rows: rows):
        with Client.from_url(dsn) as client:
            client.execute("drop database if exists agile")
            client.execute("create database agile")
            client.execute(UPLOADED)
            client.execute(
                "create view agile.issue_metrics_view as select * from agile.issue_metrics"
            )
            rows = [{name: told[name] for name in names} for told in metrics]
            client.execute("insert into agile.issue_metrics values", change(rows))
            return client.execute(query)

    yield differences
    with Client.from_url(dsn) as client:
        client.execute("drop database if exists agile")


def test_y_the_guide_s_comparison_finds_no_difference(compared):
    assert compared() == []


def test_y_the_guide_s_comparison_finds_what_differs(compared):
    def change(rows):
        rows[0]["duration"] += 60
        rows[1]["status_transitions_count"] += 1
        return [*rows[:-1], {**rows[-1], "issue_key": "GONE-1"}]

    found = compared(change)
    issues = [issue for issue, *_ in found]
    assert len(found) == 4
    assert "GONE-1" in issues


def test_y_it_exports_every_change(python, tmp_path):
    store = tracker_store(tell(generate(seed=7, tasks=10, days=60)), long_history=55)
    app = TrackerApp(store, Faults())
    _, _, changes = export(python, app, tmp_path, CHANGELOG_EXPORT_ENABLED=True)
    expected = Counter(
        (issue.key, stamp(change.at).removesuffix("+0000"), change.type, named(FIELDS[field]))
        for issue in store.visible()
        for change in issue.changelog
        for field, before, after in change.fields
        if before or after
    )
    told = ("issue_key", "event_time", "event_type", "changed_field")
    assert Counter(tuple(change[name] for name in told) for change in changes) == expected
    assert max(len(issue.changelog) for issue in store.visible()) > 50
    statuses = [change for change in changes if change["changed_field"] == "Status"]
    assert {change["changed_to"] for change in statuses} <= set(STATUSES)
    assert any(change["actor"] == "" for change in changes)


def test_y_the_official_client_reads_all_that_hangs_on_issues(python, store):
    access = ACCESS[SOURCE]
    with listening(TrackerApp(store, Faults()).app) as url:
        command = [python, "-c", SCRIPT, url, access.token, access.extra["org_id"]]
        done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        issue.key: [
            [row.id for row in rows]
            for rows in (issue.changelog, issue.comments, seen_links(store, issue), issue.worklogs)
        ]
        for issue in store.visible()
    }


def seen_links(store, issue):
    """An issue's links to issues that the reader sees."""
    return [link for link in issue.links if link.other not in store.hidden]


def named(field):
    """A field as it names them: by the key, which only a queue's own has, else by the name."""
    return field.key if field.queue else field.en


def snake(name):
    """A status as it names them: ``in_progress``, of a key or of a name."""
    name = STATUSES[name].en if name in STATUSES else name
    return name.lower().replace(" ", "_")
