"""A warehouse per module; most modules build all their cases once and then look at the marts."""

from __future__ import annotations

import pytest

from tests.sql.warehouse import Warehouse


@pytest.fixture(scope="module")
def warehouse(postgres_dsn, tmp_path_factory):
    return Warehouse(postgres_dsn, tmp_path_factory.mktemp("landing"))
