"""The environment wins over .env, and .env over the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.errors import LocalError
from local.stack.settings import load_local_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_defaults(tmp_path: Path) -> None:
    settings = load_local_settings(tmp_path, {})
    assert settings.port == 8080
    assert settings.warehouse == "postgres"
    assert settings.state_folder == tmp_path / ".flowmart"
    assert settings.postgres_dsn == ""


@pytest.mark.parametrize(
    ("given", "folder"),
    [({}, ".flowmart-clickhouse"), ({"FLOWMART_STATE": "elsewhere"}, "elsewhere")],
)
def test_each_warehouse_has_a_folder_of_its_own(
    tmp_path: Path, given: dict[str, str], folder: str
) -> None:
    settings = load_local_settings(tmp_path, {"WAREHOUSE": "clickhouse", **given})
    assert settings.warehouse == "clickhouse"
    assert settings.state_folder == tmp_path / folder


def test_there_are_two_warehouses(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="WAREHOUSE is 'oracle', not postgres or clickhouse"):
        load_local_settings(tmp_path, {"WAREHOUSE": "oracle"})


def test_an_address_of_another_kind_is_said_without_its_password(tmp_path: Path) -> None:
    given = {"WAREHOUSE": "clickhouse", "CLICKHOUSE_DSN": "http://me:s3cret-word@db:8123"}
    with pytest.raises(LocalError, match=r"write it as clickhouse://.*native port") as caught:
        load_local_settings(tmp_path, given)
    assert "s3cret-word" not in str(caught.value)


def test_the_file_wins_over_defaults(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FLOWMART_PORT=9000\nFLOWMART_STATE=elsewhere\n")
    settings = load_local_settings(tmp_path, {})
    assert settings.port == 9000
    assert settings.state_folder == tmp_path / "elsewhere"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FLOWMART_PORT=9000\nAIRFLOW__CORE__PARALLELISM=2\n")
    settings = load_local_settings(tmp_path, {"FLOWMART_PORT": "9001"})
    assert settings.port == 9001
    assert settings.environment["AIRFLOW__CORE__PARALLELISM"] == "2"


def test_a_token_with_a_dollar_sign_stays_as_it_is(tmp_path: Path) -> None:
    connection = '{"conn_type": "http", "host": "https://a.example", "password": "api-${x}$y"}'
    (tmp_path / ".env").write_text(f"AIRFLOW_CONN_FLOWMART_PHABRICATOR='{connection}'\n")
    settings = load_local_settings(tmp_path, {})
    assert settings.environment["AIRFLOW_CONN_FLOWMART_PHABRICATOR"] == connection


def test_secrets_do_not_show_in_a_traceback(tmp_path: Path) -> None:
    dsn = "postgresql://me:s3cret-word@db.example/postgres"
    given = {"FLOWMART_POSTGRES_DSN": dsn, "CLICKHOUSE_DSN": "clickhouse://me:s3cret-word@db/"}
    settings = load_local_settings(tmp_path, given)
    assert settings.postgres_dsn == dsn
    assert settings.clickhouse_dsn == given["CLICKHOUSE_DSN"]
    assert "s3cret-word" not in repr(settings)


def test_a_number_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="FLOWMART_PORT is 'http', not an integer"):
        load_local_settings(tmp_path, {"FLOWMART_PORT": "http"})
