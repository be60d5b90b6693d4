"""What the API answers about that to which issues refer: projects, states, boards, users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.youtrack.errors import not_found
from local.sandbox.youtrack.paging import cut

if TYPE_CHECKING:
    from starlette.requests import Request

    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.store import YouTrackStore


class DictionaryEndpoints:
    """
    Answers about dictionaries.

    :param store: what holds them.
    """

    def __init__(self, store: YouTrackStore) -> None:
        self._store = store

    @property
    def state_bundles(self) -> dict[str, Json]:
        """The sets of states, by their ids."""
        bundles = (
            there.bundle
            for project in self._store.projects
            for there in project.fields.values()
            if there.bundle and there.bundle.kind == "State"
        )
        return {bundle.bundle_id: bundle.json for bundle in bundles}

    def projects(self, request: Request) -> list[Json]:
        """A page of the projects."""
        return cut([project.json for project in self._store.projects], request.query_params)

    def project_fields(self, request: Request) -> list[Json]:
        """A page of a project's custom fields."""
        name = request.path_params["id"]
        project = self._store.project(name)
        if project is None:
            raise not_found(name)
        return cut([there.json for there in project.fields.values()], request.query_params)

    def bundles(self, request: Request) -> list[Json]:
        """A page of the sets of states."""
        return cut(list(self.state_bundles.values()), request.query_params)

    def states(self, request: Request) -> list[Json]:
        """A page of the states of a set."""
        bundle = _named(self.state_bundles, request.path_params["id"])
        return cut(bundle["values"], request.query_params)

    def boards(self, request: Request) -> list[Json]:
        """A page of the boards."""
        boards = self._store.boards
        told = [board | {"sprints": self._with_issues(board)} for board in boards]
        return cut(told, request.query_params)

    def sprints(self, request: Request) -> list[Json]:
        """A page of a board's sprints."""
        boards = {board["id"]: board for board in self._store.boards}
        board = _named(boards, request.path_params["id"])
        return cut(self._with_issues(board), request.query_params)

    def users(self, request: Request) -> list[Json]:
        """A page of the users."""
        return cut(self._store.people.listed, request.query_params)

    def _with_issues(self, board: Json) -> list[Json]:
        """The sprints of a board, with a way to the issues that are in them now."""

        def issues(sprint: Json) -> list[Json]:
            return [i.json for i in self._store.visible_issues() if i.sprint is sprint]

        return [s | {"issues": lambda s=s: issues(s)} for s in board["sprints"]]


def _named(things: dict[str, Any], name: str) -> Any:
    if name not in things:
        raise not_found(name)
    return things[name]
