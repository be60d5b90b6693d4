"""Bad input: an error that names the instance and the remedy, and never tells the token."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from flowmart.core.errors import (
    AuthError,
    ConfigError,
    FlowmartError,
    SourceError,
    SourceUnavailableError,
)
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from local.sandbox.youtrack.app import TOKEN
from tests.sources.youtrack.conftest import EVERYTHING, INSTANCE, open_source, read

SECRET = "perm:bWlzdHlwZWQ=.token"


@contextmanager
def answering(status: int, body: str):
    """A source over a server that gives one and the same answer to everything; what it was told."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append((self.path, dict(self.headers)))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        url = f"http://127.0.0.1:{server.server_port}/youtrack/"
        options = {"timezone": "UTC"}
        try:
            yield make_source("youtrack", SourceConnection(url, SECRET), INSTANCE, options), heard
        finally:
            server.shutdown()


def refusal(error: str, description: str, *children: str) -> str:
    found = [{"error": error, "error_description": child} for child in children]
    return json.dumps({"error": error, "error_description": description, "error_children": found})


def failure(source, run) -> FlowmartError:
    with pytest.raises(FlowmartError) as caught:
        run(source)
    error = caught.value
    assert INSTANCE in error.where + error.next_step
    text = "".join(map(str, (error, error.__cause__, error.__context__, source.connection)))
    assert SECRET not in text
    assert TOKEN not in text
    return error


def check(source) -> None:
    source.check()


def search(source) -> None:
    read(source, "issues", EVERYTHING)


def users(source) -> None:
    read(source, "users")


@pytest.mark.parametrize("run", [check, search, users])
def test_a_wrong_token_is_refused(server, run):
    error = failure(open_source(server, token=SECRET), run)
    assert isinstance(error, AuthError)
    assert error.what == "YouTrack answered 401: Invalid token."
    assert "password of the connection flowmart_youtrack__acme" in error.next_step


def test_a_server_that_takes_us_for_a_guest_is_told(server, source):
    source.check()
    server.app.is_guest = True
    error = failure(source, check)
    assert isinstance(error, AuthError)
    assert "permanent token into the password of the connection flowmart_youtrack" in str(error)


def test_a_guest_has_no_time_zone(server, source):
    server.app.is_guest = True
    assert isinstance(failure(source, search), AuthError)


@pytest.mark.parametrize("run", [check, search, users])
def test_a_token_without_the_scope_is_told_what_it_needs(run):
    with answering(403, refusal("Forbidden", f"{SECRET} has no scope")) as (source, _):
        error = failure(source, run)
    assert isinstance(error, AuthError)
    assert error.what == "YouTrack answered 403: (token) has no scope"
    assert "has the scope YouTrack" in error.next_step


def test_a_request_carries_the_token_below_the_context_path():
    with answering(200, '{"login": "etlbot", "guest": false}') as (source, heard):
        source.check()
    ((path, headers),) = heard
    assert path.startswith("/youtrack/api/users/me?fields=")
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["Accept"] == "application/json"


@pytest.mark.parametrize("token", ["", f"{SECRET}\n", f"Bearer {SECRET}", "токен"])
def test_a_password_that_is_no_token_is_refused_without_being_told(server, token):
    connection = SourceConnection(server.url, token)
    with pytest.raises(
        ConfigError, match="The password is empty or has characters that are invalid"
    ) as caught:
        make_source("youtrack", connection, INSTANCE)
    assert SECRET not in str(caught.value)
    assert caught.value.where == "connection flowmart_youtrack__acme"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"projects": ["A}B"]}, r"projects\.0: String should match"),
        ({"projects": "PAY"}, "projects: Input should be a valid tuple"),
        ({"timezone": "Berlin"}, "'Berlin' is not an IANA time zone"),
        ({"query": "#Resolved sort by: created"}, 'remove "sort by"'),
        ({"query": "#Resolved SORT  BY : created"}, 'remove "sort by"'),
        ({"query": "(#Resolved"}, "is not matched"),
        ({"query": "#Resolved) or (#Unresolved"}, "is not matched"),
        ({"query": 'summary: "a'}, "is not matched"),
        ({"query": "State: {In Progress"}, "is not matched"),
        ({"projcts": ["A"]}, "projcts: Extra inputs"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(server, options, text):
    with pytest.raises(ConfigError, match=text) as caught:
        open_source(server, **options)
    assert caught.value.where == "flowmart.yaml, instances.youtrack__acme.options"


@pytest.mark.parametrize("query", ['summary: "a) {b"', "State: {Won't (fix}", "(#Resolved) or (x)"])
def test_parentheses_and_quotes_that_fit_are_taken(server, query):
    open_source(server, query=query)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Colour: red", 'does not play the attribute "Colour"'),
        ("State: Opne", 'The value "Opne" isn\'t used for the State field'),
    ],
)
def test_a_clause_that_is_not_understood_is_told_with_the_setting(server, query, text):
    error = failure(open_source(server, query=query), search)
    assert isinstance(error, SourceError)
    assert text in error.what
    assert "check query, saved_query and projects in flowmart.yaml" in error.next_step


