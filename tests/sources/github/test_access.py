"""A GitHub App: its JWT, the installation's token, and its renewal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from flowmart.core.errors import AuthError, ConfigError
from tests.sources.github.sandbox import ids, open_source, read, served, updated_within
from tests.sources.github.scripted import Told, api_of, scripted

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore

EXTRA = {"app_id": "20001", "installation_id": 30_001}


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    """A private key and its public one, in PEM."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def test_an_installation_reads_like_a_token(store: GitHubStore, keys: tuple[str, str]) -> None:
    with served(store, public_key=keys[1]) as server:
        source = open_source(server, keys[0], EXTRA)
        assert ids(read(source, "issues")) == updated_within(server, "issues", "2020", "2027")


def test_a_key_on_one_line_is_the_same_key(store: GitHubStore, keys: tuple[str, str]) -> None:
    with served(store, public_key=keys[1]) as server:
        open_source(server, keys[0].replace("\n", "\\n"), EXTRA).check()


def test_a_token_is_renewed_before_it_expires(
    store: GitHubStore, keys: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = [0.0]
    with served(store, public_key=keys[1], clock=lambda: time.time() + hours[0] * 3600) as server:
        source = open_source(server, keys[0], EXTRA)
        source.check()
        source.check()
        assert server.app.requests["access_tokens"] == 1
        monkeypatch.setattr(
            "flowmart.sources.github.access._RENEWED_BEFORE", __import__("datetime").timedelta(1)
        )
        source.check()
        assert server.app.requests["access_tokens"] == 2


def test_the_jwt_is_the_apps_and_short(keys: tuple[str, str]) -> None:
    told = Told(201, {"token": "ghs_x", "expires_at": "2999-01-01T00:00:00Z"})
    with scripted(told, Told(body={"data": {"viewer": {"login": "x"}}})) as server:
        api_of(server, token=keys[0], **EXTRA).query("{ viewer { login } }", {})
    assert server.asked[0].path == "/app/installations/30001/access_tokens"
    signed = server.asked[0].headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(signed, keys[1], algorithms=["RS256"])
    assert claims["iss"] == "20001"
    assert 0 < claims["exp"] - time.time() <= 600
    assert server.asked[1].headers["Authorization"] == "Bearer ghs_x"
    assert server.asked[1].headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert server.asked[1].headers["User-Agent"] == "flowmart"


def test_a_clock_that_differs_is_corrected_by_githubs(keys: tuple[str, str]) -> None:
    """Ours is an hour behind: the first JWT is refused, and the answer tells the time."""
    date = {"Date": "Sat, 01 Jan 2028 00:00:00 GMT"}
    refused = Told(401, {"message": "'Issued at' claim ('iat') must be in the past"}, date)
    good = Told(201, {"token": "ghs_x", "expires_at": "2999-01-01T00:00:00Z"}, date)
    with scripted(refused, good, Told(body={"data": {}})) as server:
        api_of(server, token=keys[0], **EXTRA).query("{ x }", {})
    signed = server.asked[1].headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(signed, options={"verify_signature": False})
    assert abs(claims["iat"] + 60 - 1_830_297_600) <= 5


@pytest.mark.parametrize(
    ("password", "extra", "message"),
    [
        ("no key", EXTRA, "is no private key that signs"),
        ("key", {"app_id": 1}, "needs both app_id and installation_id"),
    ],
)
def test_what_is_wrong_with_an_apps_connection(
    password: str, extra: dict[str, Any], message: str
) -> None:
    with scripted(Told()) as server, pytest.raises(ConfigError, match=message) as caught:
        api_of(server, token=password, **extra).query("{ x }", {})
    assert "connection flowmart_github__acme" in str(caught.value)


def test_an_app_that_is_not_installed(store: GitHubStore, keys: tuple[str, str]) -> None:
    with served(store, public_key=keys[1]) as server:
        source = open_source(server, keys[0], EXTRA | {"installation_id": 7})
        with pytest.raises(AuthError, match="refuses the App: it answered 404"):
            source.check()
