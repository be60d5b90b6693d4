"""PyGithub, unmodified, reads the sandbox's REST side, and finds what the sandbox's store holds."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.sandbox.access import ACCESS
from local.sandbox.company.generator import generate
from local.sandbox.github.app import TOKEN, GitHubApp
from local.sandbox.server import listening
from local.sandbox.trackers import company_apps

CLIENT = "pygithub"
_EXPORT = Path(__file__).with_name("pygithub_export.py")
# What REST does not tell of timelines.
_UNTOLD = ("ProjectV2", "IssueField")


@pytest.fixture(scope="module")
def both(python: str) -> tuple[dict[str, Any], GitHubApp]:
    """What the client exports, and the application that it read."""
    app = company_apps(dict.fromkeys(ACCESS, generate(seed=5, tasks=80, days=60)))["github"]
    assert isinstance(app, GitHubApp)
    with listening(app.app) as url:
        command = [python, str(_EXPORT), url, TOKEN]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), app


def test_z_pygithub_reads_every_issue_and_pull_request(both) -> None:
    exported, app = both
    for repository in app.store.repositories:
        told = exported["repositories"][repository["nameWithOwner"]]
        held = {str(item["number"]): item for item in app.store.items(repository)}
        assert told["issues"].keys() == held.keys()
        for number, item in held.items():
            row = told["issues"][number]
            assert (row["title"], row["state"] == "closed") == (item["title"], item["closed"])
            assert ("pull_request" in row) == (item["__typename"] == "PullRequest")
            assert {e["name"] for e in row["labels"]} == {e["name"] for e in item["labels"]}
    assert len(exported["repositories"]) == len(app.store.repositories) == 5


def test_z_pygithub_reads_timelines_page_by_page(both) -> None:
    exported, app = both
    seen = 0
    for repository in app.store.repositories:
        told = exported["repositories"][repository["nameWithOwner"]]
        held = {str(item["number"]): item for item in app.store.items(repository)}
        for number, rows in told["timelines"].items():
            kinds = [e["__typename"] for e in held[number]["timelineItems"]]
            kept = [kind for kind in kinds if not any(untold in kind for untold in _UNTOLD)]
            assert len(rows) == len(kept)
            bodies = [comment["body"] for comment in held[number]["comments"]]
            assert told["comments"][number] == bodies
            assert len(told["events"][number]) <= len(rows)
            seen += len(rows)
    assert seen > 200


def test_z_pygithub_reads_reviews_and_commits(both) -> None:
    exported, app = both
    for repository in app.store.repositories:
        pulls = {str(pull["number"]): pull for pull in repository["pullRequests"]}
        for number, row in exported["repositories"][repository["nameWithOwner"]]["pulls"].items():
            pull = pulls[number]
            assert row["commits"] == [pushed["commit"]["oid"] for pushed in pull["commits"]]
            assert [state for state, _ in row["reviews"]] == [r["state"] for r in pull["reviews"]]
            assert (row["merged"], row["head"]) == (pull["merged"], pull["headRefName"])
            assert row["additions"] == pull["additions"]


def test_z_pygithub_reads_people_deployments_and_releases(both) -> None:
    exported, app = both
    store = app.store
    roles = store.roles
    assert exported["user"] == store.reader
    assert set(exported["members"]) == {n for n, role in roles.items() if role != "OUTSIDE"}
    assert exported["outside"] == ["lena"]
    assert exported["teams"] == {
        team["slug"]: [user["login"] for user in team["members"]] for team in store.teams
    }
    assert exported["renamed"] == "acme/storefront"
    payments = store.repository("acme", "payments")
    assert payments is not None
    assert exported["found"] == sum(pull["merged"] for pull in payments["pullRequests"])
    for repository in store.repositories:
        told = exported["repositories"][repository["nameWithOwner"]]
        deployments = {str(d["fullDatabaseId"]): d for d in repository["deployments"]}
        for number, states in told["deployments"].items():
            held = [status["state"].lower() for status in deployments[number]["statuses"]]
            assert states == held
        assert told["releases"] == [r["tagName"] for r in reversed(repository["releases"])]
        assert told["tags"] == told["releases"]
        assert told["milestones"] == [stone["title"] for stone in repository["milestones"]]
