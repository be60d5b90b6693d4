"""GitHub's API: GraphQL and REST, and their errors."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from flowmart.core.errors import AuthError, FlowmartError, SourceError, SourceUnavailableError
from flowmart.http.answer import DeniedError, RefusedError
from flowmart.http.retry import RetryPolicy, TransientError
from flowmart.sources.api import Api, ApiError
from flowmart.sources.github.access import HEADERS, credentials_of
from flowmart.sources.github.limits import Clock, HeavyError, Limited, MovedError
from flowmart.sources.rows import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.http.answer import Answer
    from flowmart.sources.base import SourceConnection
    from flowmart.sources.rows import Some

log = logging.getLogger(__name__)

_MOST_REDIRECTS = 5
_DENIED = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES"})
_GONE = "NOT_FOUND"
# No permission of a fine-grained token covers it; it is null then.
_MAY_BE_DENIED = "statusCheckRollup"


class GraphError(msgspec.Struct):
    """One of the errors in an answer of GraphQL."""

    message: str = ""
    type: str | None = None
    path: list[str | int] | None = None


class _Cost(msgspec.Struct):
    cost: int = 0


class _Body(msgspec.Struct):
    data: dict[str, msgspec.Raw] | None = None
    errors: list[GraphError] = []


class _Refusal(msgspec.Struct):
    message: str | None = None


class Reply(NamedTuple):
    """
    An answer of GraphQL without errors, but for things that do not exist.

    :param data: response name -> its JSON.
    :param gone: paths of what does not exist.
    :param seconds: how long it took.
    """

    data: dict[str, msgspec.Raw]
    gone: list[list[str | int]]
    seconds: float


class Addresses(NamedTuple):
    """The two addresses of the API."""

    rest: str
    graphql: str


def addresses_of(base_url: str) -> Addresses:
    """
    Where REST and GraphQL are.

    :param base_url: REST's address: ``https://api.github.com``, or of an Enterprise server
        ``https://ghe.example.org/api/v3``.
    """
    rest = base_url.rstrip("/")
    host = urlsplit(rest).hostname or ""
    if host in ("github.com", "www.github.com"):
        rest = rest.replace(host, "api.github.com", 1)
    return Addresses(rest, f"{rest.removesuffix('/v3')}/graphql")


class GitHub(Api):
    """
    Calls the API of one GitHub, one request at a time.

    :param connection: how to reach it.
    :param instance: its name, for errors and logs.
    :param share: the part of the token's hourly budget that may be used up.
    :raises ConfigError: if the connection holds no credentials.
    """

    product = "GitHub"
    address = "https://api.github.com, or of an Enterprise server https://<host>/api/v3"

    def __init__(self, connection: SourceConnection, instance: str, share: float = 1) -> None:
        self.addresses = addresses_of(connection.base_url)
        self.points = 0
        self.clock = Clock()
        self._is_checks_told = False
        credentials = credentials_of(connection, instance, self.addresses.rest)
        super().__init__(
            replace(
                connection,
                base_url=self.addresses.rest,
                limits=replace(connection.limits, concurrency=1),
            ),
            instance,
            headers=HEADERS,
            manners=Limited(
                lambda: {"Authorization": f"Bearer {credentials.token()}"},
                self.clock,
                credentials.identity,
                share,
            ),
        )

    def query(self, text: str, variables: Mapping[str, Any], *, patient: bool = False) -> Reply:
        """
        Ask by GraphQL.

        :param text: the document, with one operation.
        :param variables: its variables.
        :param patient: whether what is too heavy is asked again: it cannot be made smaller.
        :raises HeavyError: if it was too much for the server.
        :raises AuthError: if the token may not see what was asked for.
        :raises SourceError: if GitHub refuses the query.
        :raises SourceUnavailableError: if all tries fail.
        """
        if not patient:
            return self._query(text, variables)
        where = self.where("graphql")

        def again() -> Reply:
            try:
                return self._query(text, variables)
            except HeavyError as error:
                raise TransientError(
                    f"The smallest query is too much: {error}",
                    next_step="Airflow retries the task; if it keeps failing, see GitHub's status",
                ) from error

        try:
            return RetryPolicy().run(again, where=where)
        except TransientError as failure:
            raise SourceUnavailableError(
                failure.reason, where=where, next_step=failure.next_step
            ) from failure

    def get(
        self, endpoint: str, type_: type[Some], params: Mapping[str, Any] | None = None
    ) -> tuple[Some, Answer]:
        """
        Get an object by REST, and the answer that it came in; redirects are followed.

        :param endpoint: path below the API, or a link of it.
        :param type_: the expected type.
        :param params: query parameters.
        :raises AuthError: if the token is refused, or may not see it.
        :raises ApiError: if GitHub answers 404, 410 or another 4xx.
        """
        for _ in range(_MOST_REDIRECTS):
            try:
                answer = self._client.get(endpoint, params)
            except MovedError as moved:
                endpoint, params = moved.location, None
            except (DeniedError, RefusedError) as error:
                raise self._refusal(error) from error
            else:
                with self.expecting("object", endpoint):
                    return read_json(answer.text, type_), answer
        raise SourceError(
            f"The server redirected {_MOST_REDIRECTS} times in a row",
            where=self.where(endpoint),
            next_step="report it to the administrator of the server and its proxies",
        )

    def _query(self, text: str, variables: Mapping[str, Any]) -> Reply:
        began = time.monotonic()
        body = {"query": text, "variables": variables}
        try:
            answer = self._client.post(self.addresses.graphql, body)
        except (DeniedError, RefusedError) as error:
            raise self._refusal(error) from error
        seconds = time.monotonic() - began
        with self.expecting("answer", "graphql"):
            found = read_json(answer.text, _Body)
            data = found.data or {}
            if "rateLimit" in data:
                cost = read_json(data.pop("rateLimit"), _Cost | None)  # type: ignore[arg-type]
                self.points += cost.cost if cost else 0
        self._refuse_errors(found)
        return Reply(data, [e.path or [] for e in found.errors if e.type == _GONE], seconds)

    def _refuse_errors(self, found: _Body) -> None:
        errors = [error for error in found.errors if error.type != _GONE]
        if found.data is not None and any(_is_of_checks(error) for error in errors):
            self._tell_of_checks()
            errors = [error for error in errors if not _is_of_checks(error)]
        if not errors:
            if found.data is None:
                raise self._schema_error("an answer without data")
            return
        said = self.without_token("; ".join(dict.fromkeys(e.message for e in errors[:3])))
        if any(error.type in _DENIED or "SAML" in error.message for error in errors):
            raise self._denied(200, said, self.where("graphql"))
        if found.data is None and not any(_is_heavy(error) for error in errors):
            raise self._schema_error(said)
        raise HeavyError(said)

    def _tell_of_checks(self) -> None:
        if not self._is_checks_told:
            log.warning(
                "%s: the token may not see checks of commits, so checks_state of pull requests is "
                "null. A classic token with scope repo, or a GitHub App with read access to checks "
                "and commit statuses, sees them",
                self.instance,
            )
        self._is_checks_told = True

    def _schema_error(self, said: str) -> SourceError:
        return SourceError(
            f"GitHub refuses the query: {said}",
            where=self.where("graphql"),
            next_step="run it again, as its schema may have changed; if it keeps failing, report "
            "this to Flowmart",
        )

    def _refusal(self, error: DeniedError | RefusedError) -> FlowmartError:
        try:
            said = read_json(error.text, _Refusal).message or ""
        except msgspec.DecodeError:
            said = ""
        said = self.without_token(said)
        if isinstance(error, DeniedError):
            return self._denied(error.status, said, error.where)
        what = f"GitHub answered {error.status}" + (f": {said}" if said else "")
        step = f"check that the host of {self.connection_name} is {self.address}"
        return ApiError(what, where=error.where, next_step=step, status=error.status)

    def _denied(self, status: int, said: str, where: str) -> AuthError:
        what = f"GitHub answered {status}: {said}" if said else f"GitHub answered {status}"
        if status == 401:
            step = (
                f"the token is wrong or has expired: put a valid one into the password of "
                f"{self.connection_name}"
            )
        elif "SAML" in said or "SSO" in said:
            step = (
                f"authorize the token of {self.connection_name} for the organization's single "
                "sign-on (Settings > Developer settings > Configure SSO)"
            )
        else:
            step = (
                f"give the token of {self.connection_name} what it lacks: scopes repo, read:org, "
                "read:project; fine-grained: read access to contents, issues, pull requests, "
                "deployments, members, projects. Or switch off boards or members in "
                f"flowmart.yaml, instances.{self.instance}.options"
            )
        return AuthError(what, where=where, next_step=step)


def _is_heavy(error: GraphError) -> bool:
    return (error.type or "").endswith(("LIMITS_EXCEEDED", "LIMIT_EXCEEDED", "TIMEOUT")) or (
        "Something went wrong while executing your query" in error.message
        or "timed out" in error.message.lower()
    )


def _is_of_checks(error: GraphError) -> bool:
    return error.type in _DENIED and _MAY_BE_DENIED in (error.path or ())
