"""What the sandbox serves: raw-shaped objects in memory, and the edits that tests make on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.sandbox.company.shapes import Change, Json, comment, make_phid, status

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Store:
    """
    One Phorge as its reader sees it.

    :param reader: the answer of user.whoami.
    :param statuses: rows of maniphest.status.search.
    :param priorities: rows of maniphest.priority.search.
    :param users: rows of user.search, and so on for projects and columns, attachments included.
    :param tasks: task id -> row of maniphest.search with every attachment.
    :param hidden: ids of tasks that exist but are invisible to the reader.
    :param transactions: rows of transaction.search, ascending by id.
    :param transactions_of: task PHID -> its transactions, ascending by id.
    :param legacy: task id -> its rows of maniphest.gettasktransactions, ascending by id.
    :param edges: rows of edge.search.
    :param base_url: the address that the server's answers name as its own.
    :param knows_object_type: whether transaction.search lists a whole instance; old servers do not.
    """

    reader: Json
    statuses: list[Json]
    priorities: list[Json]
    users: list[Json]
    projects: list[Json]
    columns: list[Json]
    tasks: dict[int, Json] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    transactions: list[Json] = field(default_factory=list)
    transactions_of: dict[str, list[Json]] = field(default_factory=dict)
    legacy: dict[int, list[Json]] = field(default_factory=dict)
    edges: list[Json] = field(default_factory=list)
    base_url: str = "https://phorge.example.com"
    knows_object_type: bool = True
    _ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ids["transaction"] = max((t["id"] for t in self.transactions), default=0)
        comments = (c["id"] for t in self.transactions for c in t["comments"])
        self._ids["comment"] = max(comments, default=0)
        self._names = {user["phid"]: user["fields"]["username"] for user in self.users}
        self._closed = {row["value"]: bool(row["closed"]) for row in self.statuses}
        self._status_names = {row["value"]: row["name"] for row in self.statuses}
        self.task_ids = {task["phid"]: task_id for task_id, task in self.tasks.items()}

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        visible = self.visible_tasks()
        return {
            "tasks": len(visible),
            "transactions": sum(len(self.transactions_of.get(t["phid"], ())) for t in visible),
            "task_transactions": sum(len(self.legacy.get(t["id"], ())) for t in visible),
            "projects": len(self.projects),
            "columns": len(self.columns),
            "users": len(self.users),
            "statuses": len(self.statuses),
            "priorities": len(self.priorities),
        }

    def visible_tasks(self) -> list[Json]:
        """The tasks that the reader sees, ascending by id."""
        return [task for task in list(self.tasks.values()) if task["id"] not in self.hidden]

    def visible_task(self, name: str) -> Json | None:
        """The task of a name such as ``T12`` or of a PHID, if the reader sees one."""
        digits = name[1:] if name[:1] == "T" else ""
        task_id = int(digits) if digits.isdecimal() else self.task_ids.get(name, 0)
        return None if task_id in self.hidden else self.tasks.get(task_id)

    def is_visible(self, phid: str) -> bool:
        """Tell whether the object of a transaction or an edge exists for the reader."""
        return phid in self.task_ids and self.task_ids[phid] not in self.hidden

    def put_task(self, task: Json) -> None:
        """Take a new task in; ids come in ascending order."""
        self.tasks[task["id"]] = task
        self.task_ids[task["phid"]] = task["id"]

    # Edits --------------------------------------------------------------------------------------

    def touch(self, task_id: int, at: int) -> None:
        """
        An edit without an effect: the task's dateModified moves, no transaction is written.

        :param at: epoch seconds.
        """
        fields = self.tasks[task_id]["fields"]
        fields["dateModified"] = max(fields["dateModified"], at)

    def add_comment(self, task_id: int, text: str, at: int, author: str = "") -> None:
        """A comment at a time, by the reader unless an author's PHID is given."""
        self.record(task_id, author or self.reader["phid"], at, [comment(text)])

    def change_status(self, task_id: int, new: str, at: int, author: str = "") -> None:
        """A change of status at a time, by the reader unless an author's PHID is given."""
        author = author or self.reader["phid"]
        fields = self.tasks[task_id]["fields"]
        old = fields["status"]["value"]
        fields["status"] = {"value": new, "name": self._status_names[new], "color": None}
        fields |= closing(fields, self._closed[old], self._closed[new], at, author)
        self.record(task_id, author, at, [status(old, new)])

    def destroy(self, task_id: int) -> None:
        """Remove a task with its history, as ``bin/remove destroy`` does."""
        phid = self.tasks.pop(task_id)["phid"]
        del self.task_ids[phid]
        self.legacy.pop(task_id, None)
        self.transactions_of.pop(phid, None)
        self.transactions = [t for t in self.transactions if t["objectPHID"] != phid]
        ends = ("sourcePHID", "destinationPHID")
        self.edges = [e for e in self.edges if phid not in (e[ends[0]], e[ends[1]])]

    def hide(self, task_id: int) -> None:
        """Make a task invisible to the reader, as a change of its policy does."""
        self.hidden.add(task_id)

    # Rows ---------------------------------------------------------------------------------------

    def record(
        self,
        task_id: int,
        author: str,
        at: int,
        changes: Sequence[Change],
        *,
        is_creation: bool = False,
        is_grouped: bool = True,
    ) -> None:
        """
        Write the rows of one edit, in both spellings, and move the task's dateModified.

        :param author: PHID of a user or of an application.
        :param at: epoch seconds.
        :param is_creation: whether the edit made the task.
        :param is_grouped: whether the rows share a group id; those of old versions have none.
        """
        task = self.tasks[task_id]
        name = self._names.get(author, "An unknown object")
        group = make_phid("GROUP", self._ids["transaction"])[11:] if is_grouped else None
        extra: Json = {"core.create": True} if is_creation else {}
        extra |= {"core.groupID": group} if group else {}
        for change in changes:
            row = self._search_row(change, author, task["phid"], at, group)
            legacy = _legacy_row(change, row, task_id, f"{name} {change.title}", extra)
            self.transactions.append(row)
            self.transactions_of.setdefault(task["phid"], []).append(row)
            self.legacy.setdefault(task_id, []).append(legacy)
        self.touch(task_id, at)

    def _search_row(
        self, change: Change, author: str, task_phid: str, at: int, group: str | None
    ) -> Json:
        self._ids["transaction"] += 1
        row_id = self._ids["transaction"]
        comments = [] if change.comment is None else [self._comment(change.comment, author, at)]
        return {
            "id": row_id,
            "phid": make_phid("XACT-TASK", row_id),
            "type": change.api_type,
            "authorPHID": author,
            "objectPHID": task_phid,
            "dateCreated": at,
            "dateModified": at,
            "groupID": group,
            "comments": comments,
            "fields": change.fields,
        }

    def _comment(self, text: str, author: str, at: int) -> Json:
        self._ids["comment"] += 1
        return {
            "id": self._ids["comment"],
            "phid": make_phid("XCMT", self._ids["comment"]),
            "version": 1,
            "authorPHID": author,
            "dateCreated": at,
            "dateModified": at,
            "removed": False,
            "content": {"raw": text},
        }


def closing(fields: Json, was_closed: bool, is_closed: bool, at: int, author: str) -> Json:
    """The fields that tell when and by whom a task was closed, after a change of its status."""
    if not is_closed:
        return {"dateClosed": None, "closerPHID": None}
    if was_closed:
        return {key: fields[key] for key in ("dateClosed", "closerPHID")}
    return {"dateClosed": at, "closerPHID": author}


def _legacy_row(change: Change, row: Json, task_id: int, title: str, extra: Json) -> Json:
    meta: Any = change.meta | extra
    return {
        "taskID": str(task_id),
        "title": title,
        "transactionID": str(row["id"]),
        "transactionPHID": row["phid"],
        "transactionType": change.legacy_type,
        "oldValue": change.old,
        "newValue": change.new,
        "meta": meta or [],  # PHP writes an empty map as a list
        "comments": change.comment,
        "authorPHID": row["authorPHID"],
        "dateCreated": str(row["dateCreated"]),
    }
