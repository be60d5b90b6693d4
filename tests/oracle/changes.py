"""How many changes the marts should list for a task, by field."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.oracle.answers import Answers, Json

EDGES = {41: "project", 3: "subtask", 4: "parent", 51: "mentioned_by", 52: "mention"}
NAMES = {"create": "created", "owner": "assignee", "points": "estimate"}
NAMES |= {"projects": "project", "subscribers": "subscriber"}


def changes(answers: Answers, task: Json) -> tuple[Counter[str], int]:
    """Field -> changes, and how many transactions neither call tells anything about."""
    counts: Counter[str] = Counter()
    opaque = 0
    for event in answers.events_of(task):
        older = answers.older(event)
        if event["type"] is not None:
            counts[NAMES.get(event["type"], event["type"])] += _typed(event)
        elif older is None:
            opaque += 1
        else:
            field, number = _untyped(older)
            counts[field] += number
    return +counts, opaque


def _typed(event: Json) -> int:
    if event["type"] in ("create", "comment"):
        return 1
    fields = event["fields"]
    if "operations" in fields:
        return len(fields["operations"])
    return int(_text(fields["old"]) != _text(fields["new"]))


def _untyped(older: Json) -> tuple[str, int]:
    kind, old, new = older["transactionType"], older["oldValue"], older["newValue"]
    if kind == "core:columns":
        return "column", sum({*m["fromColumnPHIDs"]} != {m["columnPHID"]} for m in new)
    if kind == "core:edge":
        number = int(older["meta"]["edge:type"])
        return EDGES.get(number, f"edge:{number}"), len(_names(old) ^ _names(new))
    if kind == "core:customfield":
        key = older["meta"]["customfield:key"].removeprefix("std:maniphest:")
        return f"custom:{key}", int(old != new)
    return kind.removeprefix("core:").replace("-", "_"), int(old != new)


def _text(value: Any) -> str:
    """Nothing and an empty text are the same, 0 is neither."""
    return "" if value is None else str(value)


def _names(values: Any) -> set[str]:
    """An edge's values are a list, or an object keyed by them."""
    return set(values or [])
