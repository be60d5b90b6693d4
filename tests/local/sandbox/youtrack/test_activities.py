"""Histories: categories, shapes of values, bounds, and cursors against offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.sandbox.faults import Faults
from local.sandbox.server import listening
from local.sandbox.youtrack.app import TOKEN, YouTrackApp
from local.sandbox.youtrack.from_story import youtrack_store
from tests.local.sandbox.youtrack.conftest import (
    ALL_CATEGORIES,
    AT,
    Get,
    getter,
    ids,
    make_issue,
    make_story,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.youtrack.store import YouTrackStore


class TestActivities:
    def test_categories_are_required_and_an_unknown_one_is_empty(self, get: Get) -> None:
        for path in ("activities", "activitiesPage", "issues/2-1/activities"):
            refused = get(path, status=400)
            assert "categories" in refused["error_description"]
        assert get("activities", categories="BogusCategory,customfieldcategory") == []

    def test_a_comment_is_its_own_target(self, get: Get) -> None:
        fields = "target(id,idReadable,issue(id)),added(text)"
        (comment,) = get("activities", categories="CommentsCategory", fields=fields)
        assert comment["target"] == {
            "id": "4-1",
            "issue": {"id": "2-3", "$type": "Issue"},
            "$type": "IssueComment",
        }
        assert comment["added"] == [{"text": "Hello", "$type": "IssueComment"}]

    def test_values_are_objects_in_lists_or_bare(self, get: Get) -> None:
        fields = "field(customField(fieldType(valueType))),added(name),removed(name)"
        rows = get("issues/2-1/activities", categories="CustomFieldCategory", fields=fields)
        told = [
            (r["field"]["customField"]["fieldType"]["valueType"], r["added"], r["removed"])
            for r in rows
        ]
        assert [kind for kind, _, _ in told] == ["state", "state", "period", "date and time"]
        assert told[0][1:] == (
            [{"name": "In Progress", "$type": "StateBundleElement"}],
            [{"name": "Open", "$type": "StateBundleElement"}],
        )
        assert (type(told[2][1]), told[2][2]) == (int, None)

    def test_a_deleted_user_is_in_no_list(self, get: Get) -> None:
        row = get("issues/2-4/activities", categories="CustomFieldCategory", fields="added(login)")
        assert row[0]["added"] == [{"login": "deleted-1000", "$type": "User"}]
        assert [user["login"] for user in get("users", fields="login")] == ["ann", "etlbot"]

    def test_start_and_end_hold_their_own_millisecond(self, get: Get, store: YouTrackStore) -> None:
        store.comment("2-1", "One", at=AT)
        store.comment("2-2", "Two", at=AT + 1)
        store.comment("2-5", "Hidden", at=AT)
        ask = {"categories": ALL_CATEGORIES, "fields": "timestamp"}
        for path in ("activities", "issues/2-1/activities"):
            rows = get(path, start=AT, end=AT, **ask)
            assert [row["timestamp"] for row in rows] == [AT]
        assert len(get("activities", start=AT, **ask)) == 2
        assert get("activities", status=400, start="yesterday", **ask)["error"] == "bad_request"
        app = YouTrackApp(store, TOKEN, Faults(), activities_include_end=False)
        with listening(app.app) as url:
            assert getter(f"{url}/youtrack/api")("activities", start=AT, end=AT, **ask) == []

    def test_of_some_issues_or_of_one_author(self, get: Get, store: YouTrackStore) -> None:
        store.comment("2-1", "By the reader", at=AT)
        ask = {"categories": ALL_CATEGORIES, "fields": "target(id,issue(id)),author(login)"}
        rows = get("activities", issueQuery="#PAY-2 or #SEARCH-1", S_top=-1, **ask)
        touched = {row["target"].get("issue", row["target"])["id"] for row in rows}
        assert touched == {"2-2", "2-3"}
        rows = get("activities", author="etlbot", **ask)
        assert [row["target"]["issue"]["id"] for row in rows] == ["2-1"]

    def test_reverse_is_the_same_backwards(self, get: Get) -> None:
        rows = get("activities", categories=ALL_CATEGORIES, S_top=-1)
        backwards = get("activities", categories=ALL_CATEGORIES, S_top=-1, reverse="true")
        assert ids(backwards) == ids(rows)[::-1]


ASK = {
    "categories": ALL_CATEGORIES,
    "fields": "activities(id),afterCursor,beforeCursor,hasAfter,hasBefore",
}


class TestCursorPages:
    @pytest.fixture
    def store(self) -> YouTrackStore:
        """One issue with 131 activities: its creation and 130 comments."""
        comments = ((n, "comment", None, f"Comment {n}") for n in range(1, 131))
        return youtrack_store(make_story(make_issue(1, *comments, team="ops")))

    def pages(self, get: Get, path: str = "issues/2-1/activitiesPage", **ask: Any) -> Iterator[Any]:
        page = get(path, **ASK, **ask)
        yield page
        while page["hasAfter"]:
            page = get(path, cursor=page["afterCursor"], **ASK, **ask)
            yield page

    def test_nothing_but_an_id_without_fields(self, get: Get) -> None:
        page = get("activitiesPage", categories=ALL_CATEGORIES)
        assert set(page) == {"id", "$type"}

    @pytest.mark.parametrize("path", ["issues/2-1/activitiesPage", "activitiesPage"])
    @pytest.mark.parametrize("reverse", ["false", "true"])
    def test_every_activity_once(self, get: Get, path: str, reverse: str) -> None:
        pages = list(self.pages(get, path, reverse=reverse))
        assert [len(page["activities"]) for page in pages] == [42, 42, 42, 5]
        assert [page["hasBefore"] for page in pages] == [False, True, True, True]
        read = [row["id"] for page in pages for row in page["activities"]]
        whole = get(path.replace("Page", ""), categories=ALL_CATEGORIES, S_top=-1, reverse=reverse)
        assert read == ids(whole)

    def test_the_last_page_has_a_cursor_too_and_nothing_comes_after_it(self, get: Get) -> None:
        last = list(self.pages(get))[-1]
        assert last["afterCursor"]
        beyond = get("activitiesPage", cursor=last["afterCursor"], **ASK)
        assert (beyond["activities"], beyond["hasAfter"], beyond["hasBefore"]) == ([], False, True)
        assert beyond["afterCursor"] == last["afterCursor"]

    def test_there_and_back(self, get: Get) -> None:
        first, second, *_ = self.pages(get)
        back = get("activitiesPage", cursor=second["beforeCursor"], **ASK)
        assert back["activities"] == first["activities"]
        assert (back["hasBefore"], back["hasAfter"]) == (False, True)

    def test_what_is_written_meanwhile_shifts_offsets_but_no_cursor(
        self, app: YouTrackApp, get: Get
    ) -> None:
        before = ids(get("activities", categories=ALL_CATEGORIES, S_top=-1, reverse="true"))
        app.faults.shifts = 1
        by_cursor = [r["id"] for p in self.pages(get, reverse="true") for r in p["activities"]]
        assert by_cursor == before

        app.faults.shifts = 1
        offsets = [
            get("activities", categories=ALL_CATEGORIES, S_skip=skip, reverse="true")
            for skip in (0, 42)
        ]
        assert offsets[1][0] == offsets[0][-1]

    def test_a_cursor_that_is_none(self, get: Get) -> None:
        refused = get("activitiesPage", status=400, cursor="bm9uZQ==", **ASK)
        assert "Invalid cursor" in refused["error_description"]
        get("activitiesPage", status=400, cursor="§", **ASK)
