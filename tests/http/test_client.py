from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flowmart.core.errors import (
    AuthError,
    ConfigError,
    RateLimitError,
    SourceError,
    SourceUnavailableError,
)
from flowmart.http.client import JsonClient
from flowmart.http.retry import RetryPolicy
from tests.http.conftest import Answer

SECRET = "api-verysecret"


def make_client(url: str, waits: list[float] | None = None, **kwargs) -> JsonClient:
    sleep = (waits if waits is not None else []).append
    return JsonClient(url, name="acme", policy=RetryPolicy(tries=3, sleep=sleep), **kwargs)


def call(client: JsonClient):
    return json.loads(client.post_form("api/thing", {"token": SECRET}).text)


def test_a_form_is_posted_and_json_comes_back(serve_script):
    with serve_script(Answer(body=b'{"name": "caf\xc3\xa9"}')) as server:
        client = make_client(server.url + "/")
        assert call(client) == {"name": "café"}
    assert parse_qs(server.bodies[0].decode()) == {"token": [SECRET]}
    assert client.requests_made == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(serve_script, status):
    with serve_script(Answer(status), Answer(status), Answer()) as server:
        client = make_client(server.url)
        assert call(client) == {"ok": True}
    assert client.requests_made == 3


def test_the_wait_that_a_busy_server_asks_for_is_kept(serve_script):
    waits: list[float] = []
    with serve_script(Answer(429, headers={"Retry-After": "9"}), Answer()) as server:
        call(make_client(server.url, waits))
    assert waits == [9]


@pytest.mark.parametrize(("asked", "seconds"), [("90", 90), ("3600", 3600)])
def test_a_long_wait_is_told_with_its_end_instead_of_kept(serve_script, asked, seconds):
    with (
        serve_script(Answer(429, headers={"Retry-After": asked})) as server,
        pytest.raises(RateLimitError) as caught,
    ):
        call(make_client(server.url))
    assert len(server.bodies) == 1
    wait = caught.value.resume_at - datetime.datetime.now(datetime.UTC)
    assert abs(wait - datetime.timedelta(seconds=seconds)) < datetime.timedelta(seconds=5)


def test_a_wait_of_days_is_no_wait_but_an_outage(serve_script):
    with (
        serve_script(Answer(503, headers={"Retry-After": "9" * 12})) as server,
        pytest.raises(SourceUnavailableError) as caught,
    ):
        call(make_client(server.url))
    assert not isinstance(caught.value, RateLimitError)


def test_a_server_that_stays_busy_is_given_up_with_host_endpoint_and_tries(serve_script):
    with serve_script(Answer(503)) as server, pytest.raises(SourceUnavailableError) as caught:
        call(make_client(server.url))
    assert caught.value.what == "The server answered 503 (3 tries)"
    assert caught.value.where == f"acme: {server.url.removeprefix('http://')} api/thing"
    assert "ask the administrator" in caught.value.next_step


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (400, SourceError, "answered 400"),
        (401, AuthError, "refuses the credentials"),
        (403, AuthError, "refuses the credentials"),
        (404, SourceError, "is the API at this address"),
    ],
)
def test_other_refusals_are_not_repeated(serve_script, status, error, text):
    with serve_script(Answer(status)) as server:
        client = make_client(server.url)
        with pytest.raises(error, match=text):
            call(client)
    assert client.requests_made == 1


def test_a_redirect_is_an_error_that_names_the_target(serve_script):
    location = {"Location": "https://phorge.example.org/api/thing"}
    with (
        serve_script(Answer(301, headers=location)) as server,
        pytest.raises(ConfigError, match=r"redirects to https://phorge\.example\.org "),
    ):
        call(make_client(server.url))


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        (Answer(body=b"<!doctype html><p>Sign in"), "The answer is an HTML page, 25 bytes long"),
        (Answer(body=b'{"result": ['), "The answer is broken JSON, 12 bytes long"),
        (Answer(body=b""), "The answer is broken JSON, 0 bytes long"),
        (Answer(body=b'{"ok', promised=500), "The answer was cut short"),
        (Answer(headers={"Content-Encoding": "gzip"}), "The answer was cut short"),
    ],
)
def test_a_garbled_answer_is_asked_for_again_and_explained_if_it_stays(serve_script, broken, text):
    with serve_script(broken, Answer()) as server:
        assert call(make_client(server.url)) == {"ok": True}
    with serve_script(broken) as server, pytest.raises(SourceUnavailableError, match=text):
        call(make_client(server.url))


def test_an_unreachable_host_is_explained():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    client = make_client(f"http://127.0.0.1:{port}")
    with pytest.raises(SourceUnavailableError, match="refused") as caught:
        call(client)
    assert "0x" not in str(caught.value)
    assert "host, port and scheme" in caught.value.next_step
    assert client.requests_made == 3


def test_a_name_that_does_not_resolve_is_explained():
    with pytest.raises(SourceUnavailableError, match=r"cannot be reached: .*resol"):
        call(make_client("http://no-such-host.invalid"))


