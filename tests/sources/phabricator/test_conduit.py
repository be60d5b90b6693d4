from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from flowmart.core.errors import AuthError, ConfigError, SourceError, SourceUnavailableError
from flowmart.sources.base import SourceConnection
from flowmart.sources.phabricator.conduit import Conduit, ConduitError
from flowmart.sources.phabricator.paging import walk
from flowmart.sources.phabricator.records import Thing
from tests.http.conftest import Answer, scripted

TOKEN = "api-abcdefghijklmnopqrstuvwxyz12"


def answer(result=None, code=None, info=None) -> Answer:
    document = {"result": result, "error_code": code, "error_info": info}
    return Answer(body=json.dumps(document).encode())


def call(server, method="maniphest.search", **params):
    return Conduit(SourceConnection(server.url, TOKEN), "acme").call(method, params, dict)


def failure(code, info) -> Exception:
    with scripted(answer(code=code, info=info)) as server, pytest.raises(Exception) as caught:  # noqa: PT011
        call(server)
    return caught.value


@pytest.mark.parametrize("path", ["/api", "/api/", "/phabricator/api"])
def test_p7_a_host_that_ends_in_api_is_named_at_once(path):
    with pytest.raises(ConfigError, match="ends in /api") as caught:
        Conduit(SourceConnection(f"https://phorge.example.org{path}", TOKEN), "acme")
    assert "without /api" in caught.value.next_step


def test_p7_a_server_of_another_name_is_named_at_once():
    """A Phorge answers 500 where its base URI is another one; a retry does not change that."""
    page = b"<html><title>Site Not Found</title><body>This request asked for a site</body></html>"
    with scripted(Answer(500, page)) as server:
        with pytest.raises(ConfigError, match="Site Not Found") as caught:
            call(server)
        assert len(server.bodies) == 1
    assert "base URI" in caught.value.next_step


def test_p1_a_hidden_task_is_gone_in_either_wording():
    for code, info in (
        ("ERR-INVALID-OBJECT-PHID", 'Specified "objectIdentifier" does not exist.'),
        ("ERR-CONDUIT-CORE", "[You Shall Not Pass: Restricted Maniphest Task] (Can View) ..."),
    ):
        error = failure(code, info)
        assert isinstance(error, ConduitError)
        assert error.gone_object


def test_parameters_travel_as_json_with_the_token_in_the_body():
    with scripted(answer({"data": []})) as server:
        assert call(server, constraints={"modifiedStart": 1}) == {"data": []}
    form = parse_qs(server.bodies[0].decode())
    assert form["output"] == ["json"]
    assert form["__conduit__"] == ["1"]
    assert json.loads(form["params"][0]) == {
        "constraints": {"modifiedStart": 1},
        "__conduit__": {"token": TOKEN},
    }


@pytest.mark.parametrize("code", ["ERR-INVALID-AUTH", "ERR-INVALID-SESSION"])
def test_a_refused_token_is_an_auth_error_with_the_remedy_and_without_the_token(code):
    error = failure(code, f'API token "{TOKEN}" is not valid.')
    assert isinstance(error, AuthError)
    assert "password of the connection flowmart_acme" in error.next_step
    assert TOKEN not in str(error)


@pytest.mark.parametrize(
    ("code", "info", "remedy"),
    [
        ("ERR-CONDUIT-CALL", 'Conduit API method "x" does not exist.', "does not have the method"),
        ("ERR-INVALID-CONSTRAINT", "an invalid key.", "does not know a filter"),
        ("ERR-INVALID-PAGE-SIZE", "Maximum page size is 100", "smaller pages"),
        ("ERR-CONDUIT-CORE", "Expected integer, got something else.", "error log"),
        ("ERR-NEVER-SEEN", "", "error log"),
    ],
)
def test_an_error_in_an_answer_with_status_200_is_an_error(code, info, remedy):
    error = failure(code, info)
    assert isinstance(error, ConduitError)
    assert isinstance(error, SourceError)
    assert error.what == f"Conduit answered {code}: {info}"
    assert error.where.startswith("acme: 127.0.0.1:")
    assert error.where.endswith(" maniphest.search")
    assert remedy in error.next_step


def test_a_token_in_any_other_error_is_masked():
    assert "got (token)" in str(failure("ERR-CONDUIT-CORE", f"got {TOKEN}"))


@pytest.mark.parametrize(
    "info",
    [
        "#2006: MySQL server has gone away",
        "Attempt to connect to phabricator@db failed with error #2002",
        "#1205: Lock wait timeout exceeded",
    ],
)
def test_a_server_that_lost_its_database_may_be_asked_again_later(info):
    assert isinstance(failure("ERR-CONDUIT-CORE", info), SourceUnavailableError)


@pytest.mark.parametrize("body", [b"[]", b'{"status": "ok"}', b'"up"'])
def test_json_of_another_service_is_told_apart(body):
    with (
        scripted(Answer(body=body)) as server,
        pytest.raises(SourceError, match="not the expected answer of Conduit"),
    ):
        call(server)


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        ([], "not the expected result of Conduit: Expected `object`, got `array`"),
        (
            {"data": []},
            "not the expected result of Conduit: Object missing required field `cursor`",
        ),
        (
            {"data": {}, "cursor": {"after": None}},
            "not the expected page of Conduit: Expected `array`",
        ),
        ({"data": [{"id": "7"}], "cursor": {"after": None}}, r"got `str` - at `\$\[0\]\.id`"),
        ({"data": [{"id": 7}], "cursor": {"after": None}}, "missing required field `phid`"),
    ],
)
def test_a_result_of_another_shape_is_told_with_method_and_member(result, problem):
    with scripted(answer(result)) as server:
        conduit = Conduit(SourceConnection(server.url, TOKEN), "acme")
        pages = walk(conduit, "maniphest.search", Thing, {}, ascending=True)
        with pytest.raises(SourceError, match=problem) as caught:
            next(pages)
    assert caught.value.where.endswith(" maniphest.search")


@pytest.mark.parametrize(
    ("info", "lost"),
    [
        ('Cursor "26" does not identify a valid object in query "ManiphestTaskQuery".', True),
        ("[You Shall Not Pass: Restricted Maniphest Task] (Can View) You do not have", True),
        ('Error while reading "modifiedStart": Expected integer', False),
    ],
)
def test_a_lost_cursor_is_recognised_by_its_text(info, lost):
    assert failure("ERR-CONDUIT-CORE", info).lost_cursor is lost


@pytest.mark.parametrize(
    ("code", "info"),
    [
        ("ERR-INVALID-OBJECT-PHID", 'Specified "objectIdentifier" does not exist.'),
        # Other versions of the server say it in these words.
        ("ERR-CONDUIT-CORE", 'specified "objectIdentifier" ("T26") does not exist.'),
    ],
)
def test_a_gone_object_is_recognised(code, info):
    assert failure(code, info).gone_object
