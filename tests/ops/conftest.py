"""A warehouse that has ops tables only."""

from __future__ import annotations

import pytest

from tests.clearing import clear
from tests.servers import warehouse_without_marts


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("migrations") / "migrations" / "ops"
    folder.mkdir(parents=True)
    return warehouse_without_marts(warehouse_dsn, folder)


@pytest.fixture
def engine(warehouse):
    """It without any rows."""
    clear(warehouse)
    return warehouse
