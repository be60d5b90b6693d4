"""The ledger: what balances, what does not, and what a reader is told."""

from __future__ import annotations

import pytest

from flowmart.core.batch import Batch
from flowmart.core.errors import CompletenessError
from flowmart.core.window import Window
from flowmart.ops.ledger import LedgerEntry, record, require_balanced

WINDOW = Window.parse("2026-11-01T00:00Z", "2026-11-02T00:00Z")


@pytest.fixture
def batch(request):
    return Batch("toy", "toy", request.node.name, WINDOW)


@pytest.mark.parametrize(
    ("layer", "expected", "actual", "is_balanced"),
    [
        ("landing", 3, 3, True),
        ("landing", 3, 2, False),
        ("landing", 3, 4, True),  # the source grew while it was read
        ("raw", 3, 4, False),
        ("mart", 0, 0, True),
        ("stage", None, 17, True),  # nothing says how many there should be
    ],
)
def test_what_balances(layer, expected, actual, is_balanced):
    assert LedgerEntry(layer, "x", expected, actual).is_balanced is is_balanced


def test_each_shortfall_is_listed(engine, batch):
    record(
        engine,
        batch,
        [
            LedgerEntry("landing", "tasks", 100, 90),
            LedgerEntry("raw", "tasks", 90, 90),
            LedgerEntry("mart", "fct_issues", 90, 89),
        ],
    )
    with pytest.raises(CompletenessError) as caught:
        require_balanced(engine, batch)
    assert caught.value.what == (
        "Row counts do not match: landing tasks: expected 100 rows, found 90; "
        "mart fct_issues: expected 90 rows, found 89"
    )
    assert batch.instance in caught.value.where
    assert "clear the run" in caught.value.next_step


def test_a_later_try_replaces_what_an_earlier_one_wrote(engine, batch):
    record(engine, batch, [LedgerEntry("raw", "tasks", 100, 90)])
    record(engine, batch, [LedgerEntry("raw", "tasks", 100, 100)])
    require_balanced(engine, batch)
    rows = engine.query(
        "select actual_rows from ops.ops_ledger where run_id = %(run_id)s",
        {"run_id": batch.run_id},
    )
    assert rows == [{"actual_rows": 100}]


def test_the_lines_of_another_run_do_not_count(engine, batch):
    other = Batch("toy", "toy", "another run", WINDOW)
    record(engine, other, [LedgerEntry("raw", "tasks", 100, 90)])
    record(engine, batch, [LedgerEntry("raw", "tasks", 1, 1)])
    require_balanced(engine, batch)


def test_a_run_that_counted_nothing_is_not_taken_for_complete(engine, batch):
    with pytest.raises(CompletenessError, match="no entry for this run"):
        require_balanced(engine, batch)


def test_lines_written_in_a_session_go_with_it(engine, batch):
    if not engine.has_transactions:
        pytest.skip("without transactions lines stay, and the next try replaces them")

    def write_and_fail():
        with engine.session() as session:
            record(session, batch, [LedgerEntry("raw", "tasks", 1, 1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with pytest.raises(CompletenessError, match="no entry for this run"):
        require_balanced(engine, batch)
