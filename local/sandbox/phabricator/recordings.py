"""A store from a folder of recorded answers; nothing in it is invented."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.sandbox.company.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.sandbox.company.shapes import Json

READER = "etlbot"


def recorded_store(folder: Path) -> Store:
    """
    Build a store from files of ``{method, as, params, http_status, headers, response}``.

    What the reader was shown is visible. A task that only another account was shown is hidden.
    A task whose legacy transactions were not recorded has none.

    :param folder: the folder of the files.
    :raises FileNotFoundError: if it holds no recordings.
    """
    exchanges = list(read_exchanges(folder))
    if not exchanges:
        raise FileNotFoundError(f"no recorded answers in {folder}")
    own = [exchange for exchange in exchanges if exchange["as"] == READER]
    tasks = {row["id"]: row for row in _rows(own, "maniphest.search", with_attachments=True)}
    all_rows = _rows(exchanges, "maniphest.search", with_attachments=True)
    all_tasks = {row["id"]: row for row in all_rows} | tasks
    transactions = {row["id"]: row for row in _rows(own, "transaction.search")}
    lookups = [row for answer in _results(own, "phid.lookup") for row in answer.values()]
    store = Store(
        reader=next(_results(own, "user.whoami")),
        statuses=list(_rows(own, "maniphest.status.search")),
        priorities=list(_rows(own, "maniphest.priority.search")),
        users=list(_rows(own, "user.search")),
        projects=list(_rows(own, "project.search")),
        columns=list(_rows(own, "project.column.search")),
        tasks=dict(sorted(all_tasks.items())),
        hidden=set(all_tasks) - set(tasks),
        transactions=[transactions[row_id] for row_id in sorted(transactions)],
        legacy=_legacy(own),
        edges=list(_rows(own, "edge.search")),
        base_url=lookups[0]["uri"].rsplit("/", 1)[0] if lookups else "",
    )
    for row in store.transactions:
        store.transactions_of.setdefault(row["objectPHID"], []).append(row)
    return store


def read_exchanges(folder: Path) -> Iterator[Json]:
    """The recorded calls of a folder, by file name."""
    for path in sorted(folder.glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def _results(exchanges: list[Json], method: str) -> Iterator[Any]:
    for exchange in exchanges:
        if exchange["method"] == method and exchange["response"]["result"]:
            yield exchange["response"]["result"]


def _rows(exchanges: list[Json], method: str, *, with_attachments: bool = False) -> Iterator[Json]:
    """
    The rows of all pages of a search.

    :param with_attachments: leave out rows that were recorded without their attachments.
    """
    for result in _results(exchanges, method):
        for row in result["data"]:
            if not with_attachments or row["attachments"]:
                yield row


def _legacy(exchanges: list[Json]) -> dict[int, list[Json]]:
    return {
        int(task_id): sorted(rows, key=lambda row: int(row["transactionID"]))
        for result in _results(exchanges, "maniphest.gettasktransactions")
        for task_id, rows in result.items()
    }
