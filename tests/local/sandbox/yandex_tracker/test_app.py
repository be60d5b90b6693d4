"""Who is let in, how refusals are worded, what is seen, and the sandbox's own switches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.sandbox.yandex_tracker.app import ORG_ID, TRACKER_TOKEN
from local.sandbox.yandex_tracker.history import tracker_store
from tests.local.sandbox.yandex_tracker.conftest import HEADERS, Client, keys, served

if TYPE_CHECKING:
    from local.sandbox.company.story import Story

OAUTH, BEARER = f"OAuth {TRACKER_TOKEN}", f"Bearer {TRACKER_TOKEN}"


def assert_refused(answer: requests.Response, status: int) -> str:
    """The answer is an error in the API's form; gives its message."""
    body = answer.json()
    assert (answer.status_code, body["statusCode"]) == (status, status)
    assert set(body) == {"statusCode", "errors", "errorMessages"}
    (message,) = body["errorMessages"]
    assert message
    return str(message)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": OAUTH, "X-Org-ID": ORG_ID}, 200),
        ({"Authorization": OAUTH, "X-Cloud-Org-ID": ORG_ID}, 200),
        ({"Authorization": BEARER, "X-Cloud-Org-ID": ORG_ID}, 200),
        ({"Authorization": BEARER, "X-Org-ID": ORG_ID}, 403),
        ({"X-Org-ID": ORG_ID}, 401),
        ({"Authorization": "OAuth nobody", "X-Org-ID": ORG_ID}, 401),
        ({"Authorization": TRACKER_TOKEN, "X-Org-ID": ORG_ID}, 401),
        ({"Authorization": f"Basic {TRACKER_TOKEN}", "X-Org-ID": ORG_ID}, 401),
        ({"Authorization": OAUTH}, 400),
        ({"Authorization": OAUTH, "X-Org-ID": ORG_ID, "X-Cloud-Org-ID": ORG_ID}, 400),
        ({"Authorization": OAUTH, "X-Org-ID": "not provided"}, 400),
        ({"Authorization": OAUTH, "X-Org-ID": "another"}, 403),
    ],
)
def test_who_is_let_in(tracker: Client, headers: dict[str, str], status: int) -> None:
    answer = requests.get(f"{tracker.url}/v3/myself", headers=headers, timeout=10)
    if status == 200:
        assert answer.json()["login"] == "etlbot"
    else:
        assert TRACKER_TOKEN not in assert_refused(answer, status)


def test_y_the_official_clients_word_for_no_organization(tracker: Client) -> None:
    headers = {"Authorization": OAUTH, "X-Org-Id": "not provided", "X-Cloud-Org-Id": ORG_ID}
    answer = requests.get(f"{tracker.url}/v2/myself", headers=headers, timeout=10)
    assert answer.json()["login"] == "etlbot"


def test_y_a_trailing_slash_changes_nothing(tracker: Client) -> None:
    key = tracker.app.store.visible()[0].key
    for path in ("fields", f"issues/{key}", f"issues/{key}/changelog", "statuses/1", "boards/1"):
        assert tracker.get(f"{path}/").json() == tracker.get(path).json()
    assert tracker.app.requests["issues/{id}/changelog"] == 2


def test_y_bodies_are_utf_8_without_escapes(tracker: Client) -> None:
    answer = tracker.get("statuses")
    assert "В работе".encode() in answer.content
    assert b"\\u" not in answer.content
    refused = tracker.search({"query": "Status: Нет"})
    assert "Нет".encode() in refused.content


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "issues?query=Queue: SEARCH"),
        ("GET", "issues/SEARCH-1?expand=transitions"),
        ("GET", "issues/SEARCH-1/transitions"),
        ("GET", "statuses?localized=false"),
        ("GET", "queues?expand=all"),
        ("GET", "users/1130000000000001/settings"),
        ("GET", "entities/project/1"),
        ("GET", "sprints"),
        ("GET", "nonsense"),
        ("POST", "issues"),
        ("POST", "entities/project/_search"),
        ("PATCH", "issues/SEARCH-1"),
        ("DELETE", "issues/SEARCH-1/comments/1"),
        ("LINK", "issues/SEARCH-1"),
    ],
)
def test_y_what_is_not_played_says_so(tracker: Client, method: str, path: str) -> None:
    for version in ("v2", "v3"):
        url = f"{tracker.url}/{version}/{path}"
        answer = requests.request(method, url, headers=HEADERS, timeout=10)
        assert assert_refused(answer, 400).startswith("The sandbox does not play ")


