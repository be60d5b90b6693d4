"""The Makefile explains itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

TARGETS = (
    "run",
    "stop",
    "status",
    "logs",
    "backfill",
    "replay",
    "sql",
    "psql",
    "retire",
    "migrate",
    "migrate-down",
    "migrate-status",
    "migration",
    "catalogue",
    "test",
    "quick",
    "soak",
    "lint",
    "new-source",
    "benchmark",
    "benchmark-scale",
    "benchmark-extraction",
    "benchmark-collector",
    "clean",
)


@pytest.fixture(scope="module")
def listing() -> str:
    command = ["make", "--no-print-directory", "help"]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("target", TARGETS)
def test_help_tells_what_each_target_does(listing: str, target: str) -> None:
    lines = [line.split() for line in listing.splitlines()]
    explained = {words[1]: words[2:] for words in lines if words[:1] == ["make"]}
    assert len(explained[target]) >= 3


def test_make_alone_is_make_help(listing: str) -> None:
    command = ["make", "--no-print-directory"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == listing
