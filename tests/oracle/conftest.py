"""A migrated warehouse per module and engine."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def warehouse_dsn(migrated_dsn):
    return migrated_dsn
