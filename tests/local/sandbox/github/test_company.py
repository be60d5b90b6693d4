"""The company seen by GitHub: one team's issues, the code of all, and the truth about both."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from local.sandbox.access import ACCESS
from local.sandbox.company.demo import demo
from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.github.app import GitHubApp
from local.sandbox.github.telling import told as tell_truth
from local.sandbox.github.values import moment
from local.sandbox.trackers import company_apps
from local.sandbox.yandex_tracker.app import TrackerApp
from local.sandbox.youtrack.app import YouTrackApp
from tests.local.sandbox.github.conftest import company_store

if TYPE_CHECKING:
    from local.sandbox.app import SandboxApp
    from local.sandbox.github.store import GitHubStore

CLOSED = ("resolved", "wontfix", "invalid", "duplicate")


@pytest.fixture(scope="module")
def apps() -> dict[str, SandboxApp]:
    return company_apps(demo(seed=7, tasks=300, days=200, until=date(2026, 11, 23)))


@pytest.fixture(scope="module")
def demo_store(apps: dict[str, SandboxApp]) -> GitHubStore:
    app = apps["github"]
    assert isinstance(app, GitHubApp)
    return app.store


def told(store: GitHubStore) -> str:
    """Everything that is served, as a text."""
    plain = {
        key: {name: value for name, value in node.items() if isinstance(value, str | int | bool)}
        for key, node in store.nodes.items()
    }
    return json.dumps([plain, tell_truth(store), store.moved])


def test_the_same_company_gives_the_same_bytes() -> None:
    stores = [company_store(generate(seed=5, tasks=60, days=40)) for _ in range(2)]
    assert told(stores[0]) == told(stores[1])
    assert told(company_store(generate(seed=6, tasks=60, days=40))) != told(stores[0])


def test_each_team_has_a_repository(demo_store: GitHubStore) -> None:
    counts = {
        r["name"]: (len(r["issues"]), len(r["pullRequests"])) for r in demo_store.repositories
    }
    assert counts.keys() == {
        *("platform", "operations", "payments", "storefront", "search", "legacy-site")
    }
    assert counts["platform"][0] > 80
    # Others have their issues elsewhere, but for incidents.
    assert max(counts[name][0] for name in ("payments", "storefront", "search")) < 20
    assert min(counts[name][1] for name in ("platform", "payments", "storefront", "search")) > 40
    assert {team["name"] for team in demo_store.teams} == {
        *("Platform", "Payments", "Storefront", "Search")
    }


def test_pull_requests_name_issues_as_their_trackers_do(apps: dict[str, SandboxApp]) -> None:
    """Branches and titles carry keys that the trackers know."""
    github, tracker, youtrack = (apps[name] for name in ("github", "yandex_tracker", "youtrack"))
    assert isinstance(github, GitHubApp)
    assert isinstance(tracker, TrackerApp)
    assert isinstance(youtrack, YouTrackApp)
    known = {
        "storefront": {key for t in tracker.store.truth.values() for key in t.keys},
        "search": {str(n) for t in youtrack.store.truth.values() for n, _ in t.readable_ids},
        "payments": {f"T{number}" for number in range(1, 1000)},
    }
    for name, keys in known.items():
        home = github.store.repository("acme", name)
        assert home is not None
        named = 0
        for pull in home["pullRequests"]:
            if pull["labels"]:
                continue
            words = f"{pull['title']} {pull['headRefName'].removeprefix('feature/')}"
            found = {key for key in keys if key in words.replace("-change-", " ").split()}
            assert len(found) == 1, words
            named += 1
        assert named > 30


def test_pull_requests_of_its_own_issues_close_them(demo_store: GitHubStore) -> None:
    home = demo_store.repository("acme", "platform")
    assert home is not None
    closing = [p for p in home["pullRequests"] if p["closingIssuesReferences"]]
    assert len(closing) > 20
    closers = [
        event["closer"]
        for issue in home["issues"]
        for event in issue["timelineItems"]
        if event["__typename"] == "ClosedEvent" and event["closer"]
    ]
    assert len(closers) > 10
    assert all(pull["merged"] for pull in closers)


def test_a_board_shows_what_waits_for_review_and_what_a_merge_has_done(
    demo_store: GitHubStore,
) -> None:
    home = demo_store.repository("acme", "platform")
    assert home is not None
    seen = 0
    for issue in home["issues"]:
        moves = [e for e in issue["timelineItems"] if "StatusChanged" in e["__typename"]]
        merges = [e for e in issue["timelineItems"] if e.get("closer")]
        for merge in merges if issue["projectItems"] else ():
            at_once = [m for m in moves if m["createdAt"] == merge["createdAt"]]
            assert at_once[-1]["status"] == "Done"
            seen += 1
    assert seen > 5


def test_an_item_agrees_with_its_timeline(demo_store: GitHubStore) -> None:
    for item in demo_store.all_items():
        kinds = Counter(event["__typename"] for event in item["timelineItems"])
        closed = [e for e in item["timelineItems"] if e["__typename"] == "ClosedEvent"]
        opened = [e for e in item["timelineItems"] if e["__typename"] == "ReopenedEvent"]
        if item["closed"] and not kinds["ConvertedToDiscussionEvent"]:
            assert item["closedAt"] == closed[-1]["createdAt"]
        if not item["closed"] and closed:
            assert opened[-1]["createdAt"] >= closed[-1]["createdAt"]
        labels: set[str] = set()
        for event in item["timelineItems"]:
            if event["__typename"] == "LabeledEvent":
                labels.add(event["label"]["name"])
            elif event["__typename"] == "UnlabeledEvent":
                labels.remove(event["label"]["name"])
        # A transfer drops labels that the other repository does not have, without an event.
        assert {label["name"] for label in item["labels"]} <= labels
        times = [event["createdAt"] for event in item["timelineItems"]]
        assert times == sorted(times)
        assert item["updatedAt"] >= item["createdAt"]


def test_the_truth_agrees_with_what_is_served(demo_store: GitHubStore) -> None:
    truths = {truth.homes[-1][0]: truth for truth in demo_store.truth if not truth.deleted_at}
    items = {item["id"]: item for item in demo_store.all_items()}
    assert truths.keys() == items.keys()
    for key, item in items.items():
        truth = truths[key]
        state = truth.states[-1][0]
        assert state.startswith("open") == (not item["closed"])
        assert moment(truth.created_at) == item["createdAt"]
        reason = (item.get("stateReason") or "").lower()
        if item["__typename"] == "Issue" and item["closed"] and truth.discussed_at is None:
            assert state == (f"closed:{reason}" if reason else "closed")
        if item["__typename"] == "PullRequest":
            assert [c[0] for c in truth.commits] == [c["commit"]["oid"] for c in item["commits"]]
            assert (truth.merged_at is not None) == item["merged"]
            assert len(truth.reviews) == len(item["reviews"])
            assert bool(truth.drafts and truth.drafts[-1][2] is None) == item["isDraft"]


def test_an_issue_of_the_story_is_open_as_long_as_the_story_says() -> None:
    """But where a pull request closes it: without those, ends are the story's own."""
    generated = generate(seed=5, tasks=150, days=60)
    store = company_store(generated)
    truths = {t.story: t for t in store.truth}
    checked = 0
    for issue in tell(generated).issues:
        truth = truths.get(f"github:{issue.number}")
        item = store.find(truth.homes[-1][0]) if truth else None
        if truth is None or item is None or item["closedByPullRequestsReferences"]:
            continue
        statuses = [e for e in issue.events if e.field == "status"]
        last = statuses[-1].new if statuses else "open"
        is_open = last in ("open", "progress", "stalled")
        assert truth.states[-1][0].startswith("open") == is_open
        if not is_open and not item["locked"]:
            ends = [
                e.at for e in statuses if e.new in ("resolved", "wontfix", "invalid", "duplicate")
            ]
            assert truth.states[-1][1] in ends
        checked += 1
    assert checked > 50


