"""The API's answers, above all where a client that takes a short cut fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

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
    from local.sandbox.youtrack.store import YouTrackStore


class TestIssues:
    def test_without_fields_there_are_bare_ids(self, get: Get) -> None:
        rows = get("issues", query="sort by: created asc")
        assert rows == [{"id": f"2-{n}", "$type": "Issue"} for n in (1, 2, 3, 4)]

    def test_an_issue_by_any_of_its_names(self, get: Get) -> None:
        fields = "id,idReadable,summary,project(shortName)"
        found = [get(f"issues/{name}", fields=fields) for name in ("2-2", "STORE-1", "PAY-2")]
        assert found == 3 * [
            {
                "id": "2-2",
                "idReadable": "STORE-1",
                "summary": "Issue 2",
                "project": {"shortName": "STORE", "$type": "Project"},
                "$type": "Issue",
            }
        ]

    @pytest.mark.parametrize("name", ["PAY-77", "2-5", "PAY-3", "2-9"])
    def test_one_that_is_hidden_looks_like_one_that_never_was(self, get: Get, name: str) -> None:
        assert get(f"issues/{name}", status=404) == {
            "error": "Not Found",
            "error_description": f"Entity with id {name} not found",
        }
        get(f"issues/{name}/activities", status=404, categories=ALL_CATEGORIES)

    def test_custom_fields_by_name(self, get: Get) -> None:
        fields = "customFields($type,name,value(name,isResolved),projectCustomField(field(id)))"
        (state,) = get("issues/2-1", fields=fields, customFields="State")["customFields"]
        assert state == {
            "$type": "StateIssueCustomField",
            "name": "State",
            "value": {"name": "Resolved", "isResolved": True, "$type": "StateBundleElement"},
            "projectCustomField": {
                "field": {"id": "58-2", "$type": "CustomField"},
                "$type": "StateProjectCustomField",
            },
        }
        assert get("issues/2-3", fields=fields, customFields="State")["customFields"] == []

    def test_links_are_groups_by_end_most_of_them_empty(self) -> None:
        story = make_story(
            make_issue(1, (5, "subtask", None, 2), (6, "subtask", None, 3)),
            make_issue(2, (4, "parent", None, 1)),
            make_issue(3, hidden=True),
        )
        app = YouTrackApp(youtrack_store(story), TOKEN, Faults())
        with listening(app.app) as url:
            get = getter(f"{url}/youtrack/api")
            groups = get("issues/2-1/links", fields="direction,linkType(name),issues(idReadable)")
            links = get(
                "issues/2-1/activities", categories="LinksCategory", fields="added(id),field(name)"
            )
        assert len(groups) == 5
        assert [group for group in groups if group["issues"]] == [
            {
                "direction": "OUTWARD",
                "linkType": {"name": "Subtask", "$type": "IssueLinkType"},
                "issues": [{"idReadable": "PAY-2", "$type": "Issue"}],
                "$type": "IssueLink",
            }
        ]
        # the link to the hidden issue happened, but to what, nobody says
        assert [[one["id"] for one in link["added"]] for link in links] == [["2-2"], []]
        assert {link["field"]["name"] for link in links} == {"parent for"}

    def test_the_issue_that_was_read_last_is_the_one_that_is_edited(
        self, get: Get, app: YouTrackApp
    ) -> None:
        app.faults.shifts = 1
        get("issues/2-4/links")
        comments = {key: len(issue.comments) for key, issue in app.store.issues.items()}
        assert comments == {"2-1": 0, "2-2": 0, "2-3": 1, "2-4": 1, "2-5": 0}

    def test_a_bad_query_and_bad_fields(self, get: Get) -> None:
        refused = get("issues", status=400, query="project: NOPE")
        assert refused["error"] == "invalid_query"
        assert "NOPE" in refused["error_description"]
        assert get("issues", status=400, fields="id,(")["error"] == "bad_request"


class TestPages:
    @pytest.fixture
    def store(self) -> YouTrackStore:
        """Fifty issues; the number says in which order they were made and updated."""
        return youtrack_store(make_story(*(make_issue(n) for n in range(10, 60))))

    def test_forty_two_rows_unless_more_are_asked_for(self, get: Get) -> None:
        assert len(get("issues")) == 42
        assert len(get("issues", S_top=-1)) == 50
        assert len(get("issues", S_top=-1, S_skip=42)) == 8
        assert get("issues", S_skip=50) == []

    @pytest.mark.parametrize("params", [{"S_top": "many"}, {"S_skip": -1}, {"S_top": -2}])
    def test_bad_pages(self, get: Get, params: dict[str, Any]) -> None:
        assert get("issues", status=400, **params)["error"] == "bad_request"

    @pytest.mark.parametrize("top", [30, 1000, -1])
    def test_a_cap_that_nobody_mentions(self, store: YouTrackStore, top: int) -> None:
        app = YouTrackApp(store, TOKEN, Faults(), largest_page=20)
        with listening(app.app) as url:
            assert len(getter(f"{url}/youtrack/api")("issues", S_top=top)) == 20

    def read(self, app: YouTrackApp, get: Get, query: str) -> list[str]:
        """Pages of ten, an edit after the first."""
        app.faults.shifts = 1
        pages = [get("issues", query=query, S_top=10, S_skip=skip) for skip in range(0, 60, 10)]
        return [row["id"] for page in pages for row in page]

    def test_by_updated_an_edit_loses_a_row(self, app: YouTrackApp, get: Get) -> None:
        read = self.read(app, get, "sort by: updated asc")
        # 2-10 went to the end, so the eleventh, 2-20, slipped into the page that was read
        assert "2-20" not in read
        assert read.count("2-10") == 2

    def test_in_a_closed_window_an_edit_loses_the_row_after_it(
        self, app: YouTrackApp, get: Get
    ) -> None:
        # The newest was made at 20:00 in Berlin; the edit of 2-10 comes a minute after that.
        read = self.read(app, get, "updated: 2026-01-05 .. 2026-01-07T20:00 sort by: created asc")
        assert sorted({f"2-{n}" for n in range(10, 60)} - set(read)) == ["2-20"]

    def test_without_an_order_an_edit_repeats_a_row(self, app: YouTrackApp, get: Get) -> None:
        app.faults.shifts = 0
        first = ids(get("issues", S_top=10))
        app.store.touch("2-30", AT)
        assert ids(get("issues", S_top=10, S_skip=10))[0] == first[-1]

    def test_by_created_an_edit_shifts_nothing(self, app: YouTrackApp, get: Get) -> None:
        read = self.read(app, get, "sort by: created asc")
        assert read == [f"2-{number}" for number in range(10, 60)]


class TestDictionaries:
    def test_projects_and_their_fields(self, get: Get) -> None:
        rows = get("admin/projects", fields="id,shortName,name")
        assert [(row["id"], row["shortName"]) for row in rows] == [
            ("0-0", "PAY"), ("0-1", "STORE"), ("0-2", "SEARCH"), ("0-3", "OPS"),
        ]  # fmt: skip
        for name in ("OPS", "0-3"):
            fields = get(f"admin/projects/{name}/customFields", fields="field(name,fieldType(id))")
            assert [f["field"]["name"] for f in fields] == ["Type", "Priority", "State", "Assignee"]
        get("admin/projects/NOPE/customFields", status=404)

    def test_the_fields_of_a_project_tell_their_places(self, get: Get) -> None:
        store = get("admin/projects", fields="customFields(ordinal,field(name))")[1]
        fields = get("admin/projects/STORE/customFields", fields="ordinal,field(name)")
        assert fields == store["customFields"]
        places = {field["field"]["name"]: field["ordinal"] for field in fields}
        # QA states are a second field of states, and stand behind the first.
        assert [places[name] for name in ("Type", "State", "QA State", "Fixed in build")] == [
            0, 2, 4, 12,
        ]  # fmt: skip
        ops = get("admin/projects/OPS/customFields", fields="ordinal")
        assert [field["ordinal"] for field in ops] == [0, 1, 2, 3]

    def test_states_tell_what_is_resolved(self, get: Get) -> None:
        bundles = get("admin/customFieldSettings/bundles/state", fields="id,name,values(id)")
        assert len(bundles) == 5  # one for each project, and one of QA states
        path = f"admin/customFieldSettings/bundles/state/{bundles[0]['id']}/values"
        values = get(path, fields="id,name,isResolved")
        assert [v["name"] for v in values if v["isResolved"]] == [
            "Resolved", "Wontfix", "Invalid", "Duplicate",
        ]  # fmt: skip
        assert ids(values) == ids(bundles[0]["values"])

    def test_boards_and_sprints(self, get: Get, store: YouTrackStore) -> None:
        boards = get("agiles", fields="id,name,projects(shortName),sprints(id)")
        assert [board["name"] for board in boards] == ["Payments board", "Storefront board"]
        store.change_sprint(
            store.issues["2-1"], store.boards[0]["sprints"][0], AT, store.people.reader
        )
        sprints = get("agiles/108-1/sprints", fields="id,name,start,finish,issues(idReadable)")
        assert sprints == [
            {
                "id": "109-1",
                "name": "Sprint 1",
                "start": 1_767_600_000_000,
                "finish": 1_768_809_600_000,
                "issues": [{"idReadable": "PAY-1", "$type": "Issue"}],
                "$type": "Sprint",
            }
        ]
        get("agiles/none/sprints", status=404)

    def test_the_reader_and_its_time_zone(self, get: Get) -> None:
        me = get("users/me", fields="login,profiles(general(timezone(id)))")
        assert me["login"] == "etlbot"
        assert me["profiles"]["general"]["timezone"]["id"] == "Europe/Berlin"

    def test_comments_and_work(self, get: Get) -> None:
        (comment,) = get("issues/2-3/comments", fields="text,author(login)")
        assert (comment["text"], comment["author"]["login"]) == ("Hello", "ann")
        (work,) = get("issues/2-1/timeTracking/workItems", fields="duration(minutes)")
        assert work["duration"]["minutes"] in (299, 300)  # five hours, but for milliseconds


class TestAccess:
    def test_without_a_token_and_with_a_wrong_one(self, get: Get, app: YouTrackApp) -> None:
        assert get("issues", status=401, token="") == {
            "error": "Unauthorized",
            "error_description": "You are not logged in.",
        }
        refused = get("issues", status=401, token="perm:nobody")
        assert (refused["error"], "perm:" in refused["error_description"]) == (
            "Unauthorized",
            False,
        )
        app.faults.wrong_token = True
        get("issues", status=401)

    def test_who_asks_is_a_user_or_the_guest_where_no_token_is_read(
        self, get: Get, app: YouTrackApp
    ) -> None:
        who = {"login": "etlbot", "guest": False, "$type": "Me"}
        assert get("users/me", fields="login,guest") == who
        app.is_guest = True
        app.faults.wrong_token = True
        for token in (TOKEN, "perm:nobody", ""):
            me = get("users/me", token=token, fields="login,guest")
            assert me == {"login": "guest", "guest": True, "$type": "Me"}
        users = get("users", fields="login,guest,banned")
        assert [(user["login"], user["guest"]) for user in users] == [
            ("ann", False), ("etlbot", False),
        ]  # fmt: skip

    def test_an_unknown_path(self, get: Get) -> None:
        assert get("nothing/here", status=404)["error"] == "Not Found"

    def test_a_server_without_a_base_path(self, store: YouTrackStore) -> None:
        with listening(YouTrackApp(store, TOKEN, Faults(), base_path="").app) as url:
            assert len(getter(f"{url}/api")("issues")) == 4

    def test_the_truth_names_states_of_every_project(self, app: YouTrackApp) -> None:
        with listening(app.app) as url:
            truth = requests.get(f"{url}/sandbox/truth", timeout=10).json()
        assert sorted(truth["issues"]) == ["2-1", "2-2", "2-3", "2-4"]
        states = truth["issues"]["2-1"]["states"]
        assert [name for name, _, _ in states] == ["Open", "In Progress", "Resolved"]
        assert set(truth["states"].values()) >= {"Open", "In Progress", "Resolved", "Passed"}

    def test_calls_are_counted_by_endpoint(self, get: Get, app: YouTrackApp) -> None:
        get("issues")
        get("issues/2-1/activitiesPage", categories=ALL_CATEGORIES)
        assert app.requests == {"issues": 1, "issues/{id}/activitiesPage": 1}

    def test_faults_are_the_sandboxs(self, get: Get, app: YouTrackApp) -> None:
        app.faults.update({"unavailable": 1, "unavailable_status": 429, "retry_after": "7"})
        with pytest.raises(requests.exceptions.JSONDecodeError):
            get("issues", status=429)
        assert len(get("issues")) == 4