@pytest.mark.parametrize(
    "body",
    [
        {"query": "Assignee: amara"},
        {"query": "Исполнитель: amara"},
        {"query": '"Story Points": 3'},
        {"query": "Updated: >= now() - 2d"},
        {"query": "Resolution: empty()"},
        {"query": 'Queue: SEARCH "Sort by": Summary ASC'},
        {"query": "Colour: red"},
        {"filter": {"assignee": "amara"}},
        {"filter": {"queue": {"key": "SEARCH"}}},
        {"filter": {"status": [{"key": "open"}]}},
        {"filter": {"queue": "SEARCH"}, "order": ["+summary"]},
        {"filterId": 7},
        {"query": "", "filterId": 7},
    ],
)
def test_y_searches_that_are_not_played_say_so(tracker: Client, body: dict[str, Any]) -> None:
    message = assert_refused(tracker.search(body), 400)
    assert message.startswith("The sandbox does not play ")


def test_y_searches_for_worklogs_that_are_not_played_say_so(tracker: Client) -> None:
    url = f"{tracker.url}/v3/worklog/_search"
    body = {"start": {"from": "2026-09-01"}}
    message = assert_refused(requests.post(url, json=body, headers=HEADERS, timeout=10), 400)
    assert message == "The sandbox does not play searches by start."


def test_the_fault_of_a_refused_token(tracker: Client) -> None:
    tracker.app.faults.wrong_token = True
    assert_refused(tracker.get("myself"), 401)


def test_refusals_of_searches(tracker: Client) -> None:
    both = tracker.search({"queue": "SEARCH", "query": ""})
    assert assert_refused(both, 400) == "You can only use keys, a queue or a search query."
    assert_refused(tracker.search({"query": "Queue SEARCH"}), 400)
    assert "NOPE" in assert_refused(tracker.search({"query": "Queue: NOPE"}), 422)
    assert_refused(tracker.search(["SEARCH"]), 400)
    url = f"{tracker.url}/v3/issues/_search"
    assert_refused(requests.post(url, data="{", headers=HEADERS, timeout=10), 400)


@pytest.mark.parametrize(
    "path",
    ["issues/SEARCH-9999", "issues/SEARCH-9999/changelog", "issues/SEARCH-1/comments/0",
     "boards/77", "boards/77/sprints", "sprints/777", "queues/NOPE", "queues/NOPE/localFields",
     "queues/SEARCH/localFields/nope", "users/1130000000990001", "statuses/77", "fields/nope",
     "linktypes/nope", "components/1", "projects/1"],
)  # fmt: skip
def test_what_does_not_exist(tracker: Client, path: str) -> None:
    assert_refused(tracker.get(path), 404)


def test_v2_has_all_but_the_relative_users(tracker: Client) -> None:
    key = tracker.app.store.visible()[0].key
    answer = requests.get(f"{tracker.url}/v2/issues/{key}", headers=HEADERS, timeout=10)
    assert answer.json()["self"] == f"https://api.tracker.yandex.net/v2/issues/{key}"
    relative = requests.get(f"{tracker.url}/v2/users/_relative", headers=HEADERS, timeout=10)
    assert_refused(relative, 404)
    assert tracker.get("users/_relative").ok


class TestWhatIsSeen:
    """Hidden issues are refused, destroyed ones unknown, moved ones found by every key."""

    def test_hidden_from_the_start(self, tracker: Client) -> None:
        store = tracker.app.store
        (hidden, *_) = sorted(store.hidden)
        for path in ("", "/changelog", "/comments", "/links", "/worklog"):
            assert_refused(tracker.get(f"issues/{hidden}{path}"), 403)
        assert tracker.search({"keys": [store.issues[hidden].key]}).json() == []
        assert tracker.count({"query": ""}) == 200

    def test_gone_while_being_served(self, tracker: Client) -> None:
        store = tracker.app.store
        linked = next(i for i in store.visible() if i.links and i.links[0].type == "subtask")
        other = store.issues[linked.links[0].other]
        before = tracker.get(f"issues/{linked.id}/links").json()
        store.destroy(other.id, store.now + 1)
        assert_refused(tracker.get(f"issues/{other.id}"), 404)
        assert len(tracker.get(f"issues/{linked.id}/links").json()) == len(before) - 1
        assert tracker.count({"query": ""}) == 199
        # What referred to it still does.
        assert tracker.search({"query": ""}, perPage=1000).ok

    def test_by_id_and_by_every_key_it_had(self, tracker: Client) -> None:
        moved = next(issue for issue in tracker.app.store.visible() if issue.aliases)
        for name in (moved.id, moved.key, *moved.aliases):
            assert tracker.get(f"issues/{name}").json()["key"] == moved.key


