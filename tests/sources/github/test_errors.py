"""Bad input: an error that names the instance and what to do, and nothing half-read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flowmart.core.errors import (
    AuthError,
    CompletenessError,
    ConfigError,
    FlowmartError,
    RateLimitError,
    SourceError,
    SourceUnavailableError,
)
from local.sandbox.github.graphql_api import played_schema
from tests.sources.github.sandbox import (
    EVERYTHING,
    INSTANCE,
    ids,
    open_source,
    read,
    served,
    updated_within,
)
from tests.sources.github.scripted import Told, api_of, scripted

if TYPE_CHECKING:
    from flowmart.sources.base import Record
    from flowmart.sources.github.source import GithubSource
    from local.sandbox.github.store import GitHubStore
    from tests.sources.github.sandbox import Server

ALL = ("2020", "2027")


def told(error: FlowmartError) -> str:
    """The error as people see it; it has to name the instance."""
    assert INSTANCE in str(error)
    return str(error)


def test_a_wrong_or_expired_token(server: Server) -> None:
    with pytest.raises(AuthError) as caught:
        open_source(server, "ghp_somebodyelse0000").check()
    assert "401: Bad credentials" in told(caught.value)
    assert "expired: put a valid one into the password of the connection" in told(caught.value)
    assert "ghp_" not in told(caught.value)


@pytest.mark.parametrize("token", ["", "two words", "ghp_ümlaut", "line\nbreak"])
def test_a_password_that_is_no_token_is_told_before_it_is_sent(server: Server, token: str) -> None:
    with pytest.raises(ConfigError, match="empty or has characters"):
        open_source(server, token)
    assert server.requests == 0


def test_a_token_without_the_scopes(server: Server, source: GithubSource) -> None:
    server.faults.under_scoped = True
    with pytest.raises(AuthError) as caught:
        read(source, "issues")
    assert "required scopes" in told(caught.value)
    assert "read:org, read:project" in told(caught.value)
    assert "switch off boards" in told(caught.value)


def test_without_boards_and_members_a_token_needs_fewer_scopes(server: Server) -> None:
    server.faults.under_scoped = True
    source = open_source(server, organizations=["acme"], boards=False, members=False)
    assert ids(read(source, "issues")) == updated_within(server, "issues", *ALL)
    assert read(source, "boards") == read(source, "members") == []


def test_a_fine_grained_token_that_may_not_see_checks(
    server: Server, source: GithubSource, caplog: pytest.LogCaptureFixture
) -> None:
    """No permission of such a token covers them: all else is read, and the log says it once."""
    seen = {record.record_id: checks_of(record) for record in read(source, "pull_requests")}
    assert any(seen.values())
    server.faults.without_checks = True
    without = {record.record_id: checks_of(record) for record in read(source, "pull_requests")}
    assert without == dict.fromkeys(seen)
    assert caplog.text.count("may not see checks of commits") == 1


def checks_of(record: Record) -> dict[str, Any] | None:
    """What the last commit's checks came to."""
    [head] = json.loads(record.payload)["headCommit"]["nodes"] or [{"commit": {}}]
    found: dict[str, Any] | None = head["commit"].get("statusCheckRollup")
    return found


def test_a_token_that_single_sign_on_does_not_know(server: Server, source: GithubSource) -> None:
    server.faults.sso = True
    with pytest.raises(AuthError) as caught:
        read(source, "issues")
    assert "SAML" in told(caught.value)
    assert "authorize the token" in told(caught.value)
    with pytest.raises(AuthError, match="authorize the token"):
        source._api.get("user", dict[str, Any])


def test_an_organization_without_access(server: Server) -> None:
    with pytest.raises(ConfigError) as caught:
        read(open_source(server, organizations=["nowhere"]), "issues")
    assert "The organization 'nowhere' does not exist, or is hidden" in told(caught.value)
    assert "options.organizations" in told(caught.value)


def test_a_repository_that_is_gone(server: Server) -> None:
    source = open_source(server, repositories=["acme/payments", "acme/gone"])
    with pytest.raises(ConfigError) as caught:
        read(source, "issues")
    assert "GitHub does not show acme/gone: deleted, or hidden" in told(caught.value)


def test_no_repositories_at_all(server: Server) -> None:
    with pytest.raises(ConfigError, match="No repositories are named"):
        read(open_source(server, organizations=[]), "issues")


