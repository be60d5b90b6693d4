"""Errors as ClickHouse's clients know them: a number and a sentence."""

from __future__ import annotations

import re

SYNTAX_ERROR = 62
UNSUPPORTED = 48
FOLDER_IN_USE = 76
CHECKSUM_DOES_NOT_MATCH = 40
UNKNOWN_PACKET = 99
NO_SUCH_COLUMN = 16
QUERY_ID_IN_USE = 216
SESSION_NOT_FOUND = 372
SESSION_LOCKED = 373
AUTHENTICATION_FAILED = 516
UNKNOWN_EXCEPTION = 1002

_CODE = re.compile(r"Code: (\d+)\. (?:DB::Exception: )?")


class ServerError(Exception):
    """
    A refusal that goes to the client as an exception of the server.

    :param code: number from ClickHouse's `ErrorCodes.cpp`.
    :param text: what went wrong.
    """

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    @property
    def full_text(self) -> str:
        """The text as ClickHouse prints it over HTTP."""
        return f"Code: {self.code}. DB::Exception: {self.text}"


def as_server_error(error: Exception) -> ServerError:
    """
    Whatever failed, as an error with a number.

    :param error: chDB's errors carry the number inside their text, behind words of its own.
    """
    if isinstance(error, ServerError):
        return error
    text = str(error)
    found = _CODE.search(text)
    if found is None:
        return ServerError(UNKNOWN_EXCEPTION, f"{type(error).__name__}: {text}")
    return ServerError(int(found[1]), text[found.end() :])
