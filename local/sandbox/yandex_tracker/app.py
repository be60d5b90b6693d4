"""The HTTP application: Tracker under ``/v3`` and ``/v2``, the sandbox's own under ``/sandbox``."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.routing import Route

from local.sandbox.access import ACCESS, ORG_ID
from local.sandbox.app import SandboxApp, compact
from local.sandbox.yandex_tracker.call import Call
from local.sandbox.yandex_tracker.endpoints import Endpoint, Endpoints
from local.sandbox.yandex_tracker.errors import TrackerError, not_played
from local.sandbox.yandex_tracker.payloads import Payloads
from local.sandbox.yandex_tracker.scrolls import Scrolls
from local.sandbox.yandex_tracker.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from local.sandbox.faults import Faults
    from local.sandbox.yandex_tracker.call import Answer
    from local.sandbox.yandex_tracker.store import TrackerStore

TRACKER_TOKEN = ACCESS["yandex_tracker"].token
ROW_LIMIT = 10_000
_ORG_HEADERS = ("X-Org-ID", "X-Cloud-Org-ID")
# What the official client says for an organization of the other kind.
_NO_ORG = "not provided"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "LINK", "UNLINK")
# What the official client tells of itself.
_ASIDES = {"_pyClientLocalMapRead", "_pyClientLocalMapUpdate"}


class TrackerApp(SandboxApp):
    """
    The application over a store.

    :param store: what it serves; edits take effect at once.
    :param faults: the faults in force.
    :param token: the only token that it takes.
    :param org_id: the only organization that it takes, of either kind.
    :param zone: the time zone in the profile of the token's owner.
    :param row_limit: how many rows pages by number reach, 10,000 in the real one.
    :param clock: seconds that pass, by which scrolls expire.
    """

    def __init__(
        self,
        store: TrackerStore,
        faults: Faults,
        token: str = TRACKER_TOKEN,
        org_id: str = ORG_ID,
        zone: str = "Europe/Moscow",
        row_limit: int = ROW_LIMIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.token = token
        self.org_id = org_id
        search = Search(store, ZoneInfo(zone))
        self._endpoints = Endpoints(store, search, Scrolls(search, clock), row_limit)
        super().__init__(faults, [*self._routes(), Route("/sandbox/truth", self._truth)])

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        return self.store.counts

    def shift(self) -> None:
        """Save, at the store's own present, the oldest-updated issue of the last page read."""
        visible = {issue.id: issue for issue in self.store.visible()}
        read = [issue for issue in self._endpoints.last_read if issue.id in visible]
        oldest = min(read or visible.values(), key=lambda issue: (issue.updated_at, issue.id))
        self.store.touch(oldest.id, self.store.now + 1000)

    def _routes(self) -> list[Route]:
        played = self._endpoints.all()
        others = [Endpoint(method, "{path:path}", _refusal(method), None) for method in _METHODS]
        return [
            self._route(version, endpoint, end)
            for version in ("v3", "v2")
            for end, endpoints in (("", played), ("/", played), ("", others))
            for endpoint in endpoints
            if version in endpoint.versions
        ]

    def _route(self, version: str, endpoint: Endpoint, end: str) -> Route:
        async def respond(request: Request) -> Response:
            body = await request.body()

            def answer() -> Response:
                try:
                    self._authenticate(request)
                    _check_parameters(request, endpoint)
                    answered = endpoint.run(self._call(request, version, body))
                except TrackerError as error:
                    return error.response()
                return compact(answered.document, headers=answered.headers)

            return await self.answered(endpoint.path, answer)

        return Route(f"/{version}/{endpoint.path}{end}", respond, methods=[endpoint.method])

    def _call(self, request: Request, version: str, body: bytes) -> Call:
        spoken = request.headers.get("Accept-Language", "")
        language = "en" if spoken.lower().startswith("en") else "ru"
        return Call(
            url=str(request.url.replace(query="")),
            path=request.path_params,
            query=request.query_params,
            body=_decoded(body),
            payloads=Payloads(self.store, language, version),
        )

    def _authenticate(self, request: Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme not in ("OAuth", "Bearer") or token != self.token or self.faults.wrong_token:
            raise TrackerError(401, "The user is not authorized.")
        given = [name for name in _ORG_HEADERS if request.headers.get(name, _NO_ORG) != _NO_ORG]
        if len(given) != 1:
            raise TrackerError(400, f"Exactly one of {' and '.join(_ORG_HEADERS)} is required.")
        if scheme == "Bearer" and given == ["X-Org-ID"]:
            raise TrackerError(403, "An IAM token needs X-Cloud-Org-ID.")
        if request.headers[given[0]] != self.org_id:
            raise TrackerError(403, "The organization is not available to the user.")

    async def _truth(self, request: Request) -> Response:
        return compact(self.store.told_truth())


def _check_parameters(request: Request, endpoint: Endpoint) -> None:
    if endpoint.parameters is None:
        return
    known = _ASIDES.union(endpoint.parameters)
    if unknown := sorted(request.query_params.keys() - known):
        raise not_played(f"{', '.join(unknown)} in the address of {endpoint.path}")


def _refusal(method: str) -> Callable[[Call], Answer]:
    def refuse(call: Call) -> Answer:
        raise not_played(f"{method} {call.url}")

    return refuse


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise TrackerError(400, "Unable to parse the body as JSON.") from error
