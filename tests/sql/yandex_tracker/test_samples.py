"""The vendor's own samples land and stage without loss."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowmart.transform.runner import BatchContext
from tests.records import make_record
from tests.sql.yandex_tracker.tracker import INSTANCE, of

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "yandex-tracker"
CHANGED_ISSUE = "6033f986bd6c4a042c688391"
MOVED_ISSUE = "5f5230f0e9a9a70dd0a8b1d2"


def sample(name):
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"there is no {name} in the fixtures of yandex-tracker")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def changelog():
    return sample("doc_changelog.json")


@pytest.fixture(scope="module", autouse=True)
def built(warehouse, changelog):
    (issue,) = sample("doc_issue.json")
    moved = sample("doc_moved_issue_excerpt.json")
    # The changelog's own issue is nowhere in the samples; it borrows the one that is whole.
    owner = issue | {"id": CHANGED_ISSUE, "key": "TEST-27"}
    streams = {
        "issues": [
            make_record(issue["id"], None, issue["version"], issue),
            make_record(CHANGED_ISSUE, None, 1, owner),
            make_record(MOVED_ISSUE, None, moved["version"], moved),
        ],
        "changelog": [make_record(entry["id"], CHANGED_ISSUE, 0, entry) for entry in changelog],
        "fields": [make_record(field["id"], None, 0, field) for field in sample("fields.json")],
        "sprints": [
            make_record(str(found["id"]), None, found["version"], found)
            for found in sample("doc_board_sprints.json")
        ],
    }
    warehouse.run(streams, BatchContext(), INSTANCE)


def test_the_whole_issue(warehouse):
    where = "readable_id = 'TREK-9844'"
    (row,) = warehouse.rows("mart.fct_issues", "*", where)
    assert row["issue_id"] == "593cd211ef7e8a332414f2a7"
    assert (row["title"], row["issue_type"], row["priority"]) == ("subtask", "task", "normal")
    assert row["created_at"].isoformat() == "2017-06-11T05:16:01.339000+00:00"
    assert row["updated_at"].isoformat() == "2017-07-18T13:33:44.291000+00:00"
    assert row["assignee_key"] == row["author_key"] == "yandex_tracker:1120000000049224"
    others = json.loads(row["custom_fields"])
    assert others["aliases"] == ["JUNE-3"]


def test_its_queue_and_sprint_are_kept_though_no_snapshot_has_them(warehouse):
    rows = warehouse.rows("mart.dim_projects", "project_id, is_known")
    assert {"queue:111", "sprint:5317"} <= {
        row["project_id"] for row in rows if not row["is_known"]
    }


def test_the_moved_issue(warehouse):
    (row,) = warehouse.rows("mart.fct_issues", "issue_id, status_key", "readable_id = 'NEW-1'")
    assert tuple(row.values()) == (MOVED_ISSUE, "yandex_tracker:8")


def test_the_sprint(warehouse):
    columns = "sprint_id, name, sprint_number, status, created_at"
    (row,) = warehouse.rows("mart.dim_sprints", columns)
    *texts, created_at = row.values()
    assert texts == ["sprint:44", "sprint1", 44, "in_progress"]
    assert created_at.isoformat() == "2015-06-23T17:03:24.799000+00:00"


def test_every_entry_and_every_field_of_the_changelog_is_there(warehouse, changelog):
    rows = warehouse.rows("mart.fct_issue_changes", "event_id, field", of_changed())
    assert {(entry["id"], changed["field"]["id"]) for entry in changelog
            for changed in entry["fields"]} <= {tuple(row.values()) for row in rows}  # fmt: skip
    assert {row["event_id"] for row in rows} == {entry["id"] for entry in changelog}


def test_what_the_entries_say(warehouse):
    rows = warehouse.rows(
        "mart.fct_issue_changes", "event_order, field, old_value, new_value", of_changed()
    )
    assert [tuple(row.values()) for row in rows] == [
        (1, "created", None, None),
        (1, "status", None, "1"),
        (2, "followers", None, "1234567890"),
        (3, "tags", None, "New tag"),
    ]


def of_changed():
    return of(int(CHANGED_ISSUE, 16))
