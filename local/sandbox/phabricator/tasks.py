"""The maniphest.* methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.phabricator.paging import Pager, search_answer
from local.sandbox.phabricator.protocol import CORE, Call, ConduitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store

    Test = Callable[[Json], bool]

_BUILTIN_ORDERS = {
    "priority": ["priority", "id"],
    "updated": ["updated", "id"],
    "outdated": ["-updated", "-id"],
    "newest": ["id"],
    "oldest": ["-id"],
    "closed": ["closed", "id"],
}
# Every column sorts its largest value first; a minus turns it round.
_ORDER_VALUES: dict[str, Callable[[Json], int]] = {
    "id": lambda task: task["id"],
    "priority": lambda task: task["fields"]["priority"]["value"],
    "updated": lambda task: task["fields"]["dateModified"],
    "closed": lambda task: task["fields"]["dateClosed"] or 0,
}
_EPOCHS = {
    "modifiedStart": "dateModified",
    "modifiedEnd": "dateModified",
    "createdStart": "dateCreated",
    "createdEnd": "dateCreated",
    "closedStart": "dateClosed",
    "closedEnd": "dateClosed",
}


def search(store: Store, call: Call) -> Json:
    """maniphest.search."""
    tests = [_test(store, call, name, value) for name, value in call.constraints.items()]
    tests += _saved_query(store, call.params.get("queryKey"))
    pager = Pager.of(call)
    key = _sort_key(call.params.get("order"))
    cursor_row = _cursor_task(store, pager.cursor) if pager.cursor else None
    rows = [task for task in store.visible_tasks() if all(test(task) for test in tests)]
    page, cursor = pager.cut(sorted(rows, key=key), key, cursor_row)
    return search_answer(call, page, cursor)


def _test(store: Store, call: Call, name: str, value: Any) -> Test:
    if name in _EPOCHS:
        return _epoch_test(name, call.integer(name, value))
    if name == "ids":
        ids = {call.integer(name, item) for item in call.values(name, value)}
        return lambda task: task["id"] in ids
    if name in ("phids", "statuses", "projects"):
        wanted = set(call.values(name, value))
        if name == "phids":
            return lambda task: task["phid"] in wanted
        if name == "statuses":
            return lambda task: task["fields"]["status"]["value"] in wanted
        phids = {_project_phid(store, project) for project in wanted}
        return lambda task: phids <= set(task["attachments"]["projects"]["projectPHIDs"])
    raise ConduitError("ERR-INVALID-CONSTRAINT", 'Parameter "constraints" includes an invalid key.')


def _epoch_test(name: str, epoch: int) -> Test:
    """Both ends are inclusive."""
    if epoch <= 0:
        raise ConduitError(
            CORE,
            f'Error while reading "{name}": Epoch timestamp must be larger than 0, got {epoch}.',
        )
    field = _EPOCHS[name]
    if name.endswith("Start"):
        return lambda task: task["fields"][field] is not None and task["fields"][field] >= epoch
    return lambda task: task["fields"][field] is not None and task["fields"][field] <= epoch


def _project_phid(store: Store, project: str) -> str:
    named: dict[str, str] = {row["fields"]["slug"]: row["phid"] for row in store.projects}
    return named.get(project.lstrip("#"), project)


def _saved_query(store: Store, query_key: str | None) -> list[Test]:
    if query_key in (None, "", "all"):
        return []
    if query_key == "open":
        closed = {row["value"] for row in store.statuses if row["closed"]}
        return [lambda task: task["fields"]["status"]["value"] not in closed]
    text = f"Query key '{query_key}' does not correspond to a valid query."
    raise ConduitError(CORE, text)


def _sort_key(order: str | list[str] | None) -> Callable[[Json], tuple[int, ...]]:
    if order is None:
        order = "priority"
    if isinstance(order, str) and order not in _BUILTIN_ORDERS:
        raise ConduitError(
            CORE,
            f'Query "ManiphestTaskQuery" does not support a builtin order "{order}". '
            f"Supported orders are: {', '.join(_BUILTIN_ORDERS)}.",
        )
    vector = _BUILTIN_ORDERS[order] if isinstance(order, str) else order
    for column in vector:
        if column.removeprefix("-") not in _ORDER_VALUES:
            raise ConduitError(
                CORE,
                'An order vector in a query of class "ManiphestTaskQuery" specifies order by '
                f'"{column}", but this is not an orderable column. '
                f"Valid orderable columns are: {', '.join(_ORDER_VALUES)}.",
            )
    parts = [(_ORDER_VALUES[c.removeprefix("-")], 1 if c[0] == "-" else -1) for c in vector]
    return lambda task: tuple(sign * value(task) for value, sign in parts)


def _cursor_task(store: Store, cursor: str) -> Json:
    """The task a cursor names; where it stands is decided by its values of now."""
    task = store.tasks.get(int(cursor)) if cursor.isdecimal() else None
    if task is None:
        raise ConduitError(
            CORE,
            f'Cursor "{cursor}" does not identify a valid object in query "ManiphestTaskQuery".',
        )
    if task["id"] in store.hidden:
        raise ConduitError(CORE, refusal(store, task))
    return task


def refusal(store: Store, task: Json) -> str:
    """What the server says to a reader who may not see a task, unless it was asked by number."""
    holder = next((u for u in store.users if u["phid"] == task["fields"]["policy"]["view"]), None)
    text = (
        "[You Shall Not Pass: Restricted Maniphest Task] (Can View) "
        "You do not have permission to view this object."
    )
    if holder:
        fields = holder["fields"]
        text += f" // {fields['username']} ({fields['realName']}) can take this action."
    return f"{text} The assignee of a task can always view and edit it."


def get_task_transactions(store: Store, call: Call) -> dict[str, list[Json]] | list[Json]:
    """maniphest.gettasktransactions: newest first, tasks by their newest transaction."""
    ids = [call.integer("ids", item) for item in call.values("ids", call.params.get("ids"))]
    rows = {
        task_id: store.legacy[task_id][::-1]
        for task_id in ids
        if task_id not in store.hidden and store.legacy.get(task_id)
    }
    newest_first = sorted(rows, key=lambda t: -int(rows[t][0]["transactionID"]))
    return {str(task_id): rows[task_id] for task_id in newest_first} or []


def statuses(store: Store, call: Call) -> Json:
    """maniphest.status.search."""
    return {"data": store.statuses}


def priorities(store: Store, call: Call) -> Json:
    """maniphest.priority.search."""
    return {"data": store.priorities}
