"""The lineage of our own models."""

from __future__ import annotations

import pytest

from flowmart.settings import SQL_FOLDER
from flowmart.sources.registry import get_spec, source_names
from local.catalogue.lineage import read_lineage


@pytest.fixture(scope="package")
def our_lineage():
    return read_lineage(SQL_FOLDER, [get_spec(name) for name in source_names()])
