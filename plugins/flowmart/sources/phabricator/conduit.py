"""Calls of Conduit: JSON in a form field, and errors in responses with status 200."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from flowmart.core.errors import (
    AuthError,
    ConfigError,
    FlowmartError,
    SourceError,
    SourceUnavailableError,
)
from flowmart.sources.api import Api
from flowmart.sources.rows import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.sources.base import SourceConnection
    from flowmart.sources.rows import Some

_AUTH_CODES = {"ERR-INVALID-AUTH", "ERR-INVALID-SESSION", "ERR-INVALID-TOKEN"}

# The server's catch-all code is also used when it loses its database.
_PASSING = re.compile(
    r"AphrontQuery|Attempt to connect|gone away|Lost connection|Deadlock|#(12|20)\d\d"
)
_LOST_CURSOR = re.compile(r'^Cursor ".*" does not identify|^\[You Shall Not Pass')
# By its PHID, a hidden task is refused in other words than by its number.
_GONE_OBJECT = re.compile(r'"objectIdentifier".*does not exist|^\[You Shall Not Pass')

# A server answers 500 to whoever calls it by a name other than its own.
_NO_SITE = re.compile(rb"Site Not Found[^<]*")

_NEXT_STEPS = {
    "ERR-CONDUIT-CALL": "this server does not have the method: update it, or check that its "
    "Maniphest application is installed and visible to the token's user",
    "ERR-INVALID-CONSTRAINT": "this server does not know a filter that Flowmart uses: update it",
    "ERR-INVALID-PAGE-SIZE": "this server allows smaller pages only: report it to Flowmart",
}


class _Reply(msgspec.Struct):
    """The answer of every call, errors included."""

    result: msgspec.Raw
    error_code: str | None
    error_info: str | None = None


class ConduitError(SourceError):
    """
    An error in an answer of Conduit.

    :param code: code, such as ``ERR-CONDUIT-CORE``.
    :param info: message.
    """

    def __init__(self, code: str, info: str, *, where: str) -> None:
        next_step = _NEXT_STEPS.get(code, "look for the message in the server's error log")
        super().__init__(f"Conduit answered {code}: {info}", where=where, next_step=next_step)
        self.code = code
        self.info = info

    @property
    def lost_cursor(self) -> bool:
        """Whether the row of the cursor was deleted or hidden."""
        return self.code == "ERR-CONDUIT-CORE" and bool(_LOST_CURSOR.search(self.info))

    @property
    def unknown_method(self) -> bool:
        """Whether the server does not have the method."""
        return self.code == "ERR-CONDUIT-CALL" and "does not exist" in self.info

    @property
    def gone_object(self) -> bool:
        """Whether the object was deleted or is hidden; Conduit does not say which."""
        return self.code == "ERR-INVALID-OBJECT-PHID" or bool(_GONE_OBJECT.search(self.info))


class Conduit(Api):
    """Calls the methods of one instance; parameters as in :class:`Api`."""

    product = "Conduit"
    address = "a Phabricator or Phorge server"

    def __init__(self, connection: SourceConnection, instance: str) -> None:
        super().__init__(connection, instance, wrong_address=_NO_SITE)
        if urlsplit(connection.base_url).path.rstrip("/").endswith("/api"):
            raise ConfigError(
                "The host ends in /api, which Flowmart appends itself",
                where=f"connection flowmart_{instance}",
                next_step="enter the server's address without /api as the connection's host",
            )
        if not re.fullmatch(r"[!-~]+", connection.token):
            raise ConfigError(
                "The password is empty or has blanks or other characters that are invalid in a "
                "token",
                where=f"connection flowmart_{instance}",
                next_step="put the API token alone (api-...), without blanks or line breaks, into "
                "the connection's password",
            )

    def call(
        self,
        method: str,
        params: Mapping[str, Any],
        type_: type[Some],
        *,
        is_repeatable: bool = True,
    ) -> Some:
        """
        Call a method.

        :param method: such as ``maniphest.search``.
        :param params: its parameters, typed: Conduit rejects numbers sent as text.
        :param type_: the expected type of its result.
        :param is_repeatable: whether calling it twice does no harm; otherwise there is one try.
        :return: the ``result`` of the answer.
        :raises AuthError: if the token is refused.
        :raises ConduitError: if the answer has another error.
        :raises SourceError: if the answer is something else.
        :raises SourceUnavailableError: if the server is unreachable or has lost its database.
        """
        signed = {**params, "__conduit__": {"token": self._token}}
        answer = self._client.post_form(
            f"api/{method}",
            {"params": msgspec.json.encode(signed).decode(), "output": "json", "__conduit__": "1"},
            is_repeatable=is_repeatable,
        )
        with self.expecting("answer", method):
            reply = read_json(answer.text, _Reply)
        if reply.error_code:
            raise self._error(reply.error_code, reply.error_info or "", self.where(method))
        with self.expecting("result", method):
            return read_json(reply.result, type_)

    def _error(self, code: str, info: str, where: str) -> FlowmartError:
        """The error for one of Conduit's; the text of a rejected token repeats the token."""
        if code in _AUTH_CODES:
            return AuthError(
                f"The server refuses the API token ({code})",
                where=where,
                next_step="create a token under Settings > Conduit API Tokens of a bot user and "
                f"put it into the password of {self.connection_name}",
            )
        info = self.without_token(info)
        if code == "ERR-CONDUIT-CORE" and _PASSING.search(info):
            return SourceUnavailableError(
                f"The server had an internal error: {info}",
                where=where,
                next_step="Airflow retries the task; if it keeps failing, read the server's log",
            )
        return ConduitError(code, info, where=where)
