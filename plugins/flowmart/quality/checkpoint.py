"""Validates stage tables before they are published."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowmart.core.errors import ContractError, ValidationError
from flowmart.quality.checker import Checker
from flowmart.quality.page import write_page
from flowmart.quality.suites import build_suites

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine
    from flowmart.quality.findings import Finding
    from flowmart.quality.suites import Suite
    from flowmart.transform.project import Project

logger = logging.getLogger(__name__)

_MOST_FINDINGS = 5


@dataclass(frozen=True)
class ValidationReport:
    """
    Result of the checks of a batch.

    :param expectations: model -> number of expectations that were checked.
    :param findings: the failed ones.
    :param success: whether the batch may be published.
    """

    expectations: Mapping[str, int]
    findings: tuple[Finding, ...]
    success: bool


def validate_batch(
    engine: Engine,
    project: Project,
    batch: Batch,
    counts: Mapping[str, int],
    docs_folder: Path,
    strict: bool,
) -> ValidationReport:
    """
    Check a batch's stage tables; change nothing in the warehouse.

    :param counts: model -> rows that the transform wrote.
    :param docs_folder: folder for the page of a failure, ``<instance>/<batch_id>.html``.
    :param strict: whether warnings stop publishing too.
    :raises ContractError: if a stage table or a column is missing.
    :raises ValidationError: naming table, expectation, bad rows, a few of their keys and the page.
    """
    suites = build_suites(project, engine.schemas, batch, counts)
    _require_columns(engine, suites)
    report = _check(Checker(engine), suites, strict)
    if not report.success:
        page = write_page(docs_folder, batch, report.expectations, report.findings, strict)
        raise _failure(batch, [f for f in report.findings if strict or not f.is_warning], page)
    return report


def _check(checker: Checker, suites: Sequence[Suite], strict: bool) -> ValidationReport:
    findings: list[Finding] = []
    for suite in suites:
        found = checker.check(suite)
        findings += found
        logger.info(
            "%s: %d of %d expectations hold",
            suite.contract.name,
            len(suite.expectations) - len(found),
            len(suite.expectations),
        )
        for finding in found:
            logger.warning("%s", finding)
    return ValidationReport(
        expectations={suite.contract.name: len(suite.expectations) for suite in suites},
        findings=tuple(findings),
        success=all(finding.is_warning and not strict for finding in findings),
    )


def _require_columns(engine: Engine, suites: Sequence[Suite]) -> None:
    """Check that all tables and columns exist, for a clearer error than a failing query."""
    rows = engine.query(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = %(schema)s",
        {"schema": engine.schemas.stage},
    )
    there = {(row["table_name"], row["column_name"]) for row in rows}
    tables = {table for table, _ in there}
    missing = [f"table {s.table}" for s in suites if s.table not in tables]
    missing += [
        f"column {name} of {suite.table}"
        for suite in suites
        for name in suite.contract.column_names
        if suite.table in tables and (suite.table, name) not in there
    ]
    if missing:
        raise ContractError(
            f"Missing: {', '.join(missing)}",
            where=f"schema {engine.schemas.stage} at {engine.where}",
            next_step="clear the run's `transform` task, which rebuilds the stage tables",
        )


def _failure(batch: Batch, findings: Sequence[Finding], page: Path) -> ValidationError:
    listed = "; ".join(str(finding) for finding in findings[:_MOST_FINDINGS])
    rest = f"; and {len(findings) - _MOST_FINDINGS} more" if len(findings) > _MOST_FINDINGS else ""
    return ValidationError(
        f"{len(findings)} expectation{'' if len(findings) == 1 else 's'} failed, nothing was "
        f"published. {listed}{rest}",
        where=str(batch),
        next_step=f"read {page}, correct the model, the settings or the source, then clear the "
        "run's `transform` task; the stage tables are kept for inspection",
    )
