"""
Asks Phabricator or Phorge, and writes what it answers as JSON.

The server's address and token come from CONDUIT_URL and CONDUIT_TOKEN.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowmart.conduit.client import ConduitClient
from flowmart.core.errors import FlowmartError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def main(words: Sequence[str] | None = None) -> int:
    """
    Run a command.

    :param words: of the command line; those of this process if left out.
    :return: the exit code.
    """
    options = _parser().parse_args(words)
    try:
        client = ConduitClient(options.url, recordings=options.recordings, record_to=options.record)
        rows = (
            _requested(client, options) if options.command == "request" else _dump(client, options)
        )
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    except FlowmartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _requested(client: ConduitClient, options: argparse.Namespace) -> Iterator[Any]:
    if options.all:
        yield from client.all(options.method, options.params)
    else:
        yield client.request(options.method, options.params)


def _dump(client: ConduitClient, options: argparse.Namespace) -> Iterator[Any]:
    """Tasks with their histories, then everything that these name."""
    met: dict[str, Any] = {}
    ids = []
    for task in client.tasks(options.project, options.column):
        met |= client.things(task)
        ids.append(task["id"])
        yield {"kind": "task", **task}
    for task_id, history in client.histories(ids):
        met |= client.things(history)
        for transaction in history:
            yield {"kind": "transaction", "task": task_id, **transaction}
    for phid, thing in met.items():
        if thing.is_known:
            yield {"kind": "thing", "phid": phid, "name": thing.name, "fullName": thing.full_name}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m flowmart.conduit", description=__doc__)
    parser.add_argument("--url", help="address of the server, in place of CONDUIT_URL")
    parser.add_argument(
        "--recordings", "--mock", type=Path, help="recorded answers in place of a server"
    )
    parser.add_argument("--record", type=Path, help="folder to keep the answers in")
    commands = parser.add_subparsers(dest="command", required=True)
    request = commands.add_parser("request", help="call a method")
    request.add_argument("method", help="such as maniphest.search")
    request.add_argument("params", nargs="?", type=_params, default={}, help="JSON object")
    request.add_argument("--all", action="store_true", help="all pages, a row per line")
    dump = commands.add_parser("dump", help="tasks and histories as JSON lines")
    dump.add_argument("--project", help="hashtag or PHID")
    dump.add_argument("--column", help="name or PHID of a column of the project")
    return parser


def _params(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError(f"{text!r} is no JSON object")
    return found


if __name__ == "__main__":
    sys.exit(main())
