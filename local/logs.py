"""The components' log files."""

from __future__ import annotations

import contextlib
import re
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_LAST_LINES = 20
# A request that Airflow answered well.
_ACCESS = re.compile(r"\[http\.access\].* status_code=[123]\d\d\b")


def tail(log: Path) -> str:
    """The last lines of a log file, indented; nothing if there is none."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-_LAST_LINES:])


def follow(files: Sequence[Path]) -> None:
    """Print what is added to log files until they are interrupted, without access lines."""
    command = ["tail", "-n", "200", "-F", *map(str, files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        assert process.stdout
        with contextlib.suppress(BrokenPipeError):
            for line in without_access(process.stdout):
                print(line, end="", flush=True)


def without_access(lines: Iterable[str]) -> Iterator[str]:
    """
    Leave out requests that were answered well, which are most of what an API server logs.

    :param lines: those of ``tail``, which puts ``==> file <==`` before lines of another file.
    """
    heading = ""
    for line in lines:
        if line.startswith("==> "):
            heading = line
        elif line.strip() and not _ACCESS.search(line):
            yield heading + line
            heading = ""
