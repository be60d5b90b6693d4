"""Who calls: a personal token, a fine-grained one, or a GitHub App that has got itself one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jwt

from local.sandbox.github.errors import ApiError
from local.sandbox.github.values import moment, oid

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_JWT_S, _TOKEN_LIFE_S = 600, 3600
SCOPES = "read:org, read:project, repo"
_FEWER_SCOPES = "repo"
_PERMISSIONS = {
    "contents": "read", "deployments": "read", "issues": "read", "members": "read",
    "metadata": "read", "organization_projects": "read", "pull_requests": "read",
}  # fmt: skip


@dataclass
class Tokens:
    """
    The tokens that are taken.

    :param personal: personal tokens, classic or fine-grained.
    :param clock: epoch seconds.
    :param app_id: of the GitHub App.
    :param installation_id: of the App in the organization.
    :param public_key: of the App, in PEM; empty if there is no App.
    """

    personal: tuple[str, ...]
    clock: Callable[[], float]
    app_id: str = "20001"
    installation_id: int = 30_001
    public_key: str = ""
    _issued: dict[str, float] = field(default_factory=dict)

    def check(self, header: str) -> str:
        """
        The token of a request.

        :raises ApiError: if it is not taken.
        """
        if not header:
            raise ApiError(401, "Requires authentication")
        match = re.fullmatch(r"(?:bearer|token) (\S+)", header, re.IGNORECASE)
        token = match[1] if match else ""
        if token not in self.personal and self._issued.get(token, 0) <= self.clock():
            raise ApiError(401, "Bad credentials")
        return token

    def scopes_headers(self, token: str, *, is_under_scoped: bool) -> dict[str, str]:
        """What an answer tells of a token's scopes; only classic ones have any."""
        if not token.startswith("ghp_"):
            return {}
        return {
            "X-OAuth-Scopes": _FEWER_SCOPES if is_under_scoped else SCOPES,
            "X-Accepted-OAuth-Scopes": "repo",
        }

    def issue(self, header: str, installation_id: int) -> dict[str, Any]:
        """
        A new token of an installation.

        :param header: with the App's JSON web token.
        :raises ApiError: if that is none, or is refused.
        """
        self._check_jwt(header.partition(" ")[2])
        if installation_id != self.installation_id:
            raise ApiError(404, "Not Found")
        expires_at = self.clock() + _TOKEN_LIFE_S
        token = f"ghs_{oid('installation', installation_id, len(self._issued))[:36]}"
        self._issued[token] = expires_at
        return {
            "token": token,
            "expires_at": moment(int(expires_at)),
            "permissions": _PERMISSIONS,
            "repository_selection": "all",
        }

    def _check_jwt(self, text: str) -> None:
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
        try:
            claims = jwt.decode(text, self.public_key, algorithms=["RS256"], options=options)
        except (jwt.PyJWTError, ValueError) as error:
            raise ApiError(401, "A JSON web token could not be decoded") from error
        now = self.clock()
        if str(claims.get("iss")) != self.app_id:
            raise ApiError(401, "'Issuer' claim ('iss') must be an Integer")
        if not isinstance(claims.get("exp"), int) or claims["exp"] <= now:
            text = "'Expiration time' claim ('exp') must be a numeric value representing the future"
            raise ApiError(401, f"{text} time at which the assertion expires")
        if claims["exp"] > now + _LONGEST_JWT_S:
            raise ApiError(401, "'Expiration time' claim ('exp') is too far in the future")
        if claims.get("iat", 0) > now:
            raise ApiError(401, "'Issued at' claim ('iat') must be an Integer in the past")
