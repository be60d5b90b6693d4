"""Which tests stay in one process where several share them, and which come first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest


# What both engines are given takes longer to make than either of them takes, or is compared.
_BOTH_ENGINES = ("tests/oracle/test_trackers.py", "tests/sql/youtrack/test_properties.py")


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
    """
    Whether a test is for `make soak` alone.

    Every batch takes ClickHouse some seconds, so what does not depend on the engine is tested on it
    by a part of its cases.
    """
    is_long = bool(item.get_closest_marker("long_on_clickhouse"))
    return is_long and _is_on_clickhouse(item.name) and not os.environ.get("SOAK")


def _is_on_clickhouse(test: str) -> bool:
    return "clickhouse" in test.partition("[")[2]
