"""Becomes the sandbox, whose history ends a few days after the first day of the schedules."""

from __future__ import annotations

import os
import sys
from datetime import date

from flowmart.settings import START_VARIABLE
from local.stack.sandbox import sandbox_command
from local.stack.settings import load_local_settings
from local.stack.stack import SCHEDULED

PORT = 8099


def last_day() -> date:
    """
    The last day of the sandbox's history.

    :raises SystemExit: if the environment does not say when the schedules begin.
    """
    start = os.environ.get(START_VARIABLE)
    if not start:
        sys.exit("FLOWMART_SANDBOX_START is not set: `make env` writes it into .env.")
    return date.fromisoformat(start) + SCHEDULED


def main() -> None:
    """Serve the other containers."""
    command = sandbox_command(load_local_settings(), last_day(), PORT, host="0.0.0.0")
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
