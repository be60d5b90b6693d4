"""How all ``*.search`` methods read their constraints, saved query, order and page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.sandbox.phabricator import constraints, orders
from local.sandbox.phabricator.paging import Pager, search_answer
from local.sandbox.phabricator.protocol import CORE, Call, ConduitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store
    from local.sandbox.phabricator.constraints import Constraint, Test
    from local.sandbox.phabricator.orders import Orders

    Saved = Callable[[Store], Json]


@dataclass(frozen=True)
class Search:
    """
    One method that searches.

    :param constraints: what it can filter by.
    :param unplayed: what a real server can filter by besides.
    :param orders: what it can sort by.
    :param saved: the server's own queries: key -> the constraints that it stands for.
    """

    constraints: Mapping[str, Constraint]
    unplayed: frozenset[str]
    orders: Orders
    saved: Mapping[str, Saved] = field(default_factory=dict)

    def answer(
        self,
        store: Store,
        call: Call,
        rows: list[Json],
        cursor_row: Callable[[str], Json | None],
        maps: Json | None = None,
    ) -> Json:
        """
        The answer to a call.

        :param rows: all that the reader sees.
        :param cursor_row: finds the row that a cursor names.
        :raises ConduitError: for what does not exist, and what the sandbox does not play.
        """
        pager = Pager.of(call)
        asked = self._saved_query(store, call.params.get("queryKey")) | call.constraints
        tests = [self._test(store, call, name, value) for name, value in asked.items()]
        key = self.orders.key(call.params.get("order"))
        found = cursor_row(pager.cursor) if pager.cursor else None
        if pager.cursor and found is None:
            raise ConduitError(
                CORE,
                f'Cursor "{pager.cursor}" does not identify a valid object in query '
                f'"{self.orders.query_class}".',
            )
        kept = [row for row in rows if all(test(row) for test in tests)]
        page, cursor = pager.cut(sorted(kept, key=key), key, found)
        return search_answer(call, page, cursor, maps)

    def _saved_query(self, store: Store, query_key: str | None) -> Json:
        if query_key in (None, "", "all"):
            return {}
        if query_key not in self.saved:
            text = f"Query key '{query_key}' does not correspond to a valid query."
            played = ", ".join(["all", *self.saved])
            raise ConduitError(CORE, f"{text} The sandbox plays: {played}.")
        return self.saved[query_key](store)

    def _test(self, store: Store, call: Call, name: str, value: Any) -> Test:
        if name in self.unplayed or name.startswith("custom."):
            played = ", ".join(sorted(self.constraints))
            text = f'The sandbox does not play the constraint "{name}". It plays: {played}.'
            raise ConduitError(CORE, text)
        if name not in self.constraints:
            text = 'Parameter "constraints" includes an invalid key.'
            raise ConduitError("ERR-INVALID-CONSTRAINT", text)
        constraint = self.constraints[name]
        return constraint.test(store, constraint.read(store, call, name, value))


def _open(store: Store) -> list[str]:
    return [row["value"] for row in store.statuses if not row["closed"]]


TASKS = Search(
    constraints.TASKS,
    frozenset({"query", "spaces"}),
    orders.TASKS,
    {
        "assigned": lambda s: {"assigned": [s.reader["phid"]], "statuses": _open(s)},
        "authored": lambda s: {"authorPHIDs": [s.reader["phid"]]},
        "subscribed": lambda s: {"subscribers": [s.reader["phid"]], "statuses": _open(s)},
        "open": lambda s: {"statuses": _open(s)},
    },
)
PROJECTS = Search(
    constraints.PROJECTS,
    frozenset({"query", "name", "spaces", "minDepth", "maxDepth"}),
    orders.PROJECTS,
    {
        "active": lambda s: {"status": "active"},
        "joined": lambda s: {"members": [s.reader["phid"]], "status": "active"},
    },
)
COLUMNS = Search(constraints.COLUMNS, frozenset({"query"}), orders.COLUMNS)
USERS = Search(
    constraints.USERS,
    frozenset({"query", "mfa", "needsApproval"}),
    orders.USERS,
    {"active": lambda s: {"isDisabled": False}},
)
