"""Personal and fine-grained tokens, and a GitHub App that gets itself one of an installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.local.sandbox.github.conftest import Client, served, small_store

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_788_220_800
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_KEY = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
FINE_GRAINED = "github_pat_" + "0" * 82


@pytest.fixture
def clock() -> list[float]:
    return [float(NOW)]


@pytest.fixture
def client(clock: list[float]) -> Iterator[Client]:
    with served(
        small_store(1),
        tokens=(FINE_GRAINED,),
        public_key=PUBLIC_KEY.decode(),
        clock=lambda: clock[0],
    ) as client:
        yield client


def ask(client: Client, installation: int = 30_001, key: Any = KEY, **claims: Any) -> Any:
    """Ask for an installation's token."""
    told = {"iat": NOW - 60, "exp": NOW + 540, "iss": "20001"} | claims
    web_token = jwt.encode(told, key, algorithm="RS256")
    return requests.post(
        f"{client.url}/app/installations/{installation}/access_tokens",
        headers={"Authorization": f"Bearer {web_token}"},
        timeout=10,
    )


def test_an_app_gets_a_token_that_lives_an_hour(client: Client, clock: list[float]) -> None:
    answer = ask(client)
    assert answer.status_code == 201
    told = answer.json()
    assert told["expires_at"] == "2026-09-01T01:00:00Z"
    assert told["permissions"]["issues"] == "read"
    header = {"Authorization": f"token {told['token']}"}
    assert client.get("rate_limit", header).status_code == 200
    assert "X-OAuth-Scopes" not in client.get("rate_limit", header).headers
    clock[0] += 3600
    assert client.get("rate_limit", header).json()["message"] == "Bad credentials"


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"exp": NOW}, "representing the future time"),
        ({"exp": NOW + 601}, "too far in the future"),
        ({"iss": "1"}, "'Issuer' claim ('iss')"),
        ({"iat": NOW + 30}, "'Issued at' claim ('iat')"),
    ],
)
def test_claims_are_checked(client: Client, claims: dict[str, Any], told: str) -> None:
    answer = ask(client, **claims)
    assert answer.status_code == 401
    assert told in answer.json()["message"]


def test_another_key_is_refused(client: Client) -> None:
    answer = ask(client, key=rsa.generate_private_key(public_exponent=65537, key_size=2048))
    assert answer.status_code == 401
    assert answer.json()["message"] == "A JSON web token could not be decoded"


def test_another_installation_is_not_found(client: Client) -> None:
    assert ask(client, installation=1).status_code == 404


def test_a_fine_grained_token_has_no_scopes(client: Client) -> None:
    answer = client.get("rate_limit", {"Authorization": f"Bearer {FINE_GRAINED}"})
    assert answer.status_code == 200
    assert "X-OAuth-Scopes" not in answer.headers
