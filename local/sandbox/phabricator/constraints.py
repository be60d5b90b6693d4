"""What the ``*.search`` methods filter by: how each value is read, and which rows it keeps."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from local.sandbox.phabricator.names import project_phid, user_phid
from local.sandbox.phabricator.protocol import CORE, Call, ConduitError

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store

Test = Callable[["Json"], bool]


class Constraint(NamedTuple):
    """
    One key of ``constraints``.

    :param read: checks and reads the value; the last two arguments are the key and the value.
    :param test: what a row has to pass, for a value that was read.
    """

    read: Callable[[Store, Call, str, Any], Any]
    test: Callable[[Store, Any], Test]


# Values -----------------------------------------------------------------------------------------


def _texts(_: Store, call: Call, name: str, value: Any) -> set[str]:
    return {str(item) for item in call.values(name, value)}


def _integers(_: Store, call: Call, name: str, value: Any) -> set[int]:
    return {call.integer(name, item) for item in call.values(name, value)}


def _users(store: Store, call: Call, name: str, value: Any) -> set[str]:
    return {user_phid(store, item) or item for item in _plain(store, call, name, value)}


def _projects(store: Store, call: Call, name: str, value: Any) -> set[str]:
    return {project_phid(store, item) or item for item in _plain(store, call, name, value)}


def _plain(store: Store, call: Call, name: str, value: Any) -> set[str]:
    items = _texts(store, call, name, value)
    if function := next((item for item in items if item.endswith(")")), None):
        raise ConduitError(CORE, f'The sandbox does not play functions such as "{function}".')
    return items


def _text(_: Store, __: Call, name: str, value: Any) -> str:
    if not isinstance(value, str):
        text = f'Error while reading "{name}": Expected string, got something else.'
        raise ConduitError(CORE, text)
    return value


def _flag(_: Store, call: Call, name: str, value: Any) -> bool:
    named = {"1": True, "true": True, "0": False, "false": False}
    value = value if call.is_strict else named.get(str(value), value)
    if not isinstance(value, bool):
        text = (
            f'Error while reading "{name}": Expected boolean (true or false), got something else.'
        )
        raise ConduitError(CORE, text)
    return value


def _epoch(_: Store, call: Call, name: str, value: Any) -> int:
    epoch = call.integer(name, value)
    if epoch <= 0:
        text = f'Error while reading "{name}": Epoch timestamp must be larger than 0, got {epoch}.'
        raise ConduitError(CORE, text)
    return epoch


# Rows -------------------------------------------------------------------------------------------


def _at(row: Any, path: tuple[str, ...]) -> Any:
    return functools.reduce(lambda node, key: (node or {}).get(key), path, row)


def _one_of(*path: str) -> Callable[[Store, Any], Test]:
    return lambda _, wanted: lambda row: _at(row, path) in wanted


def _since(*path: str) -> Callable[[Store, Any], Test]:
    return lambda _, epoch: lambda row: (_at(row, path) or -1) >= epoch


def _until(*path: str) -> Callable[[Store, Any], Test]:
    return lambda _, epoch: lambda row: 0 < (_at(row, path) or 0) <= epoch


def _listed(*path: str) -> Callable[[Store, Any], Test]:
    """Some of the wanted are in a list of PHIDs, or of objects that have one."""

    def test(_: Store, wanted: set[str]) -> Test:
        return lambda row: any(
            (item if isinstance(item, str) else item["phid"]) in wanted
            for item in _at(row, path) or ()
        )

    return test


def _in_all_projects(_: Store, wanted: set[str]) -> Test:
    return lambda task: wanted <= set(task["attachments"]["projects"]["projectPHIDs"])


def _in_column(_: Store, wanted: set[str]) -> Test:
    def test(task: Json) -> bool:
        boards = task["attachments"]["columns"]["boards"] or {}  # PHP's empty map is a list
        return any(c["phid"] in wanted for key in boards for c in boards[key]["columns"])

    return test


def _has_edge(edge_type: str) -> Callable[[Store, Any], Test]:
    def test(store: Store, wanted: bool) -> Test:
        sources = {e["sourcePHID"] for e in store.edges if e["edgeType"] == edge_type}
        return lambda task: (task["phid"] in sources) == wanted

    return test


def _edge_to(edge_type: str) -> Callable[[Store, Any], Test]:
    def test(store: Store, wanted: set[int]) -> Test:
        sources = {
            e["sourcePHID"]
            for e in store.edges
            if e["edgeType"] == edge_type and store.task_ids.get(e["destinationPHID"]) in wanted
        }
        return lambda task: task["phid"] in sources

    return test


def _has_role(role: str) -> Callable[[Store, Any], Test]:
    return lambda _, wanted: lambda user: (role in user["fields"]["roles"]) == wanted


def _named_like(_: Store, wanted: str) -> Test:
    return lambda user: any(
        wanted.casefold() in user["fields"][name].casefold() for name in ("username", "realName")
    )


def _is_milestone(_: Store, wanted: bool) -> Test:
    return lambda project: (project["fields"]["milestone"] is not None) == wanted


def _is_root(_: Store, wanted: bool) -> Test:
    return lambda project: (project["fields"]["depth"] == 0) == wanted


def _has_status(_: Store, wanted: str) -> Test:
    return lambda project: wanted in ("all", project["fields"]["status"])


# Tables -----------------------------------------------------------------------------------------

_ALL = {
    "ids": Constraint(_integers, _one_of("id")),
    "phids": Constraint(_texts, _one_of("phid")),
}
_CREATED = {
    "createdStart": Constraint(_epoch, _since("fields", "dateCreated")),
    "createdEnd": Constraint(_epoch, _until("fields", "dateCreated")),
}
TASKS = {
    **_ALL,
    **_CREATED,
    "modifiedStart": Constraint(_epoch, _since("fields", "dateModified")),
    "modifiedEnd": Constraint(_epoch, _until("fields", "dateModified")),
    "closedStart": Constraint(_epoch, _since("fields", "dateClosed")),
    "closedEnd": Constraint(_epoch, _until("fields", "dateClosed")),
    "statuses": Constraint(_texts, _one_of("fields", "status", "value")),
    "priorities": Constraint(_integers, _one_of("fields", "priority", "value")),
    "subtypes": Constraint(_texts, _one_of("fields", "subtype")),
    "assigned": Constraint(_users, _one_of("fields", "ownerPHID")),
    "authorPHIDs": Constraint(_users, _one_of("fields", "authorPHID")),
    "closerPHIDs": Constraint(_users, _one_of("fields", "closerPHID")),
    "subscribers": Constraint(_users, _listed("attachments", "subscribers", "subscriberPHIDs")),
    "projects": Constraint(_projects, _in_all_projects),
    "columnPHIDs": Constraint(_texts, _in_column),
    "hasParents": Constraint(_flag, _has_edge("task.parent")),
    "hasSubtasks": Constraint(_flag, _has_edge("task.subtask")),
    "parentIDs": Constraint(_integers, _edge_to("task.parent")),
    "subtaskIDs": Constraint(_integers, _edge_to("task.subtask")),
}
PROJECTS = {
    **_ALL,
    "slugs": Constraint(_texts, _one_of("fields", "slug")),
    "members": Constraint(_users, _listed("attachments", "members", "members")),
    "watchers": Constraint(_users, _listed("attachments", "watchers", "watchers")),
    "parents": Constraint(_projects, _one_of("fields", "parent", "phid")),
    "ancestors": Constraint(_projects, _listed("attachments", "ancestors", "ancestors")),
    "icons": Constraint(_texts, _one_of("fields", "icon", "key")),
    "colors": Constraint(_texts, _one_of("fields", "color", "key")),
    "subtypes": Constraint(_texts, _one_of("fields", "subtype")),
    "status": Constraint(_text, _has_status),
    "isMilestone": Constraint(_flag, _is_milestone),
    "isRoot": Constraint(_flag, _is_root),
}
COLUMNS = {**_ALL, "projects": Constraint(_projects, _one_of("fields", "project", "phid"))}
USERS = {
    **_ALL,
    **_CREATED,
    "usernames": Constraint(_texts, _one_of("fields", "username")),
    "nameLike": Constraint(_text, _named_like),
    "isAdmin": Constraint(_flag, _has_role("admin")),
    "isBot": Constraint(_flag, _has_role("bot")),
    "isDisabled": Constraint(_flag, _has_role("disabled")),
    "isMailingList": Constraint(_flag, _has_role("list")),
}
