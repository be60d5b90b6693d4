"""What a stack keeps in its folder."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from local.errors import LocalError
from local.state import State

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_day_stays(tmp_path: Path) -> None:
    assert State(tmp_path).first_day in (datetime.now(UTC).date(),)
    (tmp_path / "first_day").write_text("2026-11-01")
    assert State(tmp_path).first_day == date(2026, 11, 1)


def test_one_command_at_a_time(tmp_path: Path) -> None:
    with (
        State(tmp_path).lock(),
        pytest.raises(LocalError, match="Another command"),
        State(tmp_path).lock(),
    ):
        pass
    with State(tmp_path).lock():
        pass
