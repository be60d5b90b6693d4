"""Projects, columns, users, edges and the calls about the server itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.company.shapes import EDGE_NAMES
from local.sandbox.phabricator import searches
from local.sandbox.phabricator.names import phid_of
from local.sandbox.phabricator.paging import Pager
from local.sandbox.phabricator.protocol import CORE, Call, ConduitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store

# The company has no code, so nothing is connected by the others.
_EDGE_TYPES = {*EDGE_NAMES.values(), "commit.task", "task.commit", "revision.task", "task.revision"}


def projects(store: Store, call: Call) -> Json:
    """project.search."""
    slugs = set(call.constraints.get("slugs") or [])
    found = {
        row["fields"]["slug"]: {"slug": row["fields"]["slug"], "projectPHID": row["phid"]}
        for row in store.projects
        if row["fields"]["slug"] in slugs
    }
    rows = store.projects
    return searches.PROJECTS.answer(store, call, rows, _by_id(rows), {"slugMap": found})


def columns(store: Store, call: Call) -> Json:
    """project.column.search."""
    return searches.COLUMNS.answer(store, call, store.columns, _by_id(store.columns))


def users(store: Store, call: Call) -> Json:
    """user.search."""
    return searches.USERS.answer(store, call, store.users, _by_id(store.users))


def _by_id(rows: list[Json]) -> Callable[[str], Json | None]:
    return lambda cursor: next((row for row in rows if str(row["id"]) == cursor), None)


def edges(store: Store, call: Call) -> Json:
    """edge.search, between tasks that the reader sees."""
    pager = Pager.of(call)
    names, types = (call.values(k, call.params.get(k)) for k in ("sourcePHIDs", "types"))
    sources = {_source(store, str(name)) for name in names}
    if not types:
        raise ConduitError(CORE, "Edge search must specify a nonempty list of edge types.")
    if unknown := next((name for name in types if name not in _EDGE_TYPES), None):
        raise ConduitError(CORE, f'Edge type "{unknown}" is not a recognized edge type.')
    targets = set(call.params.get("destinationPHIDs") or [])
    rows = [
        edge | {"id": number}
        for number, edge in enumerate(store.edges, start=1)
        if edge["sourcePHID"] in sources
        and edge["edgeType"] in types
        and (not targets or edge["destinationPHID"] in targets)
        and store.is_visible(edge["destinationPHID"])
    ]
    cursor_row = {"id": int(pager.cursor)} if pager.cursor.isdecimal() else None
    page, cursor = pager.cut(rows, lambda edge: edge["id"], cursor_row)
    data = [{key: value for key, value in edge.items() if key != "id"} for edge in page]
    return {"data": data, "cursor": cursor}


def _source(store: Store, name: str) -> str:
    phid = phid_of(store, name)
    if phid is not None and store.is_visible(phid):
        return phid
    if phid in {row["phid"] for row in (*store.projects, *store.users)}:
        raise ConduitError(CORE, f'The sandbox plays the edges of tasks only, not of "{name}".')
    raise ConduitError(
        CORE,
        f'Source PHID "{name}" does not identify a valid object, or you do not have permission '
        "to view it.",
    )


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
