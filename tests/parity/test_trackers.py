"""Yandex Tracker and YouTrack through both engines: every row of every mart is the same."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from flowmart.core.window import Window
from flowmart.settings import DEFAULT_CONFIG, load_settings
from flowmart.transform.runner import BatchContext
from flowmart.transform.views import load_views
from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.server import listening
from tests.oracle.extraction import Reader
from tests.oracle.players import PLAYERS
from tests.parity.normal import normal, rounded
from tests.sql.warehouse import INCLUDE, Warehouse

WHOLE = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
# Measured by the clock when they are read.
CLOCK = {"v_issue_ageing"}


class Calm(Random):
    """No trouble strikes."""

    def random(self):
        return 1.0


@pytest.fixture(scope="module", params=PLAYERS)
def both(request, postgres_dsn, clickhouse_dsn, tmp_path_factory):
    """Both warehouses, filled with what one reading of the tracker gave."""
    player = PLAYERS[request.param](tell(generate(seed=31, tasks=300, days=60)))
    landing = tmp_path_factory.mktemp("landing")
    with listening(player.app.app) as url:
        streams = Reader(player, url, landing, Calm()).read(WHOLE)
    shipped = load_settings(DEFAULT_CONFIG).instances[player.source].statuses
    context = BatchContext(statuses=shipped)
    warehouses = [Warehouse(d, landing, player.source) for d in (postgres_dsn, clickhouse_dsn)]
    for warehouse in warehouses:
        warehouse.clear()
        warehouse.run(streams, context, player.source)
    return warehouses


def test_every_row_of_every_mart_is_the_same(both):
    postgres, clickhouse = (warehouse.marts() for warehouse in both)
    assert postgres.keys() == clickhouse.keys()
    for name, rows in postgres.items():
        assert normal(clickhouse[name]) == normal(rows), name
    assert len(postgres["fct_issue_status_intervals"]) > len(postgres["fct_issues"]) > 250


def test_every_row_of_every_view_is_the_same(both):
    for view in load_views(INCLUDE / "sql", "postgres"):
        if view.name not in CLOCK:
            postgres, clickhouse = (rounded(w.rows(f"mart.{view.name}")) for w in both)
            assert clickhouse == postgres, view.name
            assert postgres, view.name
