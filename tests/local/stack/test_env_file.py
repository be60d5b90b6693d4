"""Every variable that `.env.example` lists works in `.env`, for `make` as for Airflow."""

from __future__ import annotations

import os
import re
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import local.__main__ as command
from flowmart.settings import load_settings
from local.stack.airflow_env import airflow_environment
from local.stack.collector import collector_environment
from local.stack.sandbox import sandbox_command
from local.stack.settings import load_local_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.stack.stack import Stack

PROJECT = Path(__file__).resolve().parents[3]
EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")
# The rest is for Docker (tests/local/compose).
LISTED = re.findall(r"(?m)^#?([A-Z_]+)=", EXAMPLE.partition("# What docker-compose.yaml needs")[0])
TRACKER = '{"conn_type": "http", "host": "https://tracker.example", "password": "x$y"}'


def played(stack: Stack) -> tuple[tuple[str, ...], bool]:
    return stack.instances, stack.has_sandbox


def collectors(name: str, stack: Stack) -> str:
    return collector_environment(stack.settings, stack.state, 1)[name]


def sandbox(stack: Stack) -> str:
    return " ".join(sandbox_command(stack.settings, stack.state.first_day, port=1))


# Variable -> lines of `.env`, and what they lead to.
EFFECTS: dict[str, tuple[str, Callable[[Stack], Any], Any]] = {
    **{
        f"AIRFLOW_CONN_FLOWMART_{name.upper()}": (
            f"AIRFLOW_CONN_FLOWMART_{name.upper()}={TRACKER}",
            played,
            ((name,), False),
        )
        for name in ("phabricator", "yandex_tracker", "youtrack", "github", "telemetry")
    },
    "WAREHOUSE": ("WAREHOUSE=clickhouse", lambda s: s.components[0], "clickhouse"),
    "CLICKHOUSE_DSN": (
        "WAREHOUSE=clickhouse\nCLICKHOUSE_DSN=clickhouse://u:p@ch.example:9000/",
        lambda s: s.warehouse_dsn,
        "clickhouse://u:p@ch.example:9000/",
    ),
    "FLOWMART_PORT": ("FLOWMART_PORT=0", lambda s: s.settings.port, 0),
    "FLOWMART_STATE": ("FLOWMART_STATE=kept", lambda s: s.state.folder.name, "kept"),
    "FLOWMART_POSTGRES_DSN": (
        "FLOWMART_POSTGRES_DSN=postgresql://u:p@db.example/postgres",
        lambda s: "host=db.example" in s.warehouse_dsn or "@db.example" in s.warehouse_dsn,
        True,
    ),
    "FLOWMART_HISTORY_DAYS": ("FLOWMART_HISTORY_DAYS=7", lambda s: "--days 7" in sandbox(s), True),
    "FLOWMART_SANDBOX_TASKS": (
        "FLOWMART_SANDBOX_TASKS=9",
        lambda s: "--tasks 9" in sandbox(s),
        True,
    ),
    "FLOWMART_RECORDINGS": (
        "FLOWMART_RECORDINGS=/recorded",
        lambda s: sandbox(s).endswith("--recordings /recorded"),
        True,
    ),
    "FLOWMART_COLLECTOR_PORT": (
        "FLOWMART_COLLECTOR_PORT=9",
        lambda s: s.settings.collector_port,
        9,
    ),
    **{
        name: (f"{name}={value}", partial(collectors, name), value)
        for name, value in (
            ("FLOWMART_COLLECTOR_STORE", "s3://bucket/telemetry"),
            ("FLOWMART_COLLECTOR_PROCESSES", "2"),
            ("FLOWMART_COLLECTOR_PROXIES", "1"),
        )
    },
    "FLOWMART_CONFIG": (
        f"FLOWMART_CONFIG=own.yaml\nAIRFLOW_CONN_FLOWMART_YOUTRACK__ACME={TRACKER}",
        played,
        (("youtrack__acme",), False),
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project with a configuration of its own, and a process that has no variables."""
    (tmp_path / "own.yaml").write_text("instances: {youtrack__acme: {start: 2026-11-01}}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"]})
    load_settings.cache_clear()
    yield tmp_path
    load_settings.cache_clear()


@pytest.mark.parametrize("name", LISTED)
def test_n2_every_listed_variable_works_in_the_file(folder: Path, name: str) -> None:
    lines, effect, expected = EFFECTS[name]
    (folder / ".env").write_text(f"{lines}\n")
    stack = command.open_stack(load_local_settings(folder, {}))
    assert effect(stack) == expected


def test_n2_the_list_is_complete() -> None:
    text = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"(?m)^\| `((?:FLOWMART_)?[A-Z_]+)` \|", text))
    assert told - set(LISTED) == {"FLOWMART_START"}  # set by the stack itself
    assert sorted(EFFECTS) == sorted(LISTED)


def test_what_docker_needs_changes_nothing_here(folder: Path) -> None:
    script = ["sh", PROJECT / "docker" / "write_env.sh", folder / ".env"]
    subprocess.run(script, check=True, capture_output=True)
    stack = command.open_stack(load_local_settings(folder, {}))
    everyone = ("phabricator", "yandex_tracker", "youtrack", "github", "telemetry")
    assert played(stack) == (everyone, True)
    secrets = {"AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY"}
    assert secrets < stack.settings.environment.keys()
    dsn = "postgresql://me@127.0.0.1/x"
    built = airflow_environment(stack.settings, stack.state, 1, metadata_dsn=dsn, warehouse_dsn=dsn)
    assert not {built[name] for name in secrets} & {*stack.settings.environment.values()}
