"""Collections of entities: each is read in pages, and each of its entities by its name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from local.sandbox.youtrack.errors import not_found
from local.sandbox.youtrack.fields import FIELDS
from local.sandbox.youtrack.issues import LINK_TYPES, Issue, link_type
from local.sandbox.youtrack.paging import cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.issue_endpoints import IssueEndpoints
    from local.sandbox.youtrack.saved_queries import SavedQueries
    from local.sandbox.youtrack.store import YouTrackStore

    Call = Callable[[Request], Any]

_BUNDLES = "admin/customFieldSettings/bundles"
# A set of values as its path calls it -> as its ``$type`` does.
_BUNDLE_KINDS = {
    "build": "Build", "enum": "Enum", "ownedField": "Owned", "state": "State", "user": "User",
    "version": "Version",
}  # fmt: skip


@dataclass(frozen=True)
class Collection:
    """
    Entities at a path.

    :param rows: all of them.
    :param names: attributes by which a path names one of them.
    :param searched: attributes of which one has to contain the text of ``query``; collections
        without them take no ``query``.
    """

    rows: Callable[[Request], list[Json]]
    names: tuple[str, ...] = ("id",)
    searched: tuple[str, ...] = ()

    @property
    def params(self) -> frozenset[str]:
        """The parameters that it takes besides those of all pages."""
        return frozenset({"query"} if self.searched else ())

    def page(self, request: Request) -> list[Json]:
        """A page of them."""
        rows = self.rows(request)
        text = request.query_params.get("query", "").casefold()
        if text and self.searched:
            rows = [r for r in rows if any(text in r[n].casefold() for n in self.searched)]
        return cut(rows, request.query_params)

    def one(self, request: Request, param: str = "id") -> Json:
        """
        One of them.

        :param param: which part of the path names it.
        :raises ApiError: 404 if there is none.
        """
        name = request.path_params[param]
        for row in self.rows(request):
            if name.casefold() in (row[key].casefold() for key in self.names):
                return row
        raise not_found(name)

    def part(self, attribute: str) -> Collection:
        """The collection that each of them has as an attribute."""

        def rows(request: Request) -> list[Json]:
            value = self.one(request)[attribute]
            found: list[Json] = value() if callable(value) else value
            return found

        return Collection(rows)


def collections(
    store: YouTrackStore, issues: IssueEndpoints, saved: SavedQueries
) -> dict[str, Collection]:
    """The collections by their paths; ``{id}`` names an entity of the one above."""
    people = store.people
    projects = Collection(
        lambda _: [project.json for project in store.projects],
        names=("id", "shortName"),
        searched=("name", "shortName"),
    )
    boards = Collection(lambda _: store.boards)
    tags = Collection(lambda _: [store.blocked], searched=("name",))
    searches = Collection(lambda _: saved.all())
    listed = Collection(lambda _: people.listed, searched=("login", "fullName"))

    def of_issue(rows: Callable[[Issue], list[Json]]) -> Collection:
        return Collection(lambda request: rows(issues.found(request)))

    def no_types(request: Request) -> list[Json]:
        projects.one(request)
        return []

    return {
        "admin/projects": projects,
        "admin/projects/{id}/customFields": projects.part("customFields"),
        "admin/projects/{id}/timeTrackingSettings/workItemTypes": Collection(no_types),
        "admin/timeTrackingSettings/workItemTypes": Collection(lambda _: []),
        "admin/customFieldSettings/customFields": Collection(
            lambda _: [kind.json for kind in FIELDS.values()]
        ),
        **_bundle_collections(store),
        "agiles": boards,
        "agiles/{id}/sprints": boards.part("sprints"),
        "groups": Collection(lambda _: [people.everybody], ("id", "ringId"), ("name",)),
        "issueLinkTypes": Collection(lambda _: [link_type(name) for name in LINK_TYPES]),
        "issues/{id}/attachments": of_issue(lambda issue: []),
        "issues/{id}/comments": of_issue(lambda issue: issue.comments),
        "issues/{id}/customFields": of_issue(Issue.custom_fields),
        "issues/{id}/links": of_issue(Issue.link_groups),
        "issues/{id}/sprints": of_issue(lambda issue: [issue.sprint] if issue.sprint else []),
        "issues/{id}/tags": of_issue(lambda issue: issue.tags),
        "issues/{id}/timeTracking/workItems": of_issue(lambda issue: issue.work_items),
        "savedQueries": searches,
        "savedQueries/{id}/issues": searches.part("issues"),
        "tags": tags,
        "tags/{id}/issues": tags.part("issues"),
        "users": listed,
        "workItems": Collection(
            lambda _: [item for issue in store.visible_issues() for item in issue.work_items]
        ),
    }


def calls(found: dict[str, Collection], store: YouTrackStore) -> dict[str, Call]:
    """What answers a GET of a collection or of one of its entities, by path."""
    known = Collection(lambda _: store.people.known, names=("id", "login", "ringId"))
    told: dict[str, Call] = {}
    for path, collection in found.items():
        told[path] = collection.page
        part = "part" if "{id}" in path else "id"
        one = known if path == "users" else collection
        told[f"{path}/{{{part}}}"] = partial(one.one, param=part)
    return told


def bundles(store: YouTrackStore, kind: str) -> list[Json]:
    """
    The sets of values of a kind, each once.

    :param kind: the first word of their ``$type``.
    """
    every = (there.bundle_json for p in store.projects for there in p.fields.values())
    return list({b["id"]: b for b in every if b and b["$type"] == f"{kind}Bundle"}.values())


def _bundle_collections(store: YouTrackStore) -> dict[str, Collection]:
    found: dict[str, Collection] = {}
    for path, kind in _BUNDLE_KINDS.items():
        sets = Collection(lambda _, kind=kind: bundles(store, kind))  # type: ignore[misc]
        found[f"{_BUNDLES}/{path}"] = sets
        if kind != "User":
            found[f"{_BUNDLES}/{path}/{{id}}/values"] = sets.part("values")
    return found
