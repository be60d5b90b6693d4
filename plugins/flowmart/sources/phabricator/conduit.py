"""Conduit's call convention: a form that holds JSON, and errors inside of HTTP 200."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from flowmart.core.errors import AuthError, FlowmartError, SourceError, SourceUnavailableError
from flowmart.sources.api import Api
from flowmart.sources.rows import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.sources.rows import Some

_AUTH_CODES = {"ERR-INVALID-AUTH", "ERR-INVALID-SESSION", "ERR-INVALID-TOKEN"}

# The server's catch-all code also carries the loss of its own database.
_PASSING = re.compile(
    r"AphrontQuery|Attempt to connect|gone away|Lost connection|Deadlock|#(12|20)\d\d"
)
_LOST_CURSOR = re.compile(r'^Cursor ".*" does not identify|^\[You Shall Not Pass')
_GONE_OBJECT = re.compile(r'"objectIdentifier".*does not exist')

_NEXT_STEPS = {
    "ERR-CONDUIT-CALL": "this server does not have the method: update it, or check that its "
    "Maniphest application is installed and visible to the token's user",
    "ERR-INVALID-CONSTRAINT": "this server does not know a filter that Flowmart uses: update it",
    "ERR-INVALID-PAGE-SIZE": "this server allows smaller pages only: report it to Flowmart",
}


class _Reply(msgspec.Struct):
    """What every call answers, errors included."""

    result: msgspec.Raw
    error_code: str | None
    error_info: str | None = None


class ConduitError(SourceError):
    """
    An error that Conduit put into its answer.

    :param code: Conduit's own code, such as ``ERR-CONDUIT-CORE``.
    :param info: Conduit's own text.
    """

    def __init__(self, code: str, info: str, *, where: str) -> None:
        next_step = _NEXT_STEPS.get(code, "look for the message in the server's error log")
        super().__init__(f"Conduit answered {code}: {info}", where=where, next_step=next_step)
        self.code = code
        self.info = info

    @property
    def lost_cursor(self) -> bool:
        """Whether the row that the cursor names was destroyed or became invisible."""
        return self.code == "ERR-CONDUIT-CORE" and bool(_LOST_CURSOR.search(self.info))

    @property
    def unknown_method(self) -> bool:
        """Whether the server does not have the method."""
        return self.code == "ERR-CONDUIT-CALL" and "does not exist" in self.info

    @property
    def gone_object(self) -> bool:
        """Whether the object asked for was destroyed or is invisible; nobody can tell which."""
        return self.code == "ERR-INVALID-OBJECT-PHID" or bool(_GONE_OBJECT.search(self.info))


class Conduit(Api):
    """Calls the methods of one instance; see :class:`Api` for its parameters."""

    product = "Conduit"
    address = "a Phabricator or Phorge server"

    def call(self, method: str, params: Mapping[str, Any], type_: type[Some]) -> Some:
        """
        Call a method.

        :param method: such as ``maniphest.search``.
        :param params: its parameters, typed: Conduit refuses numbers that are sent as text.
        :param type_: what its result has to be.
        :return: the ``result`` of the answer.
        :raises AuthError: if the token is refused.
        :raises ConduitError: if the answer holds another error.
        :raises SourceError: if the answer is something else.
        :raises SourceUnavailableError: if the server is unreachable or has lost its database.
        """
        signed = {**params, "__conduit__": {"token": self._token}}
        answer = self._client.post_form(
            f"api/{method}",
            {"params": msgspec.json.encode(signed).decode(), "output": "json", "__conduit__": "1"},
        )
        with self.expecting("answer", method):
            reply = read_json(answer.text, _Reply)
        if reply.error_code:
            raise self._error(reply.error_code, reply.error_info or "", self.where(method))
        with self.expecting("result", method):
            return read_json(reply.result, type_)

    def _error(self, code: str, info: str, where: str) -> FlowmartError:
        """Conduit's error as ours; the text of a refused token repeats the token."""
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
                f"The server failed inside: {info}",
                where=where,
                next_step="the run tries again by itself; if it stays, look at the server's log",
            )
        return ConduitError(code, info, where=where)
