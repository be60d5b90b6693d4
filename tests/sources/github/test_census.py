"""What there is, and what became of what is not listed any more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import RecordState, Transfer
from flowmart.sources.census import take_census
from local.sandbox.github import issues as edits
from tests.records import payload_of

if TYPE_CHECKING:
    from flowmart.sources.github.source import GithubSource
    from tests.sources.github.sandbox import Server

KINDS = {
    "issue": ("issues",),
    "pull_request": ("pullRequests",),
    "deployment": ("deployments", "releases"),
}


@pytest.mark.parametrize("entity", KINDS)
def test_a_census_lists_everything_with_its_last_update(
    server: Server, source: GithubSource, entity: str
) -> None:
    found: dict[str, int] = {}
    for page in source.census(entity):
        found |= page
    items = [item for kind in KINDS[entity] for item in server.items(kind)]
    assert found == {
        item["id"]: int(datetime.fromisoformat(item["updatedAt"]).timestamp()) * 1000
        for item in items
    }


def test_a_census_that_is_short_is_not_taken(server: Server, source: GithubSource) -> None:
    real = server.app.queries.answer

    def short(document, body, *rest):
        told = real(document, body, *rest)
        if "query issue_ids(" in body["query"]:
            told["data"]["node"]["page"]["nodes"].pop()
        return told

    server.app.queries.answer = short  # type: ignore[method-assign]
    with pytest.raises(CompletenessError, match=r"GitHub counts \d+ issues in acme/\w+ but listed"):
        list(source.census("issue"))


def test_transferred_deleted_and_hidden_are_told_apart(
    server: Server, source: GithubSource
) -> None:
    home, other = server.repository("platform"), server.repository("payments")
    there, moved, deleted = home["issues"][:3]
    addresses = {issue["id"]: issue["url"] for issue in (there, moved, deleted)}
    old = moved["id"]
    edits.transfer(server.store, moved, other, server.store.now + 1, None)
    edits.delete(server.store, deleted, server.store.now + 1)

    def state(record_id: str) -> RecordState | Transfer:
        return source.state_of("issue", record_id, addresses[record_id])

    assert state(there["id"]) == RecordState.PRESENT
    assert state(old) == Transfer(moved["id"])
    # Where the old id leads nowhere, the old address does.
    server.store.moved.clear()
    assert state(old) == Transfer(moved["id"])
    assert state(deleted["id"]) == RecordState.DELETED
    assert source.state_of("issue", old) == RecordState.MISSING
    server.store.repositories.remove(home)
    assert state(deleted["id"]) == RecordState.ACCESS_LOST


def test_a_transfer_is_noted_with_where_it_went(server: Server, source: GithubSource) -> None:
    home = server.repository("platform")
    moved = home["issues"][0]
    known = {issue["id"]: False for issue in server.items("issues")}
    urls = {issue["id"]: issue["url"] for issue in server.items("issues")}
    old = moved["id"]
    edits.transfer(server.store, moved, server.repository("payments"), server.store.now + 1, None)
    pages = take_census(source, "issue", known, datetime.now(UTC), (), urls)
    [note] = [record for page in pages for record in page.records]
    assert note.record_id == old
    assert payload_of(note)["record_state"] == "transferred"
    assert payload_of(note)["moved_to"] == moved["id"]
