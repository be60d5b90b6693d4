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
from local.sandbox.yandex_tracker.app import ORG_ID, TRACKER_TOKEN
from tests.sources.yandex_tracker.conftest import EVERYTHING, INSTANCE, open_source, read

SECRET = "y0_mistyped-token"


@contextmanager
def answering(status: int, body: str):
    """A source over a server that gives one and the same answer to everything; what it was told."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(dict(self.headers))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        url = f"http://127.0.0.1:{server.server_port}"
        extra = {"cloud_org_id": "cloud-1", "token_type": "IAM"}
        yield (
            make_source("yandex_tracker", SourceConnection(url, SECRET, extra=extra), INSTANCE),
            heard,
        )
        server.shutdown()


def refusal(status: int, *messages: str, **errors: str) -> str:
    return json.dumps({"statusCode": status, "errors": errors, "errorMessages": messages})


def failure(source, run) -> FlowmartError:
    with pytest.raises(FlowmartError) as caught:
        run(source)
    error = caught.value
    assert INSTANCE in error.where + error.next_step
    text = "".join(map(str, (error, error.__cause__, error.__context__, source.connection)))
    assert SECRET not in text
    assert TRACKER_TOKEN not in text
    return error


def check(source) -> None:
    source.check()


def search(source) -> None:
    read(source, "issues", EVERYTHING)


@pytest.mark.parametrize("run", [check, search])
def test_a_wrong_token_is_refused(server, run):
    error = failure(open_source(server, token=SECRET), run)
    assert isinstance(error, AuthError)
    assert "password of the connection flowmart_yandex_tracker__acme" in error.next_step


@pytest.mark.parametrize("run", [check, search])
@pytest.mark.parametrize("kind", ["org_id", "cloud_org_id"])
def test_a_wrong_organisation_is_refused(server, run, kind):
    error = failure(open_source(server, extra={kind: "somebody-elses"}), run)
    assert isinstance(error, AuthError)
    assert "The organization is not available to the user" in error.what
    assert "check org_id or cloud_org_id" in error.next_step
    assert "scope tracker:read" in error.next_step


@pytest.mark.parametrize(
    "extra",
    [{"org_id": ORG_ID}, {"cloud_org_id": ORG_ID}, {"cloud_org_id": ORG_ID, "token_type": "IAM"}],
)
def test_each_kind_of_organisation_and_token_lets_in(server, extra):
    open_source(server, extra=extra).check()


def test_a_request_names_one_organisation_and_asks_for_english():
    with answering(200, "{}") as (source, heard):
        source.check()
    (headers,) = heard
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["X-Cloud-Org-ID"] == "cloud-1"
    assert "X-Org-ID" not in headers
    assert headers["Accept-Language"] == "en"


@pytest.mark.parametrize(
    ("extra", "text"),
    [
        ({}, "names no organisation: exactly one of org_id and cloud_org_id"),
        ({"org_id": "1", "cloud_org_id": "2"}, "names both kinds of organisation: exactly one"),
        ({"org_id": "1", "token_type": "IAM"}, "An IAM token needs cloud_org_id"),
        ({"org_id": "1", "token_type": "JWT"}, "token_type is 'JWT', neither OAuth nor IAM"),
        ({"org_id": "1", "language": "de"}, "language is 'de', neither en nor ru"),
        ({"orgid": "1"}, "unknown extras: orgid"),
        ({"org_id": "1\n"}, "The org_id is empty or has invalid characters"),
    ],
)
def test_extras_that_do_not_fit_are_refused_before_anything_is_asked(server, extra, text):
    with pytest.raises(ConfigError, match=text) as caught:
        open_source(server, extra=extra)
    assert caught.value.where == "connection flowmart_yandex_tracker__acme"


@pytest.mark.parametrize("token", ["", f"{SECRET}\n", f"OAuth {SECRET}", "токен"])
def test_a_password_that_is_no_token_is_refused_without_being_told(server, token):
    with pytest.raises(
        ConfigError, match="The password is empty or has invalid characters"
    ) as caught:
        open_source(server, token=token)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"queues": ["A B"]}, r"queues\.0: String should match"),
        ({"queues": "PAYMENTS"}, "queues: Input should be a valid tuple"),
        ({"timezone": "Moscow"}, "'Moscow' is not an IANA time zone"),
        ({"query": 'Status: open "Sort by": Key'}, 'remove "Sort by"'),
        ({"quues": ["A"]}, "quues: Extra inputs"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(server, options, text):
    with pytest.raises(ConfigError, match=text) as caught:
        open_source(server, **options)
    assert caught.value.where == "flowmart.yaml, instances.yandex_tracker__acme.options"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"queues": ["NOSUCH"]}, 'Queue "NOSUCH" does not exist'),
        ({"exclude_queues": ["NOSUCH"]}, 'Queue "NOSUCH" does not exist'),
        ({"query": "Colour: red"}, 'does not play searches by "colour"'),
        ({"query": "Status open"}, "Unable to parse query"),
    ],
)
def test_an_unknown_queue_or_a_broken_clause_is_told_with_the_setting(server, options, text):
    error = failure(open_source(server, **options), search)
    assert isinstance(error, SourceError)
    assert text in error.what
    assert "check queues, exclude_queues and query in flowmart.yaml" in error.next_step


def test_a_stream_that_is_not_declared_is_refused(source):
    for name in ("tasks", "tombstones"):
        with pytest.raises(ConfigError, match=rf"no stream '{name}'.*use one of issues, changelog"):
            source.read(name, EVERYTHING, ())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthError),
        (403, AuthError),
        (404, SourceError),
        (422, SourceError),
        (429, SourceUnavailableError),
        (503, SourceUnavailableError),
    ],
)
def test_an_error_in_an_answer_of_status_200_is_an_error(status, kind):
    with answering(200, refusal(status, f"no, {SECRET}", field="wrong")) as (source, _):
        error = failure(source, search)
    assert isinstance(error, kind)
    assert error.what == f"Tracker answered {status}: no, (token); field: wrong"


def test_a_refusal_that_repeats_the_token_is_told_without_it():
    with answering(403, refusal(403, f"{SECRET} has no scope tracker:read")) as (source, _):
        assert "(token) has no scope tracker:read" in failure(source, check).what


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
    assert "is JSON, but not the expected count of Tracker" in error.what
    with answering(200, body) as (source, _):
        error = failure(source, lambda source: read(source, "queues"))
    assert "is JSON, but not the expected list of Tracker" in error.what


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"key": "A"}, "missing required field `id` - at `$[0]`"),
        ({"id": None}, "Expected `int | str`, got `null` - at `$[0].id`"),
        ({"id": ""}, "Expected `str` of length >= 1 - at `$[0].id`"),
        (
            {"id": "1", "updatedAt": "2026-11-01T12:00:00"},
            "timezone component - at `$[0].updatedAt`",
        ),
        (
            {"id": "1", "createdAt": 5},
            "Expected `datetime | null`, got `int` - at `$[0].createdAt`",
        ),
    ],
)
def test_an_object_of_another_shape_is_told_with_call_and_member(row, problem):
    with answering(200, json.dumps([row])) as (source, _):
        error = failure(source, lambda source: read(source, "queues"))
    assert isinstance(error, SourceError)
    assert error.what.startswith("The answer is JSON, but not the expected list of Tracker: ")
    assert error.what.endswith(problem)
    assert error.where.endswith(" queues")


@pytest.mark.parametrize("count", ["-1", "true", "1.0", '"1"', "[]"])
def test_a_count_that_is_no_number_is_told(count):
    with answering(200, count) as (source, _):
        assert "not the expected count of Tracker" in failure(source, search).what


@pytest.mark.usefixtures("no_waits")
def test_an_unreachable_host_is_told():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    connection = SourceConnection(url, SECRET, extra={"org_id": "1"})
    error = failure(make_source("yandex_tracker", connection, INSTANCE), check)
    assert isinstance(error, SourceUnavailableError)
    assert error.where.endswith(" myself")
