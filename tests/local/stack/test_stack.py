"""What a stack refuses before it starts anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowmart.settings import load_settings
from local.errors import LocalError
from local.stack.airflow_env import connection_variable
from local.stack.settings import LocalSettings
from local.stack.stack import AIRFLOW_COMPONENTS, Stack
from local.state import State

if TYPE_CHECKING:
    from pathlib import Path


CLICKHOUSE = "the local ClickHouse server"


@pytest.mark.parametrize(
    ("before", "given", "now"),
    [
        ("PostgreSQL", {"warehouse": "clickhouse"}, CLICKHOUSE),
        (CLICKHOUSE, {}, "PostgreSQL"),
        (
            CLICKHOUSE,
            {"warehouse": "clickhouse", "clickhouse_dsn": "clickhouse://ch.example/"},
            "a ClickHouse server of your own",
        ),
    ],
)
def test_a_folder_stays_with_its_warehouse(
    tmp_path: Path, before: str, given: dict[str, str], now: str
) -> None:
    State(tmp_path).first_warehouse(before)
    stack = Stack(LocalSettings(tmp_path, port=0, environment={}, **given))
    for use in (stack.start, stack.warehouse):
        with pytest.raises(LocalError, match=rf"started with {before}.*now name {now}.*make clean"):
            use()
    assert not stack.database_is_up
    assert stack.processes.all() == {}


def test_folders_of_before_clickhouse_came_belong_to_postgres(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("the sandbox")
    assert State(tmp_path).first_warehouse(CLICKHOUSE) == "PostgreSQL"


def test_what_was_never_started_is_not_bound(tmp_path: Path) -> None:
    stack = Stack(LocalSettings(tmp_path, warehouse="clickhouse"))
    with pytest.raises(LocalError, match="ClickHouse is down: start it with `make run`"):
        stack.warehouse()
    assert State(tmp_path).warehouse == ""


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, ()),
        ({"warehouse": "clickhouse"}, ("clickhouse",)),
        ({"warehouse": "clickhouse", "clickhouse_dsn": "clickhouse://ch.example/"}, ()),
    ],
)
def test_only_a_local_clickhouse_is_a_process_of_the_stack(
    tmp_path: Path, given: dict[str, str], names: tuple[str, ...]
) -> None:
    stack = Stack(LocalSettings(tmp_path, **given))
    expected = (*names, "sandbox", "collector", "installations", *AIRFLOW_COMPONENTS)
    assert stack.components == expected


@pytest.mark.parametrize(
    ("before", "environment", "now"),
    [
        ("the sandbox", {connection_variable("phabricator"): "{}"}, "a tracker of your own"),
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


def test_n10_a_connected_instance_that_is_refused_does_not_bring_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "flowmart.yaml"
    config.write_text("instances: {phabricator: , youtrack: {start: 2026-11-01}}\n")
    monkeypatch.setenv("FLOWMART_CONFIG", str(config))
    load_settings.cache_clear()
    try:
        environment = {connection_variable("phabricator"): "{}"}
        stack = Stack(LocalSettings(tmp_path / "state", environment=environment))
        assert not stack.has_sandbox
        assert stack.instances == ()
    finally:
        load_settings.cache_clear()
