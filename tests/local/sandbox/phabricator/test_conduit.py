"""The wire: two ways to pass parameters, tokens, and the sandbox's own switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.local.sandbox.conftest import Call, ids

if TYPE_CHECKING:
    from local.sandbox.phabricator.server import Running


def _post(sandbox: Running, method: str = "maniphest.search", **form: str) -> requests.Response:
    return requests.post(f"{sandbox.url}/api/{method}", data=form, timeout=10)


def test_php_style_form_with_texts_for_numbers(sandbox: Running) -> None:
    form = {
        "api.token": sandbox.token,
        "constraints[ids][0]": "1",
        "constraints[ids][1]": "7",
        "constraints[modifiedStart]": "2021",
        "attachments[projects]": "1",
    }
    answer = _post(sandbox, **form).json()
    assert ids(answer) == [7]  # T1 was modified at 2020
    assert answer["result"]["data"][0]["attachments"] == {"projects": {"projectPHIDs": []}}


def test_php_style_form_refuses_what_is_no_number(sandbox: Running) -> None:
    form = {"api.token": sandbox.token, "constraints[modifiedStart]": "yesterday"}
    assert _post(sandbox, **form).json()["error_code"] == "ERR-CONDUIT-CORE"


def test_a_wrong_token_is_named_and_a_missing_one_too(call: Call, sandbox: Running) -> None:
    nobody = f"api-{'x' * 28}"
    answer = call("user.whoami", token=nobody)
    assert answer["error_code"] == "ERR-INVALID-AUTH"
    assert answer["error_info"] == f'API token "{nobody}" is not valid.'
    assert _post(sandbox).json()["error_code"] == "ERR-INVALID-SESSION"
    assert _post(sandbox, "conduit.ping").json()["result"] == "phorge-host"


def test_z_tokens_have_32_characters(call: Call, sandbox: Running) -> None:
    assert (sandbox.token[:4], len(sandbox.token)) == ("api-", 32)
    answer = call("user.whoami", token=f"{sandbox.token}00")
    assert answer["error_code"] == "ERR-INVALID-AUTH"
    assert "has the wrong length. API tokens should be 32 characters" in answer["error_info"]


def test_z_the_methods_tell_their_parameters(call: Call) -> None:
    methods = call("conduit.query")["result"]
    assert methods["phid.query"]["params"] == {"phids": "required list<phid>"}
    assert methods["user.whoami"]["params"] == []


def test_an_unknown_method(call: Call) -> None:
    answer = call("maniphest.nope")
    assert answer["error_code"] == "ERR-CONDUIT-CALL"
    assert answer["error_info"] == 'Conduit API method "maniphest.nope" does not exist.'


def test_parameters_that_are_no_json(sandbox: Running) -> None:
    assert _post(sandbox, params="{").json()["error_code"] == "ERR-CONDUIT-CORE"


def test_requests_are_counted_per_method(call: Call, sandbox: Running) -> None:
    call("user.whoami")
    call("user.whoami")
    call("maniphest.search")
    stats = requests.get(f"{sandbox.url}/sandbox/stats", timeout=10).json()
    assert stats == {"maniphest.search": 1, "user.whoami": 2}
    assert sandbox.requests["user.whoami"] == 2


def test_health_tells_the_counts(sandbox: Running) -> None:
    health = requests.get(f"{sandbox.url}/sandbox/health", timeout=10).json()
    assert (health["status"], health["tasks"], health["transactions"]) == ("ok", 8, 0)


def test_loopback_only(sandbox: Running) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")


class TestFaults:
    """Each fault spoils as many answers as was said, and then no more."""

    @pytest.mark.parametrize("status", [503, 429])
    def test_unavailable(self, sandbox: Running, status: int) -> None:
        sandbox.faults.update({"unavailable": 2, "unavailable_status": status, "retry_after": "7"})
        spoilt = [_post(sandbox, "conduit.ping") for _ in range(3)]
        assert [answer.status_code for answer in spoilt] == [status, status, 200]
        assert spoilt[0].headers["Retry-After"] == "7"

    def test_truncated_json(self, sandbox: Running) -> None:
        sandbox.faults.truncated = 1
        with pytest.raises(requests.exceptions.JSONDecodeError):
            _post(sandbox, "conduit.ping").json()
        assert _post(sandbox, "conduit.ping").json()["result"]

    def test_connection_reset(self, sandbox: Running) -> None:
        sandbox.faults.resets = 1
        with pytest.raises(requests.exceptions.ConnectionError):
            _post(sandbox, "conduit.ping")
        assert _post(sandbox, "conduit.ping").ok

    def test_html(self, sandbox: Running) -> None:
        sandbox.faults.html = 1
        answer = _post(sandbox, "conduit.ping")
        assert answer.headers["Content-Type"].startswith("text/html")

    def test_latency(self, sandbox: Running) -> None:
        sandbox.faults.latency_ms = 40
        assert _post(sandbox, "conduit.ping").elapsed.total_seconds() >= 0.04

    def test_wrong_token(self, sandbox: Running, call: Call) -> None:
        sandbox.faults.wrong_token = True
        assert call("user.whoami")["error_code"] == "ERR-INVALID-AUTH"

    def test_over_http(self, sandbox: Running) -> None:
        url = f"{sandbox.url}/sandbox/faults"
        assert requests.post(url, json={"unavailable": 3}, timeout=10).json()["unavailable"] == 3
        assert sandbox.faults.unavailable == 3
        assert requests.delete(url, timeout=10).json()["unavailable"] == 0
        refused = requests.post(url, json={"unavailabel": 3}, timeout=10)
        assert (refused.status_code, "unavailable" in refused.text) == (400, True)
