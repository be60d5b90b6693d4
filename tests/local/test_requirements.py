"""The pins: complete, consistent, and free of any registry's address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FILES = ("requirements.txt", "requirements-local.txt", "requirements-dev.txt")
COLLECTOR = "requirements-collector.txt"


def pins(name: str) -> dict[str, str]:
    lines = (PROJECT / name).read_text().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("-r "))


def named(group: list[str]) -> set[str]:
    return {re.sub(r"\[.*", "", requirement) for requirement in group}


@pytest.mark.parametrize("name", [*FILES, COLLECTOR])
def test_every_line_is_an_exact_pin(name: str) -> None:
    for package, version in pins(name).items():
        assert re.fullmatch(r"[a-z0-9.-]+", package)
        assert re.fullmatch(r"[0-9][a-z0-9.]*", version)


def test_each_package_is_pinned_once_and_where_it_is_needed() -> None:
    run, local, dev = (pins(name) for name in FILES)
    assert not run.keys() & local.keys() | run.keys() & dev.keys() | local.keys() & dev.keys()
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert named(project["dependencies"]) <= run.keys()
    assert named(project["optional-dependencies"]["local"]) <= run.keys() | local.keys()
    assert named(project["optional-dependencies"]["dev"]) <= run.keys() | local.keys() | dev.keys()


def test_the_collector_has_the_pins_of_the_local_stack_and_no_airflow() -> None:
    collector = pins(COLLECTOR)
    assert collector.items() <= (pins("requirements.txt") | pins("requirements-local.txt")).items()
    groups = tomllib.loads((PROJECT / "pyproject.toml").read_text())["dependency-groups"]
    assert named(groups["collector"]) <= collector.keys()
    assert not [package for package in collector if "airflow" in package]
