"""Tracker's API: calls and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from flowmart.core.errors import AuthError, FlowmartError, SourceUnavailableError
from flowmart.http.answer import DeniedError, RefusedError
from flowmart.sources.api import Api, ApiError
from flowmart.sources.base import RecordState
from flowmart.sources.rows import read_json, read_rows
from flowmart.sources.yandex_tracker.access import headers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowmart.http.answer import Answer
    from flowmart.sources.base import SourceConnection
    from flowmart.sources.rows import SomeRow

Json = dict[str, Any]

_VERSION = "v3"


class ForbiddenError(AuthError):
    """Tracker answered 403: the token's user may not see the organisation or the object."""


class _Refusal(msgspec.Struct):
    """The error in an answer of Tracker, also with status 200."""

    statusCode: int | None = None
    errorMessages: list[Any] | None = None
    errors: Any = None


class Tracker(Api):
    """
    Calls the API of one organisation; thread-safe.

    :param connection: how to reach it.
    :param instance: its name, for errors and logs.
    :raises ConfigError: if the connection does not name exactly one organisation.
    """

    product = "Tracker"
    address = "https://api.tracker.yandex.net"

    def __init__(self, connection: SourceConnection, instance: str) -> None:
        super().__init__(connection, instance, _VERSION, headers_of(connection, instance))

    def get(self, endpoint: str, params: Mapping[str, Any] | None = None) -> Answer:
        """
        Get an answer.

        :param endpoint: such as ``queues``, or a full ``Link``.
        :param params: query parameters.
        :raises AuthError: if Tracker refuses the token or denies access.
        :raises ApiError: if it rejects the call.
        :raises SourceUnavailableError: if all tries fail: unreachable, busy, or a broken answer.
        """
        return self._ask(endpoint, lambda: self._client.get(endpoint, params))

    def post(self, endpoint: str, body: Json, params: Mapping[str, Any] | None = None) -> Answer:
        """
        Post JSON and get an answer; raises the same errors as :meth:`get`.

        :param endpoint: such as ``issues/_search``.
        :param body: what to send.
        :param params: query parameters.
        """
        return self._ask(endpoint, lambda: self._client.post(endpoint, body, params))

    def issue(
        self, issue_id: str, part: str = "", params: Mapping[str, Any] | None = None
    ) -> Answer | RecordState:
        """
        Get an issue or a part of it, or its state if it is deleted or hidden.

        :param issue_id: its id.
        :param part: such as ``changelog``.
        :param params: query parameters.
        :raises AuthError: if more than this issue is denied.
        """
        try:
            return self.get("/".join(filter(None, ("issues", issue_id, part))), params)
        except ForbiddenError:
            self.check()
            return RecordState.ACCESS_LOST
        except ApiError as error:
            if error.status != 404:
                raise
            return RecordState.DELETED

    def check(self) -> None:
        """
        Read the user of the token.

        :raises AuthError: if Tracker refuses the token or denies access to the organisation.
        """
        self.get("myself")

    def rows(self, answer: Answer, endpoint: str, type_: type[SomeRow]) -> list[SomeRow]:
        """
        The objects of a list.

        :param type_: the expected type of each object.
        :raises SourceError: if the answer is something else.
        """
        with self.expecting("list", endpoint):
            return read_rows(answer.text, type_)

    def _ask(self, endpoint: str, call: Callable[[], Answer]) -> Answer:
        try:
            answer = call()
        except (DeniedError, RefusedError) as error:
            raise self._error(error.status, _refusal(error.text), error.where) from error
        refusal = _refusal(answer.text)
        if refusal.statusCode is not None and refusal.errorMessages is not None:
            raise self._error(refusal.statusCode, refusal, self.where(endpoint))
        return answer

    def _error(self, status: int, refusal: _Refusal, where: str) -> FlowmartError:
        """The error for one of Tracker's, without the token."""
        said = self.without_token(_messages(refusal))
        what = f"Tracker answered {status}: {said}" if said else f"Tracker answered {status}"
        if status == 401:
            return AuthError(
                what,
                where=where,
                next_step=f"put a valid token into the password of {self.connection_name}; an IAM "
                'token expires within 12 hours and needs "token_type": "IAM" in the extra',
            )
        if status == 403:
            return ForbiddenError(
                what,
                where=where,
                next_step=f"check org_id or cloud_org_id in the extra of {self.connection_name}, "
                "that the token has the scope tracker:read, and that its user may read the queue",
            )
        if status == 429 or status >= 500:
            step = "Airflow retries the task; if it keeps failing, ask Tracker's support"
            return SourceUnavailableError(what, where=where, next_step=step)
        step = f"check that the host of {self.connection_name} is Tracker's API, then report it"
        if "issues/_" in where:
            options = f"flowmart.yaml, instances.{self.instance}.options"
            step = f"check queues, exclude_queues and query in {options}"
        return ApiError(what, where=where, next_step=step, status=status)


def _refusal(text: bytes) -> _Refusal:
    """A text as an error of Tracker; empty if it is something else."""
    try:
        return read_json(text, _Refusal)
    except msgspec.DecodeError:
        return _Refusal()


def _messages(refusal: _Refusal) -> str:
    messages = [str(message) for message in refusal.errorMessages or ()]
    if isinstance(refusal.errors, dict):
        messages += [f"{name}: {problem}" for name, problem in refusal.errors.items()]
    return "; ".join(messages)
