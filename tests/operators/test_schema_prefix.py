"""Two deployments may share a database: nothing of a prefixed one is outside of its schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.operators.pipeline import HISTORY
from tests.warehouses import schemas_in_use

if TYPE_CHECKING:
    from tests.operators.pipeline import Pipeline


@pytest.fixture
def prefix() -> str:
    return "acme_"


def test_a_run_stays_in_the_schemas_of_its_prefix(pipeline: Pipeline) -> None:
    pipeline.run("one", *HISTORY)
    found = schemas_in_use(pipeline.engine)
    assert {"acme_raw", "acme_mart", "acme_ops"} <= found
    assert all(name.startswith("acme_") for name in found)
    views = pipeline.engine.query("select count(*) as n from acme_mart.v_issue_ageing")
    assert views[0]["n"] > 0
    [run] = pipeline.engine.query("select status, records from acme_ops.ops_runs")
    assert run == {"status": "OK", "records": 30}
