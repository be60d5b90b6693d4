"""Reads HTTP responses: storable JSON, or an error with the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from flowmart.core.errors import AuthError, ConfigError, SourceError
from flowmart.http.retry import TransientError, parse_retry_after
from flowmart.http.storable import UnstorableError, storable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests


class Answer(NamedTuple):
    """
    A successful response.

    :param text: its JSON, as :func:`storable` returns it.
    :param headers: name -> value; names are case-insensitive.
    :param next_url: the ``Link`` with ``rel="next"``, if there is one.
    """

    text: bytes
    headers: Mapping[str, str]
    next_url: str | None


class DeniedError(AuthError):
    """
    The server answered 401 or 403.

    :param status: the HTTP status.
    :param text: its body if that is JSON, else empty.
    """

    def __init__(self, status: int, text: bytes, *, where: str) -> None:
        super().__init__(
            f"The server answered {status}: it refuses the credentials",
            where=where,
            next_step="put a valid token into the connection's password",
        )
        self.status = status
        self.text = text


class RefusedError(SourceError):
    """
    The server answered with another 4xx, which a retry does not fix.

    :param status: the HTTP status.
    :param text: its body if that is JSON, else empty.
    """

    def __init__(self, status: int, text: bytes, *, where: str) -> None:
        super().__init__(
            f"The server answered {status}",
            where=where,
            next_step="check the connection's host: is the API at this address?",
        )
        self.status = status
        self.text = text


def read_answer(response: requests.Response, where: str) -> Answer:
    """
    Take the JSON out of a response.

    :param where: instance, host and endpoint, for errors.
    :raises TransientError: if the server was busy or the response is broken.
    :raises ConfigError: if it redirects.
    :raises DeniedError: if the status is 401 or 403.
    :raises RefusedError: if it is another 4xx.
    :raises SourceError: if the JSON contains something that a warehouse cannot store.
    """
    _refuse_status(response, where)
    return Answer(_text(response, where), response.headers, _next_url(response, where))


def _text(response: requests.Response, where: str) -> bytes:
    try:
        return storable(response.content)
    except UnstorableError as error:
        raise SourceError(
            f"The answer contains something that a warehouse cannot store: {error.value}",
            where=where,
            next_step="correct that object in the source, or ask its administrator to; then run "
            "the window again",
        ) from error
    except ValueError as error:
        page = response.content.lstrip()[:1] == b"<"
        raise TransientError(
            f"The answer is {'an HTML page' if page else 'broken JSON'}, "
            f"{len(response.content)} bytes long",
            next_step="check that the connection's host is the API and not a login or "
            "maintenance page, then look at the server's and any proxy's log",
        ) from error


def _next_url(response: requests.Response, where: str) -> str | None:
    url: str | None = response.links.get("next", {}).get("url")
    try:
        urlsplit(url or "")
    except ValueError as error:
        raise SourceError(
            "The link to the next page is not a URL",
            where=where,
            next_step="report it to the administrator of the server and its proxies",
        ) from error
    return url


def _refuse_status(response: requests.Response, where: str) -> None:
    status = response.status_code
    if status == 429 or status >= 500:
        raise TransientError(
            f"The server answered {status}",
            next_step="Airflow retries the task; if it keeps failing, ask the administrator",
            retry_after_seconds=parse_retry_after(response.headers.get("Retry-After")),
        )
    if status in (401, 403):
        raise DeniedError(status, _refusal(response), where=where)
    if 300 <= status < 400:
        target = urlsplit(response.headers.get("Location", ""))
        raise ConfigError(
            f"The server redirects to {target.scheme}://{target.hostname or ''}",
            where=where,
            next_step="enter the address that it redirects to as the connection's host",
        )
    if status >= 400:
        raise RefusedError(status, _refusal(response), where=where)


def _refusal(response: requests.Response) -> bytes:
    try:
        return storable(response.content)
    except (ValueError, UnstorableError):
        return b""
