"""YouTrack's API: how to ask, and what its refusals mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.core.errors import AuthError, ConfigError, FlowmartError, SourceError
from flowmart.http.answer import DeniedError, RefusedError
from flowmart.sources.api import Api, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowmart.http.answer import Answer
    from flowmart.sources.base import SourceConnection

Json = dict[str, Any]


class YouTrack(Api):
    """
    Calls one server's API; threads may share it.

    :param connection: how to reach it.
    :param instance: its name, for errors and logs.
    :raises ConfigError: if the connection's password is no token.
    """

    def __init__(self, connection: SourceConnection, instance: str) -> None:
        token = _checked_token(connection, instance)
        super().__init__(connection, instance, "api", {"Authorization": f"Bearer {token}"})

    def get(self, endpoint: str, params: Mapping[str, Any] | None = None) -> Json:
        """
        Get an object.

        :param endpoint: such as ``users/me``.
        :param params: query parameters; without ``fields`` an object is its bare id.
        :raises AuthError: if YouTrack refuses the token or denies access.
        :raises ApiError: if it refuses the call.
        :raises SourceError: if the answer is something else than an object.
        :raises SourceUnavailableError: if it stays unreachable, busy or garbled.
        """
        return self._object(endpoint, lambda: self._client.get(endpoint, params))

    def post(self, endpoint: str, body: Json, params: Mapping[str, Any]) -> Json:
        """
        Post JSON and get an object; see :meth:`get` for what it raises.

        :param endpoint: such as ``issuesGetter/count``.
        :param body: what to send.
        :param params: query parameters.
        """
        return self._object(endpoint, lambda: self._client.post(endpoint, body, params))

    def rows(self, endpoint: str, params: Mapping[str, Any]) -> list[Json]:
        """
        Get a page of a collection; see :meth:`get` for what it raises.

        :param endpoint: such as ``issues``.
        :param params: query parameters, with ``$top``; the default is a page of 42.
        """
        rows = self._ask(endpoint, lambda: self._client.get(endpoint, params))
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._not_youtrack(endpoint, "list")
        return rows

    def of_issue(
        self, issue_id: str, part: str = "", params: Mapping[str, Any] | None = None
    ) -> Json | None:
        """
        Get an issue or something of it; ``None`` if it is deleted or hidden: the answers are alike.

        :param issue_id: its database id.
        :param part: such as ``activitiesPage``.
        :param params: query parameters.
        :raises AuthError: if the token is not what hides it.
        """
        try:
            return self.get("/".join(filter(None, ("issues", issue_id, part))), params)
        except ApiError as error:
            if error.status != 404:
                raise
            # To a guest most issues are hidden.
            self.me()
            return None

    def me(self, fields: str = "id") -> Json:
        """
        Ask who the token belongs to.

        :param fields: what to tell of the user besides.
        :raises AuthError: if YouTrack refuses the token, or takes whoever asks for a guest.
        """
        me = self.get("users/me", {"fields": f"login,guest,{fields}"})
        if me.get("guest") or me.get("login") == "guest":
            raise AuthError(
                "YouTrack takes us for a guest: it has not read the token",
                where=self.where("users/me"),
                next_step=f"put a permanent token into the password of {self.connection_name}, and "
                "check that no proxy before the server drops the header Authorization",
            )
        return me

    def _ask(self, endpoint: str, call: Callable[[], Answer]) -> Any:
        try:
            document = call().document
        except (DeniedError, RefusedError) as error:
            raise self._error(error.status, error.document, error.where) from error
        if isinstance(document, dict) and {"error", "error_description"} <= document.keys():
            raise self._error(200, document, self.where(endpoint))
        return document

    def _object(self, endpoint: str, call: Callable[[], Answer]) -> Json:
        document = self._ask(endpoint, call)
        if not isinstance(document, dict):
            raise self._not_youtrack(endpoint, "object")
        return document

    def _not_youtrack(self, endpoint: str, kind: str) -> SourceError:
        return SourceError(
            f"The answer is JSON, but no {kind} of YouTrack's",
            where=self.where(endpoint),
            next_step=f"check that the host of {self.connection_name} is YouTrack's address, with "
            "its path such as /youtrack",
        )

    def _error(self, status: int, document: Any, where: str) -> FlowmartError:
        """YouTrack's refusal as ours, without the token if its text repeats it."""
        said = self.without_token(_message(document))
        what = f"YouTrack answered {status}: {said}" if said else f"YouTrack answered {status}"
        if status == 401:
            return AuthError(
                what,
                where=where,
                next_step=f"put a valid permanent token, as it was shown (perm:...), into the "
                f"password of {self.connection_name}",
            )
        if status == 403:
            return AuthError(
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


def _message(document: Any) -> str:
    """What a refusal says, with its parts: a query that is not understood has one per word."""
    if not isinstance(document, dict):
        return ""
    parts = [document, *(document.get("error_children") or ())]
    said = [part.get("error_description") or part.get("error") for part in parts]
    return "; ".join(dict.fromkeys(str(text) for text in said if text))


def _checked_token(connection: SourceConnection, instance: str) -> str:
    token = connection.token
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(
            "The password is empty or has characters that no token has",
            where=f"connection flowmart_{instance}",
            next_step="put the permanent token alone (perm:...) into the connection's password",
        )
    return token
