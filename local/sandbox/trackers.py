"""The whole company behind one address, each tracker below a path of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount

from local.sandbox.access import ACCESS
from local.sandbox.company.story import tell
from local.sandbox.faults import Faults
from local.sandbox.phabricator.conduit import Conduit
from local.sandbox.yandex_tracker.app import TrackerApp
from local.sandbox.yandex_tracker.history import tracker_store
from local.sandbox.youtrack.app import YouTrackApp
from local.sandbox.youtrack.from_story import youtrack_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.sandbox.app import SandboxApp
    from local.sandbox.company.generator import Generated


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
    tracker, youtrack = (tell(parts[name]) for name in ("yandex_tracker", "youtrack"))
    return {
        "yandex_tracker": TrackerApp(tracker_store(tracker), Faults()),
        "youtrack": YouTrackApp(
            youtrack_store(youtrack), ACCESS["youtrack"].token, Faults(), base_path=""
        ),
        "phabricator": Conduit(parts["phabricator"].store, ACCESS["phabricator"].token, Faults()),
    }
