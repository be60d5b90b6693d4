"""The commands behind the Makefile: ``python -m local run|stop|status|logs|sql|backfill|…``."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from typing import TYPE_CHECKING

from flowmart.core.errors import FlowmartError
from flowmart.publish.retire import retire
from flowmart.settings import SQL_FOLDER, load_settings
from local import PROJECT
from local.errors import LocalError
from local.logs import follow
from local.stack.connecting import open_psql, reading_lines
from local.stack.headline import headline, last_runs
from local.stack.history import backfill, load_history, replay
from local.stack.settings import load_local_settings
from local.stack.stack import Stack
from local.stack.warehouse import open_warehouse
from local.state import USER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.processes import Started
    from local.stack.settings import LocalSettings


def run(stack: Stack, _arguments: argparse.Namespace) -> None:
    """Start everything, load the history, print the headline numbers."""
    stack.start()
    _tell_refused()
    load_history(stack, stack.instances)
    print("\n".join(["", *headline(stack.warehouse()), ""]))
    print(f"  Page             {stack.url}/plugin/flowmart")
    print(f"  Login            {USER} / {stack.state.password}")
    print("\n".join(reading_lines(stack.reader)))
    print("  It stays up: `make stop` ends it, `make help` lists what else there is.")


def stop(stack: Stack, _arguments: argparse.Namespace) -> None:
    """End every process that was started."""
    names = stack.stop()
    print(f"Stopped: {', '.join(names)}." if names else "Nothing was running.")


def status(stack: Stack, _arguments: argparse.Namespace) -> None:
    """Print which processes are up, and the last run of each instance."""
    dead = stack.dead_components()
    started = stack.processes.all()
    print(f"  {'postgres':<15} {'up' if stack.database_is_up else 'down'}")
    for name in stack.components:
        print(f"  {name:<15} " + ("down" if name in dead else _told(started[name])))
    _tell_refused()
    if stack.warehouse_is_up:
        print("\n".join(last_runs(stack.warehouse())))
        print("\n".join(reading_lines(stack.reader)))
    if stack.is_running:
        print(f"  Page             {stack.url}/plugin/flowmart")
    else:
        raise LocalError("The local stack is not fully up: start it with `make run`.")


def logs(stack: Stack, arguments: argparse.Namespace) -> None:
    """Follow one log, or all of them, without requests that went well; ends with Ctrl-C."""
    if len(stack.dead_components()) == len(stack.components):
        raise LocalError(
            f"The local stack is not running: start it with `make run`. What it last logged is in "
            f"{stack.state.logs}."
        )
    files = [stack.state.logs / f"{name}.log" for name in arguments.names or stack.components]
    for file in files:
        if not file.exists():
            known = ", ".join(sorted(path.stem for path in stack.state.logs.glob("*.log")))
            raise LocalError(f"There is no log {file.stem!r} (there are: {known or 'none yet'}).")
    follow(files)


def sql(stack: Stack, arguments: argparse.Namespace) -> None:
    """Print a query's rows as CSV."""
    if not arguments.query.strip():
        raise LocalError('Give a query: make sql Q="select count(*) from mart.fct_issues".')
    open_warehouse(stack.reader.reader_dsn).query_csv(arguments.query, sys.stdout)


def psql(stack: Stack, _arguments: argparse.Namespace) -> None:
    """Open psql on the warehouse."""
    open_psql(stack.reader)


def backfill_days(stack: Stack, arguments: argparse.Namespace) -> None:
    """Load a range of days again."""
    _require_instance(stack, arguments.instance)
    backfill(stack, arguments.instance, *_days(arguments))


def replay_landed(stack: Stack, arguments: argparse.Namespace) -> None:
    """Rebuild the marts of an instance, from all that landed or from a range of days."""
    _require_instance(stack, arguments.instance)
    given = arguments.first or arguments.last
    replay(stack, arguments.instance, *(_days(arguments) if given else (None, None)))


