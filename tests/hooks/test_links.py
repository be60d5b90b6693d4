"""Addresses of issues: below `url` of the settings, else below the connection's host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flowmart.hooks.links import issue_page
from flowmart.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG = """
instances:
  phabricator: {start: 2026-11-01}
  yandex_tracker: {start: 2026-11-01}
  youtrack: {start: 2026-11-01}
  youtrack__acme: {start: 2026-11-01, url: "https://acme.example.org/youtrack/"}
"""


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployment of four instances."""
    config = tmp_path / "flowmart.yaml"
    config.write_text(CONFIG)
    monkeypatch.setenv("FLOWMART_CONFIG", str(config))
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.mark.parametrize(
    ("instance", "connection", "page"),
    [
        ("phabricator", {"host": "https://phorge.example.org/"},
         "https://phorge.example.org/{readable_id}"),
        ("phabricator", {"host": "phorge.example.org", "schema": "http", "port": 8080},
         "http://phorge.example.org:8080/{readable_id}"),
        ("youtrack", {"host": "https://tracker.example.org/youtrack"},
         "https://tracker.example.org/youtrack/issue/{readable_id}"),
        ("youtrack__acme", {"host": "https://10.0.0.7"},
         "https://acme.example.org/youtrack/issue/{readable_id}"),
        ("yandex_tracker", {"host": "https://api.tracker.yandex.net"},
         "https://tracker.yandex.ru/{readable_id}"),
        ("phabricator", {"host": "https://ann:secret@phorge.example.org/?token=secret"},
         "https://phorge.example.org/{readable_id}"),
        ("phabricator", {"host": ""}, ""),
        ("phabricator", None, ""),
    ],
)  # fmt: skip
def test_page_of_an_issue(
    monkeypatch: pytest.MonkeyPatch, instance: str, connection: dict[str, Any] | None, page: str
) -> None:
    if connection is not None:
        given = {"conn_type": "flowmart", "password": "secret", **connection}
        monkeypatch.setenv(f"AIRFLOW_CONN_FLOWMART_{instance.upper()}", json.dumps(given))
    assert issue_page(instance) == page
