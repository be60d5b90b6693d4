"""The completeness ledger: expected and actual row counts of each layer of a run."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from flowmart.core.errors import CompletenessError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine, Executor

log = logging.getLogger(__name__)

_KEY = ("instance", "run_id", "layer", "subject")


@dataclass(frozen=True)
class LedgerEntry:
    """
    One entry of the ledger.

    :param layer: where the rows were counted.
    :param subject: stream, model or table that was counted.
    :param expected: expected number of rows; None if it is unknown.
    :param actual: actual number of rows.
    """

    layer: Literal["landing", "raw", "stage", "mart"]
    subject: str
    expected: int | None
    actual: int

    @property
    def is_balanced(self) -> bool:
        """
        Whether no row is missing, and from ``raw`` on no row is surplus.

        A source may grow while it is read, so landing files may have more rows than expected.
        """
        if self.expected is None:
            return True
        if self.layer == "landing":
            return self.actual >= self.expected
        return self.actual == self.expected

    def __str__(self) -> str:
        return f"{self.layer} {self.subject}: expected {self.expected} rows, found {self.actual}"


def record(executor: Executor, batch: Batch, entries: Iterable[LedgerEntry]) -> None:
    """
    Write entries; a later try of the run replaces those of an earlier one.

    :param executor: the session that wrote the counted rows, or an engine.
    :param batch: the batch.
    :param entries: what was counted.
    """
    rows = [
        {
            "instance": batch.instance,
            "run_id": batch.run_id,
            "window_start": batch.window.start,
            "window_end": batch.window.end,
            "layer": entry.layer,
            "subject": entry.subject,
            "expected_rows": entry.expected,
            "actual_rows": entry.actual,
            "is_balanced": entry.is_balanced,
            "recorded_at": datetime.now(UTC),
        }
        for entry in entries
    ]
    executor.upsert(f"{executor.schemas.ops}.ops_ledger", _KEY, *rows)


def require_balanced(engine: Engine, batch: Batch) -> None:
    """
    Check that no row of a batch was lost so far.

    :raises CompletenessError: if entries do not balance, or there are none.
    """
    rows = engine.query(
        "select layer, subject, expected_rows, actual_rows "
        f"from {engine.schemas.ops}.ops_ledger "
        "where instance = %(instance)s and run_id = %(run_id)s order by layer, subject",
        {"instance": batch.instance, "run_id": batch.run_id},
    )
    entries = [
        LedgerEntry(row["layer"], row["subject"], row["expected_rows"], row["actual_rows"])
        for row in rows
    ]
    if not rows:
        raise CompletenessError(
            "The ledger has no entry for this run, so its completeness is not proven",
            where=str(batch),
            next_step="clear the run from its load step onwards",
        )
    require_complete(batch, entries)
    log.info("the ledger balances: %s entries", len(rows))


def require_complete(batch: Batch, entries: Iterable[LedgerEntry]) -> None:
    """
    Check entries that are not yet written.

    :raises CompletenessError: listing each entry that does not balance.
    """
    shortfalls = [str(entry) for entry in entries if not entry.is_balanced]
    if shortfalls:
        raise CompletenessError(
            f"Row counts do not match: {'; '.join(shortfalls)}",
            where=str(batch),
            next_step="clear the run from the step that lost rows onwards (landing: extract; "
            "raw: load; stage: transform; mart: publish); the marts are unchanged",
        )
