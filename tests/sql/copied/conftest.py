"""Worlds that change between two batches."""

from __future__ import annotations

import functools
from dataclasses import replace

import pytest

from tests.sql.warehouse import Warehouse


@pytest.fixture(scope="module")
def warehouse_of(warehouse_dsn, tmp_path_factory):
    """The warehouse with the models of a source."""
    return functools.cache(
        lambda source: Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"), source)
    )


@pytest.fixture
def play(warehouse_of):
    """Publish a world, change it, publish its snapshots; a replay has to say the same."""

    def run(world, source, change):
        warehouse = warehouse_of(source)
        warehouse.clear()
        warehouse.run(world.records(), world.context, source)
        change(world)
        warehouse.run(world.records(*world.snapshots), world.context, source)
        marts = warehouse.marts()
        warehouse.run({}, replace(world.context, everything=True), source)
        assert warehouse.marts() == marts
        return marts

    return run
