"""YouTrack's API: calls and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from flowmart.core.errors import AuthError, ConfigError, FlowmartError
from flowmart.http.answer import DeniedError, RefusedError
from flowmart.sources.api import Api, ApiError
from flowmart.sources.rows import read_json, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowmart.http.answer import Answer
    from flowmart.sources.base import SourceConnection
    from flowmart.sources.rows import Some, SomeRow

Json = dict[str, Any]


class ForbiddenError(AuthError):
    """YouTrack answered 403: the token's user may not see the object, or anything."""


class _Refusal(msgspec.Struct):
    """The error in an answer of YouTrack; for a query with one part per word."""

    error: Any = None
    error_description: Any = None
    error_children: list[msgspec.Raw] | None = None


class Me(msgspec.Struct):
    """The user of the token, and their time zone."""

    login: str | None = None
    guest: bool | None = None
    profiles: _Profiles | None = None


class _Profiles(msgspec.Struct):
    general: _General | None = None


class _General(msgspec.Struct):
    timezone: _Zone | None = None


class _Zone(msgspec.Struct):
    id: str | None = None


class YouTrack(Api):
    """
    Calls the API of one server; thread-safe.

    :param connection: how to reach it.
    :param instance: its name, for errors and logs.
    :raises ConfigError: if the connection's password is not a token.
    """

    product = "YouTrack"
    address = "YouTrack's address, with its path such as /youtrack"

    def __init__(self, connection: SourceConnection, instance: str) -> None:
        token = _checked_token(connection, instance)
        super().__init__(connection, instance, "api", {"Authorization": f"Bearer {token}"})

    def get(
        self, endpoint: str, type_: type[Some], params: Mapping[str, Any] | None = None
    ) -> Some:
        """
        Get an object.

        :param endpoint: such as ``users/me``.
        :param type_: the expected type.
        :param params: query parameters; without ``fields`` an object is its bare id.
        :raises AuthError: if YouTrack refuses the token or denies access.
        :raises ApiError: if it rejects the call.
        :raises SourceError: if the answer is something else.
        :raises SourceUnavailableError: if all tries fail: unreachable, busy, or a broken answer.
        """
        text = self._ask(endpoint, lambda: self._client.get(endpoint, params))
        with self.expecting("object", endpoint):
            return read_json(text, type_)

    def post(self, endpoint: str, body: Json, type_: type[Some], params: Mapping[str, Any]) -> Some:
        """
        Post JSON and get an object; raises the same errors as :meth:`get`.

        :param endpoint: such as ``issuesGetter/count``.
        :param body: what to send.
        :param type_: the expected type of the answer.
        :param params: query parameters.
        """
        text = self._ask(endpoint, lambda: self._client.post(endpoint, body, params))
        with self.expecting("object", endpoint):
            return read_json(text, type_)

    def rows(self, endpoint: str, type_: type[SomeRow], params: Mapping[str, Any]) -> list[SomeRow]:
        """
        Get a page of a collection; raises the same errors as :meth:`get`.

        :param endpoint: such as ``issues``.
        :param type_: the expected type of its objects.
        :param params: query parameters, with ``$top``; the default is a page of 42.
        """
        text = self._ask(endpoint, lambda: self._client.get(endpoint, params))
        with self.expecting("list", endpoint):
            return read_rows(text, type_)

    def of_issue(
        self, issue_id: str, type_: type[Some], params: Mapping[str, Any], part: str = ""
    ) -> Some | None:
        """
        Get an issue or a part of it; ``None`` if it is deleted or hidden.

        :param issue_id: its database id.
        :param type_: the expected type.
        :param params: query parameters.
        :param part: such as ``activitiesPage``.
        :raises AuthError: if the token is invalid.
        """
        try:
            return self.get("/".join(filter(None, ("issues", issue_id, part))), type_, params)
        except ForbiddenError:
            pass
        except ApiError as error:
            if error.status != 404:
                raise
        # Guests cannot see most issues, and a token without its scope none.
        self.me()
        return None

    def me(self, fields: str = "id") -> Me:
        """
        Read the user of the token.

        :param fields: fields of the user to read.
        :raises AuthError: if YouTrack refuses the token, or treats the request as a guest's.
        """
        me = self.get("users/me", Me, {"fields": f"login,guest,{fields}"})
        if me.guest or me.login == "guest":
            raise AuthError(
                "YouTrack treats the request as a guest's: it has not received the token",
                where=self.where("users/me"),
                next_step=f"put a permanent token into the password of {self.connection_name}, and "
                "check that no proxy before the server drops the header Authorization",
            )
        return me

    def _ask(self, endpoint: str, call: Callable[[], Answer]) -> bytes:
        try:
            text = call().text
        except (DeniedError, RefusedError) as error:
            raise self._error(error.status, _refusal(error.text), error.where) from error
        refusal = _refusal(text)
        if refusal.error is not None and refusal.error_description is not None:
            raise self._error(200, refusal, self.where(endpoint))
        return text

    def _error(self, status: int, refusal: _Refusal, where: str) -> FlowmartError:
        """The error for one of YouTrack's, without the token."""
        said = self.without_token(_message(refusal))
        what = f"YouTrack answered {status}: {said}" if said else f"YouTrack answered {status}"
        if status == 401:
            return AuthError(
                what,
                where=where,
                next_step=f"put a valid permanent token, as it was shown (perm:...), into the "
                f"password of {self.connection_name}",
            )
        if status == 403:
            return ForbiddenError(
                what,
                where=where,
                next_step="check that the token has the scope YouTrack, and that its user may read "
                "the projects with their issues, fields and users",
            )
        step = f"check that the host of {self.connection_name} is YouTrack's address, with its path"
        if where.endswith((" issues", " issuesGetter/count")):
            options = f"flowmart.yaml, instances.{self.instance}.options"
            step = f"check query, saved_query and projects in {options}"
        return ApiError(what, where=where, next_step=step, status=status)


def _refusal(text: bytes | msgspec.Raw) -> _Refusal:
    """A text as an error of YouTrack; empty if it is something else."""
    try:
        return read_json(text, _Refusal)
    except msgspec.DecodeError:
        return _Refusal()


def _message(refusal: _Refusal) -> str:
    """The message of an error with its parts: an invalid query has one per word."""
    parts = [refusal, *(_refusal(part) for part in refusal.error_children or ())]
    said = [part.error_description or part.error for part in parts]
    return "; ".join(dict.fromkeys(str(text) for text in said if text))


def _checked_token(connection: SourceConnection, instance: str) -> str:
    token = connection.token
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(
            "The password is empty or has characters that are invalid in a token",
            where=f"connection flowmart_{instance}",
            next_step="put the permanent token alone (perm:...) into the connection's password",
        )
    return token
