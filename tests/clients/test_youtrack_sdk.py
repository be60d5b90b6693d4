"""youtrack-sdk, unmodified, exports the whole sandbox, and brings the rows that Flowmart lands."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.youtrack.app import TOKEN
from local.sandbox.youtrack.from_story import youtrack_store
from tests.records import payload_of
from tests.sources.youtrack.conftest import EVERYTHING, open_source, read, served

CLIENT = "youtrack_sdk"
ISSUES = 60
STREAMS = ("projects", "users", "agiles")
_EXPORT = Path(__file__).with_name("youtrack_sdk_export.py")
_VALUE = ("id", "name", "login", "minutes", "presentation")


@pytest.fixture(scope="module")
def both(python: str) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """What the client exports, and what Flowmart lands of the same sandbox."""
    with served(youtrack_store(tell(generate(seed=11, tasks=ISSUES, days=60)))) as server:
        done = subprocess.run(
            [python, str(_EXPORT), server.url, TOKEN],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        source = open_source(server)
        landed = {name: read(source, name) for name in ("issues", *STREAMS)}
        landed["activities"] = read(source, "activities", EVERYTHING, landed["issues"])
    # A character that no warehouse can store, which Flowmart replaces on its way in.
    exported = json.loads(done.stdout.replace("\\u0000", "\\ufffd"))
    assert len(exported["issues"]) == ISSUES
    return exported, {name: [payload_of(r) for r in rows] for name, rows in landed.items()}


def test_z_youtrack_sdk_exports_the_issues_that_flowmart_lands(both) -> None:
    exported, landed = both
    assert by_id(exported["issues"], issue) == by_id(landed["issues"], issue)
    (one,) = exported["issue_by_id"]
    assert one == exported["issues"][0]


def test_z_youtrack_sdk_reads_the_custom_fields_with_their_values(both) -> None:
    exported, landed = both
    fields = {key: by_id(parts["custom_fields"], field) for key, parts in exported["parts"].items()}
    assert fields == {row["id"]: by_id(row["customFields"], field) for row in landed["issues"]}
    assert fields == {row["id"]: by_id(row["customFields"], field) for row in exported["issues"]}
    # A value of each type that the company has, so that none is compared by its absence alone.
    seen = {told["$type"] for own in fields.values() for told in own.values() if told["value"]}
    assert seen == {
        *("SingleEnumIssueCustomField", "StateIssueCustomField", "SingleUserIssueCustomField"),
        *("SimpleIssueCustomField", "MultiVersionIssueCustomField", "PeriodIssueCustomField"),
        *("DateIssueCustomField", "MultiEnumIssueCustomField"),
    }


def test_z_youtrack_sdk_exports_what_belongs_to_issues(both) -> None:
    exported, landed = both
    parts = exported["parts"]
    links = {
        row["id"]: {group["id"]: [i["id"] for i in group["issues"]] for group in row["links"]}
        for row in landed["issues"]
    }
    told = {
        key: {group["id"]: [i["id"] for i in group["issues"]] for group in own["links"]}
        for key, own in parts.items()
    }
    assert told == links
    assert any(found for groups in links.values() for found in groups.values())
    for part, category in (("comments", "CommentsCategory"), ("work_items", "WorkItemCategory")):
        ids = sorted(row["id"] for own in parts.values() for row in own[part])
        assert ids
        assert ids == sorted(
            row["id"]
            for activity in landed["activities"]
            if activity["category"]["id"] == category
            for row in activity["added"]
        )
    counts = {row["id"]: row["commentsCount"] for row in landed["issues"]}
    assert {key: len(own["comments"]) for key, own in parts.items()} == counts
    assert not any(own["attachments"] for own in parts.values())


def test_z_youtrack_sdk_exports_projects_users_tags_and_link_types(both) -> None:
    exported, landed = both
    for stream, names in (("projects", ("id", "shortName", "name")), ("users", ("id", "login"))):
        assert [picked(r, names) for r in exported[stream]] == [
            picked(row, names) for row in landed[stream]
        ]
    groups = [group for row in landed["issues"] for group in row["links"]]
    assert {row["id"]: row["name"] for row in exported["link_types"]} == {
        group["linkType"]["id"]: group["linkType"]["name"] for group in groups
    }
    assert {row["name"] for row in exported["tags"]} >= {
        tag["name"] for row in landed["issues"] for tag in row["tags"]
    }
    assert exported["work_item_types"] == [[], [], [], []]


def test_z_youtrack_sdk_exports_the_agiles_and_sprints_that_flowmart_lands(both) -> None:
    exported, landed = both
    assert exported["agiles"] == exported["agiles_by_id"]
    assert [(b["id"], b["name"], [p["id"] for p in b["projects"]]) for b in exported["agiles"]] == [
        (b["id"], b["name"], [p["id"] for p in b["projects"]]) for b in landed["agiles"]
    ]
    sprints = [sprint(row) for board in landed["agiles"] for row in board["sprints"]]
    assert len(sprints) > len(landed["agiles"])
    assert [sprint(row) for row in exported["sprints"]] == sprints
    assert [sprint(row) for row in exported["sprints_by_id"]] == sprints
    # Who is in a sprint now is told by the sprints, and the issues agree.
    in_sprints = [i["id"] for row in exported["sprints"] for i in row["issues"]]
    assert 0 < len(in_sprints) == len(set(in_sprints)) < len(exported["issues"])


def by_id(rows: list[Any], shape: Any) -> dict[str, Any]:
    found = {row["id"]: shape(row) for row in rows}
    assert len(found) == len(rows)
    return found


def picked(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if row.get(name) is not None}


def issue(row: dict[str, Any]) -> dict[str, Any]:
    return picked(row, ("id", "idReadable", "summary", "description", "commentsCount")) | {
        "times": [at_ms(row[name]) for name in ("created", "updated", "resolved")],
        "project": picked(row["project"], ("id", "shortName", "name")),
        "people": [picked(row[name], ("id", "login")) for name in ("reporter", "updater")],
        "tags": [picked(tag, ("id", "name")) for tag in row["tags"]],
        "fields": by_id(row["customFields"], field),
    }


def field(row: dict[str, Any]) -> dict[str, Any]:
    value = row["value"]
    if isinstance(value, list):
        value = [picked(one, _VALUE) for one in value]
    elif isinstance(value, dict):
        # A user's name is not what Flowmart asks for: it asks for the full name.
        value = picked(value, ("id", "login") if value["$type"] == "User" else _VALUE)
    elif row["projectCustomField"]["field"]["fieldType"]["id"].startswith("date"):
        value = at_ms(value)
    return {"name": row["name"], "$type": row["$type"], "value": value}


def sprint(row: dict[str, Any]) -> dict[str, Any]:
    times = {"start": at_ms(row["start"]), "finish": at_ms(row["finish"])}
    return picked(row, ("id", "name", "goal", "archived", "isDefault")) | times


def at_ms(value: int | str | None) -> int | None:
    """The milliseconds of the API, which the client turns into dates and times."""
    if not isinstance(value, str):
        return value
    if len(value) == len("2026-01-05"):
        # A date stands for noon in UTC.
        return at_ms(datetime.combine(date.fromisoformat(value), time(12, tzinfo=UTC)).isoformat())
    return round(datetime.fromisoformat(value).timestamp() * 1000)
