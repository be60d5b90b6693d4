"""JSON over HTTP: a pooled session, timeouts, retries, and errors that say what to do."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import requests
from requests import exceptions as failures

from flowmart.core.errors import AuthError, ConfigError, SourceError, SourceUnavailableError
from flowmart.http.retry import PassingFailure, RetryPolicy, parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

# Legal in JSON and refused by PostgreSQL: U+0000 and halves of surrogate pairs.
_SUSPICIOUS = re.compile(rb"\\u(0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class JsonClient:
    """
    Talks JSON with one host.

    Every text in an answer can be stored: U+0000 and unpaired surrogates become U+FFFD.

    :param base_url: URL that endpoints are appended to.
    :param name: who is talking, for errors and logs: the instance.
    :param verify: whether to check certificates, or the path of a CA file to check them with.
    :param timeout_seconds: for connecting, and again for each silence while the answer comes in.
    :param policy: when to try again, and when to give up.
    """

    def __init__(
        self,
        base_url: str,
        *,
        name: str,
        verify: bool | str = True,
        timeout_seconds: float = 30,
        policy: RetryPolicy | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.host = urlsplit(base_url).netloc.rpartition("@")[2] or base_url
        self.name = name
        self.requests_made = 0
        self._verify = verify
        self._timeout_seconds = timeout_seconds
        self._policy = policy or RetryPolicy()
        self._session = requests.Session()
        self._session.headers["Accept"] = "application/json"
        self._session.headers["User-Agent"] = "flowmart"

    def post_form(self, endpoint: str, fields: Mapping[str, str]) -> Any:
        """
        Post a form and decode the JSON answer.

        :param endpoint: path below the base URL.
        :param fields: form fields; they may hold the token and are never logged.
        :raises ConfigError: if the URL or the certificate is wrong.
        :raises AuthError: if the server answers 401 or 403.
        :raises SourceError: if it answers with another 4xx.
        :raises SourceUnavailableError: if it stays unreachable, busy or garbled.
        """
        where = f"{self.name}: {self.host} {endpoint}"
        tries = 0

        def exchange() -> Any:
            nonlocal tries
            tries += 1
            return _decode(self._send(endpoint, fields, where), where)

        try:
            return self._policy.run(exchange, where=where)
        except PassingFailure as failure:
            raise SourceUnavailableError(
                f"{failure.reason} ({tries} {'try' if tries == 1 else 'tries'})",
                where=where,
                next_step=failure.next_step,
            ) from failure

    def _send(self, endpoint: str, fields: Mapping[str, str], where: str) -> requests.Response:
        self.requests_made += 1
        try:
            # A redirect could carry the token to another host, so none is followed.
            response = self._session.post(
                f"{self.base_url}/{endpoint}",
                data=fields,
                timeout=self._timeout_seconds,
                verify=self._verify,
                allow_redirects=False,
            )
        except (failures.RequestException, OSError) as error:
            _explain_failure(error, where)
        log.debug("%s: %s after %s", where, response.status_code, response.elapsed)
        return response


def _explain_failure(error: Exception, where: str) -> NoReturn:
    """Sort a request that brought no answer into wrong settings and what may pass."""
    match error:
        case failures.SSLError() if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise ConfigError(
                "The server's certificate is not trusted",
                where=where,
                next_step='name its CA file in the connection\'s extra "verify", or mend the '
                "certificate",
            ) from error
        case failures.InvalidURL() | failures.MissingSchema() | failures.InvalidSchema():
            raise ConfigError(
                "The connection's host makes no URL",
                where=where,
                next_step="write it such as https://phabricator.example.org",
            ) from error
        case failures.Timeout():
            reason = "The server did not answer in time"
        case failures.ChunkedEncodingError() | failures.ContentDecodingError():
            reason = "The answer was cut short"
        case failures.ConnectionError():
            reason = f"The server cannot be reached: {_root_cause(error)}"
        case _:
            raise ConfigError(
                f"The request cannot be made: {type(error).__name__}: {_root_cause(error)}",
                where=where,
                next_step='check the connection\'s host and its extra "verify"',
            ) from error
    raise PassingFailure(
        reason, next_step="check that the host is up and that its name, port and scheme are right"
    ) from error


def _root_cause(error: BaseException) -> str:
    """What the operating system said, without the library's wrapping and the request's URL."""
    inner = getattr(error, "reason", None) or (error.args[-1] if error.args else None)
    if isinstance(inner, BaseException) and inner is not error:
        return _root_cause(inner)
    return re.sub(r"^HTTPS?Connection\(.*?\): ", "", str(error))


def _decode(response: requests.Response, where: str) -> Any:
    """Take the JSON out of an answer, or say why there is none."""
    _refuse_status(response, where)
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
        raise AuthError(
            f"The server answered {status}: it refuses the credentials",
            where=where,
            next_step="put a valid token into the connection's password",
        )
    if 300 <= status < 400:
        target = urlsplit(response.headers.get("Location", ""))
        raise ConfigError(
            f"The server redirects to {target.scheme}://{target.hostname or ''}",
            where=where,
            next_step="write the address that it redirects to as the connection's host",
        )
    if status >= 400:
        raise SourceError(
            f"The server answered {status}",
            where=where,
            next_step="check the connection's host: is the API below this address?",
        )


def _storable(value: Any) -> Any:
    """The same document with U+FFFD for what a database would refuse."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
