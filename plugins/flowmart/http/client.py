"""JSON over HTTP with connection pool, timeouts, retries, limits, and errors with the next step."""

from __future__ import annotations

import logging
import re
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import requests
from requests import exceptions as failures
from requests.adapters import HTTPAdapter

from flowmart.core.errors import (
    ConfigError,
    RateLimitError,
    SourceError,
    SourceUnavailableError,
)
from flowmart.http.answer import Answer, read_answer
from flowmart.http.limits import Limits, RequestLimiter
from flowmart.http.retry import RetryPolicy, TransientError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from flowmart.http.manners import Manners

log = logging.getLogger(__name__)

# A server that asks for more has something else to say.
_LONGEST_REST_SECONDS = 86_400


class JsonClient:
    """
    A thread-safe JSON client for one host. Answers are storable (:mod:`flowmart.http.storable`).

    :param base_url: URL that endpoints are appended to.
    :param name: name of the instance, for errors and logs.
    :param headers: sent with every request; they may contain the token and are never logged.
    :param verify: whether to check certificates, or the path of a CA file to check them with.
    :param timeout_seconds: for connecting, and between two reads of the response.
    :param policy: when to retry and when to give up.
    :param limits: rate limit and request budget.
    :param wrong_address: what a server says, with whatever status, to a request by a wrong name.
    :param manners: what the API asks of its clients beside HTTP's rules.
    """

    def __init__(
        self,
        base_url: str,
        *,
        name: str,
        headers: Mapping[str, str] | None = None,
        verify: bool | str = True,
        timeout_seconds: float = 30,
        policy: RetryPolicy | None = None,
        limits: Limits | None = None,
        wrong_address: re.Pattern[bytes] | None = None,
        manners: Manners | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.host = urlsplit(base_url).netloc.rpartition("@")[2] or base_url
        self.name = name
        self.limits = limits or Limits()
        self._limiter = RequestLimiter(self.limits, name)
        self._timeout_seconds = timeout_seconds
        self._policy = policy or RetryPolicy()
        self._wrong_address = wrong_address
        self._manners = manners
        self._turn: AbstractContextManager[object] = manners.turn if manners else nullcontext()
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "User-Agent": "flowmart"})
        self._session.headers.update(headers or {})
        # Proxies and CA files of the environment count, but ~/.netrc would replace the token.
        self._environment = self._session.merge_environment_settings(
            base_url, {}, None, verify, None
        )
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=self.limits.concurrency))

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._limiter.requests_made

    def get(self, endpoint: str, params: Mapping[str, Any] | None = None) -> Answer:
        """
        Get a JSON answer; see :meth:`post_form` for what it raises.

        :param endpoint: path below the base URL, or a full URL of this host, such as a ``Link``.
        :param params: query parameters.
        """
        return self._exchange("GET", endpoint, params=params)

    def post(self, endpoint: str, body: Any, params: Mapping[str, Any] | None = None) -> Answer:
        """
        Post JSON and get a JSON answer; see :meth:`post_form` for what it raises.

        :param endpoint: path below the base URL, or a full URL of this host.
        :param body: what to send.
        :param params: query parameters.
        """
        return self._exchange("POST", endpoint, params=params, json=body)

    def post_form(
        self, endpoint: str, fields: Mapping[str, str], *, is_repeatable: bool = True
    ) -> Answer:
        """
        Post a form and get a JSON answer.

        :param endpoint: path below the base URL.
        :param fields: form fields; they may contain the token and are never logged.
        :param is_repeatable: whether doing it twice does no harm; otherwise there is one try.
        :raises BudgetError: if the task has used up its requests.
        :raises ConfigError: if the URL or the certificate is wrong.
        :raises DeniedError: if the server answers 401 or 403.
        :raises RefusedError: if it answers with another 4xx.
        :raises SourceError: if the answer cannot be stored in a warehouse.
        :raises SourceUnavailableError: if all tries fail: unreachable, busy, or a broken answer.
        :raises RateLimitError: if the server asks for a longer wait than the policy allows.
        """
        return self._exchange("POST", endpoint, is_repeatable, data=fields)

    def _exchange(
        self, method: str, endpoint: str, is_repeatable: bool = True, **content: Any
    ) -> Answer:
        policy = self._policy if is_repeatable else replace(self._policy, tries=1)
        url = self._url(endpoint)
        where = f"{self.name}: {self.host} {endpoint.removeprefix(self.base_url).lstrip('/')}"
        tries = 0

        def exchange() -> Answer:
            nonlocal tries
            tries += 1
            if self._manners:
                content["headers"] = self._manners.before(url)
            with self._turn:
                response = self._send(method, url, where, **content)
            self._require_own_address(response, where)
            if self._manners:
                self._manners.judge(url, response.status_code, response.headers, response.content)
            return read_answer(response, where)

        try:
            return policy.run(exchange, where=where)
        except TransientError as failure:
            what = f"{failure.reason} ({tries} {'try' if tries == 1 else 'tries'})"
            asked = failure.retry_after_seconds or 0
            if self._policy.longest_wait_seconds < asked <= _LONGEST_REST_SECONDS:
                raise RateLimitError(
                    what,
                    where=where,
                    next_step="nothing: the task goes on by itself where it stopped",
                    resume_at=datetime.now(UTC) + timedelta(seconds=asked),
                ) from failure
            raise SourceUnavailableError(
                what, where=where, next_step=failure.next_step
            ) from failure

    def _require_own_address(self, response: requests.Response, where: str) -> None:
        if self._wrong_address is None or response.status_code < 400:
            return
        if said := self._wrong_address.search(response.content):
            raise ConfigError(
                f"The server does not know the address {self.host}: it answered "
                f"{response.status_code}, {said.group().decode(errors='replace').strip()!r}",
                where=where,
                next_step="enter the address that the server itself uses, its base URI, as the "
                "connection's host",
            )

    def _url(self, endpoint: str) -> str:
        """The URL of an endpoint; the token is sent to no other host."""
        if "://" not in endpoint:
            return f"{self.base_url}/{endpoint}"
        asked, own = urlsplit(endpoint), urlsplit(self.base_url)
        if (asked.scheme, asked.netloc) != (own.scheme, own.netloc.rpartition("@")[2]):
            raise SourceError(
                f"The server links to another host: {asked.scheme}://{asked.hostname}",
                where=f"{self.name}: {self.host}",
                next_step="enter the address that it links to as the connection's host",
            )
        return endpoint

    def _send(self, method: str, url: str, where: str, **content: Any) -> requests.Response:
        self._limiter.acquire()
        try:
            # A redirect could send the token to another host, so none is followed.
            response = self._session.request(
                method,
                url,
                timeout=self._timeout_seconds,
                allow_redirects=False,
                **self._environment,
                **content,
            )
        except (failures.RequestException, OSError, ValueError) as error:
            _explain_failure(error, where)
        log.debug("%s: %s after %s", where, response.status_code, response.elapsed)
        return response


