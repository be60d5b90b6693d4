"""Which tests stay in one process where several share them."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling


class ByFile(LoadScopeScheduling):
    """A file's tests stay together, and so do all that need a whole Airflow: one fits a machine."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return "tests/stack" if file.startswith("tests/stack/") else file
