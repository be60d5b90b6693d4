"""What a stack refuses before it starts anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.errors import LocalError
from local.settings import LocalSettings
from local.stack import SANDBOX_VARIABLE, Stack
from local.state import State

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("before", "environment", "now"),
    [
        ("the sandbox", {SANDBOX_VARIABLE: "{}"}, "a tracker of your own"),
        ("a tracker of your own", {}, "the sandbox"),
    ],
)
def test_invented_data_and_own_data_do_not_mix(
    tmp_path: Path, before: str, environment: dict[str, str], now: str
) -> None:
    State(tmp_path).first_source(before)
    stack = Stack(LocalSettings(tmp_path, port=0, environment=environment))
    try:
        with pytest.raises(LocalError, match=rf"{before}, and .env now names {now}.*make clean"):
            stack.start()
        assert not stack.database_is_up
        assert stack.processes.all() == {}
    finally:
        stack.remove()