def _explain_failure(error: Exception, where: str) -> NoReturn:
    """Raise the error for a request without an answer: wrong settings, or a transient failure."""
    match error:
        case failures.SSLError() if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise ConfigError(
                "The server's certificate is not trusted",
                where=where,
                next_step='name its CA file in the connection\'s extra "verify", or correct the '
                "certificate",
            ) from error
        case failures.InvalidURL() | failures.MissingSchema() | failures.InvalidSchema():
            raise ConfigError(
                "The connection's host is not a valid URL",
                where=where,
                next_step="write it such as https://phabricator.example.org",
            ) from error
        case ValueError() if not isinstance(error, failures.RequestException):
            # The library parses the target of a redirect, although it does not follow it.
            raise SourceError(
                "The server redirects to an address that is not a URL",
                where=where,
                next_step="report it to the administrator of the server and its proxies",
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
    raise TransientError(
        reason, next_step="check that the server is up, and the connection's host, port and scheme"
    ) from error


def _root_cause(error: BaseException) -> str:
    """The operating system's message, without the library's wrapping and the request's URL."""
    inner = getattr(error, "reason", None) or (error.args[-1] if error.args else None)
    if isinstance(inner, BaseException) and inner is not error:
        return _root_cause(inner)
    return re.sub(r"^HTTPS?Connection\(.*?\): ", "", str(error))
