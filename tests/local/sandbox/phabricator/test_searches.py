"""Constraints, orders and saved queries: each is played, or refused in words that say which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.local.sandbox.conftest import READER, Call, ids

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store

ME, ANN, ZOE = str(READER["phid"]), "PHID-USER-ann", "PHID-USER-zoe"
SHOP, SPRINT = "PHID-PROJ-shop", "PHID-PROJ-sprint"
TODO = "PHID-PCOL-todo"


def _user(user_id: int, phid: str, name: str, *roles: str) -> Json:
    fields: Json = {"username": name, "realName": f"{name.title()} Real", "roles": list(roles)}
    fields |= {"dateCreated": 100 * user_id}
    return {"id": user_id, "type": "USER", "phid": phid, "fields": fields, "attachments": {}}


def _project(number: int, phid: str, name: str, slug: str | None, parent: str | None) -> Json:
    above = {"id": 1, "phid": parent, "name": "Shop"} if parent else None
    return {
        "id": number,
        "type": "PROJ",
        "phid": phid,
        "fields": {
            "name": name,
            "slug": slug,
            "milestone": 1 if slug is None else None,
            "depth": 1 if parent else 0,
            "parent": above,
            "icon": {"key": "milestone" if slug is None else "project"},
            "status": "archived" if slug == "attic" else "active",
        },
        "attachments": {
            "members": {"members": [{"phid": ANN}] if phid == SHOP else []},
            "watchers": {"watchers": []},
            "ancestors": {"ancestors": [above] if above else []},
        },
    }


@pytest.fixture
def store(store: Store) -> Store:
    """The eight tasks, of which T1 to T4 say more; a shop with a sprint and an archived project."""
    store.users[:] = [
        READER | {"fields": READER["fields"] | {"dateCreated": 100}},
        _user(2, ANN, "ann", "admin"),
        _user(3, ZOE, "zoe", "disabled"),
    ]
    store.projects += [
        _project(1, SHOP, "Shop", "shop", None),
        _project(2, SPRINT, "Sprint 1", None, SHOP),
        _project(3, "PHID-PROJ-attic", "Attic", "attic", None),
    ]
    board = {"id": 1, "phid": SHOP, "name": "Shop"}
    column = {"name": "To Do", "project": board}
    store.columns += [
        {"id": 1, "type": "PCOL", "phid": TODO, "fields": column, "attachments": {}},
    ]
    for task_id, author, owner in ((1, ANN, None), (2, ANN, ME), (3, ME, ME), (4, ME, ZOE)):
        more = {"authorPHID": author, "ownerPHID": owner, "subtype": "default"}
        store.tasks[task_id]["fields"] |= more
        store.tasks[task_id]["attachments"]["subscribers"] = {"subscriberPHIDs": [author]}
    store.tasks[1]["fields"]["subtype"] = "bug"
    store.tasks[3]["fields"]["priority"] = {"value": 90, "name": "Triage", "color": "violet"}
    store.tasks[3]["fields"]["status"] = {"value": "resolved", "name": "Resolved", "color": None}
    store.tasks[3]["fields"] |= {"closerPHID": ANN, "dateClosed": 1999}
    boards = {SHOP: {"columns": [{"id": 1, "phid": TODO, "name": "To Do"}]}}
    store.tasks[4]["attachments"]["columns"] = {"boards": boards}
    store.tasks[4]["attachments"]["projects"] = {"projectPHIDs": [SHOP]}
    for source, edge_type, target in ((1, "task.subtask", 2), (2, "task.parent", 1)):
        ends = (store.tasks[source]["phid"], store.tasks[target]["phid"])
        edge = {"sourcePHID": ends[0], "edgeType": edge_type, "destinationPHID": ends[1]}
        store.edges.append(edge)
    return store


@pytest.mark.parametrize(
    ("method", "constraints", "expected"),
    [
        ("maniphest.search", {"assigned": ["etlbot"]}, [2, 3]),
        ("maniphest.search", {"assigned": [ZOE, ME]}, [2, 3, 4]),
        ("maniphest.search", {"assigned": ["nobody"]}, []),
        ("maniphest.search", {"authorPHIDs": [ANN]}, [1, 2]),
        ("maniphest.search", {"closerPHIDs": ["ann"]}, [3]),
        ("maniphest.search", {"priorities": [90, 100]}, [3]),
        ("maniphest.search", {"subtypes": ["bug"]}, [1]),
        ("maniphest.search", {"columnPHIDs": [TODO]}, [4]),
        ("maniphest.search", {"projects": ["shop"]}, [4]),
        ("maniphest.search", {"projects": ["#shop", "PHID-PROJ-board"]}, []),
        ("maniphest.search", {"hasParents": True}, [2]),
        ("maniphest.search", {"hasSubtasks": False}, [2, 3, 4, 5, 6, 7, 8]),
        ("maniphest.search", {"parentIDs": [1, 5]}, [2]),
        ("maniphest.search", {"subtaskIDs": [2]}, [1]),
        ("maniphest.search", {"subscribers": [ME]}, [3, 4]),
        ("maniphest.search", {"closedStart": 1}, [3]),
        ("maniphest.search", {"closedEnd": 1998}, []),
        ("maniphest.search", {"createdStart": 1003, "createdEnd": 1004}, [3, 4]),
        ("project.search", {"members": ["ann"]}, [1]),
        ("project.search", {"parents": [SHOP]}, [2]),
        ("project.search", {"ancestors": ["shop"]}, [2]),
        ("project.search", {"isMilestone": False}, [1, 3]),
        ("project.search", {"isRoot": True}, [1, 3]),
        ("project.search", {"icons": ["milestone"]}, [2]),
        ("project.search", {"status": "archived"}, [3]),
        ("project.column.search", {"projects": ["shop"]}, [1]),
        ("user.search", {"nameLike": "REAL"}, [2, 3]),
        ("user.search", {"isBot": True}, [1]),
        ("user.search", {"isDisabled": False}, [1, 2]),
        ("user.search", {"isAdmin": True}, [2]),
        ("user.search", {"createdEnd": 200}, [1, 2]),
    ],
)
def test_z_constraints(call: Call, method: str, constraints: Json, expected: list[int]) -> None:
    assert ids(call(method, constraints=constraints, order="oldest")) == expected


@pytest.mark.parametrize(
    ("query_key", "expected"),
    [
        ("assigned", [2]),  # open ones; T3 is resolved
        ("authored", [3, 4]),
        ("subscribed", [4]),
        ("open", [1, 2, 4, 5, 6, 7, 8]),
    ],
)
def test_z_saved_queries(call: Call, query_key: str, expected: list[int]) -> None:
    assert ids(call("maniphest.search", queryKey=query_key, order="oldest")) == expected


def test_z_a_constraint_replaces_the_one_of_the_saved_query(call: Call) -> None:
    resolved = {"statuses": ["resolved"]}
    assert ids(call("maniphest.search", queryKey="assigned", constraints=resolved)) == [3]


@pytest.mark.parametrize(
    ("method", "order", "expected"),
    [
        ("maniphest.search", "title", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("maniphest.search", ["-title"], [8, 7, 6, 5, 4, 3, 2, 1]),
        ("maniphest.search", ["priority", "-id"], [3, 1, 2, 4, 5, 6, 7, 8]),
        ("project.search", None, [3, 1, 2]),
        ("project.search", ["-name"], [2, 1, 3]),
        ("user.search", ["username"], [2, 1, 3]),
    ],
)
def test_z_orders(call: Call, method: str, order: Any, expected: list[int]) -> None:
    assert ids(call(method, order=order)) == expected


def test_z_pages_by_title_follow_the_cursor(call: Call) -> None:
    first = call("maniphest.search", order="title", limit=5)
    assert ids(first) == [1, 2, 3, 4, 5]
    assert ids(call("maniphest.search", order="title", limit=5, after="5")) == [6, 7, 8]


@pytest.mark.parametrize(
    ("method", "params", "named"),
    [
        ("maniphest.search", {"constraints": {"query": "shop"}}, '"query"'),
        ("maniphest.search", {"constraints": {"spaces": []}}, '"spaces"'),
        ("maniphest.search", {"constraints": {"custom.acme.story": ["x"]}}, '"custom.acme.story"'),
        ("maniphest.search", {"constraints": {"assigned": ["none()"]}}, '"none()"'),
        ("maniphest.search", {"order": "relevance"}, '"relevance"'),
        ("maniphest.search", {"order": ["owner", "id"]}, '"owner"'),
        ("project.search", {"constraints": {"name": "shop"}}, '"name"'),
        ("user.search", {"constraints": {"query": "ann"}}, '"query"'),
        ("transaction.search", {"objectIdentifier": "#shop"}, '"#shop"'),
        ("transaction.search", {"objectIdentifier": SHOP}, f'"{SHOP}"'),
        ("transaction.search", {"objectType": "PROJ"}, '"PROJ"'),
        ("edge.search", {"sourcePHIDs": ["@ann"], "types": ["task.parent"]}, '"@ann"'),
        ("project.search", {"queryKey": "watching"}, "The sandbox plays: all, active, joined."),
    ],
)
def test_z_what_is_not_played_is_refused_in_so_many_words(
    call: Call, method: str, params: Json, named: str
) -> None:
    answer = call(method, **params)
    assert (answer["result"], answer["error_code"]) == (None, "ERR-CONDUIT-CORE")
    assert "The sandbox " in answer["error_info"]
    assert named in answer["error_info"]


@pytest.mark.parametrize(
    ("method", "params", "info"),
    [
        ("project.search", {"order": "oldst"}, "does not support a builtin order"),
        ("user.search", {"order": ["realname"]}, "this is not an orderable column"),
        ("user.search", {"constraints": {"isBot": "yes"}}, "Expected boolean"),
        ("user.search", {"constraints": {"nameLike": 5}}, "Expected string"),
        ("user.search", {"queryKey": "mine"}, "does not correspond to a valid query"),
        (
            "transaction.search",
            {"objectType": "TASK", "constraints": {"ids": [1]}},
            "Got unexpected parameters: ids",
        ),
        ("edge.search", {"sourcePHIDs": ["T1"], "types": ["task.sub"]}, 'type "task.sub" is not'),
        ("edge.search", {"sourcePHIDs": ["T1"], "types": []}, "nonempty list of edge types"),
        (
            "edge.search",
            {"sourcePHIDs": ["T99"], "types": ["task.parent"]},
            'Source PHID "T99" does not identify a valid object',
        ),
    ],
)
def test_z_what_does_not_exist_is_refused_as_by_the_server(
    call: Call, method: str, params: Json, info: str
) -> None:
    answer = call(method, **params)
    assert (answer["result"], answer["error_code"]) == (None, "ERR-CONDUIT-CORE")
    assert info in answer["error_info"]


def test_z_edges_of_a_hidden_task_are_refused_like_those_of_none(call: Call, store: Store) -> None:
    store.hide(1)
    answer = call("edge.search", sourcePHIDs=["T1"], types=["task.subtask"])
    assert 'Source PHID "T1" does not identify a valid object' in answer["error_info"]


def test_z_edges_by_the_name_of_a_task(call: Call, store: Store) -> None:
    answer = call("edge.search", sourcePHIDs=["T1", "T2"], types=["task.subtask", "task.commit"])
    assert answer["result"]["data"] == [store.edges[0]]


def test_z_names_and_phids_of_every_kind(call: Call) -> None:
    names = ["T1", "@Ann", "#shop", SPRINT, TODO, "@nobody", "#none", "T99", "PHID-HRUL-x"]
    found = call("phid.lookup", names=names)["result"]
    base = "https://phorge.example.com"
    assert {name: (h["type"], h["name"], h["fullName"], h["uri"]) for name, h in found.items()} == {
        "T1": ("TASK", "T1", "T1: Task 1", f"{base}/T1"),
        "@Ann": ("USER", "ann", "ann (Ann Real)", f"{base}/p/ann/"),
        "#shop": ("PROJ", "Shop", "Shop", f"{base}/tag/shop/"),
        SPRINT: ("PROJ", "Shop (Sprint 1)", "Shop (Sprint 1)", f"{base}/project/view/2/"),
        TODO: ("PCOL", "To Do", "To Do", f"{base}/project/board/1/"),
    }
    assert call("phid.query", phids=[SHOP, "PHID-HRUL-x"])["result"] == {SHOP: found["#shop"]}
    assert call("phid.query", phids=["PHID-HRUL-x"])["result"] == []


def test_z_an_archived_project_and_a_resolved_task_are_closed(call: Call) -> None:
    found = call("phid.lookup", names=["#attic", "#shop", "T3", "T4"])["result"]
    assert [h["status"] for h in found.values()] == ["closed", "open", "closed", "open"]
