"""What names and PHIDs stand for: ``T12``, ``@user``, ``#project``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.company.store import Store
    from local.sandbox.phabricator.protocol import Call


def phid_lookup(store: Store, call: Call) -> Json | list[Json]:
    """phid.lookup; a name that the reader does not see is left out."""
    names = [str(name) for name in call.values("names", call.params.get("names"))]
    found = {name: handle(store, phid_of(store, name) or "") for name in names}
    return _known(found)


def phid_query(store: Store, call: Call) -> Json | list[Json]:
    """phid.query; a PHID that the reader does not see is left out."""
    phids = [str(phid) for phid in call.values("phids", call.params.get("phids"))]
    return _known({phid: handle(store, phid) for phid in phids})


def _known(found: dict[str, Json | None]) -> Json | list[Json]:
    return {key: value for key, value in found.items() if value} or []


def phid_of(store: Store, name: str) -> str | None:
    """The PHID of an object's name, or of a PHID itself; the object need not be there for it."""
    if task := store.visible_task(name):
        phid: str = task["phid"]
        return phid
    if name[:1] == "@":
        return user_phid(store, name[1:])
    if name[:1] == "#":
        return project_phid(store, name)
    return name if name.startswith("PHID-") else None


def user_phid(store: Store, name: str) -> str | None:
    """The PHID of a user's name, or of a PHID itself."""
    named = {user["fields"]["username"].casefold(): user["phid"] for user in store.users}
    return name if name.startswith("PHID-") else named.get(name.casefold())


def project_phid(store: Store, name: str) -> str | None:
    """The PHID of a project's slug, with or without its ``#``."""
    slugs = {row["fields"]["slug"]: row["phid"] for row in store.projects}
    slugs.pop(None, None)  # of milestones
    return slugs.get(name.removeprefix("#").casefold())


def handle(store: Store, phid: str) -> Json | None:
    """How the server introduces an object of a PHID, if the reader sees it."""
    if task := store.visible_task(phid):
        return _task(store, task)
    for rows, introduce in (
        (store.users, _user),
        (store.projects, _project),
        (store.columns, _column),
    ):
        if row := next((row for row in rows if row["phid"] == phid), None):
            return introduce(store, row)
    return None


def _task(store: Store, task: Json) -> Json:
    closed = {row["value"] for row in store.statuses if row["closed"]}
    short, fields = f"T{task['id']}", task["fields"]
    status = "closed" if fields["status"]["value"] in closed else "open"
    title = f"{short}: {fields['name']}"
    return _handle(store, task, "Maniphest Task", f"/{short}", short, title, status)


def _user(store: Store, user: Json) -> Json:
    name, real_name = (user["fields"][key] for key in ("username", "realName"))
    return _handle(store, user, "User", f"/p/{name}/", name, f"{name} ({real_name})")


def _project(store: Store, project: Json) -> Json:
    fields = project["fields"]
    slug, name = fields["slug"], fields["name"]
    if fields["milestone"] is not None:
        name = f"{fields['parent']['name']} ({name})"
    path = f"/tag/{slug}/" if slug else f"/project/view/{project['id']}/"
    status = "open" if fields["status"] == "active" else "closed"
    return _handle(store, project, "Project", path, name, name, status)


def _column(store: Store, column: Json) -> Json:
    name, board = column["fields"]["name"], column["fields"]["project"]["id"]
    return _handle(store, column, "Project Column", f"/project/board/{board}/", name, name)


def _handle(
    store: Store, row: Json, type_name: str, path: str, name: str, full: str, status: str = "open"
) -> Json:
    return {
        "phid": row["phid"],
        "uri": f"{store.base_url}{path}",
        "typeName": type_name,
        "type": row["type"],
        "name": name,
        "fullName": full,
        "status": status,
    }
