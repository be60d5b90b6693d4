"""What calls of the REST API have in common: repositories by their names, and pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.sandbox.github.errors import ApiError, not_found
from local.sandbox.github.lists import page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.datastructures import QueryParams

    from local.sandbox.github.event_payloads import EventPayloads
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node

Told = tuple[Any, "Mapping[str, str]"]
_MOVED_DOCS = "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api"


@dataclass(frozen=True)
class Call:
    """
    A call that was let in.

    :param base: the API's address.
    :param path: below it.
    :param parts: what the placeholders of the path hold.
    """

    base: str
    path: str
    parts: tuple[str, ...]
    query: QueryParams
    payloads: EventPayloads
    is_under_scoped: bool


class Calls:
    """
    Answers calls over a store.

    :param largest_list: how many rows pages by number reach.
    """

    def __init__(self, store: GitHubStore, largest_list: int) -> None:
        self._store = store
        self._largest_list = largest_list

    def _home(self, call: Call) -> Node:
        """
        The repository of a path.

        :raises ApiError: if there is none, or it is called otherwise now.
        """
        if call.path.startswith("repositories/"):
            wanted = int(call.parts[0])
            found = next(
                (r for r in self._store.repositories if r["fullDatabaseId"] == wanted), None
            )
            if found is None:
                raise not_found()
            return found
        owner, name = call.parts[:2]
        found = self._store.repository(owner, name)
        if found is None:
            raise not_found()
        if found["nameWithOwner"].lower() != f"{owner}/{name}".lower():
            rest = "/".join(call.path.split("/")[3:])
            path = f"repositories/{found['fullDatabaseId']}" + (f"/{rest}" if rest else "")
            raise moved(f"{call.base}/{path}")
        return found

    def _page(self, call: Call, found: Sequence[Any], tell: Callable[[Any], Any]) -> Told:
        """A page of a list; its links name a repository, or the organization, by its id."""
        path = call.path
        if path.startswith("repos/"):
            home = self._home(call)
            path = f"repositories/{home['fullDatabaseId']}/{path.split('/', 3)[3]}"
        elif path.startswith("orgs/"):
            number = self._store.organization["fullDatabaseId"]
            path = f"organizations/{number}/{path.split('/', 2)[2]}"
        shown, headers = page_of(found, call.query, f"{call.base}/{path}", self._largest_list)
        return [tell(row) for row in shown], headers


def moved(url: str) -> ApiError:
    """The answer that something is elsewhere now."""
    return ApiError(301, "Moved Permanently", None, {"Location": url}, _MOVED_DOCS, url=url)
