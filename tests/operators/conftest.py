"""A sandbox of thirty tasks, and the steps of its instance's runs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from flowmart.settings import load_settings
from local.sandbox.company.generator import generate
from local.sandbox.phabricator.server import serve
from tests.operators.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def prefix() -> str:
    """Prefix of the warehouse's schemas."""
    return ""


@pytest.fixture
def pipeline(
    warehouse_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> Iterator[Pipeline]:
    """An instance with nothing in its warehouse."""
    with serve(generate(seed=3, tasks=30, until=date(2026, 11, 20)).store) as server:
        yield Pipeline(server, warehouse_dsn, tmp_path, monkeypatch, prefix)
    load_settings.cache_clear()
