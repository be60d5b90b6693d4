"""Pages of connections: first and last, cursors that hold on to a place, and counts."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from graphql import GraphQLError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.sandbox.github.values import Node

LARGEST_PAGE = 100
_MARK = b"cursor:v2:"
Key = list[Any]


@dataclass(frozen=True)
class Order:
    """
    How a connection is ordered; a cursor is the key of its place, so that a page goes on there
    whatever moves meanwhile.

    :param key: a list that no two items share.
    """

    key: Callable[[Node], Key]
    is_descending: bool = False


def page(items: Sequence[Node], args: dict[str, Any], order: Order | None = None) -> Node:
    """
    A page of a connection.

    :param items: every item; without an order, as they come, by their places.
    :param args: ``first``, ``after``, ``last``, ``before``.
    """
    keyed = _keyed(items, order)
    is_after = _is_beyond(args.get("after"), order, after=True)
    is_before = _is_beyond(args.get("before"), order, after=False)
    within = [(k, i) for k, i in keyed if is_after(k) and is_before(k)]
    first, last = args.get("first"), args.get("last")
    shown = within[:first] if first is not None else within
    cut_front = last is not None and len(shown) > last
    shown = shown[len(shown) - last :] if last is not None and cut_front else shown
    nodes = [item for _, item in shown]
    cursors = [_cursor(key) for key, _ in shown]
    return {
        "totalCount": len(items),
        "nodes": nodes,
        "edges": [
            {"cursor": cursor, "node": node} for cursor, node in zip(cursors, nodes, strict=True)
        ],
        "pageInfo": {
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
            "hasNextPage": bool(shown) and shown[-1][0] != within[-1][0],
            "hasPreviousPage": bool(shown) and shown[0][0] != keyed[0][0],
        },
    }


def _keyed(items: Sequence[Node], order: Order | None) -> list[tuple[Key, Node]]:
    if order is None:
        return [([place], item) for place, item in enumerate(items)]
    keyed = [(order.key(item), item) for item in items]
    return sorted(keyed, key=lambda pair: pair[0], reverse=order.is_descending)


def _is_beyond(cursor: str | None, order: Order | None, *, after: bool) -> Callable[[Key], bool]:
    if not cursor:
        return lambda _: True
    place = _place(cursor, "after" if after else "before")
    is_up = after != (order is not None and order.is_descending)
    return (lambda key: key > place) if is_up else (lambda key: key < place)


def _cursor(key: Key) -> str:
    return base64.b64encode(_MARK + msgspec.msgpack.encode(key)).decode()


def _place(cursor: str, argument: str) -> Key:
    try:
        text = base64.b64decode(cursor, validate=True)
        if text.startswith(_MARK):
            return msgspec.msgpack.decode(text[len(_MARK) :], type=list[Any])
    except (binascii.Error, ValueError, msgspec.DecodeError):
        pass
    message = f"`{cursor}` does not appear to be a valid cursor."
    raise GraphQLError(message, extensions={"type": "INVALID_CURSOR_ARGUMENTS", "is": argument})
