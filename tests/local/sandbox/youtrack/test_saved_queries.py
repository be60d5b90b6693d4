"""Saved searches: listed, and one by one with their issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.local.sandbox.youtrack.conftest import Get, ids

if TYPE_CHECKING:
    from local.sandbox.youtrack.app import YouTrackApp

PAYMENTS = {
    "id": "7-1",
    "name": "Unresolved in Payments",
    "query": "project: PAY #Unresolved",
    "$type": "SavedQuery",
}
DONE = {
    "id": "7-2",
    "name": "Done",
    "query": "#Resolved sort by: created asc",
    "$type": "SavedQuery",
}


def test_they_are_listed_page_by_page(get: Get) -> None:
    fields = "id,name,query"
    assert get("savedQueries", fields=fields) == [PAYMENTS, DONE]
    assert get("savedQueries", fields=fields, S_top=1) == [PAYMENTS]
    assert get("savedQueries", fields=fields, S_skip=1) == [DONE]
    assert get("savedQueries") == [{"id": key, "$type": "SavedQuery"} for key in ("7-1", "7-2")]


def test_one_holds_its_issues_and_its_owner(get: Get) -> None:
    saved = get("savedQueries/7-2", fields="id,name,query,owner(login),issues(idReadable)")
    assert saved == DONE | {
        "owner": {"login": "etlbot", "$type": "User"},
        "issues": [{"idReadable": "PAY-1", "$type": "Issue"}],
    }
    get("savedQueries/7-9", status=404)


def test_one_that_is_saved_meanwhile_comes_at_once(get: Get, app: YouTrackApp) -> None:
    app.saved.queries["7-3"] = ("Everything", None)
    assert ids(get("savedQueries")) == ["7-1", "7-2", "7-3"]
    saved = get("savedQueries/7-3", fields="query,issues(id)")
    assert saved["query"] is None
    assert sorted(ids(saved["issues"])) == ["2-1", "2-2", "2-3", "2-4"]
