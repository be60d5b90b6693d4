"""Python processes that are killed where a test wants them to be."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def kill_when_stalled(code: str, *arguments: str) -> None:
    """
    Run a program until it prints ``stalled``, and kill it then.

    :param code: the program; it may import Flowmart and tests.
    :param arguments: what it finds in ``sys.argv[1:]``.
    """
    victim = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={"PYTHONPATH": f"{PROJECT}/plugins:{PROJECT}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout
    assert victim.stdout.readline() == "stalled\n"
    victim.send_signal(signal.SIGKILL)
    victim.wait()
