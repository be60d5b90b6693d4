"""A build that broke off leaves nothing that could be published."""

from __future__ import annotations

import pytest

from flowmart.core.errors import FlowmartError
from flowmart.ops.runs import find_build
from flowmart.transform import runner
from flowmart.transform.runner import BatchContext, build_batch
from tests.sql.tracker import Tracker
from tests.sql.warehouse import CONTEXT, Warehouse


@pytest.fixture(scope="module")
def warehouse(migrated_dsn, tmp_path_factory):
    return Warehouse(migrated_dsn, tmp_path_factory.mktemp("landing"))


def test_a_rebuild_that_breaks_off_is_no_build(warehouse, monkeypatch):
    """On ClickHouse the tables that it got to are there, beside those of the build before."""
    batch = warehouse.batch()
    warehouse.load(batch, Tracker().records())
    build_batch(warehouse.engine, warehouse.project, batch, CONTEXT)
    before = find_build(warehouse.engine, batch)
    assert before is not None

    def stop(*_):
        raise FlowmartError("it broke off", where="here", next_step="none")

    monkeypatch.setattr(runner, "record_build", stop)
    with pytest.raises(FlowmartError, match="it broke off"):
        build_batch(warehouse.engine, warehouse.project, batch, BatchContext())
    kept = before if warehouse.engine.has_transactions else None
    assert find_build(warehouse.engine, batch) == kept
