"""Payloads have the documented shapes, and names in the caller's language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.local.sandbox.yandex_tracker.conftest import Client

ENGLISH = {"Accept-Language": "en"}
FIXTURES = Path(__file__).resolve().parents[5] / "shared" / "fixtures" / "yandex-tracker"


def documented(name: str) -> Any:
    path = FIXTURES / name
    if not path.exists():
        pytest.skip(f"no documented payloads in {FIXTURES}")
    return json.loads(path.read_text())


def shape(value: Any) -> Any:
    """Types of a payload, names of its keys and spelling of its times."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, str) and re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", value
    ):
        return "time"
    return type(value).__name__


def assert_covers(ours: Any, theirs: Any, where: str = "") -> None:
    """All that the documentation shows is there, in the same types."""
    if isinstance(theirs, dict):
        for key, inner in theirs.items():
            assert key in ours, f"{where}.{key} is missing"
            assert_covers(ours[key], inner, f"{where}.{key}")
    elif isinstance(theirs, list) and theirs:
        assert_covers(ours[0], theirs[0], where)
    else:
        assert ours == theirs, where


def issues(client: Client) -> Iterator[dict[str, Any]]:
    answer = client.search({"query": ""}, perPage=1000)
    yield from answer.json()


def test_an_issue(tracker: Client) -> None:
    (theirs,) = documented("doc_issue.json")
    candidates = (issue for issue in issues(tracker) if theirs.keys() <= issue.keys())
    assert_covers(shape(next(candidates)), shape(theirs))


def test_a_moved_issue(tracker: Client) -> None:
    theirs = documented("doc_moved_issue_excerpt.json")
    moved = next(issue for issue in issues(tracker) if "previousQueue" in issue)
    assert_covers(shape(moved), shape(theirs))


def test_a_changelog(tracker: Client) -> None:
    created, followed, tagged = documented("doc_changelog.json")
    for issue in issues(tracker):
        rows = tracker.get(f"issues/{issue['id']}/changelog").json()
        status = next(f for f in rows[0]["fields"] if f["field"]["id"] == "status")
        assert_covers(shape(rows[0] | {"fields": [status]}), shape(created))
    longest = max(tracker.app.store.visible(), key=lambda issue: len(issue.changelog)).id
    (row, *_) = tracker.get(f"issues/{longest}/changelog", field="tags").json()
    field = row["fields"][0]
    assert_covers(shape(row | {"fields": [field | {"from": None}]}), shape(tagged))
    followers = tracker.get(f"issues/{longest}/changelog", field="followers").json()[0]
    field = next(f for f in followers["fields"] if f["field"]["id"] == "followers")
    assert_covers(shape(followers | {"fields": [field]}), shape(followed))


def test_sprints_of_a_board(tracker: Client) -> None:
    (sprint, *_) = tracker.get("boards/1/sprints").json()
    assert_covers(shape(sprint), shape(documented("doc_board_sprints.json")[0]))


def test_y_every_recorded_field_is_there(tracker: Client) -> None:
    recorded = documented("fields.json")
    ours = {field["id"]: field for field in tracker.get("fields", ENGLISH).json()}
    always = set.intersection(*(set(field) for field in recorded)) - {"self"}
    for field in recorded:
        told = {name: field[name] for name in always}
        if field["id"] == "sprint":
            # The documentation's issue has a list of them.
            told["schema"] = {"type": "array", "items": "sprint"}
        assert {name: ours[field["id"]][name] for name in always} == told
    assert set(ours) - {field["id"] for field in recorded} == {"previousStatus", "statusStartTime"}
    assert all(set(field) == {"self", *always} for field in ours.values())


def test_y_all_fields_of_the_recording_are_there_without_it(tracker: Client) -> None:
    assert len(tracker.get("fields").json()) == 189 + 2


def test_every_field_of_an_issue_is_a_listed_one(tracker: Client) -> None:
    listed = {field["id"] for field in tracker.get("fields").json()}
    local = {
        field["id"]
        for queue in tracker.get("queues").json()
        for field in tracker.get(f"queues/{queue['key']}/localFields").json()
    }
    plumbing = {
        "self", "id", "version", "votes", "favorite", "lastCommentUpdatedAt",
        "commentWithoutExternalMessageCount", "commentWithExternalMessageCount",
    }  # fmt: skip
    used = {name for issue in issues(tracker) for name in issue}
    assert used - plumbing - listed == local
    assert all(re.fullmatch(r"[0-9a-f]{24}--\w+", name) for name in local)


def test_names_are_russian_unless_english_is_asked_for(tracker: Client) -> None:
    def named(language: str) -> dict[str, str]:
        rows = tracker.get("statuses", {"Accept-Language": language}).json()
        return {row["key"]: row["name"] for row in rows}

    assert named("en")["inProgress"] == "In progress"
    assert named("en-US,en;q=0.9")["inProgress"] == "In progress"
    assert named("ru")["inProgress"] == named("de")["inProgress"] == "В работе"
    assert tracker.get("statuses").json()[0]["name"] == "Открыт"


def test_only_names_change_with_the_language(tracker: Client) -> None:
    key = tracker.app.store.visible()[0].key
    for path in (f"issues/{key}", f"issues/{key}/changelog", "statuses", "priorities", "fields"):
        russian, english = (
            tracker.get(path, {"Accept-Language": language}).json() for language in ("ru", "en")
        )
        assert russian != english
        assert _without_names(russian) == _without_names(english)


def _without_names(value: Any) -> Any:
    if isinstance(value, dict):
        names = ("display", "name", "inward", "outward")
        return {k: _without_names(inner) for k, inner in value.items() if k not in names}
    return [_without_names(inner) for inner in value] if isinstance(value, list) else value


def test_statuses_have_all_types(tracker: Client) -> None:
    types = {row["key"]: row["type"] for row in tracker.get("statuses").json()}
    assert set(types.values()) == {"new", "inProgress", "paused", "done", "cancelled"}
    assert types["needInfo"] == "paused"
    used = {issue["status"]["key"] for issue in issues(tracker)}
    assert used == types.keys() - {"onHold"}


def test_comments_have_two_ids(tracker: Client) -> None:
    commented = next(i for i in issues(tracker) if i["commentWithoutExternalMessageCount"] > 1)
    comments = tracker.get(f"issues/{commented['key']}/comments").json()
    assert len(comments) == commented["commentWithoutExternalMessageCount"]
    assert all(isinstance(comment["id"], int) for comment in comments)
    assert all(re.fullmatch(r"[0-9a-f]{24}", comment["longId"]) for comment in comments)
    assert comments[-1]["createdAt"] == commented["lastCommentUpdatedAt"]


def test_a_board_without_sprints(tracker: Client) -> None:
    boards = tracker.get("boards").json()
    counts = {b["name"]: len(tracker.get(f"boards/{b['id']}/sprints").json()) for b in boards}
    assert counts["Operations"] == 0
    assert counts["Payments"] > 1


def test_sprints_are_one_after_the_other_and_known_by_id(tracker: Client) -> None:
    sprints = tracker.get("boards/1/sprints").json()
    assert {sprint["status"] for sprint in sprints} <= {"draft", "in_progress", "released"}
    assert sprints[0]["status"] == "released"
    assert tracker.get(f"sprints/{sprints[0]['id']}").json() == sprints[0]
    others = tracker.get("boards/2/sprints").json()
    assert others[0]["name"] == sprints[0]["name"]
    assert others[0]["id"] != sprints[0]["id"]
