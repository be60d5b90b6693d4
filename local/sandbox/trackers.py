"""The whole company behind one address, each tracker below a path of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount

from local.sandbox.access import ACCESS
from local.sandbox.company.story import tell
from local.sandbox.faults import Faults
from local.sandbox.github.app import GitHubApp
from local.sandbox.github.faults import GitHubFaults
from local.sandbox.github.from_story import github_store
from local.sandbox.phabricator.conduit import Conduit
from local.sandbox.yandex_tracker.app import TrackerApp
from local.sandbox.yandex_tracker.history import tracker_store
from local.sandbox.youtrack.app import YouTrackApp
from local.sandbox.youtrack.from_story import youtrack_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from local.sandbox.app import SandboxApp
    from local.sandbox.company.generator import Generated
    from local.sandbox.company.story import Story
    from local.sandbox.yandex_tracker.store import TrackerStore
    from local.sandbox.youtrack.store import YouTrackStore


def company_app(parts: Mapping[str, Generated]) -> Starlette:
    """
    The application that plays all trackers; the switches of each are below its path.

    :param parts: tracker -> what it has of the company.
    """
    apps = company_apps(parts)
    return Starlette(routes=[Mount(ACCESS[name].path, app.app) for name, app in apps.items()])


def company_apps(parts: Mapping[str, Generated]) -> dict[str, SandboxApp]:
    """
    Each tracker as an application at the root of a server of its own.

    :param parts: tracker -> what it has of the company.
    """
    stories = {name: tell(part) for name, part in parts.items()}
    tracker = tracker_store(stories["yandex_tracker"])
    youtrack = youtrack_store(stories["youtrack"])
    keys = _keys(stories["yandex_tracker"], tracker, youtrack)
    return {
        "yandex_tracker": TrackerApp(tracker, Faults()),
        "youtrack": YouTrackApp(youtrack, ACCESS["youtrack"].token, Faults(), base_path=""),
        "github": GitHubApp(github_store(stories, keys), GitHubFaults()),
        "phabricator": Conduit(parts["phabricator"].store, ACCESS["phabricator"].token, Faults()),
    }


def _keys(
    story: Story, tracker: TrackerStore, youtrack: YouTrackStore
) -> dict[str, Callable[[int, int], str]]:
    """
    What the trackers call the issue of the story's number at a time, in epoch seconds.

    :param story: what Tracker has of the company; its issues come in the order of their numbers.
    """
    truths = dict(zip((i.number for i in story.issues), tracker.truth.values(), strict=True))

    def in_tracker(number: int, at: int) -> str:
        truth = truths[number]
        moves = zip(truth.keys, (since for _, since in truth.queues), strict=True)
        return _latest(moves, at) or truth.keys[0]

    def in_youtrack(number: int, at: int) -> str:
        truth = youtrack.truth[f"2-{number}"]
        names = [(str(name), int(str(since))) for name, since in truth.readable_ids]
        return _latest(names, at) or names[0][0]

    return {
        "phabricator": lambda number, _: f"T{number}",
        "yandex_tracker": in_tracker,
        "youtrack": in_youtrack,
    }


def _latest(names: Iterable[tuple[str, int]], at: int) -> str:
    """The name at a time, in epoch seconds, of names since times in milliseconds."""
    return next((name for name, since in reversed(list(names)) if since <= at * 1000), "")
