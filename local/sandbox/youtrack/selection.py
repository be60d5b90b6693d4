"""The ``fields`` parameter: which attributes of an entity an answer holds."""

from __future__ import annotations

import re
from typing import Any

from local.sandbox.youtrack.attributes import ABSENT, constant
from local.sandbox.youtrack.errors import bad_request

Tree = dict[str, "Tree"]
_TOKEN = re.compile(r"[$\w]+|[(),]|\S")
_NAME = re.compile(r"[$\w]+")


def parse_fields(text: str) -> Tree:
    """
    Read ``a,b(c,d(e))`` as ``{"a": {}, "b": {"c": {}, "d": {"e": {}}}}``; a name given twice is
    one name with the fields of both.

    :raises ApiError: 400 for what is no list of fields.
    """
    tree: Tree = {}
    tokens = [*_TOKEN.findall(text), ""]
    if len(tokens) > 1:
        end = _read_names(tokens, 0, tree)
        if end != len(tokens) - 1:
            raise _refusal(tokens, end)
    return tree


def _read_names(tokens: list[str], at: int, tree: Tree) -> int:
    """Read names into the tree, from a position on; gives the position after them."""
    while True:
        if not _NAME.fullmatch(tokens[at]):
            raise _refusal(tokens, at)
        below = tree.setdefault(tokens[at], {})
        at += 1
        if tokens[at] == "(":
            at = _read_names(tokens, at + 1, below)
            if tokens[at] != ")":
                raise _refusal(tokens, at)
            at += 1
        if tokens[at] != ",":
            return at
        at += 1


def _refusal(tokens: list[str], at: int) -> Exception:
    found = f'"{tokens[at]}"' if tokens[at] else "the end"
    return bad_request(f'Can\'t parse fields: {found} after "{"".join(tokens[:at])}"')


def select(value: Any, tree: Tree) -> Any:
    """
    What an answer shows of a value: of an entity its ``$type`` and the attributes asked for, and
    only ``id`` and ``$type`` where none are; an attribute that its type does not have is left out
    without a word.

    :param value: an entity as a mapping, a list, a plain value, or a function that gives one: an
        attribute that costs something or leads back to where it came from.
    """
    if callable(value):
        value = value()
    if isinstance(value, list):
        return [select(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {}
    for name, below in (tree or {"id": {}}).items():
        if name in value:
            shown[name] = select(value[name], below)
        elif (told := constant(value["$type"], name)) is not ABSENT:
            shown[name] = told
    return shown | {"$type": value["$type"]}
