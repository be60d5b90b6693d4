"""The sandbox as a process of its own."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from local.sandbox.access import ACCESS, ORG_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def process(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "local.sandbox", "--port", "0", "--tasks", "60", "--seed", "3"]
    command += getattr(request, "param", [])
    running = subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    yield running
    running.kill()
    running.wait(timeout=10)


def _ready_line(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    readable, _, _ = select.select([process.stderr], [], [], 30)
    assert readable, "the sandbox told nothing within 30 s"
    return process.stderr.readline()


def test_one_line_when_ready_and_a_clean_end(process: subprocess.Popen[str]) -> None:
    line = _ready_line(process)
    found = re.search(
        r"serving (http://127\.0\.0\.1:\d+) seed=3 phabricator: tasks=(\d+) .* "
        r"yandex_tracker: tasks=20 .* youtrack: tasks=20 .* github: tasks=20 ",
        line,
    )
    assert found, line
    assert int(found[2]) > 20  # the team's, and those of the release trains

    health = requests.get(f"{found[1]}/sandbox/health", timeout=10).json()
    assert health["tasks"] == int(found[2])

    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


@pytest.mark.parametrize("process", [["--only", "yandex_tracker"]], indirect=True)
def test_y_tracker_alone_is_at_the_root_of_its_address(process: subprocess.Popen[str]) -> None:
    line = _ready_line(process)
    found = re.search(r"serving (\S+) seed=3 yandex_tracker: issues=20 ", line)
    assert found, line
    headers = {"Authorization": f"OAuth {ACCESS['yandex_tracker'].token}", "X-Org-ID": ORG_ID}
    answer = requests.get(f"{found[1]}/v3/myself", headers=headers, timeout=10)
    assert answer.json()["login"] == "etlbot"


@pytest.mark.parametrize("process", [["--only", "github"]], indirect=True)
def test_github_alone_is_at_the_root_of_its_address(process: subprocess.Popen[str]) -> None:
    line = _ready_line(process)
    found = re.search(r"serving (\S+) seed=3 github: repositories=6 issues=\d+ ", line)
    assert found, line
    headers = {"Authorization": f"Bearer {ACCESS['github'].token}"}
    body = {"query": "query { viewer { login } }"}
    answer = requests.post(f"{found[1]}/graphql", json=body, headers=headers, timeout=10)
    assert answer.json() == {"data": {"viewer": {"login": "etlbot"}}}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [(["--tasks", "3"], "3 tasks in 400 days"), (["--recordings", "/nowhere"], "/nowhere")],
)
def test_what_cannot_be_served_is_told_in_one_line(options: list[str], complaint: str) -> None:
    command = [sys.executable, "-m", "local.sandbox", "--port", "0", *options]
    ended = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("sandbox: ")
    assert complaint in ended.stderr
    assert ended.stderr.count("\n") == 1
