"""Windows of issues and pull requests: each way gives exactly what the slow look gives."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flowmart.core.errors import CompletenessError, RateLimitError
from flowmart.core.window import Window
from flowmart.sources.github import limits, walks
from flowmart.sources.github.records import Heads, Repository, Times
from flowmart.sources.github.walks import choose
from local.sandbox.github import issues as edits
from local.sandbox.github import timeline
from tests.records import payload_of
from tests.sources.github.sandbox import (
    EVERYTHING,
    ids,
    open_source,
    read,
    rows,
    updated_within,
)

if TYPE_CHECKING:
    from flowmart.sources.github.source import GithubSource
    from local.sandbox.github.values import Node
    from tests.sources.github.sandbox import Server

STREAMS = {"issues": "issues", "pull_requests": "pullRequests"}
PAST = Window.parse("2026-11-09T00:00Z", "2026-11-16T00:00Z")
PAST_TEXTS = ("2026-11-08T23:50:00Z", "2026-11-16T00:00:00Z")
# To its end the history is recent: as wide as what is left until now, and more.
RECENT = Window.parse("2026-11-09T00:00Z", "2026-11-29T00:00Z")
RECENT_TEXTS = ("2026-11-08T23:50:00Z", "2026-11-29T00:00:00Z")


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize(
    ("window", "texts", "way"),
    [
        (EVERYTHING, ("2020", "2027"), "history"),
        (RECENT, RECENT_TEXTS, "recent"),
        (PAST, PAST_TEXTS, "listing"),
    ],
)
def test_a_window_has_exactly_what_was_updated_in_it_last(
    server: Server,
    source: GithubSource,
    caplog: pytest.LogCaptureFixture,
    stream: str,
    window: Window,
    texts: tuple[str, str],
    way: str,
) -> None:
    caplog.set_level("INFO")
    expected = updated_within(server, STREAMS[stream], *texts)
    found = read(source, stream, window)
    assert ids(found) == expected
    assert len(expected) > 8
    assert f"'{way}'" in caplog.text
    assert all(record.parent_id is None for record in found)


def test_a_record_holds_what_github_sent_and_its_version_is_the_update(
    server: Server, source: GithubSource
) -> None:
    truth = {item["id"]: item for item in server.items("pullRequests")}
    for record in read(source, "pull_requests"):
        item, payload = truth[record.record_id], payload_of(record)
        assert payload["number"] == item["number"]
        at = datetime.fromisoformat(item["updatedAt"])
        assert record.version == int(at.timestamp()) * 1000
        assert len(payload["timelineItems"]["nodes"]) == len(item["timelineItems"])
        assert {n["__typename"] for n in payload["timelineItems"]["nodes"]} == {
            event["__typename"] for event in item["timelineItems"]
        }


def test_filterby_is_never_sent(server: Server, source: GithubSource) -> None:
    for window in (EVERYTHING, RECENT, PAST):
        read(source, "issues", window)
    assert not [body for body in server.app.queries_asked if "filterBy" in body["query"]]


def test_a_long_timeline_is_read_to_its_end_and_joined(
    server: Server, source: GithubSource
) -> None:
    """250 comments on three issues: a page of 100 each, and two more for all three at once."""
    chosen = server.items("issues")[:3]
    for item in chosen:
        for _ in range(250):
            timeline.comment(server.store, item, server.store.now + 1, None, "more")
    found = {record.record_id: payload_of(record) for record in read(source, "issues")}
    for item in chosen:
        told = found[item["id"]]["timelineItems"]
        assert len(told["nodes"]) == len(item["timelineItems"]) == told["filteredCount"]
        assert len({(n["__typename"], n["id"]) for n in told["nodes"]}) == len(told["nodes"])
        assert told["pageInfo"]["hasNextPage"] is False
    assert len(server.app.asked("more")) <= 4


def test_labels_and_assignees_beyond_a_page_are_read_too(
    server: Server, source: GithubSource
) -> None:
    item = server.items("issues")[0]
    for number in range(130):
        timeline.put_label(server.store, item, server.store.now + 1, None, f"label {number}")
    people = [user for user in server.store.users.values() if user["__typename"] == "User"]
    item["assignees"] = (people * 5)[:45]
    found = {record.record_id: payload_of(record) for record in read(source, "issues")}
    assert len(found[item["id"]]["labels"]["nodes"]) == len(item["labels"]) >= 130
    assert len(found[item["id"]]["assignees"]["nodes"]) == 45


@pytest.mark.parametrize("window", [EVERYTHING, RECENT], ids=["history", "recent"])
def test_what_is_touched_while_pages_are_read_hides_nothing(server: Server, window: Window) -> None:
    """After every answer the item that was updated longest ago is commented on."""
    before = {item["id"]: item["updatedAt"] for item in server.items("pullRequests")}
    expected = {
        item["id"]
        for item in server.items("pullRequests")
        if item["updatedAt"] >= ("2020" if window is EVERYTHING else RECENT_TEXTS[0])
    }
    source = open_source(server)
    source._queries.text("pull_request", "pull_request_page")
    server.app.then = server.app.shift
    found = set(ids(read(source, "pull_requests", window)))
    untouched = {i["id"] for i in server.items("pullRequests") if before[i["id"]] == i["updatedAt"]}
    assert expected & untouched <= found


def test_what_is_touched_while_a_window_of_the_past_is_listed_hides_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages of five rows, so that a page number would skip one with every touch."""
    monkeypatch.setattr("flowmart.sources.github.listing._PAGE", 5)
    before = {i["id"]: i["updatedAt"] for i in server.items("pullRequests")}
    expected = set(updated_within(server, "pullRequests", *PAST_TEXTS))
    source = open_source(server)
    source._queries.text("pull_request", "pull_request_nodes")
    server.app.then = server.app.shift
    found = set(ids(read(source, "pull_requests", PAST)))
    untouched = {i["id"] for i in server.items("pullRequests") if before[i["id"]] == i["updatedAt"]}
    assert expected & untouched <= found


