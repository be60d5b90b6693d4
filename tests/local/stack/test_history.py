"""What `make run` leaves behind: loaded windows, and DAGs that run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from local.stack.history import load_history
from local.stack.settings import LocalSettings
from local.stack.stack import Stack

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class Airflow:
    """Notes what it is asked for; every run ends well at once."""

    def __init__(self) -> None:
        self.unpaused: list[str] = []
        self.triggered: list[str] = []

    def wait_for_dag(self, _dag: str, **_: Any) -> None:
        """It is there."""

    def run(self, _dag: str, _run_id: str) -> None:
        return None

    def runs(self, _dag: str) -> list[Any]:
        return []

    def trigger(self, dag: str, *_: Any, **__: Any) -> str:
        self.triggered.append(dag)
        return "run"

    def unpause(self, dag: str) -> None:
        self.unpaused.append(dag)

    def wait_for(self, wanted: dict[str, list[str]], **_: Any) -> dict[str, list[Any]]:
        return {
            dag: [SimpleNamespace(state="success") for _ in runs] for dag, runs in wanted.items()
        }


def loaded(folder: Path, monkeypatch: pytest.MonkeyPatch, *instances: str) -> Airflow:
    """What Airflow was asked for when the history of some instances was loaded."""
    airflow = Airflow()
    monkeypatch.setattr(Stack, "api", airflow)
    monkeypatch.setattr(Stack, "warehouse", lambda _stack: None)
    load_history(Stack(LocalSettings(folder)), instances)
    return airflow


def test_n9_replay_and_census_run_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    airflow = loaded(tmp_path, monkeypatch, "phabricator", "youtrack")
    assert airflow.triggered == ["phabricator", "youtrack", "flow_metrics"]
    assert airflow.unpaused[-1] == "flow_metrics", "it is not to run while history is loaded"
    assert sorted(airflow.unpaused[:-1]) == ["key_census", "phabricator", "replay", "youtrack"]


def test_n10_without_instances_there_is_nothing_to_wait_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert loaded(tmp_path, monkeypatch).unpaused == []
