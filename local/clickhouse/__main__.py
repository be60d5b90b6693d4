"""Command line: `python -m local.clickhouse --path DIR --tcp PORT --http PORT`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

from local.clickhouse.errors import ServerError
from local.clickhouse.server import ClickHouseServer

PASSWORD_VARIABLE = "FLOWMART_CLICKHOUSE_PASSWORD"


def main() -> int:
    """Serve until a signal comes."""
    options = _arguments()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        server = ClickHouseServer(
            options.path, options.tcp, options.http, os.environ.get(PASSWORD_VARIABLE)
        )
    except (ServerError, OSError) as error:
        print(f"local.clickhouse: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    server.start()
    print("ready", *server.ports, flush=True)
    stopping.wait()
    server.stop()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.clickhouse", description=main.__doc__)
    parser.add_argument("--path", required=True, help="database folder, made when missing")
    parser.add_argument("--tcp", type=int, default=9000, help="native port, 0 for any")
    parser.add_argument("--http", type=int, help="HTTP port, 0 for any; left out: no HTTP")
    return parser.parse_args()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # Queries under way would hold the interpreter; what they wrote is safe without an orderly end.
    os._exit(code)
