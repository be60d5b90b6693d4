"""A migrated warehouse of each engine, and how far an instance is known in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flowmart.aggregates.build import AggregateSettings, build_aggregates
from flowmart.aggregates.project import batch_of, load_aggregates
from flowmart.aggregates.publish import publish_aggregates
from flowmart.core.window import Window
from flowmart.ops.runs import close_run, open_run
from flowmart.quality.checkpoint import validate_batch
from tests.sql.warehouse import INCLUDE, Warehouse

ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = AggregateSettings()


@pytest.fixture(scope="module")
def warehouse(migrated_dsn, tmp_path_factory):
    return Warehouse(migrated_dsn, tmp_path_factory.mktemp("landing"))


@pytest.fixture(scope="module")
def flow_metrics(warehouse, tmp_path_factory):
    return FlowMetrics(warehouse, tmp_path_factory.mktemp("pages"))


class FlowMetrics:
    """The steps of the DAG, over a warehouse."""

    def __init__(self, warehouse, pages, instance="phabricator"):
        self.warehouse = warehouse
        self.engine = warehouse.engine
        self.instance = instance
        self.project = load_aggregates(INCLUDE / "sql", self.engine.name)
        self._pages = pages

    def cover(self, first, until):
        """Let a window be loaded, in days since 1 January 2026."""
        window = Window(ORIGIN + timedelta(days=first), ORIGIN + timedelta(days=until))
        batch = replace(self.warehouse.batch(self.instance), window=window)
        open_run(self.engine, batch, "window", "hash")
        close_run(self.engine, batch, "OK")

    def build(self, settings=SETTINGS, everything=False):
        return build_aggregates(self.engine, self.project, self.instance, settings, everything)

    def validate(self, built):
        batch = batch_of(self.instance)
        return validate_batch(
            self.engine, self.project, batch, built.counts, self._pages, strict=True
        )

    def publish(self, built):
        return publish_aggregates(self.engine, self.project, self.instance, built)

    def run(self, **given):
        built = self.build(**given)
        self.validate(built)
        return self.publish(built)

    def published(self):
        """All rows of all tables."""
        tables = [f"{c.contract.layer}.{c.name}" for c in self.project.published()]
        return {table: self.warehouse.rows(table) for table in tables}
