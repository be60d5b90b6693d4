"""The collector as an ASGI application."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from collector.errors import Refused
from collector.logs import configure
from collector.products import chosen_products
from collector.rate import Limited
from collector.refusing import refusal
from collector.service import Service
from collector.settings import load_settings
from collector.stores import open_store

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from collector.settings import Settings


def create() -> Starlette:
    """The application of a process, as the environment sets it up; uvicorn calls this."""
    settings = load_settings()
    configure(settings.log_level)
    # By default a commit that is through may wait 5 ms until it may say so: as long as it took.
    sys.setswitchinterval(0.0005)
    return make_app(settings)


def make_app(settings: Settings) -> Starlette:
    """
    The application.

    :raises CollectorError: if there are no products that can be used.
    """
    products = chosen_products(settings)
    service = Service(settings, open_store(settings))
    endpoints = {name: service.collecting(product) for name, product in products.items()}
    routes = [Route("/", endpoints[settings.default_product], methods=["POST"])]
    routes += [Route(f"/{name}", at, methods=["POST"]) for name, at in endpoints.items()]
    routes += [
        Route(f"/{view.__name__}", view)
        for view in (service.health, service.ready, service.metrics)
    ]
    known = ", ".join(["/", *(f"/{name}" for name in products)])

    def not_found(_request: Request, _error: Exception) -> Response:
        return refusal(Refused(404, "path", f"reports are posted to one of: {known}"))

    app = Starlette(
        routes=routes,
        middleware=[Middleware(Limited, settings=settings)],
        lifespan=service.lifespan,
        exception_handlers={404: not_found, 405: _wrong_method},
    )
    # It would answer /pulp/ with a redirect, which those who post do not follow.
    app.router.redirect_slashes = False
    return app


def _wrong_method(request: Request, error: Exception) -> Response:
    allowed = "GET" if request.url.path in ("/health", "/ready", "/metrics") else "POST"
    response = refusal(Refused(405, "method", f"the only method here is {allowed}"))
    response.headers["Allow"] = allowed
    return response
