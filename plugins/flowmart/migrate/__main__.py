"""``python -m flowmart.migrate up|down|status|grant``: the warehouse of FLOWMART_WAREHOUSE_DSN."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError, FlowmartError
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.migrate import runner
from flowmart.migrate.grants import grant
from flowmart.settings import GRANTS_FOLDER, MIGRATIONS_FOLDER, load_settings

if TYPE_CHECKING:
    from flowmart.engines.base import Engine


def main(arguments: list[str] | None = None) -> int:
    """
    Run one command and print its result.

    :param arguments: the command line without the program's name.
    :return: the exit code: 1 after an error, which is printed to stderr.
    """
    parser = argparse.ArgumentParser(prog="flowmart.migrate", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="apply what is pending")
    commands.add_parser("status", help="list the migrations")
    down = commands.add_parser("down", help="undo the latest, including the rows of its tables")
    down.add_argument("--steps", type=_count, default=1, help="how many to undo")
    commands.add_parser("grant", help="give loader, publisher and reader their rights")
    options = parser.parse_args(arguments)
    try:
        _run(options)
    except FlowmartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _count(text: str) -> int:
    """A number of migrations; a negative one would undo all but the first ones."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _run(options: argparse.Namespace) -> None:
    engine = _warehouse()
    folder = MIGRATIONS_FOLDER / engine.name
    if options.command == "status":
        for state in runner.status(engine, folder):
            applied_at = f"{state.applied_at:%Y-%m-%dT%H:%M:%SZ}" if state.applied_at else ""
            print(f"{state.state:8} {applied_at:20} {state}")
    elif options.command == "up":
        names = runner.up(engine, folder, load_settings().reporting_timezone)
        print("\n".join(f"applied {name}" for name in names) or "nothing to apply")
    elif options.command == "grant":
        roles = grant(engine, GRANTS_FOLDER)
        print("\n".join(f"granted to {role}" for role in roles) or "no role to grant to")
    else:
        names = runner.down(engine, folder, options.steps)
        print("\n".join(f"undid {name}" for name in names) or "nothing to undo")


def _warehouse() -> Engine:
    dsn = os.environ.get("FLOWMART_WAREHOUSE_DSN")
    if not dsn:
        raise ConfigError(
            "No warehouse is configured",
            where="environment variable FLOWMART_WAREHOUSE_DSN",
            next_step="set it to postgresql://user:password@host:5432/database or "
            "clickhouse://user:password@host:9000/",
        )
    return open_engine(dsn, Schemas.with_prefix(load_settings().schema_prefix))


if __name__ == "__main__":
    sys.exit(main())
