"""The maniphest.* methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.phabricator import searches
from local.sandbox.phabricator.protocol import CORE, Call, ConduitError

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store


def search(store: Store, call: Call) -> Json:
    """maniphest.search."""
    return searches.TASKS.answer(
        store, call, store.visible_tasks(), lambda cursor: _cursor_task(store, cursor)
    )


def _cursor_task(store: Store, cursor: str) -> Json | None:
    """The task a cursor names; where it stands is decided by its values of now."""
    task = store.tasks.get(int(cursor)) if cursor.isdecimal() else None
    if task and task["id"] in store.hidden:
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