def retire_instance(stack: Stack, arguments: argparse.Namespace) -> None:
    """Forget an instance that was removed from flowmart.yaml."""
    if arguments.rows not in ("", "delete"):
        raise LocalError(f"ROWS is {arguments.rows!r}: leave it out to keep the rows, or delete.")
    settings = load_settings()
    configured = [*settings.instances, *settings.refused]
    with_rows = arguments.rows == "delete"
    retire(stack.warehouse(), SQL_FOLDER, arguments.instance, configured, with_rows)
    print(f"Retired {arguments.instance}; its rows are {'deleted' if with_rows else 'kept'}.")


def migrate(stack: Stack, arguments: argparse.Namespace) -> None:
    """Hand over to the migrations' own commands, for the local warehouse."""
    environment = {
        **stack.settings.environment,
        "FLOWMART_WAREHOUSE_DSN": stack.warehouse_dsn,
        "PYTHONPATH": str(PROJECT / "plugins"),
    }
    command = [sys.executable, "-m", "flowmart.migrate", arguments.direction]
    os.execve(sys.executable, command, environment)


def clean(stack: Stack, _arguments: argparse.Namespace) -> None:
    """Stop, and delete what the stack keeps."""
    stack.remove()
    print(f"Removed {stack.settings.state_folder}.")


def _tell_refused() -> None:
    """The instances that cannot be used, which have no DAG."""
    for instance, error in load_settings().refused.items():
        print(f"  Left out         {instance}: {error}")


def _told(started: Started) -> str:
    """A live process in words."""
    ports = [str(started.port)] if started.port else []
    ports += [f"{started.http_port} (HTTP)"] if started.http_port else []
    return f"up, pid {started.pid}" + (f", port {' and '.join(ports)}" if ports else "")


def _require_instance(stack: Stack, instance: str) -> None:
    if instance not in stack.instances:
        known = ", ".join(stack.instances)
        raise LocalError(f"There is no source {instance!r}; SOURCE is one of: {known}.")


def _days(arguments: argparse.Namespace) -> tuple[date, date]:
    first, last = _day("FROM", arguments.first), _day("TO", arguments.last)
    if first > last:
        raise LocalError(f"FROM={first} is later than TO={last}.")
    return first, last


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LocalError(f"{name}={text} is not a day such as 2026-11-10.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for command in (run, stop, status, psql, clean):
        commands.add_parser(command.__name__).set_defaults(command=command)
    adding = commands.add_parser("logs")
    adding.add_argument("names", nargs="*")
    adding.set_defaults(command=logs)
    adding = commands.add_parser("sql")
    adding.add_argument("query")
    adding.set_defaults(command=sql)
    for word, action in (("backfill", backfill_days), ("replay", replay_landed)):
        adding = commands.add_parser(word)
        for name in ("instance", "first", "last"):
            adding.add_argument(name)
        adding.set_defaults(command=action)
    adding = commands.add_parser("retire")
    adding.add_argument("instance")
    adding.add_argument("rows", nargs="?", default="")
    adding.set_defaults(command=retire_instance)
    adding = commands.add_parser("migrate")
    adding.add_argument("direction", choices=["up", "down", "status"])
    adding.set_defaults(command=migrate)
    return parser


def open_stack(settings: LocalSettings) -> Stack:
    """The stack; what ``.env`` says holds for Flowmart's own settings in this process too."""
    os.environ.update(settings.environment)
    return Stack(settings, tell=lambda line: print(line, flush=True))


def main(words: Sequence[str] | None = None) -> int:
    """
    Run one command.

    :returns: the exit code: 0, 1 for a failure printed to stderr, 130 after Ctrl-C.
    """
    arguments = _parser().parse_args(words)
    try:
        stack = open_stack(load_local_settings())
        arguments.command(stack, arguments)
    except (LocalError, FlowmartError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; what was started stays up: `make stop` ends it.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
