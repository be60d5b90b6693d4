"""What the services run besides Airflow, as far as it goes without Docker."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from local.compose import first_window, login

if TYPE_CHECKING:
    from pathlib import Path


def test_the_login_is_written_for_airflow_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "passwords.json"
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(path))
    for password in ('odd"\\', "another"):
        monkeypatch.setenv("FLOWMART_ADMIN_PASSWORD", password)
        login.main()
        assert json.loads(path.read_text()) == {"admin": password}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_sandbox_does_not_mix_with_a_tracker_of_one_s_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLOWMART_START", "2026-11-25")
    monkeypatch.setenv("FLOWMART_ADMIN_PASSWORD", "unused")
    monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_PHABRICATOR", '{"conn_type": "http"}')
    with pytest.raises(SystemExit, match="FLOWMART_PHABRICATOR names a tracker of your own"):
        first_window.main()