def test_a_schema_without_a_field_leaves_it_out_and_says_so(
    store: GitHubStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    known = played_schema(is_old=True).type_map
    for item in store.all_items():
        events = item["timelineItems"]
        item["timelineItems"] = [event for event in events if event["__typename"] in known]
    with served(store, is_old=True) as server:
        found = read(open_source(server), "issues")
        assert ids(found) == updated_within(server, "issues", *ALL)
    assert "does not know, so not read" in caplog.text
    assert "Issue.issueType" in caplog.text
    assert all("issueType" not in json.loads(record.payload) for record in found)


def test_a_schema_without_what_everything_needs() -> None:
    """A server whose objects have no such fields at all: another product."""
    told = Told(body={"errors": [{"message": "Field 'x' doesn't exist on type 'Query'"}]})
    with scripted(told) as server, pytest.raises(SourceError, match="refuses the query: Field 'x'"):
        api_of(server).query("{ x }", {})


def test_a_record_that_stays_null_is_named(server: Server, source: GithubSource) -> None:
    """One issue breaks every answer that it is in; the others can be read."""
    broken = server.items("issues")[7]["id"]
    _break(server, broken)
    with pytest.raises(CompletenessError) as caught:
        read(source, "issues")
    assert f"no answer for the issue {broken}: it stays null" in told(caught.value)
    assert "open it on GitHub" in told(caught.value)


def test_nulls_that_go_away_in_smaller_pages_lose_nothing(
    server: Server, source: GithubSource
) -> None:
    server.faults.null_nodes = 3
    assert ids(read(source, "issues")) == updated_within(server, "issues", *ALL)


@pytest.mark.parametrize("answer", [502, 504, 200])
@pytest.mark.parametrize("largest", [7, 3])
def test_pages_shrink_until_the_server_answers(
    server: Server, source: GithubSource, answer: int, largest: int, waits: list[float]
) -> None:
    """With three at most, even the smallest page is too much: each alone is not."""
    server.faults.largest_page, server.faults.too_large = largest, answer
    found = read(source, "pull_requests")
    assert ids(found) == updated_within(server, "pullRequests", *ALL)
    sizes = [asked["first"] for asked in server.app.asked("pull_request_page")]
    assert sizes[:3] == [25, 10, 5]


@pytest.mark.parametrize(
    "faults",
    [
        {"unicorns": 2},
        {"resource_limits": 2},
        {"truncated": 1},
        {"resets": 1},
        {"html": 1},
        {"unavailable": 1},
        {"secondary_limits": 1, "secondary_wait_s": 1},
        {"secondary_limits": 1, "secondary_wait_s": 1, "secondary_status": 429},
    ],
    ids=str,
)
def test_what_passes_by_itself_loses_nothing(
    server: Server, source: GithubSource, faults: dict[str, int], waits: list[float]
) -> None:
    source.check()
    server.faults.update(faults)
    assert ids(read(source, "issues")) == updated_within(server, "issues", *ALL)


def test_an_outage_is_for_airflow_to_try_again(
    server: Server, source: GithubSource, waits: list[float]
) -> None:
    server.faults.unavailable = 1000
    with pytest.raises(SourceUnavailableError) as caught:
        source.check()
    assert "503" in told(caught.value)


def test_a_unicorn_that_stays(server: Server, source: GithubSource, waits: list[float]) -> None:
    server.faults.unicorns = 1000
    with pytest.raises(SourceUnavailableError) as caught:
        source.check()
    assert "smallest query is too much: the server answered 502" in told(caught.value)


@pytest.mark.parametrize("faults", [{"primary_limits": 1}, {"graphql_limits": 1}], ids=str)
def test_a_used_up_budget_names_when_it_goes_on(
    server: Server, source: GithubSource, faults: dict[str, int]
) -> None:
    server.faults.update(faults)
    with pytest.raises(RateLimitError) as caught:
        source.check()
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    assert abs(caught.value.resume_at - in_an_hour) < timedelta(seconds=30)
    assert "goes on by itself" in told(caught.value)


def test_a_server_whose_clock_is_ahead_means_its_own_hour(
    server: Server, source: GithubSource
) -> None:
    """Its Date is not ahead with it in the sandbox's server, so the wait is longer, not shorter."""
    server.faults.clock_ahead_s = 300
    server.faults.primary_limits = 1
    with pytest.raises(RateLimitError) as caught:
        source.check()
    assert caught.value.resume_at > datetime.now(UTC) + timedelta(minutes=55)


def test_a_body_of_a_megabyte(server: Server, source: GithubSource) -> None:
    item = server.items("issues")[0]
    item["body"] = "ё" * 500_000 + "\x00end"
    found = {record.record_id: record.payload for record in read(source, "issues")}
    assert len(found[item["id"]]) > 1_000_000
    assert b"\\u0000" not in found[item["id"]]


def test_nothing_is_asked_of_another_host() -> None:
    moved = Told(301, {"message": "Moved"}, {"Location": "https://evil.example.org/x"})
    with scripted(moved) as server, pytest.raises(SourceError, match="links to another host"):
        api_of(server).get("repos/acme/payments", dict[str, Any])


def test_a_redirect_is_followed_on_the_same_host() -> None:
    with scripted() as server:
        location = f"{server.url}/repositories/1"
        server.answer = lambda asked: (
            Told(body={"id": 1})
            if asked.path == "/repositories/1"
            else Told(301, {"message": "Moved"}, {"Location": location})
        )
        found, _ = api_of(server).get("repos/acme/old", dict[str, Any])
    assert found == {"id": 1}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"repositories": ["payments"]}, "is no repository such as acme/payments"),
        ({"branch_pattern": "("}, "is no regular expression"),
        ({"budget_share": 0}, "greater than 0"),
        ({"deployments": {"from": "pipelines"}}, "deployments"),
        ({"repositories": ["a/b"], "exclude_repositories": ["A/B"]}, "listed and excluded"),
        ({"status_from_board": 1, "boards": False}, "needs boards"),
        ({"organisations": ["acme"]}, "organizations"),
    ],
)
def test_a_wrong_option_is_named(server: Server, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_source(server, **options)
    assert message in told(caught.value)


def _break(server: Server, record_id: str) -> None:
    """Let a record be null wherever more than its id is asked for."""
    real = server.app.queries.answer

    def spoiled(document: Any, body: Any, *rest: Any) -> dict[str, Any]:
        answered = real(document, body, *rest)
        data = answered.get("data") or {}
        if "timelineItems" not in body["query"]:
            return answered
        for place in (((data.get("node") or {}).get("page") or {}).get("nodes"), data.get("nodes")):
            for n, node in enumerate(place or ()):
                if node and node.get("id") == record_id:
                    place[n] = None
        return answered

    server.app.queries.answer = spoiled  # type: ignore[method-assign]


def test_everything_is_still_there_when_a_window_is_read_again(
    server: Server, source: GithubSource
) -> None:
    assert ids(read(source, "issues", EVERYTHING)) == ids(read(source, "issues", EVERYTHING))
