"""Projects, columns, users, edges and the calls about the server itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.phabricator.paging import Pager, search_answer
from local.sandbox.phabricator.protocol import CORE, Call, ConduitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store

_CONSTRAINTS: dict[str, Callable[[Json], Any]] = {
    "phids": lambda row: row["phid"],
    "slugs": lambda row: row["fields"]["slug"],
    "usernames": lambda row: row["fields"]["username"],
    "projects": lambda row: row["fields"]["project"]["phid"],
}


# Orders that every query has; without one, each has its own.
_ID_ORDERS: dict[str | None, Callable[[Json], Any]] = {
    "oldest": lambda row: row["id"],
    "newest": lambda row: -row["id"],
}


def projects(store: Store, call: Call) -> Json:
    """project.search, by name."""
    slugs = set(call.constraints.get("slugs") or [])
    found = {
        row["fields"]["slug"]: {"slug": row["fields"]["slug"], "projectPHID": row["phid"]}
        for row in store.projects
        if row["fields"]["slug"] in slugs
    }
    known = {"ids", "phids", "slugs"}
    maps = {"slugMap": found}
    return _search(call, store.projects, known, _by_name, "PhabricatorProjectQuery", maps)


def columns(store: Store, call: Call) -> Json:
    """project.column.search, newest first."""
    known = {"ids", "phids", "projects"}
    return _search(call, store.columns, known, _newest, "PhabricatorProjectColumnQuery")


def users(store: Store, call: Call) -> Json:
    """user.search, newest first."""
    known = {"ids", "phids", "usernames"}
    return _search(call, store.users, known, _newest, "PhabricatorPeopleQuery")


def _by_name(row: Json) -> tuple[str, int]:
    return row["fields"]["name"].casefold(), -row["id"]


def _newest(row: Json) -> int:
    return -int(row["id"])


def _search(
    call: Call,
    objects: list[Json],
    known: set[str],
    key: Callable[[Json], Any],
    query_class: str,
    maps: Json | None = None,
) -> Json:
    pager = Pager.of(call)
    rows = objects
    for name, value in call.constraints.items():
        if name not in known:
            text = 'Parameter "constraints" includes an invalid key.'
            raise ConduitError("ERR-INVALID-CONSTRAINT", text)
        values = call.values(name, value)
        if name == "ids":
            ids = {call.integer(name, item) for item in values}
            rows = [row for row in rows if row["id"] in ids]
        else:
            rows = [row for row in rows if _CONSTRAINTS[name](row) in values]
    key = _ID_ORDERS.get(call.params.get("order"), key)
    cursor_row = next((row for row in objects if str(row["id"]) == pager.cursor), None)
    if pager.cursor and cursor_row is None:
        text = f'Cursor "{pager.cursor}" does not identify a valid object in query "{query_class}".'
        raise ConduitError(CORE, text)
    page, cursor = pager.cut(sorted(rows, key=key), key, cursor_row)
    return search_answer(call, page, cursor, maps)


def edges(store: Store, call: Call) -> Json:
    """edge.search, between tasks that the reader sees."""
    pager = Pager.of(call)
    sources, types = (set(call.values(k, call.params.get(k))) for k in ("sourcePHIDs", "types"))
    targets = set(call.params.get("destinationPHIDs") or [])
    rows = [
        edge | {"id": number}
        for number, edge in enumerate(store.edges, start=1)
        if edge["sourcePHID"] in sources
        and edge["edgeType"] in types
        and (not targets or edge["destinationPHID"] in targets)
        and store.is_visible(edge["sourcePHID"])
        and store.is_visible(edge["destinationPHID"])
    ]
    cursor_row = {"id": int(pager.cursor)} if pager.cursor.isdecimal() else None
    page, cursor = pager.cut(rows, lambda edge: edge["id"], cursor_row)
    data = [{key: value for key, value in edge.items() if key != "id"} for edge in page]
    return {"data": data, "cursor": cursor}


def phid_lookup(store: Store, call: Call) -> Json | list[Json]:
    """phid.lookup for tasks; a name that the reader does not see is left out."""
    closed = {row["value"] for row in store.statuses if row["closed"]}
    found = {}
    for name in call.values("names", call.params.get("names")):
        if task := store.visible_task(str(name)):
            fields, short = task["fields"], f"T{task['id']}"
            found[name] = {
                "phid": task["phid"],
                "uri": f"{store.base_url}/{short}",
                "typeName": "Maniphest Task",
                "type": "TASK",
                "name": short,
                "fullName": f"{short}: {fields['name']}",
                "status": "closed" if fields["status"]["value"] in closed else "open",
            }
    return found or []


def whoami(store: Store, call: Call) -> Json:
    """user.whoami."""
    return store.reader


def ping(store: Store, call: Call) -> str:
    """conduit.ping."""
    return "phorge-host"


def capabilities(store: Store, call: Call) -> Json:
    """conduit.getcapabilities."""
    return {
        "authentication": ["token", "asymmetric", "session", "sessionless"],
        "signatures": ["consign"],
        "input": ["json", "urlencoded"],
        "output": ["json", "human"],
    }


def feed(store: Store, call: Call) -> list[Json]:
    """feed.query: empty, as on a server whose daemons do not run."""
    return []
