"""Run the sandbox as a process: ``python -m local.sandbox --port 8099``."""

from __future__ import annotations

import argparse
import logging
import signal
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from local.ports import HOST
from local.sandbox.access import ACCESS
from local.sandbox.company.demo import demo
from local.sandbox.company.generator import NATURAL_TRANSITIONS
from local.sandbox.faults import Faults
from local.sandbox.phabricator.conduit import Conduit
from local.sandbox.phabricator.recordings import recorded_store
from local.sandbox.phabricator.server import TOKEN
from local.sandbox.server import address, listen, make_server
from local.sandbox.trackers import company_app, company_apps

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from local.sandbox.app import SandboxApp
    from local.sandbox.company.store import Store

log = logging.getLogger("sandbox")


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    options = _options()
    try:
        app, origin = _app(options)
        bound = listen(options.port, options.host)
    except (OSError, ValueError) as error:
        raise SystemExit(f"sandbox: {error}") from error
    server = make_server(app)

    def end(*_: object) -> None:
        server.should_exit = True

    # uvicorn listens to these too while it runs, and raises them once more when it has ended.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    log.info("serving %s %s", address(bound), origin)
    server.run(sockets=[bound])


def _app(options: argparse.Namespace) -> tuple[ASGIApp, str]:
    """The application to serve, and what it serves in words."""
    if options.recordings:
        store, origin = recorded_store(options.recordings), f"recordings={options.recordings}"
        return Conduit(store, options.token, Faults()).app, f"{origin} {_counts(store)}"
    parts = demo(
        options.seed,
        options.tasks,
        options.days,
        options.until,
        options.transitions,
        with_trains=True,
    )
    if options.only:
        alone = company_apps(parts)[options.only]
        return alone.app, f"seed={options.seed} {options.only}: {_counts(alone)}"
    counts = " ".join(f"{name}: {_counts(part.store)}" for name, part in parts.items())
    return company_app(parts), f"seed={options.seed} {counts}"


def _counts(of: Store | SandboxApp) -> str:
    return " ".join(f"{name}={count}" for name, count in of.counts.items())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.sandbox", description=__doc__)
    parser.add_argument("--host", default=HOST, help="address of the interface to listen on")
    parser.add_argument("--port", type=int, default=8099, help="its port; 0 for any")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tasks", type=int, default=900, help="of all but GitHub together")
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 11, 23))
    parser.add_argument(
        "--transitions",
        type=float,
        default=NATURAL_TRANSITIONS,
        help="mean rows of status and column changes per task",
    )
    parser.add_argument("--token", default=TOKEN, help="the only API token of the recordings")
    alone = parser.add_mutually_exclusive_group()
    alone.add_argument("--only", choices=list(ACCESS), help="one tracker, at the address' root")
    alone.add_argument("--recordings", type=Path, help="serve recorded answers of this folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