def test_each_word_that_is_not_understood_is_told():
    body = refusal("invalid_query", "Can't parse", "no such value: Opne", "no such tag: x")
    with answering(400, body) as (source, _):
        error = failure(source, search)
    assert error.what == ("YouTrack answered 400: Can't parse; no such value: Opne; no such tag: x")


def test_a_wrong_context_path_is_told(server):
    connection = SourceConnection(server.url.removesuffix("/youtrack"), TOKEN)
    source = make_source("youtrack", connection, INSTANCE)
    error = failure(source, check)
    assert isinstance(error, SourceError)
    assert "YouTrack answered 404" in error.what
    assert "is YouTrack's address, with its path" in error.next_step


def test_a_stream_that_is_not_declared_is_refused(source):
    for name in ("tasks", "tombstones"):
        with pytest.raises(ConfigError, match=rf"no stream '{name}'.*use one of issues, activit"):
            source.read(name, EVERYTHING, ())


@pytest.mark.parametrize("run", [check, search, users])
def test_an_error_in_an_answer_of_status_200_is_an_error(run):
    with answering(200, refusal("server_error", f"no, {SECRET}")) as (source, _):
        error = failure(source, run)
    assert isinstance(error, SourceError)
    assert error.what == "YouTrack answered 200: no, (token)"


@pytest.mark.parametrize(("status", "kind"), [(400, SourceError), (409, SourceError)])
def test_other_refusals_are_for_good(status, kind):
    with answering(status, refusal("bad_request", "no")) as (source, _):
        error = failure(source, users)
    assert isinstance(error, kind)
    assert error.what == f"YouTrack answered {status}: no"


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_left_to_a_later_try(status):
    with answering(status, refusal("server_error", "busy")) as (source, _):
        assert isinstance(failure(source, search), SourceUnavailableError)


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize("run", [check, search])
def test_html_instead_of_json_is_told(run):
    with answering(200, "<html>Sign in</html>") as (source, _):
        error = failure(source, run)
    assert isinstance(error, SourceUnavailableError)
    assert "HTML page" in error.what
    assert "host is the API" in error.next_step


@pytest.mark.parametrize("body", ["{}", '["a"]', '"up"', "null"])
def test_json_of_another_service_is_told_apart(body):
    with answering(200, body) as (source, _):
        error = failure(source, search)
        assert "is JSON, but not the expected " in error.what
        error = failure(source, users)
        assert "is JSON, but not the expected list of YouTrack" in error.what


def test_rows_without_an_id_or_a_time_are_told(server, source):
    for name in ("id", "created", "updated"):
        server.app.spoil_issues = lambda found, name=name: [row | {name: None} for row in found]
        with pytest.raises(
            SourceError, match=rf"not the expected list of YouTrack: .* at `\$\[0\]\.{name}`"
        ):
            read(source, "issues")


@pytest.mark.parametrize("updated", [2**63, 1.0, "1", True])
def test_a_time_that_is_no_whole_number_of_64_bits_is_told(server, source, updated):
    server.app.spoil_issues = lambda found: [row | {"updated": updated} for row in found]
    with pytest.raises(SourceError, match=r"Expected `int`.* at `\$\[0\]\.updated`"):
        read(source, "issues")


@pytest.mark.usefixtures("no_waits")
def test_an_unreachable_host_is_told():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    error = failure(make_source("youtrack", SourceConnection(url, SECRET), INSTANCE), check)
    assert isinstance(error, SourceUnavailableError)
    assert error.where.endswith(" users/me")
