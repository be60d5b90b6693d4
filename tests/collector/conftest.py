"""Collectors for tests: one that many share, and others with settings of their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.collector.running import RunningCollector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def starting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RunningCollector]]:
    """Starts collectors, over folders of their own unless told otherwise; ends those that live."""
    running: list[RunningCollector] = []

    def start(store: Path | str | None = None, **settings: object) -> RunningCollector:
        folder = tmp_path_factory.mktemp("collector")
        started = RunningCollector(store or folder / "store", folder / "log", **settings)
        running.append(started)
        return started

    yield start
    for collector in running:
        collector.kill()


@pytest.fixture(scope="session")
def bodies() -> dict[str, bytes]:
    """Bodies as pulpcore posts them, by name; FLOWMART_PULP_FIXTURES may name their folder."""
    default = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "pulp"
    folder = Path(os.environ.get("FLOWMART_PULP_FIXTURES") or default)
    if not folder.is_dir():
        pytest.skip(f"there are no bodies in {folder} (FLOWMART_PULP_FIXTURES names another)")
    return {path.stem: path.read_bytes() for path in folder.glob("*.pb")}