def test_nothing_shares_an_id(demo_store: GitHubStore) -> None:
    """Kinds whose prefixes are alike, as UnlabeledEvent and UnlockedEvent, do neither."""
    for item in demo_store.all_items():
        assert demo_store.nodes[item["id"]] is item
        for event in item["timelineItems"]:
            assert demo_store.nodes[event["id"]] is event
            assert demo_store.find(event["id"]) is event
    numbers = [e["fullDatabaseId"] for i in demo_store.all_items() for e in i["timelineItems"]]
    assert len(numbers) == len(set(numbers))


def test_transfers_go_there_and_back(demo_store: GitHubStore) -> None:
    homes = [[home[1] for home in truth.homes] for truth in demo_store.truth]
    assert ["acme/operations", "acme/platform"] in homes
    assert ["acme/operations", "acme/platform", "acme/operations", "acme/platform"] in homes
    chains = tell_truth(demo_store)["transfers"]
    assert {old for old, _, _ in chains} == demo_store.moved.keys()
    for old, _, _ in chains:
        item = demo_store.find(old)
        assert item is not None
        assert item["id"] != old


def test_it_is_as_odd_as_life(demo_store: GitHubStore) -> None:
    items = list(demo_store.all_items())
    pulls = [item for item in items if item["__typename"] == "PullRequest"]
    assert any(item["author"] is None for item in items)
    assert any(pull["headRepository"] is None for pull in pulls)
    assert any(p["author"] and p["author"]["__typename"] == "Bot" for p in pulls)
    assert any(item["locked"] for item in items)
    assert any(item["closed"] and item.get("stateReason") is None for item in items)
    assert demo_store.deleted_numbers
    assert max(len(item["timelineItems"]) for item in items) > 100
    kinds = Counter(e["__typename"] for item in items for e in item["timelineItems"])
    assert len(kinds) > 45
    statuses = {stay[0] for truth in demo_store.truth for stay in truth.board}
    assert statuses == {"Backlog", "In progress", "Blocked", "In review", "Done"}


def test_first_moves_on_a_board_come_from_nowhere(demo_store: GitHubStore) -> None:
    for item in demo_store.all_items():
        moves = [e for e in item["timelineItems"] if "StatusChanged" in e["__typename"]]
        for before, move in zip([None, *moves], moves, strict=False):
            assert move["previousStatus"] == (before["status"] if before else "")


def test_what_reviews_and_links_do_not_move(demo_store: GitHubStore) -> None:
    """Mentions from elsewhere, sub-issues and board moves leave ``updatedAt`` as it is."""
    quiet = ("CrossReferencedEvent", "SubIssueAddedEvent", "ProjectV2ItemStatusChangedEvent")
    last: list[Any] = [
        (item["updatedAt"], item["timelineItems"][-1])
        for item in demo_store.all_items()
        if item["timelineItems"]
    ]
    late = [e for updated_at, e in last if e["createdAt"] > updated_at]
    assert {event["__typename"] for event in late} & set(quiet)


def test_every_part_has_access(apps: dict[str, SandboxApp]) -> None:
    assert apps.keys() == ACCESS.keys()
