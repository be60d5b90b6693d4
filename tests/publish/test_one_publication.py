"""
ClickHouse: a query sees one publication in all views, however long it takes to find out which.

The subquery by which the views do so is slowed down here, so that a publication ends meanwhile
nearly every time: a few reads tell what thousands of fast ones would not.
"""

from __future__ import annotations

import pytest

from flowmart.engines.clickhouse_versions import view
from tests.publish.reading import all_tables, is_mixed, read_while_publishing, without_snapshots
from tests.publish.warehouse import PROJECT, TABLES

PUBLICATIONS = 8
READERS = 4
CURRENT = "ops.publications order by publication desc limit 1"
SLOWLY = f"(select * from {CURRENT}) as current where sleep(0.05) = 0"


@pytest.fixture(scope="module")
def warehouse_dsn(clickhouse_dsn):
    """PostgreSQL has transactions instead."""
    return without_snapshots(clickhouse_dsn)


@pytest.fixture
def replace_views(engine):
    """Put something else in place of the part of the views that finds the current publication."""
    names = [table.partition(".")[2] for table in TABLES]

    def replace(find_current):
        for name in names:
            query = view(engine.schemas, name)
            assert CURRENT in query
            changed = query.replace(CURRENT, find_current(name))
            engine.replace_view(engine.schemas.published(name), changed)

    yield replace
    contracts = {model.name: model.contract for model in PROJECT.published()}
    engine.show_published({name: contracts[name].column_names for name in names})


def reads(engine):
    found = read_while_publishing(engine, PUBLICATIONS, *[all_tables] * READERS)
    assert len({one["state"] for one in found}) > 1, "nobody read between two publications"
    return found


def test_a_query_finds_the_current_publication_once(engine, replace_views):
    replace_views(lambda name: SLOWLY)
    assert [one for one in reads(engine) if is_mixed(one)] == []


def test_views_that_each_find_it_for_themselves_show_half_batches(engine, replace_views):
    """The test above can fail: here the subquery is another text in every view."""
    replace_views(lambda name: f"{SLOWLY} and instance != '{name}'")
    assert [one for one in reads(engine) if is_mixed(one)] != []
