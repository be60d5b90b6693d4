"""Credentials: a personal token, or a GitHub App that gets itself one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import jwt
import msgspec

from flowmart.core.errors import AuthError, ConfigError
from flowmart.http.answer import DeniedError, RefusedError
from flowmart.http.client import JsonClient
from flowmart.sources.github.limits import Clock, Limited
from flowmart.sources.rows import Moment, read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.sources.base import SourceConnection

HEADERS = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "flowmart",
}
# GitHub allows ten minutes for a JWT, and an hour for an installation's token.
_JWT_SECONDS = 540
_RENEWED_BEFORE = timedelta(minutes=5)


class Credentials(Protocol):
    """What requests are signed with."""

    @property
    def identity(self) -> str:
        """What one budget belongs to; a secret, never logged."""

    def token(self) -> str:
        """The token of the next request."""


class Token:
    """
    A personal token, classic or fine-grained.

    :param text: the token.
    """

    def __init__(self, text: str) -> None:
        self.identity = text

    def token(self) -> str:
        """The token."""
        return self.identity


class _Installation(msgspec.Struct):
    token: str
    expires_at: Moment


class App:
    """
    An installation of a GitHub App.

    :param connection: its password is the App's private key (PEM).
    :param instance: name of the instance, for errors.
    :param rest_url: base of the REST API.
    :param app_id: the App's id, or its client id.
    :param installation_id: the installation's id.
    """

    def __init__(
        self,
        connection: SourceConnection,
        instance: str,
        rest_url: str,
        app_id: str,
        installation_id: str,
    ) -> None:
        self.identity = f"app {app_id} installation {installation_id}"
        # Connections in the environment often hold the key on one line.
        self._key = connection.token.replace("\\n", "\n")
        self._app_id = app_id
        self._endpoint = f"app/installations/{installation_id}/access_tokens"
        self._where = f"connection flowmart_{instance}"
        self._installation: _Installation | None = None
        self._clock = Clock()
        self._client = JsonClient(
            rest_url,
            name=instance,
            headers=HEADERS,
            verify=connection.verify,
            timeout_seconds=connection.timeout_seconds,
            manners=Limited(self._jwt_headers, self._clock, f"{self.identity} by JWT"),
        )

    def token(self) -> str:
        """The installation's token, renewed before it expires."""
        known = self._installation
        if known is None or known.expires_at - self._clock.now() < _RENEWED_BEFORE:
            known = self._installation = self._renewed()
        return known.token

    def _renewed(self) -> _Installation:
        try:
            try:
                text = self._client.post(self._endpoint, {}).text
            except DeniedError:
                if not self._clock.is_off:
                    raise
                # Our clock differs from GitHub's, which it has told in the meantime.
                text = self._client.post(self._endpoint, {}).text
        except (DeniedError, RefusedError) as error:
            raise AuthError(
                f"GitHub refuses the App: it answered {error.status}",
                where=error.where,
                next_step=f"check app_id, installation_id and the private key of {self._where}, "
                "and that the App is still installed",
            ) from error
        try:
            return read_json(text, _Installation)
        except msgspec.ValidationError as error:
            raise AuthError(
                f"GitHub's answer holds no token of the installation: {error}",
                where=self._where,
                next_step="check that the connection's host is GitHub's API",
            ) from error

    def _jwt_headers(self) -> Mapping[str, str]:
        now = int(self._clock.now().timestamp())
        claims = {"iat": now - 60, "exp": now + _JWT_SECONDS, "iss": self._app_id}
        try:
            signed = jwt.encode(claims, self._key, algorithm="RS256")
        except Exception as error:  # cryptography raises of many kinds
            raise ConfigError(
                f"The password is no private key that signs: {type(error).__name__}",
                where=self._where,
                next_step="put the App's private key, the PEM file's text, into the connection's "
                "password",
            ) from error
        return {"Authorization": f"Bearer {signed}"}


def credentials_of(connection: SourceConnection, instance: str, rest_url: str) -> Credentials:
    """
    The credentials in a connection.

    :param connection: a token as password; or a private key, with ``app_id`` and
        ``installation_id`` in the extra.
    :param instance: name of the instance, for errors.
    :param rest_url: base of the REST API.
    :raises ConfigError: if the extra or the password cannot be used.
    """
    where = f"connection flowmart_{instance}"
    extra: dict[str, Any] = connection.extra
    if extra.get("app_id") or extra.get("installation_id"):
        if not (extra.get("app_id") and extra.get("installation_id")):
            raise ConfigError(
                "A GitHub App needs both app_id and installation_id",
                where=f"{where}, extra",
                next_step="add what is missing, or remove both to use a token",
            )
        ids = str(extra["app_id"]), str(extra["installation_id"])
        return App(connection, instance, rest_url, *ids)
    token = connection.token
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(
            "The password is empty or has characters that are invalid in a token",
            where=where,
            next_step="put the token alone (github_pat_..., ghp_...) into the connection's "
            "password; a GitHub App also needs app_id and installation_id in the extra",
        )
    return Token(token)
