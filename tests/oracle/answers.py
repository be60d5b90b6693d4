"""The recorded answers, read as plain JSON; nothing of Flowmart takes part."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json = dict[str, Any]
READER = "etlbot"


@dataclass
class Answers:
    """What the API shows of one Phorge; legacy: task number -> its older transactions."""

    tasks: list[Json]
    transactions: list[Json]
    legacy: dict[int, list[Json]]
    statuses: list[Json]
    projects: list[Json]
    columns: list[Json]
    users: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._events: dict[str, list[Json]] = {}
        for row in sorted(self.transactions, key=lambda row: (row["dateCreated"], row["id"])):
            self._events.setdefault(row["objectPHID"], []).append(row)
        self._older = {row["transactionPHID"]: row for rows in self.legacy.values() for row in rows}

    def events_of(self, task: Json) -> list[Json]:
        """A task's transactions by time and id."""
        return self._events.get(task["phid"], [])

    def older(self, event: Json) -> Json | None:
        """What the older call says about a transaction."""
        return self._older.get(event["phid"])

    def edits_of(self, task: Json) -> dict[str, int]:
        """Group -> the first of the transactions that were saved together."""
        edits: dict[str, int] = {}
        for event in self.events_of(task):
            edits[event["groupID"]] = min(event["id"], edits.get(event["groupID"], event["id"]))
        return edits

    def columns_of(self, board: str) -> list[Json]:
        """The columns of a project's workboard."""
        return [c for c in self.columns if c["fields"]["project"]["phid"] == board]

    def proxies(self) -> set[str]:
        """The columns that stand for milestones."""
        return {column["phid"] for column in self.columns if column["fields"]["proxyPHID"]}

    def boards(self) -> list[str]:
        """The projects that have a workboard."""
        return sorted({column["fields"]["project"]["phid"] for column in self.columns})

    def current_columns(self, task: Json) -> dict[str, str]:
        """Board -> the column that it shows a task in."""
        boards = task["attachments"]["columns"]["boards"]
        return {board: shown["columns"][0]["phid"] for board, shown in dict(boards).items()}


def read_answers(folder: Path) -> Answers:
    """Everything that the reader was shown."""
    documents = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    own = [d for d in documents if d["as"] == READER and not d["response"]["error_code"]]

    def rows(method: str) -> Iterator[Json]:
        for document in own:
            if document["method"] == method:
                yield from document["response"]["result"]["data"]

    legacy = [
        (int(number), rows)
        for document in own
        if document["method"] == "maniphest.gettasktransactions"
        for number, rows in document["response"]["result"].items()
    ]
    return Answers(
        tasks=_distinct(row for row in rows("maniphest.search") if row["attachments"]),
        transactions=_distinct(rows("transaction.search")),
        legacy=dict(legacy),
        statuses=list(rows("maniphest.status.search")),
        projects=_distinct(rows("project.search")),
        columns=_distinct(rows("project.column.search")),
        users=_distinct(rows("user.search")),
    )


def _distinct(rows: Iterator[Json]) -> list[Json]:
    return list({row["phid"]: row for row in rows}.values())
