"""Flowmart's page in Airflow's UI, and the timetable of its DAGs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from flowmart.timetable import IntervalTimetable

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """
    Pass a request to the app, which is imported at the first request.

    All task processes import the plugins, but only the API server needs the app.
    """
    from flowmart.ui.app import app

    await app(scope, receive, send)


class FlowmartPlugin(AirflowPlugin):
    """Registers the timetable, the page and its entry in the navigation."""

    name = "flowmart"
    timetables: ClassVar[list[Any]] = [IntervalTimetable]
    fastapi_apps: ClassVar[list[Any]] = [
        {"app": page, "url_prefix": "/flowmart", "name": "Flow metrics"}
    ]
    external_views: ClassVar[list[Any]] = [
        {
            "name": "Flow metrics",
            "href": "/flowmart/",
            "destination": "nav",
            "category": "browse",
            "url_route": "flowmart",
        }
    ]
