"""``python -m benchmarks.github``: what reading GitHub costs, by GraphQL and as it was by REST."""

from __future__ import annotations

import argparse
import time
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from flowmart.core.window import Window
from flowmart.sources.base import SourceConnection
from flowmart.sources.github.queries import forget_schemas
from flowmart.sources.registry import make_source
from local.sandbox.access import ACCESS
from local.sandbox.company.demo import demo
from local.sandbox.company.story import tell
from local.sandbox.github.app import GitHubApp
from local.sandbox.github.faults import GitHubFaults
from local.sandbox.github.from_story import github_store
from local.sandbox.server import listening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowmart.sources.github.source import GithubSource
    from local.sandbox.github.store import GitHubStore

_UNTIL = date(2026, 11, 23)
_DAYS = 92
_TASKS_PER_ISSUE = 4
_NO_LIMITS = {"core": 10**9, "graphql": 10**9}
_TOKEN = ACCESS["github"].token
_STREAMS = ("issues", "pull_requests", "deployments")


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=2000)
    parser.add_argument("--pulls", type=int, default=1000)
    parser.add_argument("--idle", type=int, default=100, help="idle repositories")
    options = parser.parse_args(words)
    store = _store(options.issues, options.pulls)
    app = GitHubApp(store, GitHubFaults(), limits=_NO_LIMITS)
    with listening(app.app) as url:
        print("| | records | requests | per record | points | per 1,000 records | seconds |")
        print("|---|---|---|---|---|---|---|")
        _history(url)
        _by_rest(url, store)
        before = _idle_window(url)
        for number in range(options.idle):
            store.add_repository(f"idle-{number}", store.founded_at)
        after = _idle_window(url)
        each = (after - before) / options.idle
        print(
            f"\nidle window: {before} requests, with {options.idle} more idle repositories {after}:"
        )
        print(f"{each:.3f} requests per idle repository and window, all streams together")


def _store(issues: int, pulls: int) -> GitHubStore:
    """So many issues and pull requests of the invented company."""
    tasks = _TASKS_PER_ISSUE * issues
    parts = demo(7, tasks, _DAYS, _UNTIL)
    store = github_store({name: tell(part) for name, part in parts.items()}, {})
    for kind, wanted in (("issues", issues), ("pullRequests", pulls)):
        for repository in store.repositories:
            repository[kind] = repository[kind][: max(0, wanted)]
            wanted -= len(repository[kind])
        if wanted > 0:
            raise SystemExit(f"the company has {wanted} {kind} too few: ask for fewer")
    return store


def _source(url: str) -> GithubSource:
    forget_schemas()
    connection = SourceConnection(url, _TOKEN)
    options = {"organizations": ["acme"], "budget_share": 1}
    return make_source("github", connection, "github", options)  # type: ignore[return-value]


def _history(url: str) -> None:
    """Each stream in a process of its own, as tasks are: the schema is asked for in each."""
    midnight = datetime.combine(_UNTIL, datetime.min.time()).astimezone()
    window = Window(midnight - timedelta(days=10 * _DAYS), midnight + timedelta(days=7))
    records = requests = points = 0
    for stream in _STREAMS[:2]:
        source, began = _source(url), time.monotonic()
        found = {r.record_id for p in source.read(stream, window, ()) for r in p.records}
        seconds = time.monotonic() - began
        _tell(f"{stream}, GraphQL", len(found), source.requests_made, source.points_spent, seconds)
        records, requests = records + len(found), requests + source.requests_made
        points += source.points_spent
    _tell("**together**", records, requests, points, 0)


def _by_rest(url: str, store: GitHubStore) -> None:
    """A list of items, then the timeline of each: what the predecessor asks for, without probes."""
    began, requests, items = time.monotonic(), 0, 0
    headers = {"Authorization": f"Bearer {_TOKEN}", "User-Agent": "benchmark"}
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        for repository in store.repositories:
            path = f"/repos/{repository['nameWithOwner']}/issues"
            page = client.get(path, params={"state": "all", "per_page": 100})
            requests += 1
            while True:
                for item in page.raise_for_status().json():
                    items += 1
                    number, rows = 1, 100
                    while rows == 100:
                        given = {"per_page": 100, "page": number}
                        rows = len(
                            client.get(f"{path}/{item['number']}/timeline", params=given).json()
                        )
                        requests, number = requests + 1, number + 1
                if "next" not in page.links:
                    break
                page = client.get(page.links["next"]["url"])
                requests += 1
    _tell("both, REST", items, requests, None, time.monotonic() - began)


def _idle_window(url: str) -> int:
    """Requests of a window in which nothing happens, snapshots aside, with the schema known."""
    window = Window.parse("2027-06-01T00:00Z", "2027-06-01T00:10Z")
    source = _source(url)
    source.check()
    for stream in _STREAMS:
        list(source.read(stream, window, ()))
    return source.requests_made


def _tell(name: str, rows: int, requests: int, points: int | None, seconds: float) -> None:
    cost = ("–", "–") if points is None else (str(points), f"{1000 * points / rows:.0f}")
    took = f"{seconds:.1f}" if seconds else "–"
    each = f"{requests / rows:.3f}"
    print(f"| {name} | {rows} | {requests} | {each} | {cost[0]} | {cost[1]} | {took} |", flush=True)


if __name__ == "__main__":
    main()
