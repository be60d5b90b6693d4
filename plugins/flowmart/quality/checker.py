"""Runs suites with Great Expectations."""

from __future__ import annotations

import logging
import os
import warnings
from typing import TYPE_CHECKING, Any

from flowmart.quality.findings import EXAMPLES, Finding, read_finding

if TYPE_CHECKING:
    from flowmart.engines.base import Engine
    from flowmart.quality.suites import Suite


class Checker:
    """
    Checks stage tables over one connection pool; writes nothing to disk and sends no telemetry.

    :param engine: the warehouse.
    """

    def __init__(self, engine: Engine) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "False"
        logging.getLogger("great_expectations").setLevel(logging.WARNING)
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._engine = engine
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        with warnings.catch_warnings(action="ignore"):  # it would like to be told which database
            self._warehouse = context.data_sources.add_sql(
                "warehouse", connection_string=engine.sqlalchemy_url(), create_temp_table=False
            )

    def check(self, suite: Suite) -> list[Finding]:
        """
        Evaluate a suite; counts and examples are only queried for failed expectations.

        :raises WarehouseUnavailableError: if the warehouse cannot be reached.
        """
        try:
            batch = self._open(suite)
            failed = _evaluate(batch, suite, suite.expectations, "BOOLEAN_ONLY")
            if failed:
                broken = [result.expectation_config for result in failed]
                failed = _evaluate(batch, suite, broken, "COMPLETE")
        finally:
            self._engine.query("select 1")  # an outage is not a finding
        return [read_finding(suite, result) for result in failed]

    def _open(self, suite: Suite) -> Any:
        """The stage table as Great Expectations' batch."""
        asset = self._warehouse.add_query_asset(
            suite.table, query=f"select * from {self._engine.schemas.stage}.{suite.table}"
        )
        return asset.add_batch_definition_whole_table("all").get_batch()


def _evaluate(batch: Any, suite: Suite, expectations: Any, result_format: str) -> list[Any]:
    """The results of failed expectations."""
    from great_expectations import ExpectationSuite

    results = batch.validate(
        ExpectationSuite(name=suite.contract.name, expectations=list(expectations)),
        result_format={
            "result_format": result_format,
            "partial_unexpected_count": EXAMPLES,
            "unexpected_index_column_names": list(suite.contract.key),
        },
    )
    return [result for result in results.results if not result.success]
