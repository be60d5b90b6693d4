"""The HTTP application: REST at its root as on api.github.com, and GraphQL at ``/graphql``."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from local.sandbox.access import ACCESS
from local.sandbox.app import SandboxApp, compact
from local.sandbox.github import telling, timeline
from local.sandbox.github.errors import GRAPHQL_DOCS, ApiError, QueryError
from local.sandbox.github.graphql_api import GraphQLApi, InvalidQuery
from local.sandbox.github.limits import LIMITS, Budget
from local.sandbox.github.rest import Rest
from local.sandbox.github.stress import refusal, spoil, used_up, used_up_query
from local.sandbox.github.tokens import Tokens
from local.sandbox.github.values import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from local.sandbox.github.faults import GitHubFaults
    from local.sandbox.github.store import GitHubStore

TOKEN = ACCESS["github"].token
_MEDIA_TYPE = "github.v3; format=json"


class GitHubApp(SandboxApp):
    """
    The application over a store; ``most_at_once`` is how many requests were under way together.

    :param store: what it serves; edits take effect at once.
    :param faults: the faults in force.
    :param tokens: the personal tokens that it takes.
    :param public_key: of a GitHub App, in PEM, whose JSON web tokens it takes.
    :param limits: resource -> what may be spent of it in a window.
    :param clock: epoch seconds, for windows and tokens.
    :param is_old: whether it is a server without the newer kinds of its schema.
    :param is_enterprise: whether it is at the addresses of an Enterprise server: REST below
        ``/api/v3``, GraphQL at ``/api/graphql``.
    :param largest_list: how many rows of a list pages by number reach, 10,000 in the real one.
    """

    faults: GitHubFaults

    def __init__(
        self,
        store: GitHubStore,
        faults: GitHubFaults,
        *,
        tokens: tuple[str, ...] = (TOKEN,),
        public_key: str = "",
        limits: Mapping[str, int] = LIMITS,
        clock: Callable[[], float] = time.time,
        is_old: bool = False,
        is_enterprise: bool = False,
        largest_list: int = 10_000,
    ) -> None:
        rest, graphql = ("/api/v3", "/api/graphql") if is_enterprise else ("", "/graphql")
        tokens_path = f"{rest}/app/installations/{{id:int}}/access_tokens"
        super().__init__(
            faults,
            [
                Route(graphql, self._graphql, methods=["POST"]),
                Route("/sandbox/truth", self._truth),
                Route(tokens_path, self._token, methods=["POST"]),
                Route(f"{rest}/{{path:path}}", self._rest),
            ],
        )
        self.store = store
        self._clock = clock
        self.tokens = Tokens(tokens, self.now, public_key=public_key)
        self.budgets = {
            name: Budget(name, limits.get(name, LIMITS[name]), self.now) for name in LIMITS
        }
        self.queries = GraphQLApi(store, is_old=is_old)
        self._rest_api = Rest(store, self.budgets, largest_list, rest)
        self._answers = self._at_once = self.most_at_once = 0

    def now(self) -> float:
        """Epoch seconds of the server's clock."""
        return self._clock() + self.faults.clock_ahead_s

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        return self.store.counts

    def shift(self) -> None:
        """Comment on what was updated longest ago, a minute after all that happened."""
        items = [item for item in self.store.all_items() if not item["locked"]]
        oldest = min(items, key=lambda item: (item["updatedAt"], item["id"]))
        timeline.comment(self.store, oldest, self.store.now + 60, None, "Any news?")

    # Requests -----------------------------------------------------------------------------------

    async def answered(self, name: str, answer: Callable[[], Response]) -> Response:
        """An answer, or what a server under stress makes of it."""
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await super().answered(name, answer)
        finally:
            self._at_once -= 1

    async def _graphql(self, request: Request) -> Response:
        body = await request.body()
        return await self.answered("graphql", lambda: self._answer_query(request, body))

    async def _rest(self, request: Request) -> Response:
        name = self._rest_api.name_of(request.path_params["path"])
        return await self.answered(name, lambda: self._answer_call(request))

    async def _token(self, request: Request) -> Response:
        def answer() -> Response:
            try:
                header = request.headers.get("Authorization", "")
                issued = self.tokens.issue(header, request.path_params["id"])
            except ApiError as error:
                return self._respond(error.document, error.status)
            return self._respond(issued, 201)

        return await self.answered("access_tokens", answer)

    async def _truth(self, request: Request) -> Response:
        return compact(telling.told(self.store))

    # Answers ------------------------------------------------------------------------------------

    def _answer_query(self, request: Request, raw: bytes) -> Response:
        budget = self.budgets["graphql"]
        try:
            token = self._admit(request)
        except ApiError as error:
            headers = budget.headers() | dict(error.headers)
            return self._respond(error.document, error.status, headers)
        scopes = self.tokens.scopes_headers(token, is_under_scoped=self.faults.under_scoped)
        stressed = refusal(self.faults, budget, is_query=True)
        if stressed is not None:
            return self._finish(stressed, budget.headers() | scopes)
        try:
            body = json.loads(raw)
            document, cost = self.queries.measure(body)
        except ValueError:
            problem = {"message": "Problems parsing JSON", "documentation_url": GRAPHQL_DOCS}
            return self._respond(problem, 400, budget.headers() | scopes)
        except InvalidQuery as error:
            return self._respond({"errors": error.errors}, 200, budget.headers() | scopes)
        except QueryError as error:
            told = {"data": None, "errors": [error.document]}
            return self._respond(told, 200, budget.headers() | scopes)
        if not budget.spend(cost.points):
            return self._respond(used_up_query(self.faults), 200, budget.headers() | scopes)
        spoilt = spoil(self.faults, body, cost)
        if isinstance(spoilt, Response):
            return self._finish(spoilt, budget.headers() | scopes)
        rate_limit = self._rate_limit(budget, cost.points, cost.nodes)
        told = self.queries.answer(document, body, rate_limit)
        if spoilt is not None:
            told = spoilt(told)
        return self._respond(told, 200, budget.headers() | scopes)

    def _rate_limit(self, budget: Budget, cost: int, nodes: int) -> dict[str, Any]:
        return {
            "cost": cost,
            "limit": budget.limit,
            "remaining": budget.remaining,
            "used": budget.used,
            "resetAt": moment(budget.reset_at),
            "nodeCount": nodes,
        }

    def _answer_call(self, request: Request) -> Response:
        path = request.path_params["path"]
        budget = self.budgets["search" if path.startswith("search/") else "core"]
        try:
            token = self._admit(request)
            scopes = self.tokens.scopes_headers(token, is_under_scoped=self.faults.under_scoped)
            if path == "rate_limit":
                return self._respond(self._rest_api.rate_limit(), 200, budget.headers() | scopes)
            stressed = refusal(self.faults, budget, is_query=False)
            if stressed is not None:
                return self._finish(stressed, budget.headers() | scopes)
            if not budget.remaining and budget.clock() < budget.reset_at:
                return self._finish(used_up(403), budget.headers() | scopes)
            document, headers = self._rest_api.answer(request, self.faults)
        except ApiError as error:
            budget.spend(1)
            told = {**budget.headers(), **error.headers}
            return self._respond(error.document, error.status, told)
        return self._conditional(request, document, budget, {**headers, **scopes})

    def _conditional(
        self, request: Request, document: Any, budget: Budget, headers: Mapping[str, str]
    ) -> Response:
        """The answer, or that it is still the same, which costs nothing."""
        content = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
        tag = f'W/"{hashlib.sha256(content.encode()).hexdigest()}"'
        cached = {"ETag": tag, "Cache-Control": "private, max-age=60, s-maxage=60"}
        known = request.headers.get("If-None-Match", "")
        if known.removeprefix("W/") == tag.removeprefix("W/"):
            return self._finish(Response(None, 304), budget.headers() | cached)
        budget.spend(1)
        return self._respond(document, 200, {**budget.headers(), **cached, **headers})

    def _admit(self, request: Request) -> str:
        """
        The token of a request.

        :raises ApiError: if it is not taken.
        """
        if not request.headers.get("User-Agent"):
            raise ApiError(403, "Request forbidden by administrative rules.")
        if self.faults.wrong_token:
            raise ApiError(401, "Bad credentials")
        return self.tokens.check(request.headers.get("Authorization", ""))

    def _respond(
        self, document: Any, status: int, headers: Mapping[str, str] | None = None
    ) -> Response:
        return self._finish(compact(document, status), headers or {})

    def _finish(self, response: Response, headers: Mapping[str, str]) -> Response:
        """An answer with the headers that all have."""
        self._answers += 1
        if not isinstance(response, HTMLResponse):
            for name, value in headers.items():
                response.headers.setdefault(name, value)
        response.headers["X-GitHub-Request-Id"] = f"C0DE:{self._answers:04X}:5A4D:B0C5:1"
        response.headers["X-GitHub-Media-Type"] = _MEDIA_TYPE
        return response