def test_a_listing_of_one_second_follows_the_link(
    server: Server, source: GithubSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty issues labelled in one second, in pages of 5."""
    monkeypatch.setattr("flowmart.sources.github.listing._PAGE", 5)
    chosen = server.repository("platform")["issues"][:50]
    for item in chosen:
        item["updatedAt"] = "2026-11-12T10:00:00Z"
    found = read(source, "issues", PAST)
    assert {item["id"] for item in chosen} <= set(ids(found))
    assert ids(found) == updated_within(server, "issues", *PAST_TEXTS)


def test_a_list_longer_than_github_gives_is_read_all_the_same(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wall at 20 rows, pages of 10: by page numbers the window would end there."""
    monkeypatch.setattr("flowmart.sources.github.listing._PAGE", 10)
    server.app._rest_api._largest_list = 20
    found = read(open_source(server), "pull_requests", PAST)
    assert ids(found) == updated_within(server, "pullRequests", *PAST_TEXTS)
    assert len(found) > 20


def test_a_transfer_and_a_deletion_during_the_walk_lose_nothing_else(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(walks.START, "issue", 5)
    monkeypatch.setitem(walks.LARGEST, "issue", 5)
    source = open_source(server)
    home = server.repository("platform")
    moved, deleted = home["issues"][20], home["issues"][21]
    others = {i["id"] for i in home["issues"]} - {moved["id"], deleted["id"]}

    def act() -> None:
        if len(server.app.asked("issue_page")) == 2:
            server.app.then = lambda: None
            at = server.store.now + 1
            edits.transfer(server.store, moved, server.repository("payments"), at, None)
            edits.delete(server.store, deleted, at)

    server.app.then = act
    assert others <= set(ids(read(source, "issues")))


def test_an_interrupted_window_goes_on_behind_its_checkpoint(server: Server) -> None:
    """After each page, another task goes on: together they read everything, and once."""
    expected = ids(read(open_source(server), "pull_requests"))
    found, after = [], None
    for _ in range(200):
        pages = iter(open_source(server).read("pull_requests", EVERYTHING, (), after))
        taken = []
        for page in pages:
            taken += page.records
            if page.resume is not None:
                after = page.resume
                break
        else:
            found += taken
            break
        found += taken
    assert ids(found) == expected


@pytest.mark.parametrize("window", [RECENT, PAST], ids=["recent", "listing"])
def test_a_checkpoint_of_every_way_can_be_gone_on_from(
    server: Server, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("START", "LARGEST"):
        monkeypatch.setitem(getattr(walks, name), "pull_request", 5)
    monkeypatch.setattr("flowmart.sources.github.listing._PAGE", 10)
    pages = list(open_source(server).read("pull_requests", window, ()))
    expected = set(ids(rows(pages)))
    places = [n for n, page in enumerate(pages) if page.resume is not None]
    for place in (places[0], places[len(places) // 2], places[-1]):
        rest = open_source(server).read("pull_requests", window, (), pages[place].resume)
        assert set(ids(rows(pages[: place + 1]))) | set(ids(rows(rest))) == expected


def test_a_walk_that_gives_less_than_github_counts_publishes_nothing(
    server: Server, source: GithubSource
) -> None:
    """A connection that leaves one out while it counts it."""
    real = server.app.queries.answer

    def short(*given: Any) -> dict[str, Any]:
        told = real(*given)
        page = ((told.get("data") or {}).get("node") or {}).get("page")
        if page:
            page["nodes"] = page["nodes"][:-1]
        return told

    server.app.queries.answer = short  # type: ignore[method-assign]
    with pytest.raises(CompletenessError, match=r"GitHub counts .* issues in acme/"):
        read(source, "issues")


def test_a_timeline_that_is_short_is_read_again_and_then_an_error(
    server: Server, source: GithubSource
) -> None:
    real, spoiled = server.app.queries.answer, []

    def short(*given: Any) -> dict[str, Any]:
        told = real(*given)
        data = told.get("data") or {}
        page = (data.get("node") or {}).get("page") or {}
        for node in (page.get("nodes") or data.get("nodes") or ())[:1]:
            if node and node.get("timelineItems", {}).get("nodes"):
                spoiled.append(node["timelineItems"]["nodes"].pop())
        return told

    server.app.queries.answer = short  # type: ignore[method-assign]
    with pytest.raises(CompletenessError, match="is not whole, also when it is read again"):
        read(source, "issues")
    spoiled.clear()
    server.app.queries.answer = lambda *given: short(*given) if not spoiled else real(*given)  # type: ignore[method-assign]
    assert ids(read(source, "issues")) == updated_within(server, "issues", "2020", "2027")
    assert len(spoiled) == 1


def test_the_budget_ends_a_walk_and_the_next_try_goes_on(server: Server) -> None:
    """Points for half of the walk: what has landed is not asked for again."""
    expected = ids(read(open_source(server), "pull_requests"))
    budget = server.app.budgets["graphql"]
    server.app.queries_asked.clear()
    whole = ids(read(open_source(server), "pull_requests"))
    points = budget.used
    budget.limit, budget.used = 4 * points, 4 * points - 12
    found, after = [], None
    pages = open_source(server, organizations=["acme"], budget_share=1).read(
        "pull_requests", EVERYTHING, ()
    )
    with suppress(RateLimitError):
        for page in pages:
            found += page.records
            after = page.resume or after
    assert 0 < len(found) < len(expected)
    # An hour later, in another process.
    budget.used = 0
    limits._account.cache_clear()
    rest = read(open_source(server), "pull_requests", EVERYTHING, after)
    assert ids({r.record_id: r for r in [*found, *rest]}.values()) == whole == expected


def _repository(created: str, *updated: str) -> Repository:
    times = [Times(None, datetime.fromisoformat(text)) for text in updated]
    return Repository(
        id="R_1",
        nameWithOwner="acme/payments",
        createdAt=datetime.fromisoformat(created),
        newest=Heads(len(times), list(times)),
    )


@pytest.mark.parametrize(
    ("updated", "start", "end", "way"),
    [
        ([], "2026-11-01", "2026-11-02", "idle"),
        (["2026-10-31T23:59:59Z"], "2026-11-01", "2026-11-02", "idle"),
        (["2026-11-20T00:00:00Z"], "2026-11-01", "2026-11-02", "listing"),
        (["2026-11-20T00:00:00Z"], "2019-11-01", "2026-11-02", "history"),
        (["2026-11-20T00:00:00Z"], "2026-11-19", "2026-11-20", "recent"),
        (["2026-11-20T00:00:00Z"], "2026-11-01", "2026-11-15", "recent"),
    ],
)
def test_the_way_is_chosen_by_the_window_and_the_newest_record(
    updated: list[str], start: str, end: str, way: str
) -> None:
    repository = _repository("2020-01-01T00:00:00Z", *updated)
    window = Window.parse(f"{start}T00:00Z", f"{end}T00:00Z")
    now = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert choose(repository, window, window.start, now) == way


def test_a_window_without_anything_costs_one_query(server: Server, source: GithubSource) -> None:
    """All repositories are looked at together: with a schema, two requests."""
    later = Window(PAST.end + timedelta(days=365), PAST.end + timedelta(days=366))
    assert read(source, "issues", later) == []
    assert server.requests == 2


def test_records_by_their_ids(server: Server, source: GithubSource) -> None:
    chosen: list[Node] = server.items("issues")[:4]
    gone = "I_kwDOunknown"
    asked = [item["id"] for item in chosen]
    found = rows(source.read_records("issue", EVERYTHING, [*asked, gone]))
    assert ids(found) == sorted(asked)
    end = datetime.fromisoformat(max(item["updatedAt"] for item in chosen))
    before = Window(EVERYTHING.start, end)
    found = rows(source.read_records("issue", before, asked))
    assert ids(found) == sorted(
        i["id"] for i in chosen if i["updatedAt"] < f"{end:%Y-%m-%dT%H:%M:%SZ}"
    )
