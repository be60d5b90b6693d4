"""The counter of issues: asked by POST, and at times before it has come to an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.sandbox.faults import Faults
from local.sandbox.server import listening
from local.sandbox.youtrack.app import TOKEN, YouTrackApp
from tests.local.sandbox.youtrack.conftest import AT

if TYPE_CHECKING:
    from local.sandbox.youtrack.store import YouTrackStore

COUNT = "/youtrack/api/issuesGetter/count"
Post = Callable[..., requests.Response]


def asker(url: str) -> Post:
    """A function that asks a server's counter."""

    def post(body: Any = None, fields: str = "count", token: str = TOKEN) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        given = {"data": body} if isinstance(body, str) else {"json": body}
        return requests.post(url, params={"fields": fields}, headers=headers, timeout=10, **given)

    return post


@pytest.fixture
def post(app: YouTrackApp) -> Iterator[Post]:
    with listening(app.app) as url:
        yield asker(f"{url}{COUNT}")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"query": "project: PAY"}, 1),
        ({"query": "project: PAY, STORE sort by: created asc"}, 2),
        ({"query": "issue id: PAY-99"}, 0),
        # Of five issues one is hidden.
        ({"query": ""}, 4),
        ({"query": None}, 4),
        ({}, 4),
    ],
)
def test_it_counts_the_visible_issues_of_a_query(post: Post, body: Any, count: int) -> None:
    assert post(body).json() == {"count": count, "$type": "IssueCountResponse"}


def test_it_counts_more_than_a_page_holds(store: YouTrackStore) -> None:
    app = YouTrackApp(store, TOKEN, Faults(), largest_page=1)
    with listening(app.app) as url:
        assert asker(f"{url}{COUNT}")({}).json()["count"] == 4


def test_it_counts_anew_after_each_edit(post: Post, store: YouTrackStore) -> None:
    store.move("2-1", "STORE", AT)
    assert post({"query": "project: PAY"}).json()["count"] == 0
    store.hide("2-2")
    assert post({"query": "project: STORE"}).json()["count"] == 1


def test_it_tells_what_fields_name(post: Post) -> None:
    told = post({"query": "project: OPS"}, fields="query,count,other").json()
    assert told == {"query": "project: OPS", "count": 1, "$type": "IssueCountResponse"}
    assert "count" not in post({}, fields="").json()


def test_while_it_counts_it_answers_minus_one(post: Post, app: YouTrackApp) -> None:
    app.issues.counting = 2
    assert [post({}).json()["count"] for _ in range(4)] == [-1, -1, 4, 4]


@pytest.mark.parametrize("body", ["", "{", "[]", '"project: PAY"', '{"query": 7}'])
def test_a_body_that_is_no_question(post: Post, app: YouTrackApp, body: str) -> None:
    app.issues.counting = 1
    refused = post(body)
    assert (refused.status_code, refused.json()["error"]) == (400, "bad_request")
    assert app.issues.counting == 1


def test_a_bad_query_and_a_wrong_token(post: Post) -> None:
    refused = post({"query": "project: NOPE"})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_query")
    assert post({}, token="perm:nobody").status_code == 401


def test_counts_are_calls_like_others(post: Post, app: YouTrackApp) -> None:
    app.faults.update({"unavailable": 1})
    assert [post({}).status_code for _ in range(2)] == [503, 200]
    assert app.requests == {"issuesGetter/count": 2}


def test_an_old_server_has_no_counter(store: YouTrackStore) -> None:
    app = YouTrackApp(store, TOKEN, Faults(), has_counter=False)
    with listening(app.app) as url:
        assert asker(f"{url}{COUNT}")({}).status_code == 405