class TestWorklogs:
    """One issue's, or everybody's in a range of time."""

    def _search(self, tracker: Client, body: dict[str, Any]) -> list[dict[str, Any]]:
        url = f"{tracker.url}/v3/worklog/_search?perPage=1000"
        rows: list[dict[str, Any]] = requests.post(
            url, json=body, headers=HEADERS, timeout=10
        ).json()
        return rows

    def test_the_search_finds_what_the_issues_have(self, tracker: Client) -> None:
        of_issues = [
            row
            for issue in tracker.app.store.visible()
            for row in tracker.get(f"issues/{issue.id}/worklog").json()
        ]
        assert sorted(row["id"] for row in of_issues) == [
            row["id"] for row in self._search(tracker, {})
        ]

    def test_both_ends_of_a_range_belong_to_it(self, tracker: Client) -> None:
        rows = self._search(tracker, {})
        low, high = rows[3]["createdAt"], rows[7]["createdAt"]
        wanted = [row for row in rows if low <= row["createdAt"] <= high]
        assert self._search(tracker, {"createdAt": {"from": low, "to": high}}) == wanted
        assert len(wanted) >= 5

    def test_those_of_hidden_and_destroyed_issues_are_not_found(self, tracker: Client) -> None:
        store = tracker.app.store
        one, other, *_ = (issue for issue in store.visible() if issue.worklogs)
        store.hide(one.id, store.now)
        store.destroy(other.id, store.now)
        ids = {row["issue"]["id"] for row in self._search(tracker, {})}
        assert ids == {issue.id for issue in store.visible() if issue.worklogs}

    def test_one_persons(self, tracker: Client) -> None:
        rows = self._search(tracker, {"createdBy": "amara"})
        assert {row["createdBy"]["display"] for row in rows} == {"Amara Okafor"}

    def test_pages(self, tracker: Client) -> None:
        url = f"{tracker.url}/v3/worklog/_search"
        answer = requests.post(url, json={}, headers=HEADERS, timeout=10)
        assert len(answer.json()) == 50
        assert int(answer.headers["X-Total-Count"]) > 100


def test_the_truth_over_http(tracker: Client) -> None:
    truth = requests.get(f"{tracker.url}/sandbox/truth", timeout=10).json()
    assert truth == json.loads(json.dumps(tracker.app.store.told_truth()))
    for issue in tracker.search({"query": ""}, perPage=1000).json():
        told = truth[issue["id"]]
        assert (told["key"], told["aliases"]) == (issue["key"], issue.get("aliases", []))
        assert told["stays"][-1][0] == issue["status"]["key"]
        assert told["queues"][-1][0] == issue["queue"]["key"]


def test_calls_are_counted_by_their_path(tracker: Client) -> None:
    key = tracker.app.store.visible()[0].key
    tracker.get(f"issues/{key}/changelog")
    tracker.count({"query": ""})
    stats = requests.get(f"{tracker.url}/sandbox/stats", timeout=10).json()
    assert stats == {"issues/_count": 1, "issues/{id}/changelog": 1}


def test_health_tells_the_counts(tracker: Client) -> None:
    health = requests.get(f"{tracker.url}/sandbox/health", timeout=10).json()
    assert (health["status"], health["issues"], health["queues"]) == ("ok", 200, 4)


def test_the_zone_of_the_profile_is_a_setting(story: Story) -> None:
    query = {"query": 'Created: < "2026-10-20 00:00:00" "Sort by": Created ASC'}
    counts = []
    for zone in ("Asia/Vladivostok", "Europe/Moscow", "UTC", "America/Los_Angeles"):
        with served(tracker_store(story), zone=zone) as client:
            counts.append(client.count(query))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_an_empty_window(tracker: Client) -> None:
    answer = tracker.search({"query": 'Updated: >= "2030-01-01 00:00:00"'})
    assert keys(answer) == []
    assert (answer.headers["X-Total-Count"], answer.headers["X-Total-Pages"]) == ("0", "0")
    assert "next" not in answer.links


def test_the_same_story_is_served_in_the_same_bytes(story: Story) -> None:
    bodies = []
    for _ in range(2):
        with served(tracker_store(story)) as client:
            bodies.append(client.search({"query": ""}, perPage=1000).content)
    assert bodies[0] == bodies[1]
