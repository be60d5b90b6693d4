"""transaction.search: the history of one task, or of the whole instance."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from local.sandbox.phabricator.names import handle, phid_of
from local.sandbox.phabricator.paging import Pager
from local.sandbox.phabricator.protocol import CALL, CORE, Call, ConduitError
from local.sandbox.phabricator.tasks import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store

_CONSTRAINTS = {"phids": "phid", "authorPHIDs": "authorPHID"}
_OTHER_TYPES = {"PROJ", "USER", "PCOL", "DREV", "CMIT", "REPO"}


def search(store: Store, call: Call) -> Json:
    """transaction.search, newest first."""
    rows = _rows(store, call)
    pager = Pager.of(call)
    if unknown := [name for name in call.constraints if name not in _CONSTRAINTS]:
        raise ConduitError(CORE, f"Got unexpected parameters: {', '.join(unknown)}")
    wanted = {
        _CONSTRAINTS[name]: set(call.values(name, value))
        for name, value in call.constraints.items()
    }
    visible = (
        row
        for row in _walk(rows, pager)
        if store.is_visible(row["objectPHID"])
        and all(row[field] in values for field, values in wanted.items())
    )
    page, cursor = pager.take(visible)
    return {"data": page, "cursor": cursor}


def _rows(store: Store, call: Call) -> list[Json]:
    """The transactions that a call is about, ascending by id."""
    identifier, object_type = (call.params.get(k) for k in ("objectIdentifier", "objectType"))
    if object_type is not None and not store.knows_object_type:
        text = "API Method \"transaction.search\" does not define these parameters: 'objectType'."
        raise ConduitError(CALL, text)
    if (identifier is None) == (object_type is None):
        rule = "must specify either an" if identifier is None else "must not specify both an"
        joint = "or an" if identifier is None else "and an"
        text = f'Calls to "transaction.search" {rule} "objectType" {joint} "objectIdentifier".'
        raise ConduitError(CORE, text)
    if object_type is not None:
        if object_type in _OTHER_TYPES:
            raise _unplayed(object_type)
        if object_type != "TASK":
            text = f'In call to "transaction.search", specified "objectType" ("{object_type}") '
            raise ConduitError(CORE, f"{text}is unknown. Valid object types are: TASK.")
        return store.transactions
    hidden = store.tasks.get(store.task_ids.get(str(identifier), 0))
    if hidden and hidden["id"] in store.hidden:
        raise ConduitError(CORE, refusal(store, hidden))
    task = store.visible_task(str(identifier))
    if task is None:
        if handle(store, phid_of(store, str(identifier)) or ""):
            raise _unplayed(str(identifier))
        raise ConduitError(
            "ERR-INVALID-OBJECT-PHID", 'Specified "objectIdentifier" does not exist.'
        )
    return store.transactions_of.get(task["phid"], [])


def _unplayed(what: str) -> ConduitError:
    return ConduitError(CORE, f'The sandbox plays the history of tasks only, not of "{what}".')


def _walk(rows: list[Json], pager: Pager) -> Iterator[Json]:
    """Rows away from the cursor: downwards in time, or upwards for ``before``."""
    if not pager.cursor:
        return reversed(rows)
    cursor = int(pager.cursor) if pager.cursor.isdecimal() else 0
    start = bisect_left(rows, cursor, key=_row_id)
    if start == len(rows) or rows[start]["id"] != cursor:
        raise ConduitError(
            CORE,
            f'Cursor "{pager.cursor}" does not identify a valid object in query '
            '"ManiphestTransactionQuery".',
        )
    if pager.after:
        return (rows[n] for n in range(start - 1, -1, -1))
    return (rows[n] for n in range(bisect_right(rows, cursor, key=_row_id), len(rows)))


def _row_id(row: Json) -> int:
    row_id: int = row["id"]
    return row_id
