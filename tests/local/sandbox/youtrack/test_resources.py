"""Collections and their entities, and what the sandbox says that it does not play."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.sandbox.faults import Faults
from local.sandbox.server import listening
from local.sandbox.youtrack.app import TOKEN, YouTrackApp
from local.sandbox.youtrack.workflow import change_state
from tests.local.sandbox.youtrack.conftest import ALL_CATEGORIES, AT, Get, ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.youtrack.store import YouTrackStore

# Of the OpenAPI document of YouTrack 2026.1, but for the last two, which live servers were seen to
# answer.
DOCUMENTED = {
    *("ActivityCategory", "Agile", "ColumnSettings", "CommentActivityItem", "CustomField"),
    *("CustomFieldActivityItem", "CustomFilterField", "DateIssueCustomField", "DurationValue"),
    *("EnumBundle", "EnumBundleElement", "EnumProjectCustomField", "FieldType", "Issue"),
    *("IssueComment", "IssueCreatedActivityItem", "IssueLink", "IssueLinkType"),
    *("IssueResolvedActivityItem", "IssueWorkItem", "LinksActivityItem"),
    *("MultiEnumIssueCustomField", "MultiVersionIssueCustomField", "PeriodIssueCustomField"),
    *("PeriodProjectCustomField", "PeriodValue", "Project", "ProjectActivityItem", "SavedQuery"),
    *("SimpleIssueCustomField", "SimpleProjectCustomField", "SimpleValueActivityItem"),
    *("SingleEnumIssueCustomField", "SingleUserIssueCustomField", "Sprint", "SprintActivityItem"),
    *("SprintsSettings", "StateBundle", "StateBundleElement", "StateIssueCustomField"),
    *("StateProjectCustomField", "Tag", "TagsActivityItem", "TextMarkupActivityItem", "User"),
    *("UserBundle", "UserGroup", "UserProjectCustomField", "VersionBundle"),
    *("VersionBundleElement", "VersionProjectCustomField", "WorkItemActivityItem"),
    *("BoardSprintFilterField", "LinkTypeFilterField"),
}


def types_of(values: list[Any]) -> set[str]:
    """All ``$type`` that can be reached from some values."""
    seen: dict[tuple[str, str], bool] = {}
    while values:
        value = values.pop()
        if callable(value):
            value = value()
        if isinstance(value, list):
            values += value
        elif isinstance(value, dict) and (value["$type"], value["id"]) not in seen:
            seen[value["$type"], value["id"]] = True
            values += value.values()
    return {type_name for type_name, _ in seen}


@pytest.fixture
def root(app: YouTrackApp) -> Iterator[str]:
    """The address of the API."""
    with listening(app.app) as url:
        yield f"{url}/youtrack/api"


def test_z_no_type_is_an_invention(big_store: YouTrackStore) -> None:
    app = YouTrackApp(big_store, TOKEN, Faults())
    issues = big_store.visible_issues()
    reached = types_of(
        [
            *(issue.json for issue in issues),
            *(activity.json for activity in big_store.activities),
            *(item for issue in issues for item in issue.work_items),
            *(big_store.boards, big_store.people.everybody, big_store.blocked, app.saved.all()),
        ]
    )
    assert reached == DOCUMENTED


@pytest.mark.parametrize(
    "path",
    [
        *("issues", "issues/2-1", "issues/2-1/comments", "issues/2-1/links", "activities"),
        *("admin/projects", "admin/projects/PAY", "agiles", "agiles/108-1/sprints", "users"),
        *("users/me", "savedQueries", "issues/2-1/activitiesPage"),
    ],
)
def test_z_a_path_may_end_in_a_slash(get: Get, path: str) -> None:
    asked = {"categories": ALL_CATEGORIES} if "activities" in path else {}
    assert get(f"{path}/", **asked) == get(path, **asked)


@pytest.mark.parametrize(
    ("path", "fields", "shown"),
    [
        ("users/1-1", "login", {"login": "ann", "$type": "User"}),
        ("users/ETLBOT", "id,fullName", {"id": "1-2", "fullName": "ETL Reader", "$type": "User"}),
        # whose account is gone
        ("users/deleted-1000", "id,banned", {"id": "1-1000", "banned": True, "$type": "User"}),
        ("admin/projects/0-1", "shortName", {"shortName": "STORE", "$type": "Project"}),
        ("admin/projects/store", "id", {"id": "0-1", "$type": "Project"}),
        ("agiles/108-2", "name", {"name": "Storefront board", "$type": "Agile"}),
        (
            "agiles/108-1/sprints/109-1",
            "name,agile(id),previousSprint(id),unresolvedIssuesCount",
            {
                "name": "Sprint 1",
                "agile": {"id": "108-1", "$type": "Agile"},
                "previousSprint": None,
                "unresolvedIssuesCount": 0,
                "$type": "Sprint",
            },
        ),
        (
            "issueLinkTypes/106-1",
            "name,directed,aggregation,sourceToTarget,targetToSource,localizedName",
            {
                "name": "Subtask",
                "directed": True,
                "aggregation": True,
                "sourceToTarget": "parent for",
                "targetToSource": "subtask of",
                "localizedName": None,
                "$type": "IssueLinkType",
            },
        ),
        (
            "groups/3-1",
            "name,usersCount",
            {"name": "All Users", "usersCount": 2, "$type": "UserGroup"},
        ),
        ("issues/2-3/comments/4-1", "text", {"text": "Hello", "$type": "IssueComment"}),
        ("tags/6-1", "name,owner(login)", {
            "name": "blocked", "owner": {"login": "ann", "$type": "User"}, "$type": "Tag",
        }),
    ],
)  # fmt: skip
def test_z_an_entity_by_its_name(get: Get, path: str, fields: str, shown: dict[str, Any]) -> None:
    assert get(path, fields=fields) == shown


@pytest.mark.parametrize(
    "path",
    [
        *("users/nobody", "admin/projects/NOPE", "agiles/none", "agiles/108-1/sprints/109-2"),
        *("agiles/none/sprints/109-1", "tags/6-9", "groups/none", "issueLinkTypes/106-9"),
        *("issues/2-1/comments/4-1", "issues/2-5/customFields", "issues/2-9/attachments"),
        *("admin/customFieldSettings/bundles/enum/none", "savedQueries/7-9/issues"),
        "admin/projects/NOPE/timeTrackingSettings/workItemTypes",
    ],
)
def test_z_an_entity_that_is_not_there(get: Get, path: str) -> None:
    refused = get(path, status=404)
    assert refused["error"] == "Not Found"
    assert refused["error_description"].startswith("Entity with id ")


def test_z_what_belongs_to_an_issue(get: Get, store: YouTrackStore) -> None:
    change_state(store, "2-3", "stalled", AT)
    sprint = store.boards[0]["sprints"][0]
    store.change_sprint(store.issues["2-3"], sprint, AT, store.people.reader)
    assert get("issues/2-3/tags", fields="name") == [{"name": "blocked", "$type": "Tag"}]
    assert ids(get("tags/6-1/issues")) == ["2-3"]
    assert ids(get("issues/2-3/sprints")) == ["109-1"]
    assert get("agiles/108-1/sprints/109-1", fields="unresolvedIssuesCount,issues(id)") == {
        "unresolvedIssuesCount": 1,
        "issues": [{"id": "2-3", "$type": "Issue"}],
        "$type": "Sprint",
    }
    assert get("issues/2-3/attachments") == get("issues/2-4/sprints") == []
    own = get("issues/2-4/customFields", fields="name,value(name,login)", S_top=2, S_skip=2)
    assert [(field["name"], field["value"]["$type"]) for field in own] == [
        ("State", "StateBundleElement"), ("Assignee", "User"),
    ]  # fmt: skip
    fields = "issue(id),duration(minutes),type,text"
    (work,) = get("workItems", fields=fields)
    assert get("issues/2-1/timeTracking/workItems", fields=fields) == [work]
    assert (work["issue"]["id"], work["type"], work["text"]) == ("2-1", None, None)


@pytest.mark.parametrize(
    ("kind", "type_name", "how_many"),
    [
        ("state", "StateBundle", 5), ("enum", "EnumBundle", 3), ("version", "VersionBundle", 3),
        ("user", "UserBundle", 4), ("build", None, 0), ("ownedField", None, 0),
    ],
)  # fmt: skip
def test_z_bundles_of_every_type(get: Get, kind: str, type_name: str | None, how_many: int) -> None:
    path = f"admin/customFieldSettings/bundles/{kind}"
    rows = get(path, fields="id,name")
    assert [row["$type"] for row in rows] == [type_name] * how_many
    for row in rows:
        assert get(f"{path}/{row['id']}", fields="id,name") == row


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        ("admin/projects", "sto", ["0-1"]),
        ("admin/projects", "s", ["0-0", "0-1", "0-2", "0-3"]),
        ("admin/projects", "nothing", []),
        ("users", "etl", ["1-2"]),
        ("tags", "block", ["6-1"]),
        ("groups", "nobody", []),
    ],
)
def test_z_a_list_is_filtered_by_its_query(
    get: Get, path: str, query: str, found: list[str]
) -> None:
    assert ids(get(path, query=query)) == found


def test_z_an_attribute_without_a_value_is_null_and_one_of_no_type_is_absent(get: Get) -> None:
    fields = "resolved,description,externalIssue,attachments,votes,nonsense,tags,fullName"
    assert get("issues/2-2", fields=fields) == {
        "resolved": None, "description": None, "externalIssue": None, "attachments": [],
        "votes": 0, "tags": [], "$type": "Issue",
    }  # fmt: skip
    fields = "customFields(name,value(name,localizedName,login,description,isResolved))"
    values = {f["name"]: f["value"] for f in get("issues/2-1", fields=fields)["customFields"]}
    element = {"localizedName": None, "description": None}
    assert values["State"] == element | {
        "name": "Resolved", "isResolved": True, "$type": "StateBundleElement",
    }  # fmt: skip
    assert values["Type"] == element | {"name": "Story", "$type": "EnumBundleElement"}
    due = get("issues/2-1", customFields="Due date", fields="customFields(projectCustomField(id))")
    (told,) = due["customFields"]
    assert told["projectCustomField"]["$type"] == "SimpleProjectCustomField"


@pytest.mark.parametrize(
    ("path", "params", "what"),
    [
        ("issues", {"fields": "id,visibility"}, 'the attribute "visibility" of Issue'),
        ("users/1-1", {"fields": "avatarUrl"}, 'the attribute "avatarUrl" of User'),
        ("users/me", {"fields": "tags(id)"}, 'the attribute "tags" of Me'),
        ("agiles", {"query": "Pay"}, 'the parameter "query" of /youtrack/api/agiles'),
        ("workItems", {"author": "ann"}, 'the parameter "author" of /youtrack/api/workItems'),
        ("issues", {"unresolvedOnly": "true"}, 'the parameter "unresolvedOnly" of /youtrack/api'),
        ("issues", {"query": "whatever"}, "searching issues for a text: whatever"),
    ],
)
def test_z_what_is_not_played_is_refused(
    get: Get, path: str, params: dict[str, str], what: str
) -> None:
    refused = get(path, status=400, **params)
    assert refused["error_description"].startswith(f"The sandbox does not play {what}")


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "articles", 404, "Not Found"),
        ("GET", "issues/2-1/vcsChanges", 404, "Not Found"),
        ("POST", "issues", 405, "Method Not Allowed"),
        ("DELETE", "issues/2-1/comments/4-1", 405, "Method Not Allowed"),
        ("POST", "commands/", 405, "Method Not Allowed"),
    ],
)
def test_z_a_call_that_is_not_played_says_so(
    root: str, method: str, path: str, status: int, error: str
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = requests.request(method, f"{root}/{path}", headers=headers, timeout=10)
    assert answer.status_code == status
    assert answer.json() == {
        "error": error,
        "error_description": f"HTTP {status} {error}: the sandbox does not play {method} "
        f"/youtrack/api/{path}",
    }
    assert requests.request(method, f"{root}/{path}", timeout=10).status_code == 401
