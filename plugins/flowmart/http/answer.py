"""What came back: JSON that can be stored, or an error that says what to do."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from flowmart.core.errors import AuthError, ConfigError, SourceError
from flowmart.http.retry import PassingFailure, parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

# Legal in JSON and refused by PostgreSQL: U+0000 and halves of surrogate pairs.
_SUSPICIOUS = re.compile(rb"\\u(0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Answer(NamedTuple):
    """
    A decoded answer.

    :param document: the JSON.
    :param headers: by name, whatever its case.
    :param next_url: the ``Link`` with ``rel="next"``, if there is one.
    """

    document: Any
    headers: Mapping[str, str]
    next_url: str | None


class DeniedError(AuthError):
    """
    The server answered 401 or 403.

    :param status: the status.
    :param document: the JSON of its body; ``None`` if it is none.
    """

    def __init__(self, status: int, document: Any, *, where: str) -> None:
        super().__init__(
            f"The server answered {status}: it refuses the credentials",
            where=where,
            next_step="put a valid token into the connection's password",
        )
        self.status = status
        self.document = document


class RefusedError(SourceError):
    """
    The server answered with a 4xx that trying again does not mend.

    :param status: the status.
    :param document: the JSON of its body; ``None`` if it is none.
    """

    def __init__(self, status: int, document: Any, *, where: str) -> None:
        super().__init__(
            f"The server answered {status}",
            where=where,
            next_step="check the connection's host: is the API below this address?",
        )
        self.status = status
        self.document = document


def read_answer(response: requests.Response, where: str) -> Answer:
    """
    Take the JSON out of a response.

    :param where: host and endpoint, for errors.
    :raises PassingFailure: if the server was busy or the answer is garbled.
    :raises ConfigError: if it redirects.
    :raises DeniedError: if the status is 401 or 403.
    :raises RefusedError: if it is another 4xx.
    """
    _refuse_status(response, where)
    document = _decode(response)
    return Answer(document, response.headers, response.links.get("next", {}).get("url"))


def _decode(response: requests.Response) -> Any:
    try:
        document = json.loads(response.content)
    except ValueError as error:
        page = response.content.lstrip()[:1] == b"<"
        raise PassingFailure(
            f"The answer is {'an HTML page' if page else 'broken JSON'}, "
            f"{len(response.content)} bytes long",
            next_step="check that the connection's host is the API and not a login or "
            "maintenance page, then look at the server's and any proxy's log",
        ) from error
    return _storable(document) if _SUSPICIOUS.search(response.content) else document


def _refuse_status(response: requests.Response, where: str) -> None:
    status = response.status_code
    if status == 429 or status >= 500:
        raise PassingFailure(
            f"The server answered {status}",
            next_step="the run tries again by itself; if it stays, ask the server's operator",
            retry_after_seconds=parse_retry_after(response.headers.get("Retry-After")),
        )
    if status in (401, 403):
        raise DeniedError(status, _document(response), where=where)
    if 300 <= status < 400:
        target = urlsplit(response.headers.get("Location", ""))
        raise ConfigError(
            f"The server redirects to {target.scheme}://{target.hostname or ''}",
            where=where,
            next_step="write the address that it redirects to as the connection's host",
        )
    if status >= 400:
        raise RefusedError(status, _document(response), where=where)


def _document(response: requests.Response) -> Any:
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def _storable(value: Any) -> Any:
    """The same document with U+FFFD for what a database would refuse."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