def test_a_silent_server_is_given_up_after_the_timeout():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(SourceUnavailableError, match="did not answer in time"):
            call(make_client(url, timeout_seconds=0.05))


@pytest.mark.parametrize("url", ["phorge.example.org", "http://", "ftp://phorge.example.org"])
def test_a_host_that_is_not_a_valid_url_is_a_config_error(url):
    with pytest.raises(ConfigError, match="is not a valid URL"):
        call(make_client(url))


def make_certificate(folder) -> tuple[ssl.SSLContext, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, str(path)


def test_an_unknown_certificate_is_refused_at_once(serve_script, tmp_path):
    tls, _ = make_certificate(tmp_path)
    with serve_script(Answer(), tls=tls) as server:
        client = make_client(server.url)
        with pytest.raises(ConfigError, match=r"certificate is not trusted .*CA file"):
            call(client)
    assert client.requests_made == 1


def test_a_certificate_is_checked_with_the_ca_file_given_or_not_at_all(serve_script, tmp_path):
    tls, ca_file = make_certificate(tmp_path)
    with serve_script(Answer(), tls=tls) as server:
        assert call(make_client(server.url, verify=ca_file)) == {"ok": True}
        with pytest.warns(match="Unverified HTTPS request"):
            assert call(make_client(server.url, verify=False)) == {"ok": True}


def test_a_missing_ca_file_is_a_config_error(serve_script, tmp_path):
    tls, _ = make_certificate(tmp_path)
    with (
        serve_script(Answer(), tls=tls) as server,
        pytest.raises(ConfigError, match=r'CA certificate bundle.*extra "verify"'),
    ):
        call(make_client(server.url, verify=str(tmp_path / "absent.pem")))


def test_texts_that_a_database_refuses_are_replaced(serve_script):
    body = rb'{"a\u0000": ["x\u0000y", "\ud83d\ude80", "\uD800", "\\u0000", 1, null]}'
    with serve_script(Answer(body=body)) as server:
        assert call(make_client(server.url)) == {
            "a\ufffd": ["x\ufffdy", "🚀", "\ufffd", "\\u0000", 1, None]
        }


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"spent": NaN}', 'the number NaN in "spent"'),
        (b'{"spent": 1e999}', 'the number 1e999 in "spent"'),
        (b"[" * 1000 + b"]" * 1000, "more than 500 levels of lists and objects"),
    ],
)
def test_e3_what_no_warehouse_stores_is_told_at_once(serve_script, body, value):
    with serve_script(Answer(body=body)) as server, pytest.raises(SourceError) as caught:
        call(make_client(server.url))
    cannot_store = "The answer contains something that a warehouse cannot store"
    assert caught.value.what == f"{cannot_store}: {value}"
    assert caught.value.where == f"acme: {server.url.removeprefix('http://')} api/thing"
    assert "correct that object in the source" in caught.value.next_step
    assert len(server.bodies) == 1


def test_e4_links_and_redirects_that_are_not_a_url_are_told(serve_script):
    link = {"Link": '<http://[bad>; rel="next"'}
    with (
        serve_script(Answer(headers=link)) as server,
        pytest.raises(SourceError, match="next page"),
    ):
        call(make_client(server.url))
    target = {"Location": "http://[bad"}
    with (
        serve_script(Answer(301, headers=target)) as server,
        pytest.raises(SourceError, match="redirects to an address that is not a URL"),
    ):
        call(make_client(server.url))


def test_e1_a_netrc_does_not_replace_the_token(serve_script, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serve_script(Answer()) as server:
        call(make_client(server.url, headers={"Authorization": f"Bearer {SECRET}"}))
    assert [headers["Authorization"] for headers in server.headers] == [f"Bearer {SECRET}"]


def test_e1_a_proxy_and_a_ca_file_of_the_environment_are_used(serve_script, tmp_path, monkeypatch):
    with serve_script(Answer()) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert call(make_client("http://tracker.example.org")) == {"ok": True}
        monkeypatch.delenv("HTTP_PROXY")
    tls, ca_file = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca_file)
    with serve_script(Answer(), tls=tls) as server:
        assert call(make_client(server.url)) == {"ok": True}


def test_neither_errors_nor_logs_tell_the_form(serve_script, caplog):
    caplog.set_level("DEBUG")
    answers = [Answer(503), Answer(200, b"<p>"), Answer(400, SECRET.encode())]
    with serve_script(*answers) as server, pytest.raises(SourceError) as caught:
        call(make_client(server.url))
    assert "try 2 of 3 failed" in caplog.text
    assert SECRET not in caplog.text + str(caught.value)


def test_a_password_in_the_url_is_not_shown():
    client = make_client(f"http://user:{SECRET}@no-such-host.invalid")
    with pytest.raises(SourceUnavailableError) as caught:
        call(client)
    assert SECRET not in str(caught.value)
    assert "no-such-host.invalid api/thing" in caught.value.where
