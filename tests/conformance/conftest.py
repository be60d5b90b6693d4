"""A warehouse per module and engine, in which a module builds all of its cases at once."""

from __future__ import annotations

import pytest

from tests.sql.warehouse import Warehouse


@pytest.fixture(scope="module")
def warehouse_dsn(migrated_dsn):
    return migrated_dsn


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn, tmp_path_factory):
    return Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"))
