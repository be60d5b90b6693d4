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
    from local.sandbox.company.generator import Generated


def company_app(generated: Generated) -> Starlette:
    """The application that plays all trackers; the switches of each are below its path."""
    story = tell(generated)
    apps = {
        "yandex_tracker": TrackerApp(tracker_store(story), Faults()),
        "youtrack": YouTrackApp(
            youtrack_store(story), ACCESS["youtrack"].token, Faults(), base_path=""
        ),
        "phabricator": Conduit(generated.store, ACCESS["phabricator"].token, Faults()),
    }
    return Starlette(routes=[Mount(ACCESS[name].path, app.app) for name, app in apps.items()])
