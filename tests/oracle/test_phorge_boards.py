"""Random histories on random boards, told by a little Phorge that plays by the server's rules."""

from __future__ import annotations

import os
import random
from collections import defaultdict

import pytest

from tests.oracle.phorge import Phorge
from tests.oracle.reading import bare, epoch
from tests.sql.tracker import START, phid
from tests.sql.warehouse import Warehouse

CARDS = 250  # of a company; all are in one batch
HOUR = 3600


@pytest.mark.soak
def test_p3_boards_show_cards_as_the_server_does(warehouse_dsn, tmp_path):
    """Seeds are fresh ones; SEED in the environment repeats one of them."""
    warehouse = Warehouse(warehouse_dsn, tmp_path)
    for seed in seeds(max(1, 10 * int(os.environ.get("SOAK") or 0) // CARDS)):
        warehouse.clear()
        phorge = Phorge(random.Random(seed), CARDS)
        warehouse.run(phorge.tracker.records())
        decided = {key: shown for key, shown in phorge.shown.items() if shown.is_decided}
        assert len(decided) > 0.6 * len(phorge.shown)
        found = visits(warehouse)
        for (number, board), shown in decided.items():
            expected = [
                (column, START + HOUR * at, None if end is None else START + HOUR * end)
                for column, at, end in shown.visits()
            ]
            assert found[phid("TASK", number), board] == expected, f"SEED={seed} {number} {board}"
        told = {(phid("TASK", number), board) for number, board in decided}
        assert told.isdisjoint(findings(warehouse)), f"SEED={seed}"


def seeds(number):
    given = os.environ.get("SEED")
    return [int(given)] if given else random.SystemRandom().sample(range(10**6), number)


def visits(warehouse):
    """Task, board -> its visits in order."""
    found = defaultdict(list)
    rows = warehouse.rows("mart.fct_issue_column_intervals")
    for row in sorted(rows, key=lambda row: row["sequence"]):
        visit = (bare(row["column_key"]), epoch(row["entered_at"]), epoch(row["left_at"]))
        found[bare(row["issue_key"]), bare(row["board_key"])].append(visit)
    return found


def findings(warehouse):
    """Task, board -> what the checks say about its column."""
    rows = warehouse.rows("ops.ops_data_quality", where="rule = 'column_disagrees_with_board'")
    return {tuple(bare(row["finding_key"]).split(":")[0::2]): row["detail"] for row in rows}
