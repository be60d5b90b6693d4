"""Which tests stay in one process where several share them, and which come first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest


# What both engines are given takes longer to make than either of them takes, or is compared.
_BOTH_ENGINES = ("tests/oracle/test_trackers.py", "tests/sql/youtrack/test_properties.py")

_CASE_BY_CASE = (
    "tests/aggregates/",
    "tests/conformance/",
    "tests/entities/",
    "tests/operators/",
    "tests/oracle/test_history_stays_put.py",
    "tests/oracle/test_smallest_cases.py",
    "tests/sql/",
)
_SMALL_FORM = (
    "tests/aggregates/test_flow_metrics.py",
    "tests/aggregates/test_kills.py",
    "tests/conformance/test_dora.py",
    "tests/conformance/test_percentiles.py",
    "tests/conformance/test_working_time.py",
    "tests/entities/test_pipeline.py",
    "tests/operators/test_base.py",
    "tests/sql/test_contracts.py",
    "tests/sql/test_findings.py",
    "tests/sql/test_flow_views.py",
    "tests/sql/test_status_intervals.py",
    "tests/sql/github/test_pull_requests.py",
    "tests/sql/yandex_tracker/test_flow.py",
    "tests/sql/youtrack/test_status_intervals.py",
)


class ByFile(LoadScopeScheduling):
    """A file's tests of one engine stay together, and so do all that need a whole Airflow."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if file.startswith("tests/stack/"):
            return "tests/stack"  # one Airflow fits a machine
        is_apart = _is_on_clickhouse(test) and file not in _BOTH_ENGINES
        return f"{file} on ClickHouse" if is_apart else file


def longest_first(item: pytest.Item) -> int:
    """
    Sort key: what takes long is not to be left for the end, when the other processes have nothing.

    A whole Airflow takes longest, and waits for most of the time. ClickHouse takes some seconds to
    plan the models of a batch, however few rows there are.
    """
    if item.get_closest_marker("stack"):
        return 0
    is_long = _is_on_clickhouse(item.name) or item.nodeid.startswith(_BOTH_ENGINES)
    return 1 if is_long else 2


def is_left_to_soak(item: pytest.Item) -> bool:
    """Whether a test is for `make soak` alone."""
    is_long = bool(item.get_closest_marker("long_on_clickhouse"))
    return is_long and _is_on_clickhouse(item.name) and not os.environ.get("SOAK")


def is_case_by_case(item: pytest.Item) -> bool:
    """
    Whether a test shows on ClickHouse, case by case, what a model of both engines means.

    Every batch takes ClickHouse some seconds. In `make test`, `tests/parity` and `tests/oracle`
    hold its marts to PostgreSQL's and to the truth, and a few files show it in a small form.
    """
    is_case = item.nodeid.startswith(_CASE_BY_CASE) and not item.nodeid.startswith(_SMALL_FORM)
    return is_case and _is_on_clickhouse(item.name)


def _is_on_clickhouse(test: str) -> bool:
    return "clickhouse" in test.partition("[")[2]
