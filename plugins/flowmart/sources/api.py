"""Base class of the sources' API clients."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

import msgspec

from flowmart.core.errors import SourceError
from flowmart.http.client import JsonClient

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

    from flowmart.http.manners import Manners
    from flowmart.sources.base import SourceConnection


class ApiError(SourceError):
    """
    An API rejected a call, but not for its credentials.

    :param status: the HTTP status.
    """

    def __init__(self, what: str, *, where: str, next_step: str, status: int) -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.status = status


class Api:
    """
    Calls the API of one instance; thread-safe. Subclasses set the product and its address.

    :param connection: how to reach it.
    :param instance: its name, for errors and logs.
    :param path: path of the API below the connection's host.
    :param headers: sent with every request; they may contain the token and are never logged.
    :param wrong_address: as in :class:`JsonClient`.
    :param manners: as in :class:`JsonClient`.
    """

    product: ClassVar[str]
    address: ClassVar[str]

    def __init__(
        self,
        connection: SourceConnection,
        instance: str,
        path: str = "",
        headers: Mapping[str, str] | None = None,
        wrong_address: re.Pattern[bytes] | None = None,
        manners: Manners | None = None,
    ) -> None:
        self.instance = instance
        self._token = connection.token
        self._client = JsonClient(
            f"{connection.base_url.rstrip('/')}/{path}",
            name=instance,
            headers=headers,
            verify=connection.verify,
            timeout_seconds=connection.timeout_seconds,
            limits=connection.limits,
            wrong_address=wrong_address,
            manners=manners,
        )

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._client.requests_made

    @property
    def concurrency(self) -> int:
        """Maximum number of simultaneous requests."""
        return self._client.limits.concurrency

    @property
    def connection_name(self) -> str:
        """The Airflow connection in error messages."""
        return f"the connection flowmart_{self.instance}"

    def where(self, endpoint: str) -> str:
        """The call in error messages."""
        return f"{self.instance}: {self._client.host} {endpoint}"

    @contextmanager
    def expecting(self, kind: str, endpoint: str) -> Iterator[None]:
        """
        Context for decoding an answer, with an error for unexpected content.

        :param kind: what the answer should be, such as ``list``.
        :param endpoint: what was called.
        :raises SourceError: instead of ``msgspec.ValidationError``, with the call and the member.
        """
        try:
            yield
        except msgspec.ValidationError as error:
            raise SourceError(
                f"The answer is JSON, but not the expected {kind} of {self.product}: {error}",
                where=self.where(endpoint),
                next_step=f"check that the host of {self.connection_name} is {self.address}; if it "
                "is, report this to Flowmart: the API has changed",
            ) from error

    def without_token(self, text: str) -> str:
        """A server's message with the token removed."""
        return text.replace(self._token, "(token)") if self._token else text
